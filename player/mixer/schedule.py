"""A schedule of sounds: arrays placed on the mixer's time line."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from player.audio import QUANTUM, Samples, fade


@dataclass(frozen=True, slots=True, eq=False)
class ScheduledSound:
    """Samples ``(n,)`` or ``(n, 2)`` that sound from frame ``start`` on, times ``gain``."""

    start: int
    samples: Samples
    gain: float = 1.0

    @property
    def end(self) -> int:
        return self.start + len(self.samples)


class Schedule:
    """Sounds waiting or sounding, of one shape; what has sounded is forgotten."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        """``shape``: one quantum's, ``(QUANTUM,)`` for speech or ``(QUANTUM, 2)``."""
        self._shape = shape
        self._waiting: list[ScheduledSound] = []
        self.begun_until = -math.inf
        """End of the latest sound among those that have begun; −inf before the first."""

    def add(self, samples: Samples, at: int, gain: float = 1.0) -> None:
        """Keeps the samples as they are: minutes of them must not be copied in one go."""
        if len(samples):
            self._waiting.append(ScheduledSound(at, samples, gain))

    @property
    def until(self) -> float:
        """End of the last sound, begun or not; −inf before the first."""
        return max((s.end for s in self._waiting), default=self.begun_until)

    def next_start(self, frame: int) -> float:
        """Return where the next sound at or after ``frame`` begins; +inf if there is none."""
        return min((s.start for s in self._waiting if s.start >= frame), default=math.inf)

    def hush(self, frame: int, length: int) -> None:
        """Fade out what sounds at ``frame`` over ``length`` frames, and drop the rest."""
        sounding = [s for s in self._waiting if s.start < frame < s.end]
        tails = [(s.samples[frame - s.start :][:length], s.gain) for s in sounding]
        self._waiting = [
            ScheduledSound(frame, fade(tail, 0, len(tail)), gain) for tail, gain in tails
        ]
        self.begun_until = min(self.begun_until, max((s.end for s in self._waiting), default=frame))

    def quantum(self, frame: int) -> Samples | None:
        """The sum of what sounds in ``[frame, frame + QUANTUM)``; None where nothing does."""
        stop = frame + QUANTUM
        begun = [s for s in self._waiting if s.start < stop]
        if not begun:
            return None
        out = np.zeros(self._shape, dtype=np.float32)
        for sound in begun:
            first = max(frame, sound.start)
            piece = sound.samples[first - sound.start : stop - sound.start]
            if sound.gain != 1.0:
                piece = piece * np.float32(sound.gain)
            out[first - frame : first - frame + len(piece)] += piece
            self.begun_until = max(self.begun_until, sound.end)
        self._waiting = [s for s in self._waiting if s.end > stop]
        return out
