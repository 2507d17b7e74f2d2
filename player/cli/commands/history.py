"""``dreamers nights``: the listening history, and the endings still unheard."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from player.cli.console import print_notice, print_result
from player.errors import DreamersError, OutputError, UsageError
from player.library.ending_index import EndingIndex, endings_of
from player.library.stories import bundled_stories, find_story, split_extension
from player.storage.history import (
    History,
    Night,
    Outcome,
    all_nights,
    forget_nights,
    load_nights,
    nights_json,
    nights_path,
)
from player.storage.paths import home
from player.storage.state_files import SCHEMA
from player.terminal_text import clean, columns, json_text

_SHOWN = 20  # nights of a story on a terminal: what a glance takes in

Row = tuple[str, str, str, str]
_HEAD: Row = ("night", "heard", "chapters", "how it ended")


@dataclass(frozen=True, slots=True)
class _Told:
    """A story's nights, with its endings if the story can still be read."""

    history: History
    endings: EndingIndex | None


def nights(story: str | None, as_json: bool, forget: bool) -> None:
    """Print the nights of ``story``, or of every story; or delete those of ``story``."""
    if forget:
        _forget(story)
        return
    histories = all_nights(home().state) if story is None else [_history(story)]
    told = [_Told(history, _endings(history)) for history in histories]
    if as_json:
        stories = [_as_json(one) for one in told]
        print_result(json_text({"schema": SCHEMA, "stories": stories}))
    elif not told:
        print_result("No nights yet: dreamers play")
    elif sys.stdout.isatty():
        _paint(told)
    else:
        print_result("\n\n".join("\n".join(_plain(one)) for one in told))


def _forget(story: str | None) -> None:
    if story is None:
        raise UsageError("nights: --forget deletes one story's nights: name the story")
    history = _history(story)
    path = nights_path(home().state, history.story, history.origin)
    try:
        count = forget_nights(path)
    except OSError as error:
        raise OutputError(f"nights: {path} cannot be deleted: {error.strerror}.") from None
    print_result(f"{_count(count)} of {clean(history.title)} deleted." if count else _none(history))


def _history(story: str) -> History:
    """Return the nights of ``story``, whose file may be gone."""
    if story in bundled_stories():
        name, origin = story, story
    else:
        path = Path(story)
        name, origin = split_extension(path.name)[0], str(path.resolve())
    known = load_nights(nights_path(home().state, name, origin))
    if known is None:
        find_story(story)  # no such story at all is another thing than one that nobody heard
    return known or History(name, origin, name)


def _endings(history: History) -> EndingIndex | None:
    """Return the endings of the story, or None if it is gone or cannot be read."""
    if not history.nights:
        return None
    try:
        return endings_of(
            find_story(history.origin),
            home().cache,
            exploring=lambda: print_notice(
                f"Looking for the endings of {history.title}, this once …"
            ),
        )
    except DreamersError:
        return None


def _as_json(told: _Told) -> dict[str, Any]:
    found = nights_json(told.history)
    del found["schema"]
    if told.endings is None:
        return {**found, "endings": None}
    unheard = told.endings.unheard(told.history.nights)
    endings = [
        {"name": one.name, "path": one.at.path, "last": one.at.last, "heard": one not in unheard}
        for one in told.endings.endings
    ]
    return {**found, "endings": endings, "every_ending": told.endings.whole}


# -- in words -------------------------------------------------------------------------------------


def _row(night: Night, endings: EndingIndex | None) -> Row:
    chapters = [clean(chapter) for chapter in (*night.chapters[:1], *night.chapters[-1:])]
    return (
        f"{night.local:%a %d %b %Y %H:%M}",
        _minutes(night.seconds),
        " to ".join(dict.fromkeys(chapters)),
        _ended(night, endings),
    )


def _minutes(seconds: float) -> str:
    return f"{round(seconds / 60)} min" if seconds >= 45.0 else "under 1 min"


def _ended(night: Night, endings: EndingIndex | None) -> str:
    if night.how is not Outcome.END:
        where = f" in {clean(night.chapters[-1])}" if night.chapters else ""
        return f"{night.how.value}{where}"
    named = endings.find(night.ending) if endings and night.ending else None
    return f"to the end: {clean(named.name)}" if named else "to the end"


def _after(told: _Told) -> str:
    """Return a sentence about the endings still unheard."""
    if told.endings is None or not told.history.nights:
        return ""
    known, unheard = told.endings.endings, told.endings.unheard(told.history.nights)
    if not known:
        return ""
    names = ", ".join(clean(one.name) for one in unheard)
    more = "" if told.endings.whole else ", as far as it was walked"
    heard = f"{len(known) - len(unheard)} of {len(known)} endings heard{more}"
    return f"{heard}. Still unheard: {names}." if unheard else f"{heard}."


def _none(history: History) -> str:
    return f"{clean(history.title)}: no nights yet."


def _count(number: int) -> str:
    return "1 night" if number == 1 else f"{number} nights"


def _plain(told: _Told) -> Iterator[str]:
    """Return the history as rows of text, one per night."""
    history = told.history
    if not history.nights:
        yield _none(history)
        return
    rows = [_row(night, told.endings) for night in history.nights]
    widths = [max(map(columns, column)) for column in zip(*rows, strict=True)]
    yield clean(history.title)
    for row in rows:
        cells = (
            cell + " " * (width - columns(cell)) for cell, width in zip(row, widths, strict=True)
        )
        yield f"  {'  '.join(cells)}".rstrip()
    yield from filter(None, [_after(told)])


def _paint(told: Sequence[_Told]) -> None:
    """Print the history on a terminal, in calm colours."""
    from rich.console import Console
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)
    for one in told:
        history = one.history
        if not history.nights:
            console.print(Text(_none(history)))
            continue
        console.print(Text(clean(history.title), style="color(137)"))
        earlier = len(history.nights) - _SHOWN
        if earlier > 0:
            console.print(Text(f"  … {_count(earlier)} before (--json has all)", style="dim"))
        table = Table(box=None, header_style="color(240)", padding=(0, 2, 0, 0))
        for name in _HEAD:
            table.add_column(name, no_wrap=name in _HEAD[:2])
        for night in history.nights[-_SHOWN:]:
            table.add_row(*(Text(cell) for cell in _row(night, one.endings)))
        console.print(Padding(table, (0, 0, 0, 2)))
        if after := _after(one):
            console.print(Text(after, style="color(137)"))
        console.print()
