"""Finding soundscapes on disk: the bundled ones by name, a listener's own by path.

The shell around the pure ``player.soundscape``: it reads the recipe and decodes the recordings
beside it, and hands over text and arrays.
"""

import shutil
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from player.audio import RATE, Samples, resample
from player.errors import InputError, InputNotFound
from player.soundscape.parse import MOST_TEXT, parse_recipe
from player.soundscape.read import RecipeError
from player.soundscape.recipe import Recipe

LONGEST_RECORDING_S = 600.0
MOST_KEPT_BYTES = 150_000_000  # of decoded recordings: six minutes and a half
_MOST_RECORDING_BYTES = 400_000_000


@dataclass(frozen=True, slots=True, eq=False)
class LoadedSoundscape:
    """A recipe and the recordings that it names: ``(n, 2)`` float32 at 48 kHz each."""

    recipe: Recipe
    recordings: Mapping[str, Samples] = field(default_factory=dict)


def bundled_folder() -> Path:
    """Where the recipes lie: inside the installed package, or beside it in a checkout."""
    inside = Path(__file__).parent / "soundscapes"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "soundscapes"


def bundled_names() -> tuple[str, ...]:
    """The bundled soundscapes, in alphabetical order."""
    return tuple(sorted(path.stem for path in bundled_folder().glob("*.toml")))


def find_soundscape(name: str, beside: Path | None = None) -> Path:
    """The recipe's file: a bundled name, or a path ending in ``.toml``.

    ``beside``, a story's own folder, is looked in first. Raises `InputNotFound` for anything else.
    """
    if name in bundled_names():
        return bundled_folder() / f"{name}.toml"
    if name.endswith(".toml") and "\0" not in name:
        for path in (*([beside / name] if beside else []), Path(name)):
            if path.is_file():
                return path
        raise InputNotFound(f"There is no recipe {name!r}; give the path of a .toml file.")
    own = beside / f"{name}.toml" if beside and name.isprintable() and "/" not in name else None
    if own is not None and own.is_file():
        return own
    raise InputNotFound(
        f"There is no soundscape {name!r}; use one of {', '.join(bundled_names())}, "
        "or the path of a .toml recipe."
    )


def load_soundscape(name: str, beside: Path | None = None) -> LoadedSoundscape:
    """The recipe under this name or path, its recordings decoded.

    ``beside`` is the story's folder: a story may bring soundscapes of its own.
    Raises `RecipeError`, `InputNotFound` or `InputError`.
    """
    path = find_soundscape(name, beside)
    recipe = read_recipe(path)
    return LoadedSoundscape(
        recipe, {file: read_recording(path.parent, file) for file in recipe.recordings}
    )


def read_recipe(path: Path) -> Recipe:
    """The recipe in a file. Raises `InputNotFound` or `RecipeError`."""
    try:
        with path.open("rb") as file:
            data = file.read(4 * MOST_TEXT + 1)
    except OSError as error:
        why = error.strerror or "it cannot be opened"
        raise InputNotFound(f"{path}: cannot be read ({why}); give a .toml recipe.") from error
    if len(data) > 4 * MOST_TEXT:
        raise RecipeError(f"{path}: too large for a recipe; {MOST_TEXT:,} characters are the most.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RecipeError(
            f"{path}: byte {error.start} is not UTF-8; save the recipe as UTF-8 text."
        ) from error
    return parse_recipe(text, str(path))


def read_recording(folder: Path, file: str) -> Samples:
    """A recording beside the recipe, ``(n, 2)`` at 48 kHz: whatever pydub can read.

    It is decoded once: a night that comes back to a place finds it as it was, unless the file has
    changed. The samples are shared, and cannot be written to. Raises `InputNotFound` when there is
    none, `InputError` when it lies outside the folder (a link, say) or is not sound.
    """
    path = (folder / file).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise InputError(f"The recording {file!r} leads out of {folder}; put it beside the recipe.")
    if not path.is_file():
        raise InputNotFound(f"There is no recording {path}; put it there, or correct the recipe.")
    if path.stat().st_size > _MOST_RECORDING_BYTES:
        raise InputError(f"The recording {path} is too large; give ten minutes of it.")
    state = path.stat()
    return _kept(path, (str(path), state.st_mtime_ns, state.st_size))


_decoded: dict[tuple[str, int, int], Samples] = {}  # the oldest first


def _kept(path: Path, key: tuple[str, int, int]) -> Samples:
    """Decoded now or before; the oldest are let go of when all are more than is kept."""
    sound = _decoded.pop(key, None)
    if sound is None:
        sound = _decode(path)
        sound.setflags(write=False)
    _decoded[key] = sound
    while len(_decoded) > 1 and sum(kept.nbytes for kept in _decoded.values()) > MOST_KEPT_BYTES:
        del _decoded[next(iter(_decoded))]
    return sound


def _decode(path: Path) -> Samples:
    from pydub import AudioSegment  # slow to import, and only recordings need it
    from pydub.exceptions import CouldntDecodeError

    ending = path.suffix[1:].lower()
    AudioSegment.converter = _ffmpeg() or AudioSegment.converter
    # Without ffprobe beside ffmpeg, pydub has to be told what it would have asked it.
    codec = None if ending == "wav" or shutil.which("ffprobe") else _CODECS.get(ending)
    try:
        with path.open("rb") as file:
            segment = AudioSegment.from_file(file, ending or None, codec=codec)
    except (CouldntDecodeError, OSError, EOFError, ValueError, LookupError, struct.error) as error:
        raise InputError(
            f"The recording {path} cannot be read as sound ({type(error).__name__}); give WAV, or "
            "install ffmpeg for other formats."
        ) from error
    if len(segment) > LONGEST_RECORDING_S * 1_000:
        segment = segment[: int(LONGEST_RECORDING_S * 1_000)]
    if segment.channels > 2:
        segment = segment.set_channels(2)
    full_scale = float(1 << (8 * segment.sample_width - 1))
    raw = np.array(segment.get_array_of_samples(), dtype=np.float32) / np.float32(full_scale)
    sound = resample(raw.reshape(-1, segment.channels), segment.frame_rate, RATE)
    return np.repeat(sound, 2, axis=1) if sound.shape[1] == 1 else sound


_CODECS = {"flac": "flac", "mp3": "mp3", "ogg": "vorbis", "opus": "opus", "m4a": "aac"}


def _ffmpeg() -> str | None:
    """The ffmpeg on the path, or the one that the extra ``recordings`` brings."""
    if found := shutil.which("ffmpeg"):
        return found
    try:
        import imageio_ffmpeg
    except ImportError:
        return None
    return str(imageio_ffmpeg.get_ffmpeg_exe())
