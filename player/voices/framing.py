"""What goes through the pipes between the player and a voice: a JSON header and some bytes a frame.

Both lengths stand in front as big-endian 32-bit numbers, so that a reader never guesses, and a
frame cut off by a killed process is seen as what it is: the end.
"""

import json
import struct
from dataclasses import asdict
from typing import IO, Any

from player.script.utterance import Shade, Utterance

Header = dict[str, Any]  # the JSON edge

_LENGTHS = struct.Struct(">II")


def write(stream: IO[bytes], header: Header, payload: bytes | memoryview = b"") -> None:
    """Send one frame. ``OSError`` where the other side is gone."""
    text = json.dumps(header).encode()
    stream.write(_LENGTHS.pack(len(text), len(payload)) + text)
    if payload:
        stream.write(payload)
    stream.flush()


def read(stream: IO[bytes]) -> tuple[Header, bytes] | None:
    """The next frame, or ``None`` at the end, whole or torn."""
    lengths = stream.read(_LENGTHS.size)
    if len(lengths) < _LENGTHS.size:
        return None
    text_length, payload_length = _LENGTHS.unpack(lengths)
    text = stream.read(text_length)
    payload = stream.read(payload_length) if payload_length else b""
    if len(text) < text_length or len(payload) < payload_length:
        return None
    header: Header = json.loads(text)
    return header, payload


def pack(utterance: Utterance) -> Header:
    """An utterance as JSON."""
    return asdict(utterance)


def unpack(header: Header) -> Utterance:
    """The inverse of :func:`pack`."""
    return Utterance(**{**header, "shade": Shade(**header["shade"])})
