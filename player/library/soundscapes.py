"""Finding soundscapes on disk: the bundled ones by name, a listener's own by path.

The shell around the pure ``player.soundscape``: it reads the recipe and decodes the recordings
beside it, and hands over text and arrays.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from player.audio import Samples
from player.errors import InputNotFound
from player.library.recordings import read_recording
from player.soundscape.recipe import Recipe
from player.soundscape.recipe_parser import MAX_CHARACTERS, parse_recipe
from player.soundscape.toml_table import RecipeError
from player.storage.file_access import is_relative_name, stays_inside


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
    """The bundled soundscapes, in alphabetical order."""
    return tuple(sorted(path.stem for path in bundled_folder().glob("*.toml")))


def find_soundscape(name: str, beside: Path | None = None) -> Path:
    """Return the recipe's file: that of a bundled name, or of a path ending in ``.toml``.

    ``beside`` is the folder of the story that names it: then nothing but that folder is looked in.
    Raises `InputNotFound` for anything else.
    """
    if name in bundled_names():
        return bundled_folder() / f"{name}.toml"
    try:
        path = Path(name) if beside is None else _beside_story(name, beside)
        if path is not None and path.suffix == ".toml" and path.is_file():
            return path
    except (OSError, ValueError):
        pass  # a name that no file can have
    if name.endswith(".toml"):
        raise InputNotFound(
            f"There is no recipe {name!r}; give the path of a .toml file."
            if beside is None
            else f"There is no recipe {name!r} beside the story; put it into {beside}."
        )
    raise InputNotFound(
        f"There is no soundscape {name!r}; use one of {', '.join(bundled_names())}, "
        "or the path of a .toml recipe."
    )


def _beside_story(name: str, folder: Path) -> Path | None:
    """Return the recipe of that name in a story's folder; None where it would lie elsewhere."""
    plain = "/" not in name and "\\" not in name and is_relative_name(name)
    if not plain or not name.isprintable():
        return None
    path = folder / (name if name.endswith(".toml") else f"{name}.toml")
    return path if stays_inside(folder, path) else None


def load_soundscape(name: str, beside: Path | None = None) -> LoadedSoundscape:
    """The recipe under this name or path, its recordings decoded.

    ``beside`` is the folder of the story that names it: it may bring soundscapes of its own, and
    looks nowhere else.
    Raises `RecipeError`, `InputNotFound` or `InputError`.
    """
    path = find_soundscape(name, beside)
    recipe = read_recipe(path)
    return LoadedSoundscape(
        recipe, {file: read_recording(path.parent, file).samples for file in recipe.recordings}
    )


def read_recipe(path: Path) -> Recipe:
    """The recipe in a file. Raises `InputNotFound` or `RecipeError`."""
    try:
        with path.open("rb") as file:
            data = file.read(4 * MAX_CHARACTERS + 1)
    except OSError as error:
        why = error.strerror or "it cannot be opened"
        raise InputNotFound(f"{path}: cannot be read ({why}); give a .toml recipe.") from error
    if len(data) > 4 * MAX_CHARACTERS:
        raise RecipeError(
            f"{path}: too large for a recipe; {MAX_CHARACTERS:,} characters are the most."
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RecipeError(
            f"{path}: byte {error.start} is not UTF-8; save the recipe as UTF-8 text."
        ) from error
    return parse_recipe(text, str(path))
