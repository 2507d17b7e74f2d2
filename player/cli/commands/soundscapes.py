"""``dreamers soundscapes``: list, render and draw soundscapes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from player.audio import RATE, Samples
from player.cli.console import print_result
from player.cli.signals import defer_interrupts
from player.errors import UsageError
from player.library.soundscapes import bundled_names, load_soundscape
from player.outputs import Tags
from player.outputs.files.formats import open_file
from player.outputs.files.part_file import write_bytes
from player.soundscape.bed import Bed
from player.terminal_text import clean

_BLOCK = RATE // 10  # frames written at a time: a sweep moves the depth this often


def list_all() -> None:
    """Print the bundled soundscapes with their titles."""
    for name in bundled_names():
        print_result(f"{name:<14} {clean(load_soundscape(name).recipe.title)}")


def depths(text: str) -> tuple[float, float]:
    """Return ``"0.4"`` as (0.4, 0.4) and ``"0..1"`` as (0, 1). Raises ``UsageError``."""
    first, _, last = text.partition("..")
    try:
        sweep = float(first), float(last or first)
    except ValueError:
        sweep = (-1.0, -1.0)
    if not all(0.0 <= depth <= 1.0 for depth in sweep):
        raise UsageError(f"--depth: '{text}' is not a depth: give 0 to 1, or a sweep such as 0..1")
    return sweep


def render(name: str, output: Path, *, depth: str, seconds: float, seed: int) -> None:
    """Write ``seconds`` of a soundscape, a bundled name or a recipe's path, to an audio file.

    ``depth`` is a number or a sweep, as `depths` reads it. Of a failed render nothing is left.
    """
    first, last = depths(depth)
    loaded = load_soundscape(name)
    with defer_interrupts() as interrupted:
        file = open_file(output, Tags(title=loaded.recipe.title, artist="Dreamers"))
        try:
            bed = Bed(loaded.recipe, seed, first, loaded.recordings)
            bed.glide(last, seconds)
            for block in _blocks(bed, round(seconds * RATE)):
                interrupted()
                file.write(block)
            file.close()
        except BaseException:
            file.abort()
            raise


def _blocks(bed: Bed, frames: int) -> Iterator[Samples]:
    while frames > 0:
        yield bed.block(min(_BLOCK, frames))
        frames -= _BLOCK


def plot(name: str, output: Path) -> None:
    """Draw the soundscape ``name`` from cold to warm."""
    from player.authoring.soundscape_check.plot import plot as draw
    from player.library.textures import texture_references

    if output.suffix.lower() != ".png":
        raise UsageError(
            f"plot: '{output}' is not the name of a picture: give one that ends in .png"
        )
    loaded = load_soundscape(name)
    write_bytes(output, draw(loaded.recipe, loaded.recordings, texture_references()))
