"""Spoken answers: listen after a question, and say back what was understood.

It listens only once the question has been heard to its end (half duplex). Everything that is heard
at any other time is dropped in the process that hears it, `speech_input.worker`. That process
starts with the first question, and again after ever longer delays whenever it is gone. The keys
keep working, whatever happens to it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from player.controls import Answer, PlaybackCommand
from player.controls.speech_input.acceptance import from_fields
from player.controls.speech_input.model_files import is_complete
from player.controls.speech_input.worker_client import RecogniserProcess, recogniser_command
from player.errors import UnavailableError
from player.script import Ask
from player.workers.framing import Message
from player.workers.restarts import Restarts

ECHO_S = 0.25
"""Time after the last word has left the speaker in which the room still echoes it."""
DEFAULT_LATENCY_S = 0.3


@dataclass(frozen=True, slots=True)
class RecogniserLimits:
    """Time limits of the recogniser's process, and how often it is started again."""

    start_s: float = 60.0
    """Time to become ready."""
    silent_s: float = 15.0
    """Longest time between two messages; there is a sign of life every two seconds."""
    first_delay_s: float = 1.0
    """Delay before it is started again, which doubles each time …"""
    max_delay_s: float = 30.0
    """… up to this one."""
    starts: int = 5
    """Useless starts in a row, after which it is left alone for the night."""


class SpokenControls:
    """The listener's voice as a source of answers. `poll` never waits."""

    def __init__(
        self,
        command: Sequence[str],
        greeting: Message,
        latency_s: Callable[[], float] = lambda: DEFAULT_LATENCY_S,
        *,
        limits: RecogniserLimits = RecogniserLimits(),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``latency_s`` gives the time until sound that is handed over now is heard.

        ``clock`` gives the time in seconds that delays and limits are measured with.
        """
        self.latency_s = latency_s
        self.listening = False
        """True while somebody who speaks is heard."""
        self.trouble = ""
        """Sentence about why it could not listen; empty if it could."""
        self._command, self._greeting = command, greeting
        self._limits, self._clock = limits, clock
        self._process: RecogniserProcess | None = None
        self._restarts = Restarts(limits.first_delay_s, limits.max_delay_s)
        self._ask: Ask | None = None
        self._asked_at: float | None = None  # when the open question had been asked in full
        self._turn = 0
        self._told_to_listen = self._speech_active = self._closed = False

    @property
    def pid(self) -> int | None:
        """Process identifier of the child, while there is one."""
        return self._process.pid if self._process else None

    def poll(self, ask: Ask | None, waiting: bool) -> Answer | None:
        """Return what was understood, as an ``Understood``; see `player.controls.ControlsPort`."""
        if self._closed:
            return None
        now = self._clock()
        if ask != self._ask or not waiting:
            self._rest(discard=ask != self._ask)
            self._ask = ask
        ended = self._process is not None and self._process.ended  # all it sent is read below
        answer = self._read_messages(now)
        if ask is not None:
            self._supervise(now, ended=ended)
            if waiting and answer is None:
                self._listen(ask, now)
        return PlaybackCommand.HOLD if answer is None and self._speech_active else answer

    def close(self) -> None:
        """End the process."""
        self._closed, self.listening = True, False
        if self._process:
            self._process.close()
            self._process = None

    # -- when to listen ---------------------------------------------------------------------------

    def _listen(self, ask: Ask, now: float) -> None:
        if self._asked_at is None:
            self._asked_at = now
        quiet_from = self._asked_at + self.latency_s() + ECHO_S
        if not self._told_to_listen and self._process and now >= quiet_from:
            self._turn, self._told_to_listen = self._turn + 1, True
            options = [option.text for option in ask.options]
            self._process.send({"op": "listen", "turn": self._turn, "options": options})

    def _rest(self, *, discard: bool) -> None:
        """Stop listening. What was heard already still counts, unless it is to be discarded."""
        self._asked_at, self.listening, self._speech_active = None, False, False
        if self._told_to_listen and self._process:
            self._process.send({"op": "rest"})
        self._told_to_listen = False
        if discard:
            self._turn += 1

    # -- what is heard ----------------------------------------------------------------------------

    def _read_messages(self, now: float) -> Answer | None:
        answer = None
        process = self._process
        messages = process.messages() if process else []
        if process and messages and process.ready:
            process.deadline = now + self._limits.silent_s
        for message in messages:
            if message["op"] == "unable":
                self.trouble = (
                    f"Spoken answers could not be heard ({message['why']}): connect a microphone or"
                    " name one with --microphone; the keys work all the same."
                )
            if message.get("turn") != self._turn or self._ask is None:
                continue  # it belongs to a question that is no longer open
            if message["op"] == "listening":
                self.listening, self.trouble = self._told_to_listen, ""
                self._restarts.reset()
            elif message["op"] == "speech":
                self._speech_active = self._told_to_listen and message["active"]
            elif message["op"] == "answer" and answer is None:
                answer = from_fields(message)
        return answer

    # -- the process ------------------------------------------------------------------------------

    def _supervise(self, now: float, *, ended: bool) -> None:
        process = self._process
        if process is None:
            if now >= self._restarts.not_before and self._restarts.failures < self._limits.starts:
                self._process = RecogniserProcess(self._command, self._greeting)
                self._process.deadline = now + self._limits.start_s
        elif ended or now > process.deadline:
            process.kill("" if ended else "it took too long")
            if not self.trouble:
                reason = process.end_reason
                self.trouble = f"Spoken answers could not be heard ({reason}); the keys work."
            self._process = None
            self._told_to_listen = self.listening = self._speech_active = False
            self._restarts.record_failure(now)


def open_spoken_controls(
    folder: Path,
    microphone: str | None = None,
    latency_s: Callable[[], float] = lambda: DEFAULT_LATENCY_S,
) -> SpokenControls:
    """Open spoken answers, with the model in ``folder`` and the ``microphone`` of that name.

    Starts nothing yet. Raises `UnavailableError`, with the remedy, if the extra or the model is
    missing.
    """
    if find_spec("faster_whisper") is None:
        raise UnavailableError(
            "Spoken answers need the extra 'listen': run `pip install 'dreamers[listen]'`."
        )
    if not is_complete(folder):
        raise UnavailableError(
            "Spoken answers need a model that is not on this machine; fetch it with"
            " `dreamers voices add listen`."
        )
    greeting = {"model": str(folder), "microphone": microphone}
    return SpokenControls(recogniser_command(), greeting, latency_s)
