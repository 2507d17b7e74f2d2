"""The sleep timer: seconds until the night is silent, counted in sound or by the clock."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Protocol

from player.audio import RATE


class SleepTimer(Protocol):
    """A timer that can be read and extended."""

    def left_s(self, frame: int, /) -> float:
        """Return the seconds left at ``frame``; infinity if the timer is off."""
        ...

    def extend(self, seconds: float, frame: int, /) -> None:
        """Add ``seconds``; to the present moment, if the timer is off or has run out."""
        ...


class Countdown:
    """A timer that counts the sound given so far, so that a pause takes no time."""

    def __init__(self, seconds: float = math.inf) -> None:
        self._end_s = seconds

    def left_s(self, frame: int, /) -> float:
        """Return the seconds left at ``frame``; infinity if the timer is off."""
        return self._end_s - frame / RATE

    def extend(self, seconds: float, frame: int, /) -> None:
        """Add ``seconds``; to the present moment, if the timer is off or has run out."""
        now_s = frame / RATE
        end_s = now_s if math.isinf(self._end_s) else max(self._end_s, now_s)
        self._end_s = end_s + seconds


class ClockTimer:
    """A timer that ends at the time ``end_s`` of the clock ``now_s``, both in seconds."""

    def __init__(self, end_s: float, now_s: Callable[[], float]) -> None:
        self._end_s, self._now_s = end_s, now_s

    def left_s(self, _frame: int, /) -> float:
        """Return the seconds left by the clock."""
        return self._end_s - self._now_s()

    def extend(self, seconds: float, _frame: int, /) -> None:
        """Add ``seconds``; to the present moment, if the timer has run out."""
        self._end_s = max(self._end_s, self._now_s()) + seconds
