"""A listener's or a writer's own recordings, decoded in a child process (`recording_decoder`).

Decoding takes seconds, and blocks all threads of its process meanwhile. And a malicious file may
make a decoder take any amount of memory, and never come to an end.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from player.audio import RATE, Samples
from player.errors import InputError, InputNotFound
from player.storage.file_access import is_relative_name
from player.workers.child import ChildFailedError, request_frame
from player.workers.framing import BrokenFrameError, Message
from player.workers.launch import child_command

LONGEST_RECORDING_S = 600
MOST_KEPT_BYTES = 150_000_000
"""Decoded recordings kept in memory: six and a half minutes."""
DECODING_S = 20.0
"""Time for decoding one recording."""
_MAX_FILE_BYTES = 400_000_000
_MAX_SOUND_BYTES = LONGEST_RECORDING_S * RATE * 2 * 4


@dataclass(frozen=True, slots=True, eq=False)
class Recorded:
    """A decoded recording. It is shared, so its samples are read-only."""

    samples: Samples
    """``(n, 2)`` at 48 kHz."""
    loudest_lufs: float
    """Loudness of its loudest 400 ms."""
    peak: float
    """Highest absolute sample, 0 to 1."""


def read_recording(folder: Path, file: str) -> Recorded:
    """Return the recording ``file`` in the folder of a recipe or story.

    It may be WAV, AIFF, FLAC, Ogg (Vorbis, Opus) or MP3; with ffmpeg, AAC and M4A. It is decoded
    again only if it has changed or was dropped to save memory. Raises `InputNotFound` if there is
    none, and `InputError` if it lies outside the folder (through a link, say) or is not sound.
    """
    try:
        # Resolving some names, on Windows, would connect to another machine.
        path = (folder / file).resolve() if is_relative_name(file) else None
        if path is None or not path.is_relative_to(folder.resolve()):
            raise InputError(
                f"The recording {file!r} leads out of {folder}; put it beside the recipe."
            )
        if not path.is_file():
            raise InputNotFound(
                f"There is no recording {path}; put it there, or correct the recipe."
            )
        state = path.stat()
        if state.st_size > _MAX_FILE_BYTES:
            raise InputError(f"The recording {path} is too large; give ten minutes of it.")
        return _cached(path, (str(path), state.st_mtime_ns, state.st_size))
    # RuntimeError is raised for links in a circle.
    except (OSError, ValueError, MemoryError, RuntimeError) as error:
        raise InputError(
            f"The recording {file!r} cannot be opened ({error}); put it beside the recipe."
        ) from error


_Key = tuple[str, int, int]
_decoded: dict[_Key, Recorded] = {}  # the oldest first
_refused: dict[_Key, InputError] = {}


def _cached(path: Path, key: _Key) -> Recorded:
    """Return a recording from memory, or decode it; drop the oldest beyond `MOST_KEPT_BYTES`."""
    if key in _refused:
        raise _refused[key]
    recorded = _decoded.pop(key, None)
    if recorded is None:
        try:
            recorded = _decode(path)
        except InputError as error:
            _refused[key] = error
            raise
    _decoded[key] = recorded
    while len(_decoded) > 1 and _size() > MOST_KEPT_BYTES:
        del _decoded[next(iter(_decoded))]
    return recorded


def _size() -> int:
    return sum(recorded.samples.nbytes for recorded in _decoded.values())


def _decode(path: Path, deadline_s: float = DECODING_S) -> Recorded:
    """Decode a file in a child process.

    Raises `InputError` with the decoder's reason, or because it takes too long.
    """
    try:
        levels, data = request_frame(
            child_command("player.library.recording_decoder", str(path), str(deadline_s)),
            deadline_s=deadline_s,
            max_payload_bytes=_MAX_SOUND_BYTES,
        )
        return _recorded(levels, data)
    except (ChildFailedError, BrokenFrameError) as error:
        raise InputError(
            f"The recording {path} cannot be read as sound ({error}); give WAV, FLAC, MP3 or Ogg;"
            " M4A and AAC need ffmpeg."
        ) from error


def _recorded(levels: Message, data: bytes) -> Recorded:
    """Return the decoder's answer. Raises `BrokenFrameError` if it makes no sense."""
    match levels:
        case {"loudest_lufs": float(loudest_lufs), "peak": float(peak)} if not len(data) % 8:
            samples = np.frombuffer(data, np.float32).reshape(-1, 2)
            return Recorded(samples, loudest_lufs, peak)
    raise BrokenFrameError("its decoder gives no sound")
