"""The nights of each story: what was heard when, how far, and how it ended.

One small JSON file a story, written by ``nightlog`` while a night runs.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from pathlib import Path
from typing import Any

from player.storage import json_fields
from player.storage.atomic_write import set_aside, write_whole
from player.storage.bookmarks import story_file

SCHEMA = 1
MOST_NIGHTS = 400
"""Kept of one story: more than a year. The oldest go first."""

MOST_CHAPTERS, MOST_ANSWERS = 60, 120
"""Kept of one night; of more, the last."""

_MOST_TEXT = 200  # characters of an answer, a title, an ending's last words
_MOST_NUMBER = 2**1024
_DAY_S = 86_399


class How(StrEnum):
    """How a night ended."""

    END = "end"
    """The story was heard to its end."""
    ASLEEP = "asleep"
    """Nobody answered any more, or only the bed was wanted."""
    TIMER = "sleep timer"
    STOPPED = "stopped"
    """The listener left, or the system asked the player to."""
    BROKEN_OFF = "broken off"
    """Nobody wrote down an end: the power, the battery, a fault."""


@dataclass(frozen=True, slots=True)
class Given:
    """An answer that was given; ``index`` counts from 0."""

    text: str
    index: int


@dataclass(frozen=True, slots=True)
class Reached:
    """An ending: where it stands, and its last words. (``walk.Ending`` has the same two.)"""

    path: str
    last: str


@dataclass(frozen=True, slots=True)
class Night:
    """One night of one story."""

    key: str
    """Its own, so that two nights at once do not take each other's place."""
    began: datetime
    """In UTC."""
    ended: datetime
    """In UTC: when it ended, or was written down last."""
    utc_offset_s: int
    """What the clock on the wall was ahead of UTC."""
    seed: int
    voice: str
    digest: str
    """Of the story's text."""
    seconds: float = 0.0
    """Of what was heard, pauses left out, until the voice was done."""
    chapters: tuple[str, ...] = ()
    answers: tuple[Given, ...] = ()
    how: How = How.BROKEN_OFF
    ending: Reached | None = None

    @property
    def local(self) -> datetime:
        """When it began, by the clock on the wall."""
        return self.began.astimezone(timezone(timedelta(seconds=self.utc_offset_s)))


@dataclass(frozen=True, slots=True)
class History:
    """All that is known of the nights of a story, oldest first."""

    story: str
    """Its name, without the ending of its file."""
    origin: str
    """A bundled story's name, or the full path."""
    title: str
    nights: tuple[Night, ...] = ()


def nights_path(state: Path, story: str, origin: str) -> Path:
    """The history's file; ``state`` is the folder of ``player.storage.paths``."""
    return story_file(state / "nights", story, origin)


def load_nights(path: Path) -> History | None:
    """The history in a file; ``None`` where there is none, or none that can be read (it is set
    aside)."""
    try:
        return _load(path)
    except OSError:
        return None


def all_nights(state: Path) -> list[History]:
    """The histories of all stories, the one that was heard last at the end."""
    with suppress(OSError):
        found = [load_nights(path) for path in sorted((state / "nights").glob("*.json"))]
        told = [history for history in found if history and history.nights]
        return sorted(told, key=lambda history: history.nights[-1].began)
    return []


def forget_nights(path: Path) -> int:
    """Delete a history; answers how many nights it had. Raises ``OSError``."""
    known = load_nights(path)
    for one in (path, path.with_suffix(".unreadable")):
        one.unlink(missing_ok=True)
    return len(known.nights) if known else 0


def add_night(path: Path, history: History, night: Night) -> None:
    """Put ``night`` into the file, in the place of what it says of it; raises ``OSError``.

    Read again each time: another player may have written since. ``history`` names the story.
    """
    known = _load(path)
    others = [one for one in known.nights if one.key != night.key] if known else []
    nights = sorted([*others, night], key=lambda one: one.began)[-MOST_NIGHTS:]
    write_whole(path, json.dumps(nights_json(replace(history, nights=tuple(nights)))))


def nights_json(history: History) -> dict[str, Any]:
    """``history`` as an object of JSON, as it is kept."""
    return {
        "schema": SCHEMA,
        "story": history.story,
        "origin": history.origin,
        "title": history.title,
        "nights": [
            {**asdict(night), "began": _iso(night.began), "ended": _iso(night.ended)}
            for night in history.nights
        ],
    }


def short(text: str) -> str:
    """``text`` as far as it is kept."""
    return text if len(text) <= _MOST_TEXT else f"{text[: _MOST_TEXT - 1]}…"


# -- from JSON ------------------------------------------------------------------------------------


def _load(path: Path) -> History | None:
    """As ``load_nights``; raises ``OSError`` where there is one that cannot be had just now."""
    try:
        return _history(json_fields.read_file(path))
    except FileNotFoundError:
        return None
    except ValueError:
        set_aside(path)
        return None


def _history(found: dict[str, Any]) -> History:
    if found.get("schema") != SCHEMA:
        raise ValueError("another version's history")
    return History(
        story=json_fields.text(found.get("story")),
        origin=json_fields.text(found.get("origin")),
        title=json_fields.text(found.get("title")),
        nights=tuple(
            _night(entry) for entry in json_fields.items(found.get("nights"), MOST_NIGHTS)
        ),
    )


def _night(entry: object) -> Night:
    found = json_fields.table(entry)
    chapters = json_fields.items(found.get("chapters", []), MOST_CHAPTERS)
    answers = json_fields.items(found.get("answers", []), MOST_ANSWERS)
    ending = found.get("ending")
    return Night(
        key=json_fields.text(found.get("key")),
        began=_utc(json_fields.text(found.get("began"))),
        ended=_utc(json_fields.text(found.get("ended"))),
        utc_offset_s=json_fields.whole(found.get("utc_offset_s"), _DAY_S, -_DAY_S),
        seed=json_fields.whole(found.get("seed"), _MOST_NUMBER),
        voice=json_fields.text(found.get("voice")),
        digest=json_fields.text(found.get("digest")),
        seconds=json_fields.number(found.get("seconds", 0.0), 1e9),
        chapters=tuple(json_fields.text(title) for title in chapters),
        answers=tuple(_given(json_fields.table(given)) for given in answers),
        how=How(json_fields.text(found.get("how"))),
        ending=None if ending is None else _reached(json_fields.table(ending)),
    )


def _given(found: dict[str, Any]) -> Given:
    return Given(
        json_fields.text(found.get("text")), json_fields.whole(found.get("index"), _MOST_NUMBER)
    )


def _reached(found: dict[str, Any]) -> Reached:
    return Reached(json_fields.text(found.get("path")), json_fields.text(found.get("last")))


def _utc(written: str) -> datetime:
    found = datetime.fromisoformat(written)
    if found.tzinfo is None or not 1970 < found.year < 9000:
        raise ValueError("no time")
    return found.astimezone(UTC)


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
