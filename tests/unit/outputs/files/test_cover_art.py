"""Default cover art."""

import io

import numpy as np
import pytest
import soundfile

from player.outputs import Tags
from player.outputs.files.cover_art import SIZE, default_cover
from player.outputs.files.formats import open_file
from tests.support.needs import need_package


def test_the_same_title_has_the_same_picture_and_another_has_another():
    assert default_cover("The Dreamers") == default_cover("The Dreamers")
    assert default_cover("The Dreamers") != default_cover("The Dreamers", seed=1)
    assert default_cover("The Dreamers") != default_cover("Nachtmahr – ü")


def test_it_is_a_square_png_from_night_to_amber_with_nothing_glaring():
    need_package("PIL")
    from PIL import Image

    picture = Image.open(io.BytesIO(default_cover("The Dreamers")))
    picture.load()
    assert (picture.format, picture.size, picture.mode) == ("PNG", (SIZE, SIZE), "RGB")
    pixels = np.asarray(picture).astype(int)
    top, low = pixels[: SIZE // 8].mean((0, 1)), pixels[int(0.7 * SIZE)].mean(0)
    assert top[2] > top[0], "night above"
    assert low[0] > 1.5 * low[2], "amber below"
    assert pixels.mean() < 70
    assert pixels.max() < 235


def test_it_is_small_enough_to_travel_with_every_file(tmp_path):
    cover = default_cover("The Dreamers")
    assert len(cover) < 150_000
    output = open_file(tmp_path / "a.flac", Tags(cover=cover))
    output.close()
    assert soundfile.info(tmp_path / "a.flac").samplerate == 48_000


@pytest.mark.parametrize("title", ["", "x" * 10_000, "\0"])
def test_any_title_will_do(title):
    assert default_cover(title).startswith(b"\x89PNG")
