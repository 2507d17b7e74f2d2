"""Gains: those that move without a click, over a quantum or many; and those of a filter."""

from __future__ import annotations

import math

import numpy as np

from player.audio import QUANTUM, RATE, Samples

_UP: Samples = (np.arange(1, QUANTUM + 1) / QUANTUM).astype(np.float32)[:, None]


def ramp(x: Samples, before: float, after: float) -> Samples:
    """One quantum ``(QUANTUM, channels)`` times a gain that moves in a straight line.

    A gain that rests at 1 answers ``x`` itself, so that what is not touched stays exact.
    """
    if before != after:
        return x * (np.float32(before) + np.float32(after - before) * _UP)
    return x if after == 1.0 else x * np.float32(after)


class Glide:
    """A value on its way to a target along half a cosine, one quantum a step."""

    def __init__(self, value: float) -> None:
        self._from = self._to = self._value = value
        self._passed, self._length = 0, 0

    @property
    def target(self) -> float:
        """The value at the end of the ramp."""
        return self._to

    @property
    def value(self) -> float:
        return self._value

    @property
    def left(self) -> int:
        """Frames until the target is reached; 0 at rest."""
        return self._length - self._passed

    def jump(self, value: float) -> None:
        """Be there at once."""
        self._from = self._to = self._value = value
        self._passed = self._length = 0

    def to(self, target: float, frames: int) -> None:
        """Set out from wherever the value is now; arrive after ``frames`` (at least a quantum)."""
        self._from, self._to = self._value, target
        self._passed, self._length = 0, max(QUANTUM, frames)

    def step(self) -> tuple[float, float]:
        """The value at the start and at the end of the next quantum."""
        before = self._value
        if self._passed < self._length:
            self._passed = min(self._length, self._passed + QUANTUM)
            done = self._passed / self._length
            bend = 0.5 - 0.5 * math.cos(math.pi * done)
            self._value = self._to if done == 1.0 else self._from + (self._to - self._from) * bend
        return before, self._value


def frames(seconds: float) -> int:
    """Seconds to the nearest whole number of frames."""
    return round(seconds * RATE)
