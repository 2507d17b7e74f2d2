"""A listener's or a writer's own recordings, decoded in a process of its own (``decoder``).

A decoder is not to be trusted with the sound of a night: it takes seconds, holds up every thread of
its process, and a file that somebody made for it may ask for any memory, and never come to an end.
"""

from __future__ import annotations

import os
import signal
import struct
import subprocess
import tempfile
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np

from player.audio import RATE, Samples
from player.errors import InputError, InputNotFound
from player.storage.file_access import is_relative_name
from player.workers.launch import child_command, start_child

LONGEST_RECORDING_S = 600
MOST_KEPT_BYTES = 150_000_000  # of decoded recordings: six minutes and a half
PATIENCE_S = 20.0
"""For one of them."""
_MOST_RECORDING_BYTES = 400_000_000
HEADER = struct.Struct("<dd")  # the loudest moment and the peak, before the samples
_MAX_ANSWER_BYTES = HEADER.size + LONGEST_RECORDING_S * RATE * 2 * 4


@dataclass(frozen=True, slots=True, eq=False)
class Recorded:
    """A recording as it is played. It is shared: its samples cannot be written to."""

    samples: Samples
    """``(n, 2)`` at 48 kHz."""
    loudest_lufs: float
    """Its loudest 400 ms."""
    peak: float
    """Its highest sample, 0 to 1."""


def read_recording(folder: Path, file: str) -> Recorded:
    """A recording beside the recipe: WAV, AIFF, FLAC, Ogg (Vorbis, Opus), MP3, and, where ffmpeg
    is, AAC and M4A.

    It is decoded once: a night that comes back to a place finds it as it was, unless the file has
    changed. Raises `InputNotFound` when there is none, `InputError` when it lies outside the folder
    (a link, say) or is not sound.
    """
    try:
        # The name is looked at first: some, on Windows, connect to another machine.
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
        if state.st_size > _MOST_RECORDING_BYTES:
            raise InputError(f"The recording {path} is too large; give ten minutes of it.")
        return _kept(path, (str(path), state.st_mtime_ns, state.st_size))
    # RuntimeError: links in a circle
    except (OSError, ValueError, MemoryError, RuntimeError) as error:
        raise InputError(
            f"The recording {file!r} cannot be opened ({error}); put it beside the recipe."
        ) from error


_Key = tuple[str, int, int]
_decoded: dict[_Key, Recorded] = {}  # the oldest first
_refused: dict[_Key, InputError] = {}


def _kept(path: Path, key: _Key) -> Recorded:
    """Decoded now or before; the oldest are let go of when all are more than is kept."""
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
    return sum(one.samples.nbytes for one in _decoded.values())


def _decode(path: Path, patience_s: float = PATIENCE_S) -> Recorded:
    """What the process makes of it. Raises `InputError` with its reason, or for its slowness."""
    with tempfile.TemporaryFile() as errors:
        data, in_time = _given_by(
            child_command("player.library.recording_decoder", str(path)), errors, patience_s
        )
        if len(data) > _MAX_ANSWER_BYTES:
            raise ValueError("its decoder gives more than ten minutes")
        errors.seek(0)
        said = errors.read(1 << 16).decode(errors="replace").strip().splitlines()
    if not data:
        why = (said or ["no samples"])[-1] if in_time else f"it takes more than {patience_s:g} s"
        raise InputError(
            f"The recording {path} cannot be read as sound ({why}); give WAV, FLAC, MP3 or Ogg; M4A"
            " and AAC need ffmpeg."
        )
    samples = np.frombuffer(data, np.float32, offset=HEADER.size).reshape(-1, 2)
    return Recorded(samples, *HEADER.unpack_from(data))


def _given_by(command: list[str], errors: IO[bytes], patience_s: float) -> tuple[bytes, bool]:
    """All that a program writes, nothing unless it ends well; and whether it was over in time."""
    late = threading.Event()
    nothing, pipe = subprocess.DEVNULL, subprocess.PIPE
    with start_child(command, stdin=nothing, stdout=pipe, stderr=errors) as process:

        def give_up() -> None:
            late.set()
            _end(process)

        assert process.stdout
        watch = threading.Timer(patience_s, give_up)
        watch.start()
        try:
            data = process.stdout.read(_MAX_ANSWER_BYTES + 1)
            process.stdout.close()  # what writes on without an end is ended by that
            process.wait()
        finally:
            watch.cancel()
            _end(process)
    return data if process.returncode == 0 else b"", not late.is_set()


def _end(process: subprocess.Popen[bytes]) -> None:
    """With what it has started; a process that is over already is left alone."""
    with suppress(OSError):
        if process.poll() is None and hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        process.kill()
