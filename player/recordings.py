"""A listener's or a writer's own recordings, decoded in a process of its own.

A decoder is not to be trusted with the sound of a night: it takes seconds, holds up every thread of
its process, and a file that somebody made for it may ask for any memory, and never come to an end.
So it is ``python -m player.recordings FILE``, which gives the samples through a pipe, and has its
limits.

libsndfile reads most of what there is; pydub, through ffmpeg, AAC and M4A. ffmpeg is never asked
what a file is: it also knows lists that make it open other files, and addresses.
"""

from __future__ import annotations

import os
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np

from player.audio import RATE, LoudnessMeter, Samples, resample
from player.children import OWN_GROUP, child_command, child_environment, go_after
from player.errors import InputError, InputNotFound

LONGEST_RECORDING_S = 600
HIGHEST_RATE = 192_000
MOST_KEPT_BYTES = 150_000_000  # of decoded recordings: six minutes and a half
PATIENCE_S = 20.0
"""For one of them."""
_MOST_RECORDING_BYTES = 400_000_000
_MOST_MEMORY_BYTES = 3 << 30  # of the process that decodes
_FRAME_BYTES = 8  # two float32 samples
_HEADER = struct.Struct("<dd")  # the loudest moment and the peak, before the samples


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
        path = (folder / file).resolve()
        if not path.is_relative_to(folder.resolve()):
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
    except (OSError, ValueError, MemoryError) as error:
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
        data, in_time = _given_by(child_command("player.recordings", str(path)), errors, patience_s)
        errors.seek(0)
        said = errors.read(1 << 16).decode(errors="replace").strip().splitlines()
    if not data:
        why = (said or ["no samples"])[-1] if in_time else f"it takes more than {patience_s:g} s"
        raise InputError(
            f"The recording {path} cannot be read as sound ({why}); give WAV, FLAC, MP3 or Ogg; M4A"
            " and AAC need ffmpeg."
        )
    samples = np.frombuffer(data, np.float32, offset=_HEADER.size).reshape(-1, 2)
    return Recorded(samples, *_HEADER.unpack_from(data))


def _given_by(command: list[str], errors: IO[bytes], patience_s: float) -> tuple[bytes, bool]:
    """All that a program writes, nothing unless it ends well; and whether it was over in time."""
    late = threading.Event()
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=errors,
        env=child_environment(),
        **OWN_GROUP,
    ) as process:

        def give_up() -> None:
            late.set()
            _end(process)

        assert process.stdout
        watch = threading.Timer(patience_s, give_up)
        watch.start()
        try:
            data = process.stdout.read()
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


# -- in the process -------------------------------------------------------------------------------

_MPEG4, _AAC = b"ftyp", 0xFFF0  # at byte 4; the first 12 bits, and the layer's two after them


def needs_ffmpeg(head: bytes) -> str | None:
    """What ffmpeg calls a file that begins so, where libsndfile has no word for it: AAC alone,
    or in an MPEG-4 file."""
    if head[4:8] == _MPEG4:
        return "mp4"
    return "aac" if int.from_bytes(head[:2]) & 0xFFF6 == _AAC else None


def decoded(path: Path) -> Samples:
    """All of it, ten minutes at most: ``(n, 2)`` at 48 kHz. Raises whatever its reader does."""
    with path.open("rb") as file:
        name = needs_ffmpeg(file.read(8))
        file.seek(0)
        sound, rate = _by_ffmpeg(path, name) if name else _by_libsndfile(file)
    # A file of floating numbers may hold any: louder than full scale would be, or none at all.
    sound = resample(np.clip(np.nan_to_num(sound, posinf=0.0, neginf=0.0), -1.0, 1.0), rate, RATE)
    return np.repeat(sound, 2, axis=1) if sound.shape[1] == 1 else sound


def _by_libsndfile(file: IO[bytes]) -> tuple[Samples, int]:
    import soundfile

    try:
        with soundfile.SoundFile(file) as source:
            rate = source.samplerate
            if rate > HIGHEST_RATE:
                raise ValueError(f"{rate} Hz is over {HIGHEST_RATE} Hz")
            blocks = source.blocks(1 << 16, frames=LONGEST_RECORDING_S * rate, dtype="float32")
            parts = [_of_two(block) for block in blocks]
            if not parts:
                raise ValueError("it is empty")
            return np.concatenate(parts), rate
    except soundfile.LibsndfileError as error:
        raise ValueError(error.error_string) from error


def _of_two(block: Samples) -> Samples:
    """One or two channels as they are, more of them as one: ``(n, 1)`` or ``(n, 2)``."""
    channels = block.reshape(len(block), -1)
    return channels if channels.shape[1] <= 2 else channels.mean(axis=1, keepdims=True)


def _by_ffmpeg(path: Path, name: str) -> tuple[Samples, int]:
    from pydub import AudioSegment  # slow to import

    AudioSegment.converter = _ffmpeg() or AudioSegment.converter
    # Where it is told the codec, pydub does not have ffprobe find out what the file is.
    codec = "alac" if name == "mp4" and b"alac" in path.read_bytes() else "aac"
    segment = AudioSegment.from_file(path, name, codec=codec, duration=LONGEST_RECORDING_S)
    full_scale = float(1 << (8 * segment.sample_width - 1))
    samples = np.array(segment.get_array_of_samples(), np.float32) / np.float32(full_scale)
    return _of_two(samples.reshape(-1, segment.channels)), segment.frame_rate


def _ffmpeg() -> str | None:
    """The ffmpeg on the path, or the one that the extra ``recordings`` brings."""
    if found := shutil.which("ffmpeg"):
        return found
    try:
        import imageio_ffmpeg
    except ImportError:
        return None
    return str(imageio_ffmpeg.get_ffmpeg_exe())


def _loudest_lufs(sound: Samples) -> float:
    """Of 400 ms; what is shorter counts as if silence followed."""
    meter = LoudnessMeter()
    for at in range(0, len(sound), RATE):
        meter.add(sound[at : at + RATE])
    meter.add(np.zeros((4 * RATE // 10, 2), np.float32))
    return float(meter.momentary().max())


def _keep_within_limits() -> None:
    """The player ends what takes too long; where it is gone, the system does."""
    with suppress(ImportError, AttributeError, OSError, ValueError):
        import resource

        seconds = round(2 * PATIENCE_S)
        signal.alarm(seconds)
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY_BYTES, _MOST_MEMORY_BYTES))


def main(path: Path) -> int:
    """Give the levels and the samples of ``path`` to standard output, as `_HEADER` and float32."""
    go_after(10)
    _keep_within_limits()
    try:
        sound = np.ascontiguousarray(decoded(path), np.float32)
        levels = _loudest_lufs(sound), float(np.abs(sound).max(initial=0.0))
        sys.stdout.buffer.write(_HEADER.pack(*levels))
        sys.stdout.buffer.write(sound.data)
    except Exception as error:  # whatever its reader raises, it is a file that cannot be read
        sys.stderr.write(f"{str(error).partition(chr(10))[0] or type(error).__name__}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
