"""The head of a FLAC file, written anew once all is known that it should say.

After RFC 9639: a stream begins with the four letters ``fLaC`` (section 6) and its metadata blocks,
STREAMINFO first (section 8). Every block has a head of four bytes: one bit that marks the last one,
seven for its type, 24 for its size. The audio follows at once.
"""

import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from player.errors import InputError
from player.outputs.files.tags import picture_block, vorbis_comment

MAGIC = b"fLaC"
PADDING, VORBIS_COMMENT, PICTURE = 1, 4, 6  # RFC 9639, section 8.1
REPLACED = (PADDING, VORBIS_COMMENT, PICTURE)
LAST = 0x80
HEAD_BYTES = 4
MOST_BYTES = (1 << 24) - 1
SPARE = (
    1024  # bytes of padding where the head grows, so that another tagger need not move the audio
)
STEP = 1 << 20  # bytes of audio moved at a time

Block = tuple[int, bytes]  # type and content


def picture(cover: bytes) -> bytes:
    """Return a PICTURE block's content; InputError for a cover that fits in none."""
    content = picture_block(cover)
    if len(content) > MOST_BYTES:
        raise InputError(
            f"the cover has {len(cover) / 1e6:.1f} MB, and a FLAC file holds 16.7 MB of it at "
            "most: choose a smaller picture"
        )
    return content


def describe(path: Path, comments: dict[str, str], cover: bytes) -> None:
    """Replace comment, picture and padding of the FLAC file at `path`; the audio is kept.

    Its comment's vendor (the encoder) stays. Nothing but the head is written where the old one has
    the room. Raises OSError, and InputError for a cover that fits in no block.
    """
    with open(path, "rb+") as file:
        old = list(_blocks(file))
        audio = file.tell()
        said = next((content for kind, content in old if kind == VORBIS_COMMENT), bytes(4))
        (vendor_bytes,) = struct.unpack_from("<I", said)
        vendor = said[4 : 4 + vendor_bytes]
        new = [block for block in old if block[0] not in REPLACED]
        new.append((VORBIS_COMMENT, vorbis_comment(vendor, comments)))
        if cover:
            new.append((PICTURE, picture(cover)))
        head = _head(new, audio)
        if len(head) > audio:
            _move_to_the_end(file, audio, len(head) - audio)
        file.seek(0)
        file.write(head)


def _blocks(file: BinaryIO) -> Iterator[Block]:
    """Yield the metadata blocks from the first; the file then stands at the audio."""
    file.seek(len(MAGIC))
    last = False
    while not last:
        head = file.read(HEAD_BYTES)
        last = head[0] & LAST != 0
        yield head[0] & ~LAST, file.read(int.from_bytes(head[1:], "big"))


def _head(blocks: list[Block], room: int) -> bytes:
    """Return `blocks` as a file's head: of `room` bytes with padding, or larger if it must be.

    Padding has a head too, so one to three bytes of room are none.
    """
    taken = len(MAGIC) + sum(HEAD_BYTES + len(content) for _, content in blocks)
    if room != taken:
        spare = room - taken - HEAD_BYTES
        blocks = [*blocks, (PADDING, bytes(spare if spare >= 0 else SPARE))]
    return MAGIC + b"".join(
        _block(kind, content, last=number == len(blocks))
        for number, (kind, content) in enumerate(blocks, 1)
    )


def _block(kind: int, content: bytes, *, last: bool) -> bytes:
    return bytes([kind | LAST * last]) + len(content).to_bytes(3, "big") + content


def _move_to_the_end(file: BinaryIO, start: int, by: int) -> None:
    """Move all from `start` on by `by` bytes, the end first, so that nothing is overwritten."""
    place = file.seek(0, os.SEEK_END)
    while place > start:
        step = min(STEP, place - start)
        place -= step
        file.seek(place)
        data = file.read(step)
        file.seek(place + by)
        file.write(data)
