"""PNG pictures, read back by a library that is not ours."""

import io

import numpy as np

from player.png_image import png_image
from tests.support.needs import need_package


def test_every_pixel_is_read_back():
    need_package("PIL")
    from PIL import Image

    pixels = np.random.default_rng(0).integers(0, 256, (7, 11, 3), dtype=np.uint8)
    picture = Image.open(io.BytesIO(png_image(pixels)))
    assert (picture.format, picture.mode) == ("PNG", "RGB")
    assert np.array_equal(np.asarray(picture), pixels)
