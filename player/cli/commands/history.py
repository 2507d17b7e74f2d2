"""``dreamers nights``: the listening history, and the endings still unheard."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

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

if TYPE_CHECKING:
    from rich.console import RenderableType

_MAX_ROWS = 20  # nights of a story on a terminal

Row = tuple[str, str, str, str]
_HEAD: Row = ("night", "heard", "chapters", "how it ended")


@dataclass(frozen=True, slots=True)
class _StoryNights:
    """The nights of a story, and its endings if the story can still be read."""

    history: History
    endings: EndingIndex | None


def nights(story: str | None, as_json: bool, forget: bool) -> None:
    """Print the nights of ``story``, or of every story; or delete those of ``story``."""
    if forget:
        _forget(story)
        return
    histories = all_nights(home().state) if story is None else [_history(story)]
    stories = [_StoryNights(history, _endings(history)) for history in histories]
    if as_json:
        entries = [_as_json(story_nights) for story_nights in stories]
        print_result(json_text({"schema": SCHEMA, "stories": entries}))
    elif not stories:
        print_result("No nights yet: dreamers play")
    elif sys.stdout.isatty():
        _paint(stories)
    else:
        print_result("\n\n".join("\n".join(_plain(story_nights)) for story_nights in stories))


def _forget(story: str | None) -> None:
    if story is None:
        raise UsageError("nights: --forget deletes one story's nights: name the story")
    history = _history(story)
    path = nights_path(home().state, history.story, history.origin)
    try:
        count = forget_nights(path)
    except OSError as error:
        raise OutputError(f"nights: {path} cannot be deleted: {error.strerror}.") from None
    print_result(
        f"{_count(count)} of {clean(history.title)} deleted." if count else _no_nights(history)
    )


def _history(story: str) -> History:
    """Return the nights of ``story``, whose file may be gone."""
    if story in bundled_stories():
        name, origin = story, story
    else:
        path = Path(story)
        name, origin = split_extension(path.name)[0], str(path.resolve())
    history = load_nights(nights_path(home().state, name, origin))
    if history is None:
        find_story(story)  # a story that does not exist is an error, one without nights is not
    return history or History(name, origin, name)


def _endings(history: History) -> EndingIndex | None:
    """Return the endings of the story, or None if it is gone or cannot be read."""
    if not history.nights:
        return None
    try:
        return endings_of(
            find_story(history.origin),
            home().cache,
            on_exploring=lambda: print_notice(
                f"Looking for the endings of {history.title}, this once …"
            ),
        )
    except DreamersError:
        return None


def _as_json(story_nights: _StoryNights) -> dict[str, Any]:
    entry = nights_json(story_nights.history)
    del entry["schema"]
    index = story_nights.endings
    if index is None:
        return {**entry, "endings": None}
    unheard = index.unheard(story_nights.history.nights)
    endings = [
        {
            "name": ending.name,
            "path": ending.at.path,
            "last": ending.at.last,
            "heard": ending not in unheard,
        }
        for ending in index.endings
    ]
    return {**entry, "endings": endings, "every_ending": index.whole}


# -- as text --------------------------------------------------------------------------------------


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
    ending = endings.find(night.ending) if endings and night.ending else None
    return f"to the end: {clean(ending.name)}" if ending else "to the end"


def _endings_sentence(story_nights: _StoryNights) -> str:
    """Return a sentence about the endings still unheard."""
    index, nights = story_nights.endings, story_nights.history.nights
    if index is None or not index.endings or not nights:
        return ""
    unheard, count = index.unheard(nights), len(index.endings)
    names = ", ".join(clean(ending.name) for ending in unheard)
    scope = "" if index.whole else ", as far as it was walked"
    sentence = f"{count - len(unheard)} of {count} endings heard{scope}."
    return f"{sentence} Still unheard: {names}." if unheard else sentence


def _no_nights(history: History) -> str:
    return f"{clean(history.title)}: no nights yet."


def _count(number: int) -> str:
    return "1 night" if number == 1 else f"{number} nights"


def _plain(story_nights: _StoryNights) -> Iterator[str]:
    """Yield the history as rows of text, one per night."""
    history = story_nights.history
    if not history.nights:
        yield _no_nights(history)
        return
    rows = [_row(night, story_nights.endings) for night in history.nights]
    widths = [max(map(columns, column)) for column in zip(*rows, strict=True)]
    yield clean(history.title)
    for row in rows:
        cells = (
            cell + " " * (width - columns(cell)) for cell, width in zip(row, widths, strict=True)
        )
        yield f"  {'  '.join(cells)}".rstrip()
    yield from filter(None, [_endings_sentence(story_nights)])


def _paint(stories: Sequence[_StoryNights]) -> None:
    """Print the history on a terminal, in calm colours."""
    from rich.console import Console

    console = Console(highlight=False)
    with console.capture() as capture:  # rich itself refuses characters that a code page lacks
        for story_nights in stories:
            console.print(*_painted(story_nights), sep="\n")
    print_result(capture.get().removesuffix("\n"), painted=True)


def _painted(story_nights: _StoryNights) -> Iterator[RenderableType]:
    """Yield the parts of a story's history, to be printed below one another."""
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    history = story_nights.history
    if not history.nights:
        yield Text(_no_nights(history))
        return
    yield Text(clean(history.title), style="color(137)")
    earlier = len(history.nights) - _MAX_ROWS
    if earlier > 0:
        yield Text(f"  … {_count(earlier)} before (--json has all)", style="dim")
    table = Table(box=None, header_style="color(240)", padding=(0, 2, 0, 0))
    for name in _HEAD:
        table.add_column(name, no_wrap=name in _HEAD[:2])
    for night in history.nights[-_MAX_ROWS:]:
        table.add_row(*(Text(cell) for cell in _row(night, story_nights.endings)))
    yield Padding(table, (0, 0, 0, 2))
    if sentence := _endings_sentence(story_nights):
        yield Text(sentence, style="color(137)")
    yield Text()
