"""A picture of a soundscape from depth 0 to 1, or of the bed of a whole night.

It shows the spectrogram, sharpness, loudness, width and tones, and is drawn into an array of
pixels, which needs no plotting library.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from player.audio import RATE, Samples, loudness
from player.authoring.soundscape_check import descriptors
from player.authoring.soundscape_check.plot_text import HEIGHT, WIDTH, text_pixels
from player.authoring.texture import (
    TextureStatistics,
    family_distances,
    texture_statistics,
    tones_in,
)
from player.png_image import png_image
from player.soundscape.bed import Bed
from player.soundscape.recipe import Recipe

Pixels = npt.NDArray[np.uint8]

_SIZE = (1_200, 956)  # width, height
_LEFT, _RIGHT = 96, 32
_SPECTRUM = (56, 326)  # top and bottom of each panel
_PANELS = ((370, 466), (510, 594), (638, 722), (766, 850))
_COLUMNS = 48
_PIECE_S = 8.0  # for each column
_SEED = 2045
_LOW_HZ, _HIGH_HZ = 40.0, 20_000.0
_FLOOR_DB, _CEILING_DB = -115.0, -45.0

_PAPER, _INK, _FAINT = (14, 16, 28), (216, 212, 200), (58, 60, 78)
_LINES = ((240, 176, 96), (150, 190, 230), (170, 214, 160), (222, 160, 206))
_TEXTURE_PIECES = 3  # 24 s, the least by which a slow texture is known


Textures = Mapping[str, tuple[str, TextureStatistics]]
"""Family and statistics of each real sound."""


@dataclass(frozen=True, slots=True)
class Axis:
    """What is written below a picture."""

    title: str
    labels: tuple[tuple[float, str], ...]
    """Places on the axis, 0 to 1, and what stands there."""
    loudness: tuple[float, ...] = (-33.0, -30.0, -27.0)
    """Marks of the panel of loudness, in LUFS."""


_DEPTHS = Axis(
    "Depth, from cold to warm", tuple((d, f"{d:g}") for d in (0.0, 0.25, 0.5, 0.75, 1.0))
)


@dataclass(frozen=True, slots=True)
class _Panel:
    title: str
    values: Sequence[float]
    marks: tuple[float, ...]  # the first and the last are the limits
    colour: tuple[int, int, int]


def plot(
    recipe: Recipe,
    recordings: Mapping[str, Samples] | None = None,
    textures: Textures | None = None,
) -> bytes:
    """Return a PNG of 1200 by 956 pixels: six minutes from depth 0 on the left to depth 1.

    With ``textures``, the family and the statistics of real sounds, the nearest family and the
    distance to it are written below the beginning, the middle and the end.
    """
    bed = Bed(recipe, _SEED, 0.0, recordings)
    bed.glide(1.0, _COLUMNS * _PIECE_S)
    pieces = [bed.block(int(_PIECE_S * RATE)) for _ in range(_COLUMNS)]
    return draw_picture(recipe.title, pieces, _DEPTHS, textures)


def draw_picture(
    title: str, pieces: Sequence[Samples], axis: Axis, textures: Textures | None = None
) -> bytes:
    """Return a PNG of 1200 by 956 pixels of consecutive pieces of sound, ``(frames, 2)`` each."""
    width, height = _SIZE
    canvas: Pixels = np.full((height, width, 3), _PAPER, dtype=np.uint8)
    _write(canvas, (_LEFT, 14), title, _INK, scale=2)
    _spectrogram(canvas, pieces)
    for (top, bottom), panel in zip(_PANELS, _panels(pieces, axis), strict=True):
        _draw_panel(canvas, top, bottom, panel)
    _write_axis(canvas, axis)
    if textures:
        _write_nearest(canvas, pieces, textures)
    return png_image(canvas)


def _write_axis(canvas: Pixels, axis: Axis) -> None:
    """Mark the axis's places, and write what fits of their labels, without overlap."""
    free = 0  # first column where nothing is written yet
    for place, label in axis.labels:
        left = min(_x(place) - WIDTH * len(label) // 2, _SIZE[0] - WIDTH * len(label))
        canvas[_PANELS[-1][1] : _PANELS[-1][1] + 8, _x(place)] = _INK
        if left >= free:
            _write(canvas, (left, _PANELS[-1][1] + 10), label, _INK)
            free = left + WIDTH * (len(label) + 1)
    _write(canvas, (_LEFT, _PANELS[-1][1] + 34), axis.title, _INK)


def _panels(pieces: Sequence[Samples], axis: Axis) -> tuple[_Panel, ...]:
    sharp = [descriptors.sharpness_acum(x) for x in pieces]
    loud = [loudness(x) for x in pieces]
    wide = [1.0 - descriptors.correlation(x) for x in pieces]
    tonal = [tones_in(x).share for x in pieces]
    return (
        _Panel("Sharpness, acum", sharp, marks=(0.0, 1.0, 2.0, 3.0), colour=_LINES[0]),
        _Panel("Loudness, LUFS", loud, marks=axis.loudness, colour=_LINES[1]),
        _Panel("Width, 1 - correlation", wide, marks=(0.0, 0.5, 1.0), colour=_LINES[2]),
        _Panel("Tones, share of what is heard", tonal, marks=(0.0, 0.5, 1.0), colour=_LINES[3]),
    )


def _write_nearest(canvas: Pixels, pieces: Sequence[Samples], textures: Textures) -> None:
    """Write which real sound the beginning, the middle and the end are most like."""
    row = _PANELS[-1][1] + 66
    _write(canvas, (_LEFT, row - 8), "Nearest texture, and how far it is", _FAINT)
    last = max(0, len(pieces) - _TEXTURE_PIECES)
    for depth, first in ((0.0, 0), (0.5, last // 2), (1.0, last)):
        sound = np.concatenate(pieces[first : first + _TEXTURE_PIECES])
        family, distance = next(iter(family_distances(texture_statistics(sound), textures).items()))
        label = f"{family} {distance:.1f}"
        left = round(_x(depth) - depth * WIDTH * len(label))
        _write(canvas, (left, row + 10), label, _INK)


def _x(depth: float) -> int:
    return round(_LEFT + depth * (_SIZE[0] - _RIGHT - _LEFT))


def _spectrogram(canvas: Pixels, pieces: Sequence[Samples]) -> None:
    top, bottom = _SPECTRUM
    rows = np.geomspace(_HIGH_HZ, _LOW_HZ, bottom - top)
    table = np.empty((bottom - top, len(pieces)))
    for column, x in enumerate(pieces):
        freq, power = descriptors.welch(x[:, 0])
        level = 10 * np.log10(np.maximum(power, 1e-16)) + 10 * np.log10(RATE / descriptors.WELCH)
        table[:, column] = np.interp(rows, freq, level)
    position = np.linspace(0, len(pieces) - 1, _x(1.0) - _x(0.0))
    low = np.minimum(position.astype(int), len(pieces) - 2)
    levels = table[:, low] + (position - low) * (table[:, low + 1] - table[:, low])
    part = np.clip((levels - _FLOOR_DB) / (_CEILING_DB - _FLOOR_DB), 0.0, 1.0)
    canvas[top:bottom, _x(0.0) : _x(1.0)] = _heat(part)
    _write_beside_axis(canvas, top, "Hz")
    for mark in (100.0, 1_000.0, 10_000.0):
        row = top + int(np.argmin(np.abs(rows - mark)))
        canvas[row, _x(0.0) - 8 : _x(0.0)] = _INK
        _write_beside_axis(canvas, row, f"{mark:,.0f}")


def _heat(part: npt.NDArray[np.float64]) -> Pixels:
    """Return the colours of levels from 0 (night blue) to 1 (lamplight)."""
    stops = np.array([0.0, 0.3, 0.6, 0.85, 1.0])
    colours = np.array(
        [(14, 16, 28), (52, 36, 92), (168, 62, 84), (240, 160, 84), (255, 240, 200)], np.float64
    )
    mixed = [np.interp(part, stops, colours[:, channel]) for channel in range(3)]
    return np.stack(mixed, axis=-1).astype(np.uint8)


def _draw_panel(canvas: Pixels, top: int, bottom: int, panel: _Panel) -> None:
    low, high = panel.marks[0], panel.marks[-1]

    def y(value: float) -> int:
        part = (min(max(value, low), high) - low) / (high - low)
        return round(bottom - part * (bottom - top))

    _write(canvas, (_LEFT, top - 24), panel.title, panel.colour)
    for mark in panel.marks:
        canvas[y(mark), _x(0.0) : _x(1.0)] = _FAINT
        _write_beside_axis(canvas, y(mark), f"{mark:g}")
    columns = np.arange(_x(0.0), _x(1.0))
    depths = np.linspace(0.0, 1.0, len(panel.values))
    values = np.interp(np.linspace(0.0, 1.0, len(columns)), depths, panel.values)
    before = y(float(values[0]))
    for column, value in zip(columns, values, strict=True):
        row = y(float(value))
        canvas[min(before, row) - 1 : max(before, row) + 2, column] = panel.colour
        before = row


def _write_beside_axis(canvas: Pixels, row: int, text: str) -> None:
    """Write the label of a row, to the left of the panels."""
    _write(canvas, (_LEFT - 14 - WIDTH * len(text), row - HEIGHT // 2), text, _INK)


def _write(
    canvas: Pixels, corner: tuple[int, int], text: str, colour: tuple[int, int, int], scale: int = 1
) -> None:
    """Draw text from its top left corner, cut off at the right edge of the picture."""
    x, y = corner
    ink = text_pixels(text).repeat(scale, axis=0).repeat(scale, axis=1)
    spot = canvas[y : y + len(ink), x : x + ink.shape[1]]
    spot[ink[:, : spot.shape[1]]] = colour
