"""Find soundscapes on disk, the bundled ones by name and others by path; read their recordings.

``player.soundscape`` is pure and is given text and arrays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from player.audio import Samples
from player.errors import InputNotFound
from player.library.recordings import read_recording
from player.soundscape.recipe import Recipe
from player.soundscape.recipe_parser import MAX_CHARACTERS, parse_recipe
from player.storage.file_access import is_relative_name, stays_inside
from player.storage.text_files import read_text_file


@dataclass(frozen=True, slots=True, eq=False)
class LoadedSoundscape:
    """A recipe and the recordings that it names: ``(n, 2)`` float32 at 48 kHz each."""

    recipe: Recipe
    recordings: Mapping[str, Samples] = field(default_factory=dict)


def bundled_folder() -> Path:
    """Return the recipes' folder: in the installed package, or beside it in a checkout."""
    inside = Path(__file__).parents[1] / "soundscapes"
    return inside if inside.is_dir() else Path(__file__).parents[2] / "soundscapes"


def bundled_names() -> tuple[str, ...]:
    """Return the names of the bundled soundscapes, in alphabetical order."""
    return tuple(sorted(path.stem for path in bundled_folder().glob("*.toml")))


def find_soundscape(name: str, story_folder: Path | None = None) -> Path:
    """Return the recipe's file: that of a bundled name, or of a path ending in ``.toml``.

    If a story names it, ``story_folder`` is the only folder that is searched. Raises
    `InputNotFound` for anything else.
    """
    if name in bundled_names():
        return bundled_folder() / f"{name}.toml"
    try:
        path = Path(name) if story_folder is None else _beside_story(name, story_folder)
        if path is not None and path.suffix == ".toml" and path.is_file():
            return path
    except (OSError, ValueError):
        pass  # a name that no file can have
    if name.endswith(".toml"):
        raise InputNotFound(
            f"There is no recipe {name!r}; give the path of a .toml file."
            if story_folder is None
            else f"There is no recipe {name!r} beside the story; put it into {story_folder}."
        )
    raise InputNotFound(
        f"There is no soundscape {name!r}; use one of {', '.join(bundled_names())}, "
        "or the path of a .toml recipe."
    )


def _beside_story(name: str, folder: Path) -> Path | None:
    """Return the path of that name in a story's folder, or None if it would lie elsewhere."""
    plain = "/" not in name and "\\" not in name and is_relative_name(name)
    if not plain or not name.isprintable():
        return None
    path = folder / (name if name.endswith(".toml") else f"{name}.toml")
    return path if stays_inside(folder, path) else None


def load_soundscape(name: str, story_folder: Path | None = None) -> LoadedSoundscape:
    """Return the soundscape of this name or path, with its recordings decoded.

    A story may bring soundscapes in its folder, ``story_folder``; no other folder is searched.
    Raises `RecipeError`, `InputNotFound` or `InputError`.
    """
    path = find_soundscape(name, story_folder)
    recipe = read_recipe(path)
    return LoadedSoundscape(
        recipe, {file: read_recording(path.parent, file).samples for file in recipe.recordings}
    )


def read_recipe(path: Path) -> Recipe:
    """Return the recipe in a file. Raises `InputNotFound`, `InputError` or `RecipeError`."""
    limit = f"a recipe has at most {MAX_CHARACTERS:,} characters"
    text = read_text_file(path, max_bytes=4 * MAX_CHARACTERS, too_large=limit)
    return parse_recipe(text, str(path))
