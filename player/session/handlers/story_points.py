"""Points that the story may come to while it is told: they change the night's state."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from player.session.lookahead import UpcomingStep


class StoryPoint(Enum):
    """A point at which telling stops."""

    QUESTION = auto()
    END = auto()
    END_OF_LAST_PASSAGE = auto()
    """The passage is over in which the listener fell asleep."""
    END_OF_LAST_CHAPTER = auto()
    """As many chapters as were asked for have been told."""


@dataclass(frozen=True, slots=True)
class Reached:
    """Yielded by a handler in place of an action: the story has come to ``point``."""

    point: StoryPoint
    entry: UpcomingStep
    """The step at that point."""
