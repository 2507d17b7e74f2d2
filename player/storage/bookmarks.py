"""Bookmarks: the place at which each story was left. No accident loses more than a line.

There is one small JSON file per story, and a copy of its previous content. A damaged file is set
aside, and the previous one is read.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from player.session import Place
from player.storage.atomic_write import set_aside
from player.storage.background_writer import BackgroundWriter
from player.storage.limits import MAX_SEED
from player.storage.state_files import parse_state, read_state, write_state

_MAX_ANSWERS, _MAX_OPTIONS = 1 << 20, 1 << 16
_MAX_NAME = 40  # characters of a story's name in the file's


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A place in a story, and the seed of its night; impossible values raise ``ValueError``."""

    story: str
    digest: str
    """Hash of the story's text, for which the place holds."""
    seed: int
    place: Place

    def __post_init__(self) -> None:
        """Check what the types alone do not say."""
        place = self.place
        answers_fit = all(0 <= answer <= _MAX_OPTIONS for answer in place.answers)
        if not 0 <= self.seed <= MAX_SEED or not 0.0 <= place.depth <= 1.0:
            raise ValueError("seed or depth out of range")
        if len(place.answers) > _MAX_ANSWERS or not answers_fit:
            raise ValueError("answers that no story has")


def story_file(folder: Path, story: str, source: str) -> Path:
    """Return the file in ``folder`` of the story called ``story`` that comes from ``source``.

    ``source`` is a bundled story's name or a full path (``Source.origin``).
    """
    plain = re.sub(r"[^\w-]+", "-", story)[:_MAX_NAME].strip("-") or "story"
    digest = hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()
    return folder / f"{plain}-{digest[:8]}.json"


def bookmark_path(state: Path, story: str, source: str) -> Path:
    """Return the bookmark's path in the state folder (``storage.paths``)."""
    return story_file(state / "bookmarks", story, source)


def save_bookmark(path: Path, bookmark: Bookmark) -> None:
    """Write a bookmark atomically, and keep the previous one. Raises ``OSError``."""
    write_state(path, bookmark, _before(path))


def queue_bookmark(writer: BackgroundWriter, path: Path, bookmark: Bookmark) -> None:
    """Save a bookmark in the background."""
    writer.put(path, lambda: save_bookmark(path, bookmark))


def load_bookmark(path: Path, on_fallback: Callable[[], None] = lambda: None) -> Bookmark | None:
    """Return the newest bookmark that can be read, or None.

    A damaged one is set aside; ``on_fallback`` is called if the previous one is returned instead.
    """
    is_damaged = False
    for file in (path, _before(path)):
        try:
            bookmark = read_state(file, Bookmark)
        except OSError:
            continue
        except ValueError:
            is_damaged = True
            set_aside(file)
            continue
        if is_damaged:
            on_fallback()
        return bookmark
    return None


def clear_bookmark(path: Path) -> None:
    """Remove a bookmark, since the story was told to its end or is to begin anew."""
    for file in (_before(path), path):
        with suppress(OSError):
            file.unlink(missing_ok=True)


def parse_bookmark(text: str) -> Bookmark:
    """Return the bookmark in a JSON text. Raises ``ValueError``."""
    return parse_state(text, Bookmark)


def _before(path: Path) -> Path:
    return path.with_suffix(".before")
