"""A listener's or a writer's own recordings, decoded in a process of its own.

A decoder is not to be trusted with the sound of a night: it takes seconds, holds up every thread of
its process, and a file that somebody made for it may never come to an end. So it is
``python -m player.recordings FILE``, which gives the samples through a pipe, and has its time.

libsndfile reads most of what there is; pydub, through ffmpeg, AAC and M4A. ffmpeg is never asked
what a file is: it also knows lists that make it open other files, and addresses.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import IO

import numpy as np

from player.audio import RATE, Samples, resample
from player.children import OWN_GROUP, child_command, child_environment, go_after
from player.errors import InputError, InputNotFound

LONGEST_RECORDING_S = 600
MOST_KEPT_BYTES = 150_000_000  # of decoded recordings: six minutes and a half
PATIENCE_S = 60.0
"""For one of them."""
_MOST_RECORDING_BYTES = 400_000_000
_FRAME_BYTES = 8  # two float32 samples


def read_recording(folder: Path, file: str) -> Samples:
    """A recording beside the recipe, ``(n, 2)`` at 48 kHz: WAV, AIFF, FLAC, Ogg (Vorbis,
    Opus), MP3, and, where ffmpeg is, AAC and M4A.

    It is decoded once: a night that comes back to a place finds it as it was, unless the file has
    changed. The samples are shared, and cannot be written to. Raises `InputNotFound` when there is
    none, `InputError` when it lies outside the folder (a link, say) or is not sound.
    """
    path = (folder / file).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise InputError(f"The recording {file!r} leads out of {folder}; put it beside the recipe.")
    if not path.is_file():
        raise InputNotFound(f"There is no recording {path}; put it there, or correct the recipe.")
    if path.stat().st_size > _MOST_RECORDING_BYTES:
        raise InputError(f"The recording {path} is too large; give ten minutes of it.")
    state = path.stat()
    return _kept(path, (str(path), state.st_mtime_ns, state.st_size))


_decoded: dict[tuple[str, int, int], Samples] = {}  # the oldest first


def _kept(path: Path, key: tuple[str, int, int]) -> Samples:
    """Decoded now or before; the oldest are let go of when all are more than is kept."""
    sound = _decoded.pop(key, None)
    if sound is None:
        sound = _decode(path)
        sound.setflags(write=False)
    _decoded[key] = sound
    while len(_decoded) > 1 and sum(kept.nbytes for kept in _decoded.values()) > MOST_KEPT_BYTES:
        del _decoded[next(iter(_decoded))]
    return sound


def _decode(path: Path, patience_s: float = PATIENCE_S) -> Samples:
    """What the process makes of it. Raises `InputError` with its reason, or for its slowness."""
    with subprocess.Popen(
        child_command("player.recordings", str(path)),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=child_environment(),
        **OWN_GROUP,
    ) as process:
        assert process.stdout
        assert process.stderr
        watch = threading.Timer(patience_s, _end, (process,))
        watch.start()
        try:
            data = process.stdout.read()
            reason = process.stderr.read().decode(errors="replace").strip().splitlines()
            late = not watch.is_alive()
        finally:
            watch.cancel()
            _end(process)
    if not data:
        why = f"it takes more than {patience_s:g} s" if late else (reason or ["no samples"])[-1]
        raise InputError(
            f"The recording {path} cannot be read as sound ({why}); give WAV, FLAC, MP3"
            " or Ogg; M4A and AAC need ffmpeg."
        )
    whole = len(data) // _FRAME_BYTES * _FRAME_BYTES
    return np.frombuffer(data[:whole], np.float32).reshape(-1, 2)


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
    if sound.shape[1] > 2:
        sound = sound.mean(axis=1, keepdims=True)
    # A file of floating numbers may hold any: louder than full scale would be, or none at all.
    sound = resample(np.clip(np.nan_to_num(sound, posinf=0.0, neginf=0.0), -1.0, 1.0), rate, RATE)
    return np.repeat(sound, 2, axis=1) if sound.shape[1] == 1 else sound


def _by_libsndfile(file: IO[bytes]) -> tuple[Samples, int]:
    import soundfile

    try:
        with soundfile.SoundFile(file) as source:
            most = LONGEST_RECORDING_S * source.samplerate
            return source.read(most, dtype="float32", always_2d=True), source.samplerate
    except soundfile.LibsndfileError as error:
        raise ValueError(error.error_string) from error


def _by_ffmpeg(path: Path, name: str) -> tuple[Samples, int]:
    from pydub import AudioSegment  # slow to import

    AudioSegment.converter = _ffmpeg() or AudioSegment.converter
    # Without ffprobe beside ffmpeg, pydub has to be told what it would have asked it.
    codec = None if name == "mp4" and shutil.which("ffprobe") else "aac"
    segment = AudioSegment.from_file(path, name, codec=codec, duration=LONGEST_RECORDING_S)
    full_scale = float(1 << (8 * segment.sample_width - 1))
    samples = np.array(segment.get_array_of_samples(), np.float32) / np.float32(full_scale)
    return samples.reshape(-1, segment.channels), segment.frame_rate


def _ffmpeg() -> str | None:
    """The ffmpeg on the path, or the one that the extra ``recordings`` brings."""
    if found := shutil.which("ffmpeg"):
        return found
    try:
        import imageio_ffmpeg
    except ImportError:
        return None
    return str(imageio_ffmpeg.get_ffmpeg_exe())


def main(path: Path) -> int:
    """Give the samples of ``path``, float32 in pairs, to standard output."""
    go_after()
    try:
        sys.stdout.buffer.write(np.ascontiguousarray(decoded(path), np.float32).data)
    except Exception as error:  # whatever its reader raises, it is a file that cannot be read
        sys.stderr.write(f"{str(error).partition(chr(10))[0] or type(error).__name__}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
