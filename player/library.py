"""Finds stories: the bundled ones by name, any other by its path; and what lies beside them."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from player.errors import InputError, InputNotFound
from player.lexicon import Lexicon, parse_lexicon
from player.story import parse
from player.story.model import Story

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
    folder: Path | None
    """Where its sounds and soundscapes may lie; ``None`` for a bundled story."""

    def open(self) -> Story:
        """The story, at its beginning."""
        return parse(self.filename, self.text)


def bundled() -> tuple[str, ...]:
    """Names of the stories that come with the player."""
    names = (item.name for item in _stories().iterdir())
    return tuple(
        sorted(name.removesuffix(".ink.json") for name in names if name.endswith(".ink.json"))
    )


def find_story(name: str) -> Source:
    """Read the story ``name``: a bundled one's name, or a path (see ``ENDINGS``).

    Raises ``InputNotFound`` where there is none, ``InputError`` where it cannot be read.
    """
    if name in bundled():
        folder = _stories()
        text = (folder / f"{name}.ink.json").read_text(encoding="utf-8")
        return Source(name, name, f"{name}.ink.json", text, _lexicon(folder, name), None)
    path = Path(name)
    ending = next((e for e in ENDINGS if path.name.lower().endswith(e)), None)
    if not path.exists():
        offered = ", ".join(bundled())
        raise InputNotFound(f"no story '{name}': give a path to a file, or one of {offered}.")
    if ending is None:
        raise InputError(f"{path.name} is no story: give a file that ends in {', '.join(ENDINGS)}.")
    plain = path.name[: -len(ending)]
    filename, text = path.name, ""
    if ending == ".ink":
        from player.compile_ink import compile_ink  # only here: most nights compile nothing

        filename, text = f"{path.name}.json", compile_ink(path)
    else:
        text = _read(path)
    lexicon = _lexicon(path.parent, plain)
    return Source(plain, str(path.resolve()), filename, text, lexicon, path.resolve().parent)


def _read(path: Path) -> str:
    try:
        if path.stat().st_size > _LARGEST:
            raise InputError(
                f"{path.name} has over {_LARGEST >> 20} MB: no story is as long as that."
            )
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path.name} is not UTF-8 (byte {error.start}): save it as UTF-8."
        ) from None
    except OSError as error:
        raise InputNotFound(f"{path} cannot be read: {error.strerror}.") from None


def _stories() -> Traversable:
    return resources.files("player") / "stories"


def _lexicon(folder: Traversable | Path, name: str) -> Lexicon:
    beside = folder / f"{name}.lexicon.toml"
    if not beside.is_file():
        return Lexicon()
    return parse_lexicon(beside.read_text(encoding="utf-8"), f"{name}.lexicon.toml")
