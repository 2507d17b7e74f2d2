"""What passes between a night and its desktop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum, auto
from typing import Protocol


class MediaKey(StrEnum):
    """What a listener asks of the desktop."""

    PLAY = auto()
    PAUSE = auto()
    TOGGLE = auto()
    NEXT = auto()
    PREVIOUS = auto()
    STOP = auto()


@dataclass(frozen=True, slots=True)
class NowPlaying:
    """What there is to know of a night."""

    title: str
    author: str = ""
    chapter: str = ""
    paused: bool = False
    heard_us: int = 0
    """How much of it has been heard, in microseconds."""


class CardPort(Protocol):
    """What the service on the bus needs of the card that it shows."""

    playing: NowPlaying
    wish: Callable[[MediaKey], None]

    def served(self, changed: Callable[[], None], end: Callable[[], None]) -> bool:
        """Take the two ways to reach the service; return False when the night is over."""
