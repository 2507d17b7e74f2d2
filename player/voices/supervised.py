"""A voice that speaks in child processes, and goes on speaking whatever happens to them.

A process that dies, or is not done with a sentence in its time, is started again and asked for
everything that it still owed, the same sentence first. Every sentence has its own seed, so what it
says then is what it would have said; and so two processes may share the work.

A sentence that a process dies of three times is left silent, for as long as it would have lasted,
and ``trouble`` says so. Being killed from outside is not the sentence's fault, and not counted.
"""

from __future__ import annotations  # Clip is not imported here: see below

import signal
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from player.errors import UnavailableError
from player.script.utterance import Utterance
from player.voices import framing
from player.voices.sentence_queue import SentenceQueue
from player.voices.worker_client import VoiceProcess

if TYPE_CHECKING:  # numpy is imported while the child starts, not before it
    from player.audio import Clip

_IN_FLIGHT = 2  # sentences at one process: it never waits for the player
_KILLED = (-signal.SIGTERM, -getattr(signal, "SIGKILL", signal.SIGTERM))
LONGEST = 2_000  # characters of an utterance


@dataclass(frozen=True, slots=True)
class VoiceLimits:
    """How long a voice is waited for, and how often it is started again."""

    start_s: float = 40.0
    """To be ready, on a slow disk."""
    sentence_s: float = 10.0
    """For one sentence, and …"""
    character_s: float = 0.1
    """… for each of its characters."""
    tries: int = 3
    """Failures of one sentence before it is left silent."""
    deaths: int = 6
    """Processes in a row that end before they are ready, or with nothing to do."""
    kills: int = 40
    """Processes in a row that are killed from outside before they finish a sentence."""
    longest_pause_s: float = 1.0
    """Between two starts; the first pause is a thirty-second of it, and each is twice the last."""


class _Worker:
    """A place for one process after another."""

    def __init__(self) -> None:
        self.process: VoiceProcess | None = None
        self.since = 0.0  # when its present work began
        self.due = 0.0  # when it may be started
        self.ends = 0  # since the last finished sentence


