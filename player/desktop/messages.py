"""Values that pass between a night and the desktop's process."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, auto


class MediaKey(StrEnum):
    """A media key, or a button on the desktop's card."""

    PLAY = auto()
    PAUSE = auto()
    TOGGLE = auto()
    NEXT = auto()
    PREVIOUS = auto()
    STOP = auto()


@dataclass(frozen=True, slots=True)
class NowPlaying:
    """State of a night, as the desktop shows it."""

    title: str
    author: str = ""
    chapter: str = ""
    paused: bool = False
    heard_us: int = 0
    """Position in microseconds."""
