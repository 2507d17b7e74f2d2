"""Bookmarks: where each story was left, written so that no accident loses more than a line.

One small JSON file a story. It is written beside its place and moved over it whole; one that
cannot be read is set aside, never fatal.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from player.session import Place

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A place in a story, and what the night was told with."""

    story: str
    digest: str
    seed: int
    place: Place


def bookmark_path(state: Path, story: str, source: str) -> Path:
    """The file for the story called ``story`` that comes from ``source`` (a path or a name)."""
    plain = re.sub(r"[^\w-]+", "-", story)[:40].strip("-") or "story"
    return state / "bookmarks" / f"{plain}-{hashlib.sha256(source.encode()).hexdigest()[:8]}.json"


def save_bookmark(path: Path, bookmark: Bookmark) -> None:
    """Write it, whole or not at all. A disk that refuses loses the bookmark, never the night."""
    part = path.with_suffix(".part")
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(json.dumps({"schema": SCHEMA, **asdict(bookmark)}), encoding="utf-8")
        os.replace(part, path)


def load_bookmark(path: Path) -> Bookmark | None:
    """The bookmark; ``None`` where there is none, or none that can be read (it is set aside)."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if found.pop("schema") != SCHEMA:
            raise ValueError("another version's bookmark")
        place = found.pop("place")
        place["answers"] = tuple(int(answer) for answer in place["answers"])
        bookmark = Bookmark(**found, place=Place(**place))
        _check(bookmark)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        with suppress(OSError):
            os.replace(path, path.with_suffix(".unreadable"))
        return None
    return bookmark


def clear_bookmark(path: Path) -> None:
    """Forget it: the story was heard to its end, or is to begin anew."""
    with suppress(OSError):
        path.unlink(missing_ok=True)


def _check(bookmark: Bookmark) -> None:
    place = bookmark.place
    texts = (bookmark.story, bookmark.digest, place.state, place.path, place.chapter, place.scene)
    if not all(isinstance(text, str) for text in texts):
        raise ValueError("a text is missing")
    if bookmark.seed != int(bookmark.seed) or not 0.0 <= float(place.depth) <= 1.0:
        raise ValueError("a number is out of range")
