"""Finds stories: the bundled ones by name, any other by its path; and what lies beside them."""

from __future__ import annotations

import errno
import os.path
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from player.errors import InputError, InputNotFound
from player.storage.file_access import read_regular_file, stays_inside
from player.storage.settings import load_settings
from player.story import parse
from player.story.lexicon import Lexicon, parse_lexicon
from player.story.model import Story
from player.story.recap import parse_recap
from player.toml_text import MAX_BYTES

BUNDLED = "the-dreamers"
ENDINGS = (".ink.json", ".ink", ".twee", ".tw", ".txt", ".md")
_LARGEST = 64 << 20  # bytes: far more than any story, far less than would hurt


@dataclass(frozen=True, slots=True)
class Source:
    """A story's text and where it came from."""

    name: str
    """Without its ending: ``the-dreamers``."""
    origin: str
    """A bundled story's name, or the full path: the bookmark's key."""
    filename: str
    text: str
    lexicon: Lexicon
    recap: Mapping[str, str]
    """What is said when a night is taken up again, by chapter; empty where none is written."""
    folder: Path | None
    """Where its sounds and soundscapes may lie; ``None`` for a bundled story."""

    def open(self) -> Story:
        """The story, at its beginning."""
        return parse(self.filename, self.text)


def bundled() -> tuple[str, ...]:
    """Names of the stories that come with the player."""
    return tuple(sorted(_bundled_files()))


def find_story(name: str) -> Source:
    """Read the story ``name``: a bundled one's name, or a path (see ``ENDINGS``).

    Raises ``InputNotFound`` where there is none, ``InputError`` where it cannot be read.
    """
    ours = _bundled_files()
    if name in ours:
        text = ours[name].read_text(encoding="utf-8")
        lexicon, recap = _lexicon(_our_file, name), _recap(_our_file, name)
        return Source(
            name=name,
            origin=name,
            filename=ours[name].name,
            text=text,
            lexicon=lexicon,
            recap=recap,
            folder=None,
        )
    path = Path(name)
    ending = _ending(path.name)
    try:
        there = path.exists()
    except OSError as error:  # too long a name, or a folder that may not be looked into
        raise InputNotFound(f"{name} cannot be read: {error.strerror}.") from None
    if not there:
        offered = ", ".join(sorted(ours))
        raise InputNotFound(f"no story '{name}': give a path to a file, or one of {offered}.")
    if ending is None:
        raise InputError(f"{path.name} is no story: give a file that ends in {', '.join(ENDINGS)}.")
    plain = path.name[: -len(ending)]
    filename, text = path.name, ""
    if ending == ".ink":
        filename, text = f"{path.name}.json", _compiled(path)
    else:
        text = _read(path)
    beside = partial(_file_beside, path.parent)
    lexicon, recap = _lexicon(beside, plain), _recap(beside, plain)
    origin = path.resolve()
    return Source(
        name=plain,
        origin=str(origin),
        filename=filename,
        text=text,
        lexicon=lexicon,
        recap=recap,
        folder=origin.parent,
    )


def _compiled(path: Path) -> str:
    from player.library.ink_compiler import compile_ink  # only here: most nights compile nothing

    folder = load_settings().tools.get("inkjs")
    return compile_ink(path, inkjs=Path(folder).expanduser() if folder else None)


def _read(path: Path) -> str:
    try:
        data = read_regular_file(path, _LARGEST)
        return data.decode("utf-8-sig")  # `parse` sees to the ends of lines
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path.name} is not UTF-8 (byte {error.start}): save it as UTF-8."
        ) from None
    except OSError as error:
        if error.errno == errno.EFBIG:
            raise InputError(
                f"{path.name} has over {_LARGEST >> 20} MB: no story is as long as that."
            ) from None
        raise InputNotFound(f"{path} cannot be read: {error.strerror}.") from None


def _stories() -> Traversable:
    return resources.files("player") / "stories"


def _bundled_files() -> dict[str, Traversable]:
    """Each bundled story's file by its name. An Ink source is passed over: its JSON is told."""
    files = {}
    for item in _stories().iterdir():
        ending = _ending(item.name)
        if ending and ending != ".ink":
            files[item.name[: -len(ending)]] = item
    return files


def _ending(filename: str) -> str | None:
    return next((ending for ending in ENDINGS if filename.lower().endswith(ending)), None)


def _lexicon(beside: Callable[[str], bytes], name: str) -> Lexicon:
    filename = f"{name}.lexicon.toml"
    return parse_lexicon(_text(beside, filename), filename)


def _recap(beside: Callable[[str], bytes], name: str) -> Mapping[str, str]:
    filename = f"{name}.recap.toml"
    return parse_recap(_text(beside, filename), filename)


def _text(beside: Callable[[str], bytes], filename: str) -> str:
    try:
        return beside(filename).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{filename} is not UTF-8 (byte {error.start}): save it as UTF-8."
        ) from None


def _our_file(filename: str) -> bytes:
    """Return the content of a file among the bundled stories; nothing where there is none."""
    file = _stories() / filename
    return file.read_bytes() if file.is_file() else b""


def _file_beside(folder: Path, filename: str) -> bytes:
    """Return the content of a file beside a story; nothing where there is none."""
    path = folder / filename
    if not os.path.exists(path):  # also where this ending makes a name too long for the system
        return b""
    if not stays_inside(folder, path):
        raise InputError(
            f"{filename} is a link that leads out of {folder}: put the file itself there."
        )
    try:
        return read_regular_file(path, MAX_BYTES)
    except OSError as error:
        if error.errno == errno.EFBIG:
            raise InputError(
                f"{filename} has over {MAX_BYTES:,} bytes: keep only what the story needs."
            ) from None
        raise InputNotFound(f"{path} cannot be read: {error.strerror}.") from None
