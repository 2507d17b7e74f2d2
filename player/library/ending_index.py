"""An index of a story's endings by name. It is cached, since exploring a story takes seconds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from msgspec import Meta

from player.library.stories import Source
from player.storage.history import Night, ReachedEnding, short
from player.storage.state_files import read_state, write_state

_MAX_ENDINGS = 100_000


@dataclass(frozen=True, slots=True)
class NamedEnding:
    """An ending with its name on the map of its story."""

    name: str
    at: ReachedEnding


@dataclass(frozen=True, slots=True)
class EndingIndex:
    """The endings of one story."""

    endings: Annotated[tuple[NamedEnding, ...], Meta(max_length=_MAX_ENDINGS)]
    whole: bool = False
    """True if every branch was explored, so that no ending is missing."""

    def find(self, reached: ReachedEnding) -> NamedEnding | None:
        """Return the ending that a night came to.

        If its words have changed since, it is found by its path, if that has one ending only.
        """
        candidates = [ending for ending in self.endings if ending.at.path == reached.path]
        for ending in candidates:
            if ending.at == reached:
                return ending
        return candidates[0] if len(candidates) == 1 else None

    def unheard(self, nights: Sequence[Night]) -> tuple[NamedEnding, ...]:
        """Return the endings that none of ``nights`` came to."""
        reached = [self.find(night.ending) for night in nights if night.ending]
        return tuple(ending for ending in self.endings if ending not in reached)


def endings_of(
    source: Source, cache: Path, on_exploring: Callable[[], None] = lambda: None
) -> EndingIndex:
    """Return the endings of a story. Raises ``InputError`` if the story cannot be read.

    ``cache`` is the folder of ``storage.paths``; ``on_exploring`` is called before work that takes
    seconds.
    """
    path = cache / "endings" / f"{source.open().digest[:32]}.json"
    with suppress(OSError, ValueError):
        return read_state(path, EndingIndex)
    on_exploring()
    index = _explored(source)
    with suppress(OSError):  # without a cache, it is explored again another time
        write_state(path, index)
    return index


def _explored(source: Source) -> EndingIndex:
    from player.branches import explore
    from player.branches.naming import ending_name

    survey, knots = explore(source.open), source.open().knots
    endings = [
        NamedEnding(
            ending_name(survey, number),
            ReachedEnding(short(ending.path), short(ending.last_line)),
        )
        for number, ending in enumerate(survey.endings)
    ]
    order = {knot: number for number, knot in enumerate(knots)}
    endings.sort(key=lambda ending: order.get(ending.at.path, len(order)))
    return EndingIndex(tuple(endings), survey.exhaustive)
