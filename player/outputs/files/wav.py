"""WAV files of 24 bits, and the rounding to 24 bits that FLAC shares.

Samples are rounded to the nearest of 2^24 steps. No dither is added: the rounding error lies near
−146 dBFS, far below the noise of the soundscape itself, and the same samples give the same file.
Beyond 4 GiB the header becomes that of RF64, with 64-bit sizes (EBU Tech 3306).
"""

import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from player.audio import RATE, Samples
from player.cues import Chapter
from player.outputs.base import FileOutput, Tags
from player.outputs.files.part_file import PartFile

BITS = 24
FRAME_BYTES = 2 * BITS // 8
FULL_SCALE = 1 << (BITS - 1)
WAV_LIMIT = 0xFFFF_FFFF
HEADER_BYTES = 80
INFO_IDS = {"title": "INAM", "artist": "IART", "album": "IPRD", "genre": "IGNR"}


def quantise(block: Samples) -> NDArray[np.int32]:
    """Return ``(frames, 2)`` float samples as 24-bit integers, clipped to full scale."""
    steps = np.rint(block * np.float32(FULL_SCALE))
    whole: NDArray[np.int32] = np.clip(steps, -FULL_SCALE, FULL_SCALE - 1).astype(np.int32)
    return whole


class WavOutput(FileOutput):
    """A 24-bit WAV file with tags in a LIST INFO chunk; WAV has neither chapters nor cover."""

    def __init__(self, target: Path, tags: Tags, limit: int = WAV_LIMIT) -> None:
        self._tags = tags
        self._limit = limit  # the largest size that a plain WAV's header may state
        self._frames = 0
        self._open = True
        self._part = PartFile(target)
        self._part.write(bytes(HEADER_BYTES))

    def write(self, block: Samples) -> None:
        steps = quantise(block).astype("<i4", order="C")
        self._part.write(steps.view(np.uint8).reshape(-1, 4)[:, :3].tobytes())
        self._frames += len(block)
        self._part.check()

    def close(self, chapters: Sequence[Chapter] = ()) -> None:
        if not self._open:
            return
        self._open = False
        try:
            info = _info_chunk(self._tags)
            self._part.write(info)
            self._part.seek(0)
            self._part.write(self._header(len(info)))
            self._part.publish()
        except BaseException:
            self._part.discard()
            raise

    def _header(self, info_bytes: int) -> bytes:
        data_bytes = self._frames * FRAME_BYTES
        riff_bytes = HEADER_BYTES - 8 + data_bytes + info_bytes
        form = struct.pack(
            "<4sIHHIIHH", b"fmt ", 16, 1, 2, RATE, RATE * FRAME_BYTES, FRAME_BYTES, BITS
        )
        if riff_bytes > self._limit:
            sizes = struct.pack("<4sIQQQI", b"ds64", 28, riff_bytes, data_bytes, self._frames, 0)
            riff = struct.pack("<4sI4s", b"RF64", WAV_LIMIT, b"WAVE")
            return riff + sizes + form + struct.pack("<4sI", b"data", WAV_LIMIT)
        room = struct.pack("<4sI28x", b"JUNK", 28)
        riff = struct.pack("<4sI4s", b"RIFF", riff_bytes, b"WAVE")
        return riff + room + form + struct.pack("<4sI", b"data", data_bytes)

    def abort(self) -> None:
        if self._open:
            self._open = False
            self._part.discard()


def _info_chunk(tags: Tags) -> bytes:
    """Return the LIST INFO chunk, empty bytes without tags."""
    entries = b""
    for name, text in tags.texts().items():
        value = text.encode() + b"\0"
        padding = b"\0" * (len(value) % 2)
        entries += struct.pack("<4sI", INFO_IDS[name].encode(), len(value)) + value + padding
    return struct.pack("<4sI4s", b"LIST", len(entries) + 4, b"INFO") + entries if entries else b""