class SupervisedVoice:
    """A :class:`~player.voices.Speech` by child processes. Its methods are for one thread."""

    def __init__(
        self,
        command: Sequence[str],
        hello: framing.Header,
        workers: int = 1,
        patience: VoiceLimits = VoiceLimits(),
    ) -> None:
        self._command, self._hello, self._patience = command, hello, patience
        self._lock = threading.Condition(threading.RLock())
        self._workers = [_Worker() for _ in range(workers)]
        self._failures: Counter[Utterance] = Counter()
        self._silenced: list[tuple[Utterance, str]] = []
        self._unavailable: str | None = None
        self._started = False
        self._in_vain = 0.0  # of one: how much of the patience is spent, since the last clip
        self._closed = False
        self._backlog = SentenceQueue()
        with self._lock:
            for worker in self._workers:
                self._start(worker)
        self._keeper = threading.Thread(target=self._keep, name="voice", daemon=True)
        self._keeper.start()

    @property
    def pids(self) -> tuple[int, ...]:
        """The processes that are running now."""
        return tuple(worker.process.pid for worker in self._workers if worker.process)

    @property
    def trouble(self) -> str | None:
        """One sentence about what had to be left silent so far; ``None`` on a good night."""
        if not self._silenced:
            return None
        utterance, why = self._silenced[0]
        more = len(self._silenced) - 1
        others = f" and {more} more" if more else ""
        return (
            f"The voice could not say “{_shortened(utterance.text)}”{others}, which stayed silent"
            f" ({why}); another one may: --voice."
        )

    def request(self, utterance: Utterance) -> None:
        """Have it spoken ahead."""
        _check(utterance)
        with self._lock:
            self._backlog.ask(utterance)
            self._lock.notify_all()

    def take(self, utterance: Utterance, wait: bool) -> Clip | None:
        """The clip; without ``wait``, ``None`` as long as it is not there.

        ``UnavailableError`` where the voice cannot start at all.
        """
        _check(utterance)
        with self._lock:
            while (clip := self._backlog.take(utterance)) is None:
                if self._unavailable or self._closed:
                    raise UnavailableError(self._unavailable or "The voice has been closed.")
                self._lock.notify_all()
                if not wait:
                    return None
                self._lock.wait(0.5)  # Windows: a wait without an end hears no Ctrl-C
            return clip

    def close(self) -> None:
        """End the processes."""
        with self._lock:
            self._closed = True
            self._lock.notify_all()
            running = [worker.process for worker in self._workers if worker.process]
        for process in running:
            process.close()
        self._keeper.join(1.0)

    # -- the keeper's thread: starts processes, feeds them, and minds the time --------------------

    def _keep(self) -> None:
        with self._lock:
            while not self._closed and not self._unavailable:
                now = time.monotonic()
                for worker in self._workers:
                    self._attend(worker, now)
                self._lock.wait(self._next_look(now))

    def _attend(self, worker: _Worker, now: float) -> None:
        if worker.process is None:
            if now < worker.due:
                return
            self._start(worker)
        process = worker.process
        assert process is not None
        if now > self._deadline(worker) and not process.overdue:
            process.overdue = True
            process.kill()
        while len(process.asked) < _IN_FLIGHT and (utterance := self._backlog.next()):
            if not process.asked and process.ready:
                worker.since = now
            process.say(utterance)

    def _start(self, worker: _Worker) -> None:
        worker.since = time.monotonic()
        worker.process = VoiceProcess(self._command, self._hello, self._on_frame, self._on_end)

    def _deadline(self, worker: _Worker) -> float:
        """When the process is late with what it does now; never, where it does nothing."""
        process = worker.process
        if process is None or (process.ready and not process.asked):
            return float("inf")
        if not process.ready:
            return worker.since + self._patience.start_s
        length = len(process.asked[0][1].text)
        return worker.since + self._patience.sentence_s + length * self._patience.character_s

    def _next_look(self, now: float) -> float | None:
        times = [worker.due for worker in self._workers if worker.process is None]
        times += [
            self._deadline(worker)
            for worker in self._workers
            if worker.process and not worker.process.overdue
        ]
        nearest = min(times, default=float("inf"))
        return None if nearest == float("inf") else max(0.001, nearest - now + 0.001)

    # -- the processes' threads: what they say, and their end -------------------------------------

    def _on_frame(self, process: VoiceProcess, header: framing.Header, payload: bytes) -> None:
        with self._lock:
            worker = self._worker_of(process)
            if worker is None:
                return
            worker.since = time.monotonic()
            match header:
                case {"op": "ready"}:
                    process.ready = self._started = True
                case {"op": "unavailable", "why": str(why)}:
                    self._unavailable = why
                case {"op": "clip", "id": int(number)} if _is_next(process, number):
                    clip = _clip(payload)
                    self._receive(worker, process.asked.popleft()[1], clip)
                case {"op": "failed", "id": int(number), "why": str(why)} if _is_next(
                    process, number
                ):
                    _, utterance = process.asked.popleft()
                    self._blame(utterance, why)
                    self._backlog.give_back([utterance])
                case _:
                    raise framing.BrokenFrame(f"{str(header)[:80]}")
            self._lock.notify_all()

    def _receive(self, worker: _Worker, utterance: Utterance, clip: Clip) -> None:
        self._in_vain, worker.ends = 0.0, 0
        del self._failures[utterance]
        self._backlog.deliver(utterance, clip)

    def _on_end(self, process: VoiceProcess) -> None:
        with self._lock:
            worker = self._worker_of(process)
            if worker is None or self._closed:
                return
            said = process.nonsense or process.last_words or "it stopped"
            why = "it took too long" if process.overdue else said
            killed = process.exit_code in _KILLED and not (process.overdue or process.nonsense)
            if process.ready and process.asked and not killed:
                self._blame(process.asked[0][1], why)
            else:
                self._in_vain += 1 / (self._patience.kills if killed else self._patience.deaths)
            self._backlog.give_back(utterance for _, utterance in process.asked)
            worker.process = None
            pause = self._patience.longest_pause_s * min(1.0, 2.0**worker.ends / 32)
            worker.due = time.monotonic() + (pause if worker.ends else 0.0)
            worker.ends += 1
            if self._in_vain >= 0.999:
                self._give_up(why)
            self._lock.notify_all()

    def _give_up(self, why: str) -> None:
        """No process comes to anything: no voice at all, or from now on sentence by sentence."""
        if not self._started:
            self._unavailable = f"The voice does not start ({why}); `dreamers doctor` says more."
            return
        self._in_vain -= 1 / self._patience.deaths  # each further end costs one more sentence
        utterance = self._backlog.next()
        if utterance is not None:
            self._silence(utterance, why)

    def _blame(self, utterance: Utterance, why: str) -> None:
        self._failures[utterance] += 1
        if self._failures[utterance] >= self._patience.tries:
            self._silence(utterance, why)

    def _silence(self, utterance: Utterance, why: str) -> None:
        from player.voices.silent import silent_clip

        del self._failures[utterance]
        self._silenced.append((utterance, why))
        self._backlog.deliver(utterance, silent_clip(utterance))

    def _worker_of(self, process: VoiceProcess) -> _Worker | None:
        return next((worker for worker in self._workers if worker.process is process), None)


def _is_next(process: VoiceProcess, number: int) -> bool:
    """Return whether ``number`` is what a process owes first: a voice answers in order."""
    return bool(process.asked) and process.asked[0][0] == number


def _clip(payload: bytes) -> Clip:
    """Return the clip in a frame; raises ``framing.BrokenFrame`` where it is no sound.

    A number that is none would stay in the mixer's filters, and silence the rest of the night.
    """
    import numpy as np

    from player.audio import Clip

    if len(payload) % 4:
        raise framing.BrokenFrame(f"a clip of {len(payload)} bytes")
    samples = np.frombuffer(payload, dtype=np.float32)
    if not np.isfinite(samples).all():
        raise framing.BrokenFrame("a clip of no numbers")
    return Clip(samples)


def _check(utterance: Utterance) -> None:
    if len(utterance.text) > LONGEST:
        raise ValueError(
            f"an utterance of {len(utterance.text)} characters: ask for one sentence at a time, as"
            f" player.script.sentences cuts them (at most {LONGEST})"
        )


def _shortened(text: str) -> str:
    return text if len(text) <= 40 else text[:39].rstrip() + "…"
