"""The picture of a recording that brought none: a moon over a dark hill, and the last of the light.

Nothing in it is bright, since it may light up a bedroom. The title and the seed place the moon and
the stars, so that two stories can be told apart on a shelf.
"""

import struct
import zlib

import numpy as np
from numpy.typing import NDArray

SIZE = 600
"""Pixels of each side: what players' shelves show without enlarging."""
MAX_COVER_BYTES = 10_000_000
"""Of a listener's own picture. It is carried as it is, never decoded. FLAC holds 16.7 MB."""

TOP = (9, 11, 26)
MIDDLE = (44, 30, 44)
HORIZON = (176, 104, 44)
HILL = (7, 7, 13)
MOON = (226, 206, 166)
STARS = 70

Plane = NDArray[np.float64]


def default_cover(title: str, seed: int = 0) -> bytes:
    """Return a square PNG for a recording called `title`; the same for the same arguments."""
    random = np.random.default_rng([seed, zlib.crc32(title.encode(errors="replace"))])
    y, x = np.mgrid[0:SIZE, 0:SIZE] / SIZE
    picture = _sky(y)
    _stars(picture, random)
    _moon(picture, x, y, random)
    hill = 0.80 + 0.035 * np.sin(2 * np.pi * (0.8 * x + random.random()))
    hill += 0.02 * np.sin(2 * np.pi * (1.9 * x + random.random()))
    _blend(picture, HILL, np.clip((y - hill) * SIZE, 0, 1))
    return _png(np.floor(picture + _ordered_dither()).clip(0, 255).astype(np.uint8))


def _sky(y: Plane) -> Plane:
    """Return ``(SIZE, SIZE, 3)`` from night above to amber at the horizon, 0..255."""
    heights = (0.0, 0.5, 0.82)
    columns = zip(TOP, MIDDLE, HORIZON, strict=True)
    return np.stack([np.interp(y, heights, levels) for levels in columns], axis=-1)


def _blend(picture: Plane, colour: tuple[int, int, int], cover: Plane) -> None:
    """Lay `colour` over the picture, where `cover` (0..1) says how densely."""
    picture += cover[..., None] * (np.array(colour) - picture)


def _stars(picture: Plane, random: np.random.Generator) -> None:
    rows = (random.random(STARS) ** 1.6 * 0.6 * SIZE).astype(int)
    columns = random.integers(0, SIZE, STARS)
    picture[rows, columns] += random.uniform(30, 110, (STARS, 1))


def _moon(picture: Plane, x: Plane, y: Plane, random: np.random.Generator) -> None:
    """A thin moon with its halo: a disc, less the disc of its shadow."""
    centre_x, centre_y, radius = random.uniform(0.3, 0.7), random.uniform(0.22, 0.36), 0.085
    shift = radius * random.uniform(0.35, 0.6) * random.choice((-1, 1))
    distance = np.hypot(x - centre_x, y - centre_y)
    shadow = np.hypot(x - centre_x - shift, y - centre_y + 0.3 * radius)
    _blend(picture, MOON, 0.22 * np.exp(-((distance / (2.6 * radius)) ** 2)))
    disc = np.clip((radius - distance) * SIZE, 0, 1)
    _blend(picture, MOON, 0.85 * disc * np.clip((shadow - radius) * SIZE, 0, 1))


def _ordered_dither() -> Plane:
    """Return Bayer's 8 × 8 thresholds over the picture: no bands in the sky, and still small."""
    tile = np.zeros((1, 1))
    for _ in range(3):
        tile = np.block([[4 * tile, 4 * tile + 2], [4 * tile + 3, 4 * tile + 1]])
    return np.tile((tile + 0.5) / tile.size, (SIZE // 8, SIZE // 8))[..., None]


def _png(pixels: NDArray[np.uint8]) -> bytes:
    """Return ``(height, width, 3)`` as a PNG file (W3C PNG, 8-bit RGB, rows unfiltered)."""
    height, width, _ = pixels.shape
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = np.pad(pixels.reshape(height, -1), ((0, 0), (1, 0)))  # each begins with its filter, 0
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(rows.tobytes(), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )
