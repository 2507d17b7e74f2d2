"""Cover pictures and Vorbis comments, where FFmpeg's writers need help.

Chapters of FLAC and Opus, and the cover of Opus, are Vorbis comments. RFC 9639 describes the form
of the picture.
"""

import base64
import struct
from collections.abc import Sequence

from player.cues import Chapter, timestamp
from player.errors import InputError
from player.png_image import PNG_SIGNATURE

FRONT_COVER = 3
MAX_PICTURE_BLOCK_BYTES = (1 << 24) - 1
JPEG_SIGNATURE = b"\xff\xd8\xff"
UNKNOWN_SIZE = (1, 1)  # FFmpeg takes no picture without a size
MAX_SIDE = 10_000  # its encoders, which only describe the picture here, refuse far larger ones
# Markers of JPEG's frame headers, SOF0 to SOF15 (ITU-T T.81, table B.1), which state the size.
JPEG_FRAME_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def media_type(cover: bytes) -> str:
    """Return the media type of a JPEG or PNG picture; anything else is an InputError."""
    if cover.startswith(PNG_SIGNATURE):
        return "image/png"
    if cover.startswith(JPEG_SIGNATURE):
        return "image/jpeg"
    raise InputError(
        f"the cover begins with {cover[:4].hex(' ')!r}: expected a JPEG or PNG picture; "
        "convert it to one of these"
    )


def picture_size(cover: bytes) -> tuple[int, int]:
    """Return width and height in pixels as the picture's header states them.

    A damaged or absurd header gives `UNKNOWN_SIZE`.
    """
    size = _png_size(cover) if media_type(cover) == "image/png" else _jpeg_size(cover)
    return size if all(0 < side <= MAX_SIDE for side in size) else UNKNOWN_SIZE


def _png_size(cover: bytes) -> tuple[int, int]:
    """Read the size from the chunk IHDR, always the first (W3C PNG, section 11.2.1)."""
    if cover[12:16] != b"IHDR" or len(cover) < 24:
        return UNKNOWN_SIZE
    width, height = struct.unpack_from(">II", cover, 16)
    return width, height


def _jpeg_size(cover: bytes) -> tuple[int, int]:
    """Read the size from the first frame header (ITU-T T.81, section B.2.2)."""
    place = 2
    while place + 9 <= len(cover) and cover[place] == 0xFF:
        marker, length, _, height, width = struct.unpack_from(">xBHBHH", cover, place)
        if marker in JPEG_FRAME_MARKERS:
            return width, height
        place += 2 + length
    return UNKNOWN_SIZE


def vorbis_chapters(chapters: Sequence[Chapter]) -> dict[str, str]:
    """Return the comments ``CHAPTER001``, ``CHAPTER001NAME`` and so on."""
    comments = {}
    for number, chapter in enumerate(chapters, 1):
        comments[f"CHAPTER{number:03d}"] = timestamp(chapter.start)
        comments[f"CHAPTER{number:03d}NAME"] = chapter.title
    return comments


def picture_block(cover: bytes) -> bytes:
    """Return a front cover as FLAC's PICTURE block (RFC 9639, section 8.8).

    Zeros stand for the size in pixels, which readers take from the picture itself.
    """
    kind = media_type(cover).encode()
    header = struct.pack(">II", FRONT_COVER, len(kind)) + kind
    return header + struct.pack(">IIIIII", 0, 0, 0, 0, 0, len(cover)) + cover


def picture_comment(cover: bytes) -> dict[str, str]:
    """Return the comment in which an Opus file keeps its cover."""
    return {"METADATA_BLOCK_PICTURE": base64.b64encode(picture_block(cover)).decode()}
