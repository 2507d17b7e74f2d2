"""Frames in a pipe between the player and a child: a JSON object and some bytes each.

The lengths of both stand in front as big-endian 32-bit numbers, so that a reader never has to
guess, and a frame that a killed process could not finish reads as the end of the pipe. A frame
beyond the limits is refused before memory is allocated for it.
"""

from __future__ import annotations

import json
import struct
from typing import IO, Any

Message = dict[str, Any]  # the JSON edge

MAX_MESSAGE_BYTES = 16 << 20
"""A voice's greeting carries the story's whole lexicon, up to 4 MB in its file."""
MAX_PAYLOAD_BYTES = 128 << 20
"""Eleven minutes of mono sound, longer than any utterance."""

_LENGTHS = struct.Struct(">II")


class BrokenFrameError(ValueError):
    """The other side sent something that no working process of ours sends."""


def write_frame(stream: IO[bytes], message: Message, payload: bytes | memoryview = b"") -> None:
    """Write one frame and flush it. Raises ``OSError`` if the other side is gone."""
    text = json.dumps(message).encode()
    payload_bytes = memoryview(payload).nbytes
    stream.write(_LENGTHS.pack(len(text), payload_bytes) + text)
    if payload_bytes:
        stream.write(payload)
    stream.flush()


def read_frame(
    stream: IO[bytes],
    *,
    max_message_bytes: int = MAX_MESSAGE_BYTES,
    max_payload_bytes: int = MAX_PAYLOAD_BYTES,
) -> tuple[Message, bytes] | None:
    """Read the next frame: its JSON object and its bytes; None where the pipe ends.

    A pipe that ends in mid frame, as when its writer was killed, gives None, too.

    Raises `BrokenFrameError` for a frame beyond the limits or without a JSON object.
    """
    lengths = stream.read(_LENGTHS.size)
    if len(lengths) < _LENGTHS.size:
        return None
    text_bytes, payload_bytes = _LENGTHS.unpack(lengths)
    if text_bytes > max_message_bytes or payload_bytes > max_payload_bytes:
        raise BrokenFrameError(f"a frame of {text_bytes + payload_bytes:,} bytes")
    text = stream.read(text_bytes)
    payload = stream.read(payload_bytes) if payload_bytes else b""
    if len(text) < text_bytes or len(payload) < payload_bytes:
        return None
    try:
        message = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BrokenFrameError(f"no JSON: {error}") from None
    if not isinstance(message, dict):
        raise BrokenFrameError(f"no object: {str(message)[:40]}")
    return message, payload
