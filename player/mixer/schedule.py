"""Sounds placed on the mixer's time line."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from player.audio import QUANTUM, Samples, fade


@dataclass(frozen=True, slots=True, eq=False)
class ScheduledSound:
    """Samples ``(frames,)`` or ``(frames, 2)`` that begin at frame ``start``, times ``gain``."""

    start: int
    samples: Samples
    gain: float = 1.0

    @property
    def end(self) -> int:
        """The frame after the last one."""
        return self.start + len(self.samples)


class Schedule:
    """Sounds of one shape that are due or sounding; finished ones are removed."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        """Take the shape of a quantum: ``(QUANTUM,)`` for speech, ``(QUANTUM, 2)`` for sounds."""
        self._shape = shape
        self._sounds: list[ScheduledSound] = []
        self.started_until = -math.inf
        """End of the latest sound among those that have started; −inf before the first."""

    def add(self, samples: Samples, start: int, gain: float = 1.0) -> None:
        """Schedule a sound.

        The samples are not copied: a copy of a recording of minutes would delay the mix.
        """
        if len(samples):
            self._sounds.append(ScheduledSound(start, samples, gain))

    @property
    def until(self) -> float:
        """End of the last sound, started or not; −inf before the first."""
        return max((sound.end for sound in self._sounds), default=self.started_until)

    def next_start(self, frame: int) -> float:
        """Return the start of the next sound at or after ``frame``; +inf if there is none."""
        starts = (sound.start for sound in self._sounds if sound.start >= frame)
        return min(starts, default=math.inf)

    def hush(self, frame: int, length: int) -> None:
        """Fade out the sounds playing at ``frame`` over ``length`` frames and drop all others."""
        tails = [
            (sound.samples[frame - sound.start :][:length], sound.gain)
            for sound in self._sounds
            if sound.start < frame < sound.end
        ]
        self._sounds = [
            ScheduledSound(frame, fade(tail, 0, len(tail)), gain) for tail, gain in tails
        ]
        end = max((sound.end for sound in self._sounds), default=frame)
        self.started_until = min(self.started_until, end)

    def quantum(self, frame: int) -> Samples | None:
        """Return the sum of all sounds in ``[frame, frame + QUANTUM)``; None for silence.

        Successive calls must move forward in time.
        """
        stop = frame + QUANTUM
        started = [sound for sound in self._sounds if sound.start < stop]
        if not started:
            return None
        out = np.zeros(self._shape, dtype=np.float32)
        for sound in started:
            first = max(frame, sound.start)
            piece = sound.samples[first - sound.start : stop - sound.start]
            if sound.gain != 1.0:
                piece = piece * np.float32(sound.gain)
            out[first - frame : first - frame + len(piece)] += piece
            self.started_until = max(self.started_until, sound.end)
        self._sounds = [sound for sound in self._sounds if sound.end > stop]
        return out
