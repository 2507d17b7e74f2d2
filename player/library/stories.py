"""Find stories, the bundled ones by name and others by path, and read the files beside them."""

from __future__ import annotations

import os.path
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from player.errors import InputError, InputNotFound
from player.storage.file_access import stays_inside
from player.storage.settings import load_settings
from player.storage.text_files import decode_utf8, read_text_file
from player.story import parse
from player.story.lexicon import Lexicon, parse_lexicon
from player.story.model import Story
from player.story.recap import parse_recap
from player.toml_text import MAX_BYTES as MAX_TOML_BYTES

EXTENSIONS = (".ink.json", ".ink", ".twee", ".tw", ".txt", ".md")
_MAX_BYTES = 64 << 20


@dataclass(frozen=True, slots=True)
class Source:
    """The text of a story, and where it came from."""

    name: str
    """File name without its extension: ``the-dreamers``."""
    origin: str
    """Key of bookmark and history: a bundled story's name, or the full path."""
    filename: str
    text: str
    lexicon: Lexicon
    recap: Mapping[str, str]
    """Chapter → words to be said when a night is resumed in it; may be empty."""
    folder: Path | None
    """Folder of the story's recordings and soundscapes; None for a bundled story."""

    def open(self) -> Story:
        """Return the story at its beginning. Raises ``InputError``."""
        return parse(self.filename, self.text)


def bundled_stories() -> tuple[str, ...]:
    """Return the names of the stories that come with the player."""
    return tuple(sorted(_bundled_files()))


def find_story(name: str) -> Source:
    """Return the bundled story called ``name``, or the one in the file ``name``.

    Raises ``InputNotFound`` if there is none, ``InputError`` if the file is not a story's, and
    ``UnavailableError`` for Ink source without a compiler.
    """
    files = _bundled_files()
    return _bundled(name, files[name]) if name in files else _own(name, offered=sorted(files))


def split_extension(filename: str) -> tuple[str, str]:
    """Return a story's file name without its extension, and the extension, if it has one."""
    extension = next((each for each in EXTENSIONS if filename.lower().endswith(each)), "")
    return filename[: len(filename) - len(extension)], extension


# -- bundled stories ------------------------------------------------------------------------------


def _stories() -> Traversable:
    return resources.files("player") / "stories"


def _bundled_files() -> dict[str, Traversable]:
    """Return the file of each bundled story by its name; compiled Ink rather than its source."""
    files = {}
    for file in _stories().iterdir():
        name, extension = split_extension(file.name)
        if extension not in ("", ".ink"):
            files[name] = file
    return files


def _bundled(name: str, file: Traversable) -> Source:
    return Source(
        name=name,
        origin=name,
        filename=file.name,
        text=file.read_text(encoding="utf-8"),
        lexicon=_lexicon(_bundled_text, name),
        recap=_recap(_bundled_text, name),
        folder=None,
    )


def _bundled_text(filename: str) -> str:
    """Return the text of a file among the bundled stories, or an empty one if it is missing."""
    file = _stories() / filename
    return decode_utf8(file.read_bytes(), filename) if file.is_file() else ""


# -- other stories --------------------------------------------------------------------------------


def _own(name: str, offered: list[str]) -> Source:
    path = Path(name)
    stem, extension = split_extension(path.name)
    try:
        exists = path.exists()
    except OSError as error:  # the name is too long, or its folder may not be entered
        raise InputNotFound(f"{name} cannot be read: {error.strerror}.") from None
    if not exists:
        raise InputNotFound(
            f"no story '{name}': give a path to a file, or one of {', '.join(offered)}."
        )
    if not extension:
        extensions = ", ".join(EXTENSIONS)
        raise InputError(f"{path.name} is not a story: give a file that ends in {extensions}.")
    is_ink_source = extension == ".ink"
    origin = path.resolve()
    read_beside = partial(_text_beside, path.parent)
    return Source(
        name=stem,
        origin=str(origin),
        filename=f"{path.name}.json" if is_ink_source else path.name,
        text=_compiled(path) if is_ink_source else _story_text(path),
        lexicon=_lexicon(read_beside, stem),
        recap=_recap(read_beside, stem),
        folder=origin.parent,
    )


def _compiled(path: Path) -> str:
    from player.library.ink_compiler import compile_ink  # slow to import, and seldom needed

    folder = load_settings().tools.get("inkjs")
    return compile_ink(path, inkjs=Path(folder).expanduser() if folder else None)


def _story_text(path: Path) -> str:
    too_large = "no story is as long as that"
    return read_text_file(path, max_bytes=_MAX_BYTES, too_large=too_large, name=path.name)


def _text_beside(folder: Path, filename: str) -> str:
    """Return the text of a file beside a story, or an empty one if it is missing."""
    path = folder / filename
    if not os.path.exists(path):  # also if the longer name is too long for the system
        return ""
    if not stays_inside(folder, path):
        raise InputError(
            f"{filename} is a link that leads out of {folder}: put the file itself there."
        )
    too_large = "keep only what the story needs"
    return read_text_file(path, max_bytes=MAX_TOML_BYTES, too_large=too_large, name=filename)


# -- lexicon and recap ----------------------------------------------------------------------------


def _lexicon(read: Callable[[str], str], name: str) -> Lexicon:
    filename = f"{name}.lexicon.toml"
    return parse_lexicon(read(filename), filename)


def _recap(read: Callable[[str], str], name: str) -> Mapping[str, str]:
    filename = f"{name}.recap.toml"
    return parse_recap(read(filename), filename)
