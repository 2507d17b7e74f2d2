"""Answers that are spoken: after a question it listens, and says back what it understood.

It listens only once the question has been heard to its end (half duplex), and everything that is
heard at any other time is dropped where it is heard, in the process of ``hearing.child``. That
process starts with the first question, and again, after ever longer pauses, whenever it is gone:
the keys go on working beside it, whatever happens to it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from player.controls import Answer, PlaybackCommand
from player.controls.speech_input.acceptance import of_line
from player.controls.speech_input.model_files import is_complete
from player.controls.speech_input.worker_client import Line, RecogniserProcess, recogniser_command
from player.errors import UnavailableError
from player.script import Ask

ECHO_S = 0.25
"""After the last word has left the speaker, the room and the microphone still hold it."""


@dataclass(frozen=True, slots=True)
class RecogniserLimits:
    """How long the listening process is waited for, and how often it is started again."""

    start_s: float = 60.0
    silent_s: float = 15.0
    """It shows every two seconds that it is alive."""
    pause_s: float = 1.0
    """Before it is started again; twice as long each time, …"""
    longest_pause_s: float = 30.0
    """… but no longer than this."""
    starts: int = 5
    """That came to nothing in a row: then it is left alone for the night."""


class SpokenControls:
    """The listener's voice as a source of answers. ``poll`` never waits for anything."""

    def __init__(
        self,
        command: Sequence[str],
        greeting: Line,
        latency_s: Callable[[], float] = lambda: 0.3,
        patience: RecogniserLimits = RecogniserLimits(),
    ) -> None:
        """``latency_s``: how long from now until what is given to the speaker now is heard."""
        self.latency_s = latency_s
        self.listening = False
        """Whether somebody who speaks now is heard."""
        self._speaks = False  # somebody does
        self.trouble = ""
        """One sentence where it could not listen; empty on a good night."""
        self._command, self._greeting, self._patience = command, greeting, patience
        self._process: RecogniserProcess | None = None
        self._due = 0.0  # when it may be started
        self._in_vain = 0  # starts in a row
        self._ask: Ask | None = None
        self._waiting_since: float | None = None
        self._turn, self._told = 0, False
        self._closed = False

    @property
    def pid(self) -> int | None:
        """Of the process that listens, while there is one."""
        return self._process.pid if self._process else None

    def poll(self, ask: Ask | None, waiting: bool) -> Answer | None:
        """Return what was understood, as an ``Understood``; see `player.controls.ControlsPort`."""
        if self._closed:
            return None
        now = time.monotonic()
        if ask != self._ask or not waiting:
            self._rest(forget=ask != self._ask)
            self._ask = ask
        answer = self._answer()
        if ask is not None:
            self._see_to_the_process(now)
            if waiting and answer is None:
                self._listen(ask, now)
        return PlaybackCommand.HOLD if answer is None and self._speaks else answer

    def close(self) -> None:
        """End it."""
        self._closed, self.listening = True, False
        if self._process:
            self._process.end(patience_s=1.0)
            self._process = None

    # -- when to listen ---------------------------------------------------------------------------

    def _listen(self, ask: Ask, now: float) -> None:
        if self._waiting_since is None:
            self._waiting_since = now
        quiet_from = self._waiting_since + self.latency_s() + ECHO_S
        if not self._told and self._process and now >= quiet_from:
            self._turn, self._told = self._turn + 1, True
            options = [option.text for option in ask.options]
            self._process.tell({"op": "listen", "turn": self._turn, "options": options})

    def _rest(self, forget: bool) -> None:
        """Hear nothing more; what has been heard already still counts, unless it is to forget."""
        self._waiting_since, self.listening, self._speaks = None, False, False
        if self._told and self._process:
            self._process.tell({"op": "rest"})
        self._told = False
        if forget:
            self._turn += 1

    # -- what is heard ----------------------------------------------------------------------------

    def _answer(self) -> Answer | None:
        answer = None
        for line in self._process.said() if self._process else ():
            if line["op"] == "deaf":
                self.trouble = (
                    f"Spoken answers could not be heard ({line['why']}): connect a microphone or"
                    " name one with --microphone; the keys work all the same."
                )
            if line.get("turn") != self._turn or self._ask is None:
                continue  # of a question that is no longer open
            if line["op"] == "listening":
                self.listening, self._in_vain, self.trouble = self._told, 0, ""
            elif line["op"] == "speaks":
                self._speaks = self._told and line["on"]
            elif line["op"] == "heard" and answer is None:
                answer = of_line(line)
        return answer

    # -- the process ------------------------------------------------------------------------------

    def _see_to_the_process(self, now: float) -> None:
        process, patience = self._process, self._patience
        if process is None:
            if now >= self._due and self._in_vain < patience.starts:
                self._process = RecogniserProcess(self._command, self._greeting)
            return
        late = now - process.since > (patience.silent_s if process.ready else patience.start_s)
        if process.over or late:
            if not self.trouble:
                why = "it took too long" if late else process.last_words or "it stopped"
                self.trouble = f"Spoken answers could not be heard ({why}); the keys work."
            process.end()
            self._process, self._told = None, False
            self.listening = self._speaks = False
            pause_s = min(patience.pause_s * 2.0**self._in_vain, patience.longest_pause_s)
            self._in_vain += 1
            self._due = now + pause_s


def open_spoken_controls(
    folder: Path, microphone: str | None = None, latency_s: Callable[[], float] = lambda: 0.3
) -> SpokenControls:
    """Answers by voice, with the model in ``folder``, by the ``microphone`` of that name.

    Opens nothing yet. ``UnavailableError`` with the remedy where the extra or the model is missing.
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
