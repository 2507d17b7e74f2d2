"""A voice in a child process, which goes on speaking whatever happens to that process.

A process that dies, or takes too long over a sentence, is started again and asked for everything
that it still owed, the same sentence first. Each sentence has a seed of its own, so a second try
gives the same samples as the first would have.

A sentence that fails three times is left silent for as long as it would have lasted, and
`SupervisedVoice.trouble` says so. A process that is killed from outside does not count against
its sentence.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from player.errors import UnavailableError
from player.script.utterance import Utterance
from player.voices.sentence_queue import SentenceQueue
from player.voices.worker_client import VoiceProcess
from player.workers.child import ChildProcess
from player.workers.framing import BrokenFrameError, Message
from player.workers.restarts import Restarts

if TYPE_CHECKING:  # numpy is imported while the child starts, not before it
    from player.audio import Clip

MAX_UTTERANCE_CHARACTERS = 2_000

_MAX_OWED = 2  # sentences at the process, so that it never waits for the player
_TAKE_POLL_S = 0.5  # on Windows, a wait without a timeout ignores Ctrl-C
_TOO_LATE = "it took too long"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class VoiceLimits:
    """Time limits of a voice's process, and how many failures are accepted."""

    start_s: float = 40.0
    """Time to become ready, on a slow disk."""
    sentence_s: float = 10.0
    """Time for one sentence, besides …"""
    character_s: float = 0.1
    """… the time for each of its characters."""
    tries: int = 3
    """Failures of one sentence before it is left silent."""
    deaths: int = 6
    """Processes in a row that end before they are ready, or without anything to do."""
    kills: int = 40
    """Processes in a row that are killed from outside before they finish a sentence."""
    max_delay_s: float = 1.0
    """Longest delay between two starts. The first is a sixteenth of it; each is twice the last."""


