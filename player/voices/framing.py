"""What goes through the pipes between the player and a voice: a JSON header and some bytes a frame.

Both lengths stand in front as big-endian 32-bit numbers, so that a reader never guesses, and a
frame cut off by a killed process is seen as what it is: the end. What is longer than any frame of
ours, or holds no JSON object, is refused before memory is taken for it.
"""

import json
import struct
from dataclasses import asdict
from typing import IO, Any

from player.script.utterance import Utterance, VoiceShading

Header = dict[str, Any]  # the JSON edge

MAX_HEADER_BYTES = 16 << 20
"""A greeting carries a story's whole lexicon, of at most 4 MB in the file."""
MAX_PAYLOAD_BYTES = 128 << 20
"""Eleven minutes of sound, which is more than the longest utterance lasts."""

_LENGTHS = struct.Struct(">II")


class BrokenFrame(ValueError):
    """What arrived cannot have been sent by a voice that works."""


def write(stream: IO[bytes], header: Header, payload: bytes | memoryview = b"") -> None:
    """Send one frame. ``OSError`` where the other side is gone."""
    text = json.dumps(header).encode()
    stream.write(_LENGTHS.pack(len(text), len(payload)) + text)
    if payload:
        stream.write(payload)
    stream.flush()


def read(stream: IO[bytes]) -> tuple[Header, bytes] | None:
    """Return the next frame, or ``None`` at the end, whole or torn. Raises ``BrokenFrame``."""
    lengths = stream.read(_LENGTHS.size)
    if len(lengths) < _LENGTHS.size:
        return None
    text_length, payload_length = _LENGTHS.unpack(lengths)
    if text_length > MAX_HEADER_BYTES or payload_length > MAX_PAYLOAD_BYTES:
        raise BrokenFrame(f"a frame of {text_length + payload_length:,} bytes")
    text = stream.read(text_length)
    payload = stream.read(payload_length) if payload_length else b""
    if len(text) < text_length or len(payload) < payload_length:
        return None
    try:
        header = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BrokenFrame(f"no JSON: {error}") from None
    if not isinstance(header, dict):
        raise BrokenFrame(f"no object: {str(header)[:40]}")
    return header, payload


def pack(utterance: Utterance) -> Header:
    """An utterance as JSON."""
    return asdict(utterance)


def unpack(header: Header) -> Utterance:
    """The inverse of :func:`pack`."""
    return Utterance(**{**header, "shading": VoiceShading(**header["shading"])})
