"""Gains that change without a click: in a straight line, or along half a cosine."""

from __future__ import annotations

import math

import numpy as np

from player.audio import QUANTUM, RATE, Samples

_RISE: Samples = (np.arange(1, QUANTUM + 1) / QUANTUM).astype(np.float32)[:, None]


def ramp(x: Samples, start: float, end: float) -> Samples:
    """Return a quantum ``(QUANTUM, channels)`` times a gain that moves in a straight line.

    A gain of 1 throughout returns ``x`` itself: untouched samples stay exact.
    """
    if start != end:
        return x * (np.float32(start) + np.float32(end - start) * _RISE)
    return x if end == 1.0 else x * np.float32(end)


class CosineRamp:
    """A value that moves to its target along half a cosine, one quantum per step."""

    def __init__(self, value: float) -> None:
        self._start = self._target = self._value = value
        self._passed, self._length = 0, 0  # frames

    @property
    def target(self) -> float:
        """The value at the end of the ramp."""
        return self._target

    @property
    def value(self) -> float:
        """The present value."""
        return self._value

    @property
    def remaining(self) -> int:
        """Frames until the target is reached; 0 at rest."""
        return self._length - self._passed

    def jump_to(self, value: float) -> None:
        """Set the value at once, where nothing sounds yet: a step in a gain is a click."""
        self._start = self._target = self._value = value
        self._passed = self._length = 0

    def move_to(self, target: float, frames: int) -> None:
        """Start from the present value; arrive after ``frames``, at least a quantum."""
        self._start, self._target = self._value, target
        self._passed, self._length = 0, max(QUANTUM, frames)

    def step(self) -> tuple[float, float]:
        """Advance by a quantum; return the value at its start and at its end."""
        before = self._value
        if self._passed < self._length:
            self._passed = min(self._length, self._passed + QUANTUM)
            part = self._passed / self._length
            bend = 0.5 - 0.5 * math.cos(math.pi * part)
            way = self._target - self._start
            self._value = self._target if part == 1.0 else self._start + way * bend
        return before, self._value


def to_frames(seconds: float) -> int:
    """Convert seconds to the nearest whole number of frames."""
    return round(seconds * RATE)
