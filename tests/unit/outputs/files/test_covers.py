"""Covers: every picture is carried byte for byte, its size told, and never decoded."""

import io
import os
import struct

import av
import mutagen
import mutagen.flac
import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from player.errors import InputError
from player.outputs import Tags
from player.outputs.files.formats import open_file
from player.outputs.files.tags import (
    JPEG_SIGNATURE,
    MAX_PICTURE_BLOCK_BYTES,
    MAX_SIDE,
    UNKNOWN_SIZE,
    picture_size,
)
from player.png_image import PNG_SIGNATURE
from tests.support.filed import COVER, night, probe, save
from tests.support.needs import need

PICTURE_ENDINGS = (".flac", ".mp3", ".m4b")


def jpeg(width: int, height: int) -> bytes:
    """Return a real JPEG picture."""
    file = io.BytesIO()
    with av.open(file, "w", "mjpeg") as container:
        stream = container.add_stream("mjpeg", rate=1)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuvj420p"
        pixels = np.full((height, width, 3), 90, np.uint8)
        for packet in stream.encode(av.VideoFrame.from_ndarray(pixels, "rgb24")):
            container.mux(packet)
        for packet in stream.encode(None):
            container.mux(packet)
    return file.getvalue()


@pytest.mark.parametrize("ending", PICTURE_ENDINGS)
def test_a_jpeg_cover_is_kept_as_one(tmp_path, ending):
    need("ffprobe")
    picture = jpeg(64, 48)
    path = save(tmp_path / f"night{ending}", night(9000), Tags(cover=picture))
    assert picture in path.read_bytes()
    (shown,) = (s for s in probe(path)["streams"] if s["disposition"]["attached_pic"])
    assert (shown["codec_name"], shown["width"], shown["height"]) == ("mjpeg", 64, 48)


@pytest.mark.parametrize("ending", PICTURE_ENDINGS)
def test_a_jpeg_cover_that_cannot_be_read_is_carried_all_the_same(tmp_path, ending):
    broken = b"\xff\xd8\xff\xe0" + bytes(500)
    path = save(tmp_path / f"night{ending}", night(9000), Tags(cover=broken))
    assert broken in path.read_bytes()
    if ending == ".mp3":
        assert mutagen.File(path)["APIC:"].mime == "image/jpeg"


def test_a_flac_states_the_covers_type_and_size(tmp_path):
    path = save(tmp_path / "night.flac", night(9000), Tags(cover=COVER))
    (picture,) = mutagen.flac.FLAC(path).pictures
    assert (picture.mime, picture.type, picture.depth) == ("image/png", 3, 24)
    assert (picture.width, picture.height, picture.data) == (600, 600, COVER)


def test_a_cover_that_nearly_fills_a_flacs_block_is_kept_and_a_larger_one_refused(tmp_path):
    largest = COVER + bytes(MAX_PICTURE_BLOCK_BYTES - 32 - len("image/png") - len(COVER))
    path = save(tmp_path / "night.flac", night(5000), Tags(cover=largest))
    assert mutagen.flac.FLAC(path).pictures[0].data == largest
    assert len(soundfile.read(path)[0]) == 5000
    with pytest.raises(InputError, match=r"cover has 16\.8 MB.*choose a smaller picture"):
        open_file(tmp_path / "larger.flac", Tags(cover=largest + b"\0"))
    assert os.listdir(tmp_path) == ["night.flac"]


def png_header(width: int, height: int) -> bytes:
    return PNG_SIGNATURE + b"\0\0\0\rIHDR" + struct.pack(">II", width, height)


@pytest.mark.parametrize(
    ("cover", "size"),
    [
        (COVER, (600, 600)),
        (jpeg(64, 48), (64, 48)),
        (png_header(MAX_SIDE, 1), (MAX_SIDE, 1)),
        (png_header(MAX_SIDE + 1, 1), UNKNOWN_SIZE),
        (png_header(0, 600), UNKNOWN_SIZE),
        (COVER[:20], UNKNOWN_SIZE),
        (jpeg(64, 48)[:20], UNKNOWN_SIZE),
    ],
)
def test_the_size_is_the_headers_or_unknown(cover, size):
    assert picture_size(cover) == size


@given(st.sampled_from([PNG_SIGNATURE, JPEG_SIGNATURE]), st.binary(max_size=200))
def test_no_picture_makes_its_size_fail(signature, rest):
    assert all(1 <= side <= MAX_SIDE for side in picture_size(signature + rest))
