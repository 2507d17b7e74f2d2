"""The listening history: the nights of each story, their length and their end.

There is one small JSON file per story, written by ``history_log`` while a night runs.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from msgspec import Meta

from player.storage.atomic_write import set_aside
from player.storage.bookmarks import story_file
from player.storage.limits import MAX_SEED
from player.storage.state_files import read_state, state_json, write_state

MAX_NIGHTS = 400
"""Nights kept of one story: more than a year. The oldest are dropped first."""
MAX_CHAPTERS, MAX_ANSWERS = 60, 120
"""Entries kept of one night; the first are dropped first."""

_MAX_TEXT = 200  # characters of an answer, a title, an ending's last words
_DAY_S = 86_399

_Time = Annotated[datetime, Meta(tz=True)]
_Count = Annotated[int, Meta(ge=0)]


class Outcome(StrEnum):
    """Ways in which a night can end."""

    END = "end"
    """The story was told to its end."""
    ASLEEP = "asleep"
    """The listener no longer answered, or asked for the bed alone."""
    TIMER = "sleep timer"
    STOPPED = "stopped"
    """The listener left, or the system asked the player to stop."""
    BROKEN_OFF = "broken off"
    """No end was recorded, because of a power cut, an empty battery or a fault."""


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """An answer; ``index`` counts from 0."""

    text: str
    index: _Count


@dataclass(frozen=True, slots=True)
class ReachedEnding:
    """An ending: its path in the story and its last words."""

    path: str
    last: str


@dataclass(frozen=True, slots=True)
class Night:
    """One night of one story."""

    key: str
    """Unique, so that two nights at the same time do not overwrite each other."""
    began: _Time
    ended: _Time
    """Time of its end, or of the last update."""
    utc_offset_s: Annotated[int, Meta(ge=-_DAY_S, le=_DAY_S)]
    """Offset of the listener's clock from UTC."""
    seed: int
    voice: str
    digest: str
    """Hash of the story's text."""
    seconds: Annotated[float, Meta(ge=0.0, le=1e9)] = 0.0
    """Length from the beginning to the end of the voice, without pauses."""
    chapters: Annotated[tuple[str, ...], Meta(max_length=MAX_CHAPTERS)] = ()
    answers: Annotated[tuple[GivenAnswer, ...], Meta(max_length=MAX_ANSWERS)] = ()
    how: Outcome = Outcome.BROKEN_OFF
    ending: ReachedEnding | None = None

    def __post_init__(self) -> None:
        """Check what the types alone do not say."""
        if not 0 <= self.seed <= MAX_SEED:
            raise ValueError("seed out of range")
        if not all(1970 < moment.year < 9000 for moment in (self.began, self.ended)):
            raise ValueError("a time that no night has")

    @property
    def local(self) -> datetime:
        """Time of its beginning, by the listener's clock."""
        return self.began.astimezone(timezone(timedelta(seconds=self.utc_offset_s)))


@dataclass(frozen=True, slots=True)
class History:
    """The nights of one story, oldest first."""

    story: str
    """The name of its file, without the ending."""
    origin: str
    """A bundled story's name, or the full path."""
    title: str
    nights: Annotated[tuple[Night, ...], Meta(max_length=MAX_NIGHTS)] = ()


def nights_path(state: Path, story: str, origin: str) -> Path:
    """Return the history's path in the state folder (``storage.paths``)."""
    return story_file(state / "nights", story, origin)


def load_nights(path: Path) -> History | None:
    """Return the history in a file, or None; a damaged file is set aside."""
    try:
        return _load(path)
    except OSError:
        return None


def all_nights(state: Path) -> list[History]:
    """Return the histories of all stories, the one that was heard last at the end."""
    with suppress(OSError):
        histories = [load_nights(path) for path in sorted((state / "nights").glob("*.json"))]
        filled = [history for history in histories if history and history.nights]
        return sorted(filled, key=lambda history: history.nights[-1].began)
    return []


def forget_nights(path: Path) -> int:
    """Delete a history; return how many nights it had. Raises ``OSError``."""
    history = load_nights(path)
    for file in (path, path.with_suffix(".unreadable")):
        file.unlink(missing_ok=True)
    return len(history.nights) if history else 0


def add_night(path: Path, history: History, night: Night) -> None:
    """Write ``night`` into the file, in place of its earlier entry. Raises ``OSError``.

    Nights that another player has written since are kept: the file is read again. Of ``history``
    only the name of its story is used.
    """
    stored = _load(path)
    others = [other for other in stored.nights if other.key != night.key] if stored else []
    nights = sorted([*others, night], key=lambda entry: entry.began)[-MAX_NIGHTS:]
    write_state(path, replace(history, nights=tuple(nights)))


def nights_json(history: History) -> dict[str, Any]:
    """Return ``history`` as it is stored, in JSON's own types."""
    return state_json(history)


def short(text: str) -> str:
    """Return ``text``, cut to the length that is kept."""
    return text if len(text) <= _MAX_TEXT else f"{text[: _MAX_TEXT - 1]}…"


def _load(path: Path) -> History | None:
    """Return the history, or None. Raises ``OSError`` if the disk cannot be read just now."""
    try:
        return read_state(path, History)
    except FileNotFoundError:
        return None
    except ValueError:
        set_aside(path)
        return None
