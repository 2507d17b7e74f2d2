"""What files say about themselves, in the forms that several formats share.

Chapters and cover of Opus and FLAC are Vorbis comments (RFC 9639 describes the picture's form). MP3
has an ID3v2.4 tag with the frames of the *ID3v2 Chapter Frame Addendum*, written here because its
order matters: readers take the chapters as they come.
"""

import base64
import struct
from collections.abc import Sequence

from player.audio import RATE
from player.cues import Chapter, timestamp
from player.errors import InputError
from player.outputs.base import Tags

FRONT_COVER = 3
UTF8 = b"\x03"
NO_OFFSET = 0xFFFF_FFFF
TEXT_FRAMES = {"title": b"TIT2", "artist": b"TPE1", "album": b"TALB", "genre": b"TCON"}
MOST_CHAPTERS_IN_ID3 = 255


def mime(cover: bytes) -> str:
    """Return the media type of a JPEG or PNG picture; anything else is an InputError."""
    if cover.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if cover.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    raise InputError(
        f"the cover begins with {cover[:4].hex(' ')!r}: expected a JPEG or PNG picture; "
        "convert it to one of these"
    )


def vorbis_chapters(chapters: Sequence[Chapter]) -> dict[str, str]:
    """Return the comments ``CHAPTER001``, ``CHAPTER001NAME`` and so on."""
    comments = {}
    for number, chapter in enumerate(chapters, 1):
        comments[f"CHAPTER{number:03d}"] = timestamp(chapter.start)
        comments[f"CHAPTER{number:03d}NAME"] = chapter.title
    return comments


def vorbis_comment(vendor: bytes, comments: dict[str, str]) -> bytes:
    """Return a whole Vorbis comment as FLAC's block holds it (RFC 9639, section 8.6).

    Sizes are little-endian here, unlike everywhere else in FLAC.
    """
    fields = [f"{name.upper()}={text}".encode() for name, text in comments.items()]
    listed = b"".join(struct.pack("<I", len(field)) + field for field in fields)
    return struct.pack("<I", len(vendor)) + vendor + struct.pack("<I", len(fields)) + listed


def picture_block(cover: bytes) -> bytes:
    """Return a front cover as FLAC's PICTURE block (RFC 9639, section 8.8).

    Its size in pixels is left to the picture itself.
    """
    kind = mime(cover).encode()
    head = struct.pack(">II", FRONT_COVER, len(kind)) + kind
    return head + struct.pack(">IIIIII", 0, 0, 0, 0, 0, len(cover)) + cover


def picture_comment(cover: bytes) -> dict[str, str]:
    """Return the comment in which an Opus file keeps its cover."""
    return {"METADATA_BLOCK_PICTURE": base64.b64encode(picture_block(cover)).decode()}


def id3(tags: Tags, chapters: Sequence[Chapter]) -> bytes:
    """Return a whole ID3v2.4 tag, chapters in order, to stand before an MP3's first frame."""
    texts = tags.texts()
    body = b"".join(
        _text_frame(name, texts[field]) for field, name in TEXT_FRAMES.items() if field in texts
    )
    if "comment" in texts:
        body += _frame(b"COMM", UTF8 + b"eng\0" + texts["comment"].encode())
    if chapters:
        body += _table_of_contents(len(chapters)) if len(chapters) <= MOST_CHAPTERS_IN_ID3 else b""
        body += b"".join(_chapter(number, chapter) for number, chapter in enumerate(chapters, 1))
    if tags.cover:
        kind = mime(tags.cover).encode()
        body += _frame(b"APIC", UTF8 + kind + b"\0" + bytes([FRONT_COVER]) + b"\0" + tags.cover)
    return b"ID3\x04\x00\x00" + _syncsafe(len(body)) + body


def _syncsafe(number: int) -> bytes:
    """Return 28 bits as four bytes of seven, so that no byte looks like an MPEG frame's start."""
    return bytes((number >> shift) & 0x7F for shift in (21, 14, 7, 0))


def _frame(name: bytes, payload: bytes) -> bytes:
    return name + _syncsafe(len(payload)) + b"\0\0" + payload


def _text_frame(name: bytes, text: str) -> bytes:
    return _frame(name, UTF8 + text.encode())


def _chapter_id(number: int) -> bytes:
    return f"ch{number:03d}".encode() + b"\0"


def _table_of_contents(count: int) -> bytes:
    top_level_and_ordered = 3
    children = b"".join(_chapter_id(number) for number in range(1, count + 1))
    return _frame(b"CTOC", b"toc\0" + bytes([top_level_and_ordered, count]) + children)


def _chapter(number: int, chapter: Chapter) -> bytes:
    times = (chapter.start * 1000 // RATE, chapter.end * 1000 // RATE, NO_OFFSET, NO_OFFSET)
    title = _text_frame(b"TIT2", chapter.title)
    return _frame(b"CHAP", _chapter_id(number) + struct.pack(">IIII", *times) + title)
