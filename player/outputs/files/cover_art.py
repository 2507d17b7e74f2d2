"""Default cover art: a moon over a dark hill at dusk, for a story without a picture.

Nothing in it is bright, since it may light up a bedroom. The title and the seed place the moon and
the stars, so that two stories can be told apart on a shelf.
"""

import zlib

import numpy as np
from numpy.typing import NDArray

from player.png_image import png_image

SIZE = 600
"""Pixels of each side; players show their shelves of covers at about this size."""
MAX_COVER_BYTES = 10_000_000
"""Limit for a listener's own picture, which is carried undecoded. FLAC holds at most 16.7 MB."""

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
    return png_image(np.floor(picture + _ordered_dither()).clip(0, 255).astype(np.uint8))


def _sky(y: Plane) -> Plane:
    """Return ``(SIZE, SIZE, 3)`` from night above to amber at the horizon, 0..255."""
    heights = (0.0, 0.5, 0.82)
    columns = zip(TOP, MIDDLE, HORIZON, strict=True)
    return np.stack([np.interp(y, heights, levels) for levels in columns], axis=-1)


def _blend(picture: Plane, colour: tuple[int, int, int], opacity: Plane) -> None:
    """Blend `colour` over the picture in place with the opacity `opacity` (0..1)."""
    picture += opacity[..., None] * (np.array(colour) - picture)


def _stars(picture: Plane, random: np.random.Generator) -> None:
    rows = (random.random(STARS) ** 1.6 * 0.6 * SIZE).astype(int)
    columns = random.integers(0, SIZE, STARS)
    picture[rows, columns] += random.uniform(30, 110, (STARS, 1))


def _moon(picture: Plane, x: Plane, y: Plane, random: np.random.Generator) -> None:
    """Draw a crescent with a halo: a disc less the disc of its shadow."""
    centre_x, centre_y, radius = random.uniform(0.3, 0.7), random.uniform(0.22, 0.36), 0.085
    shift = radius * random.uniform(0.35, 0.6) * random.choice((-1, 1))
    distance = np.hypot(x - centre_x, y - centre_y)
    shadow = np.hypot(x - centre_x - shift, y - centre_y + 0.3 * radius)
    _blend(picture, MOON, 0.22 * np.exp(-((distance / (2.6 * radius)) ** 2)))
    disc = np.clip((radius - distance) * SIZE, 0, 1)
    _blend(picture, MOON, 0.85 * disc * np.clip((shadow - radius) * SIZE, 0, 1))


def _ordered_dither() -> Plane:
    """Return Bayer's 8 × 8 thresholds, 0..1, over the whole picture.

    They keep the sky free of bands, and compress far better than noise.
    """
    tile = np.zeros((1, 1))
    for _ in range(3):
        tile = np.block([[4 * tile, 4 * tile + 2], [4 * tile + 3, 4 * tile + 1]])
    return np.tile((tile + 0.5) / tile.size, (SIZE // 8, SIZE // 8))[..., None]
