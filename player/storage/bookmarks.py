"""Bookmarks: where each story was left, written so that no accident loses more than a line.

One small JSON file a story, and beside it the one before. One that cannot be read is set aside,
never fatal: the one before it holds.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from player.session import Place
from player.storage import json_fields
from player.storage.atomic_write import set_aside, write_whole
from player.storage.background_writer import BackgroundWriter

SCHEMA = 1

_MOST_SEED = 2**1024  # whatever somebody may think of
_MOST_ANSWERS, _MOST_OPTIONS = 1 << 20, 1 << 16


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A place in a story, and what the night was told with."""

    story: str
    digest: str
    """Of the story's text: the place holds for just that."""
    seed: int
    place: Place


def story_file(folder: Path, story: str, source: str) -> Path:
    """In ``folder`` the file of the story called ``story`` that comes from ``source``.

    ``source`` is a bundled story's name or a full path (``Source.origin``).
    """
    plain = re.sub(r"[^\w-]+", "-", story)[:40].strip("-") or "story"
    digest = hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()
    return folder / f"{plain}-{digest[:8]}.json"


def bookmark_path(state: Path, story: str, source: str) -> Path:
    """The bookmark's file; ``state`` is the folder of ``player.storage.paths``."""
    return story_file(state / "bookmarks", story, source)


def save_bookmark(path: Path, bookmark: Bookmark) -> None:
    """Write it, whole or not at all, and keep the one before; raises ``OSError``."""
    text = json.dumps({"schema": SCHEMA, **asdict(bookmark)})
    write_whole(path, text, _before(path))


def keep_bookmark(writer: BackgroundWriter, path: Path, bookmark: Bookmark) -> None:
    """As ``save_bookmark``, beside the night."""
    writer.put(path, lambda: save_bookmark(path, bookmark))


def load_bookmark(path: Path, fallen_back: Callable[[], None] = lambda: None) -> Bookmark | None:
    """The newest bookmark that can be read; ``None`` where there is none.

    One that cannot be read is set aside; ``fallen_back`` is called where the one before it holds.
    """
    damaged = False
    for place in (path, _before(path)):
        try:
            bookmark = parse_bookmark(json_fields.read_file(place))
        except OSError:
            continue
        except ValueError:
            damaged = True
            set_aside(place)
            continue
        if damaged:
            fallen_back()
        return bookmark
    return None


def clear_bookmark(path: Path) -> None:
    """Forget it: the story was heard to its end, or is to begin anew."""
    for place in (_before(path), path):
        with suppress(OSError):
            place.unlink(missing_ok=True)


def parse_bookmark(found: Mapping[str, Any]) -> Bookmark:
    """The bookmark in an object of JSON; raises ``ValueError`` where it is none."""
    if found.get("schema") != SCHEMA:
        raise ValueError("another version's bookmark")
    place = json_fields.table(found.get("place"))
    answers = json_fields.items(place.get("answers", []), _MOST_ANSWERS)
    return Bookmark(
        story=json_fields.text(found.get("story")),
        digest=json_fields.text(found.get("digest")),
        seed=json_fields.whole(found.get("seed"), _MOST_SEED),
        place=Place(
            state=json_fields.text(place.get("state")),
            path=json_fields.text(place.get("path", "")),
            chapter=json_fields.text(place.get("chapter", "")),
            scene=json_fields.text(place.get("scene", "")),
            depth=json_fields.number(place.get("depth", 0.0), 1.0),
            answers=tuple(json_fields.whole(answer, _MOST_OPTIONS) for answer in answers),
        ),
    )


def _before(path: Path) -> Path:
    return path.with_suffix(".before")
