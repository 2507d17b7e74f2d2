"""The endings of a story by name, walked once and then kept: a walk takes seconds."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from player.library.stories import Source
from player.storage import json_fields
from player.storage.atomic_write import write_whole
from player.storage.history import Night, Reached, short

SCHEMA = 1
_MOST = 100_000


@dataclass(frozen=True, slots=True)
class Named:
    """An ending, named as on the map of its story."""

    name: str
    at: Reached


@dataclass(frozen=True, slots=True)
class Endings:
    """Those of one story."""

    known: tuple[Named, ...]
    whole: bool
    """Whether the walk came everywhere, so that there are no others."""

    def find(self, reached: Reached) -> Named | None:
        """The one that a night came to; by its place alone where the words were changed since."""
        there = [named for named in self.known if named.at.path == reached.path]
        return next((named for named in there if named.at == reached), None) or (
            there[0] if len(there) == 1 else None
        )

    def unheard(self, nights: Sequence[Night]) -> tuple[Named, ...]:
        """Those that none of ``nights`` came to."""
        heard = [self.find(night.ending) for night in nights if night.ending]
        return tuple(named for named in self.known if named not in heard)


def endings_of(source: Source, cache: Path, walking: Callable[[], None] = lambda: None) -> Endings:
    """The endings of a story; raises ``InputError`` where it cannot be begun.

    ``cache`` is the folder of ``player.storage.paths``; ``walking`` is called where it takes a
    while.
    """
    path = cache / "endings" / f"{source.open().digest[:32]}.json"
    with suppress(OSError, ValueError):
        return _read(json_fields.read_file(path))
    walking()
    found = _walked(source)
    with suppress(OSError):  # then it is walked again another time
        named = [asdict(one) for one in found.known]
        write_whole(path, json.dumps({"schema": SCHEMA, "whole": found.whole, "endings": named}))
    return found


def _walked(source: Source) -> Endings:
    from player.branches import explore
    from player.branches.naming import ending_name

    found, knots = explore(source.open), source.open().knots
    known = [
        Named(ending_name(found, number), Reached(short(ending.path), short(ending.last_line)))
        for number, ending in enumerate(found.endings)
    ]
    order = {knot: number for number, knot in enumerate(knots)}
    known.sort(key=lambda named: order.get(named.at.path, len(order)))
    return Endings(tuple(known), found.exhaustive)


def _read(found: dict[str, Any]) -> Endings:
    if found.get("schema") != SCHEMA:
        raise ValueError("another version's")
    known = (
        _named(json_fields.table(one)) for one in json_fields.items(found.get("endings"), _MOST)
    )
    return Endings(tuple(known), found.get("whole") is True)


def _named(found: dict[str, Any]) -> Named:
    at = json_fields.table(found.get("at"))
    reached = Reached(json_fields.text(at.get("path")), json_fields.text(at.get("last")))
    return Named(json_fields.text(found.get("name")), reached)
