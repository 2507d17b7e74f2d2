"""The cover of an M4B, which FFmpeg's writer for audiobooks does not take.

After ISO/IEC 14496-12: a file is a row of boxes, each with its size and type in front (section
4.2), some of which hold boxes again. The cover is an item of the list ``ilst`` in the box ``meta``
(section 8.11) of the movie's user data; the item's form is that of Apple's *QuickTime File Format*,
"Metadata".
"""

import os
import struct
from pathlib import Path
from typing import BinaryIO

from player.outputs.files.tags import mime

BOX_HEAD = struct.Struct(">I4s")
LARGE_SIZE = struct.Struct(">Q")
SIZE = struct.Struct(">I")
PATH_TO_ITEMS = (b"moov", b"udta", b"meta", b"ilst")
FULL_BOX_BYTES = 4  # version and flags, which `meta` has after its head
WELL_KNOWN_TYPES = {"image/jpeg": 13, "image/png": 14}


def add_cover(path: Path, cover: bytes) -> None:
    """Add `cover`, a JPEG or PNG, to the items of the M4B at `path`. Raises OSError.

    The movie box must be the last one, as FFmpeg leaves it: then the sound stays where the
    movie's tables say that it is, and only the few bytes after the items are moved.
    """
    item = _item(cover)
    with open(path, "rb+") as file:
        holders = []
        start, end = 0, file.seek(0, os.SEEK_END)
        for kind in PATH_TO_ITEMS:
            place, start, end = _find(file, kind, start, end)
            holders.append((place, end - place))
            start += FULL_BOX_BYTES if kind == b"meta" else 0
        file.seek(end)
        rest = file.read()
        file.seek(end)
        file.write(item + rest)
        for place, size in holders:
            file.seek(place)
            file.write(SIZE.pack(size + len(item)))


def _find(file: BinaryIO, wanted: bytes, start: int, end: int) -> tuple[int, int, int]:
    """Return where the box `wanted` between `start` and `end` begins, its content, and its end."""
    while start < end:
        file.seek(start)
        size, kind = BOX_HEAD.unpack(file.read(BOX_HEAD.size))
        content = start + BOX_HEAD.size
        if size == 1:  # the sound of a long night: the size stands after the type
            (size,) = LARGE_SIZE.unpack(file.read(LARGE_SIZE.size))
            content += LARGE_SIZE.size
        if kind == wanted:
            return start, content, start + size
        start += size
    raise ValueError(f"the file has no box {wanted!r}")


def _item(cover: bytes) -> bytes:
    value = struct.pack(">II", WELL_KNOWN_TYPES[mime(cover)], 0) + cover
    return _box(b"covr", _box(b"data", value))


def _box(kind: bytes, content: bytes) -> bytes:
    return BOX_HEAD.pack(BOX_HEAD.size + len(content), kind) + content