class SupervisedVoice:
    """A `player.voices.Speech` from a child process. Its methods are for one thread."""

    def __init__(
        self,
        command: Sequence[str],
        greeting: Message,
        *,
        limits: VoiceLimits = VoiceLimits(),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``clock`` gives the time in seconds that the limits are measured with."""
        self._command, self._greeting = command, greeting
        self._limits, self._clock = limits, clock
        self._lock = threading.Condition(threading.RLock())
        self._queue = SentenceQueue()
        self._process: VoiceProcess | None = None
        self._restarts = Restarts(limits.max_delay_s / 16, limits.max_delay_s, retry_at_once=True)
        self._failures: Counter[Utterance] = Counter()
        self._silenced: list[tuple[Utterance, str]] = []
        self._unavailable: str | None = None
        self._was_ready = False
        self._wasted_starts = 0.0
        """Accepted useless starts since the last clip that are used up, as a share of all."""
        self._closed = False
        with self._lock:
            self._start()
        self._supervisor = threading.Thread(target=self._supervise, name="voice", daemon=True)
        self._supervisor.start()

    @property
    def pid(self) -> int | None:
        """Process identifier of the child, while there is one."""
        process = self._process
        return process.pid if process else None

    @property
    def trouble(self) -> str | None:
        """Sentence about what had to be left silent so far; None if nothing was."""
        if not self._silenced:
            return None
        utterance, reason = self._silenced[0]
        more = len(self._silenced) - 1
        others = f" and {more} more" if more else ""
        return (
            f"The voice could not say “{_shortened(utterance.text)}”{others}, which stayed silent"
            f" ({reason}); another one may: --voice."
        )

    def request(self, utterance: Utterance) -> None:
        """Start to speak ``utterance`` in the background."""
        _check_length(utterance)
        with self._lock:
            self._queue.request(utterance)
            self._lock.notify_all()

    def take(self, utterance: Utterance, wait: bool) -> Clip | None:
        """Return the clip; without ``wait``, None while it is not ready.

        Raises `UnavailableError` if the voice cannot start at all.
        """
        _check_length(utterance)
        with self._lock:
            while (clip := self._queue.take(utterance)) is None:
                if self._unavailable or self._closed:
                    raise UnavailableError(self._unavailable or "The voice has been closed.")
                self._lock.notify_all()
                if not wait:
                    return None
                self._lock.wait(_TAKE_POLL_S)
            return clip

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._closed = True
            self._lock.notify_all()
            process = self._process
        if process:
            process.close()
        self._supervisor.join(1.0)

    # -- the supervisor's thread: starts the process, feeds it, and watches the time ---------------

    def _supervise(self) -> None:
        with self._lock:
            while not self._closed and not self._unavailable:
                now = self._clock()
                if self._process is None and now >= self._restarts.not_before:
                    self._start()
                if self._process is not None:
                    self._attend(self._process, now)
                self._lock.wait(self._next_look_s(now))

    def _start(self) -> None:
        process = VoiceProcess(
            self._command, self._greeting, on_frame=self._on_frame, on_end=self._on_end
        )
        process.deadline = self._clock() + self._limits.start_s
        self._process = process
        try:
            process.start()
        except OSError as error:
            self._bury(process, str(error))

    def _attend(self, process: VoiceProcess, now: float) -> None:
        if now > process.deadline:
            _log.warning("voice: too slow, started again")
            process.kill(_TOO_LATE)
        while len(process.owed) < _MAX_OWED and (utterance := self._queue.next()):
            process.say(utterance)
            if process.ready and len(process.owed) == 1:
                self._set_deadline(process)

    def _set_deadline(self, process: VoiceProcess) -> None:
        """Give the process its time for the sentence it owes next; without one, all the time."""
        allowance_s = math.inf
        if process.owed:
            characters = len(process.owed[0].text)
            allowance_s = self._limits.sentence_s + characters * self._limits.character_s
        process.deadline = self._clock() + allowance_s

    def _next_look_s(self, now: float) -> float | None:
        """Return how long to wait until something is due; None if nothing is."""
        due = self._process.deadline if self._process else self._restarts.not_before
        return None if due == math.inf else max(0.001, due - now + 0.001)

    # -- the process's thread: its answers, and its end --------------------------------------------

    def _on_frame(self, child: ChildProcess, message: Message, payload: bytes) -> None:
        with self._lock:
            process = self._process
            if process is None or child is not process:
                return
            match message:
                case {"op": "ready"}:
                    process.ready = self._was_ready = True
                case {"op": "unavailable", "why": str(reason)}:
                    self._unavailable = reason
                case {"op": "clip", "id": int(number)} if process.is_next(number):
                    clip = _clip(payload)
                    self._receive(process.settle(), clip)
                case {"op": "failed", "id": int(number), "why": str(reason)} if process.is_next(
                    number
                ):
                    utterance = process.settle()
                    self._blame(utterance, reason)
                    self._queue.requeue([utterance])
                case _:
                    raise BrokenFrameError(f"{str(message)[:80]}")
            if process.ready:
                self._set_deadline(process)
            self._lock.notify_all()

    def _receive(self, utterance: Utterance, clip: Clip) -> None:
        self._wasted_starts = 0.0
        self._restarts.reset()
        del self._failures[utterance]
        self._queue.deliver(utterance, clip)

    def _on_end(self, child: ChildProcess) -> None:
        with self._lock:
            if self._process is not None and child is self._process and not self._closed:
                self._bury(self._process, child.end_reason)

    def _bury(self, process: VoiceProcess, reason: str) -> None:
        """Decide whose fault the end of a process was, and when the next one starts."""
        killed, limits = process.killed_from_outside, self._limits
        if process.ready and process.owed and not killed:
            self._blame(process.owed[0], reason)
        else:
            self._wasted_starts += 1 / (limits.kills if killed else limits.deaths)
        self._queue.requeue(process.owed)
        self._process = None
        self._restarts.record_failure(self._clock())
        if self._wasted_starts >= 0.999:
            self._give_up(reason)
        self._lock.notify_all()

    def _give_up(self, reason: str) -> None:
        """Declare the voice unavailable; or, if it has spoken before, silence one sentence."""
        if not self._was_ready:
            self._unavailable = f"The voice does not start ({reason}); `dreamers doctor` says more."
            return
        self._wasted_starts -= 1 / self._limits.deaths  # the next death silences one more sentence
        utterance = self._queue.next()
        if utterance is not None:
            self._silence(utterance, reason)

    def _blame(self, utterance: Utterance, reason: str) -> None:
        self._failures[utterance] += 1
        if self._failures[utterance] >= self._limits.tries:
            self._silence(utterance, reason)

    def _silence(self, utterance: Utterance, reason: str) -> None:
        from player.voices.silent import silent_clip

        del self._failures[utterance]
        _log.warning("voice: a sentence of %d characters stays silent", len(utterance.text))
        self._silenced.append((utterance, reason))
        self._queue.deliver(utterance, silent_clip(utterance))


def _clip(payload: bytes) -> Clip:
    """Return the clip in a frame. Raises `BrokenFrameError` if it is not finite float32 samples.

    One NaN would stay in the mixer's filters, and silence the rest of the night.
    """
    import numpy as np

    from player.audio import Clip

    if len(payload) % 4:
        raise BrokenFrameError(f"a clip of {len(payload)} bytes")
    samples = np.frombuffer(payload, dtype=np.float32)
    if not np.isfinite(samples).all():
        raise BrokenFrameError("a clip of no numbers")
    return Clip(samples)


def _check_length(utterance: Utterance) -> None:
    if len(utterance.text) > MAX_UTTERANCE_CHARACTERS:
        raise ValueError(
            f"an utterance of {len(utterance.text)} characters: ask for one sentence at a time, as"
            f" player.script.sentences cuts them (at most {MAX_UTTERANCE_CHARACTERS})"
        )


def _shortened(text: str) -> str:
    return text if len(text) <= 40 else text[:39].rstrip() + "…"
