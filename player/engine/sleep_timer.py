"""The sleep timer: how long the night may still go on, by what was heard or by the clock."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Protocol

from player.audio import RATE


class Timer(Protocol):
    """When the night is to be silent."""

    def left_s(self, frame: int, /) -> float:
        """Seconds until then, heard from ``frame`` on; ∞ where no timer runs."""
        ...

    def extend(self, seconds: float, frame: int, /) -> None:
        """So much later; where it had run out, or none ran, so long from now."""
        ...


class Countdown:
    """So many seconds of the night; a pause takes none of them."""

    def __init__(self, seconds: float = math.inf) -> None:
        self._until_s = seconds

    def left_s(self, frame: int, /) -> float:
        return self._until_s - frame / RATE

    def extend(self, seconds: float, frame: int, /) -> None:
        now_s = frame / RATE
        end_s = now_s if math.isinf(self._until_s) else max(self._until_s, now_s)
        self._until_s = end_s + seconds


class ByClock:
    """Until ``until``, in the seconds of the clock ``now``, whatever is heard meanwhile."""

    def __init__(self, until: float, now: Callable[[], float]) -> None:
        self._until, self._now = until, now

    def left_s(self, _frame: int, /) -> float:
        return self._until - self._now()

    def extend(self, seconds: float, _frame: int, /) -> None:
        self._until = max(self._until, self._now()) + seconds
