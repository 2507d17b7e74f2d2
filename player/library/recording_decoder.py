"""The process that decodes a recording: ``python -m player.library.recording_decoder FILE``.

It gives the loudest moment, the peak and the samples to standard output, or a sentence to standard
error. libsndfile reads most of what there is; pydub, through ffmpeg, AAC and M4A. ffmpeg is never
asked what a file is: it also knows lists that make it open other files, and addresses.
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO

import numpy as np

from player.audio import RATE, LoudnessMeter, Samples, resample
from player.library.recordings import HEADER, LONGEST_RECORDING_S, PATIENCE_S
from player.workers.launch import find_program
from player.workers.priority import set_normal_priority

HIGHEST_RATE = 192_000
_MOST_MEMORY_BYTES = 3 << 30

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

    AudioSegment.converter = _ffmpeg()
    # Where it is told the codec, pydub does not have ffprobe find out what the file is.
    codec = "alac" if name == "mp4" and b"alac" in path.read_bytes() else "aac"
    segment = AudioSegment.from_file(path, name, codec=codec, duration=LONGEST_RECORDING_S)
    full_scale = float(1 << (8 * segment.sample_width - 1))
    samples = np.array(segment.get_array_of_samples(), np.float32) / np.float32(full_scale)
    return _of_two(samples.reshape(-1, segment.channels)), segment.frame_rate


def _ffmpeg() -> str:
    """Return the path of an installed ffmpeg, or of the one that the extra ``recordings`` brings.

    Its whole path, since pydub alone would start whatever is called ffmpeg in the current folder.
    """
    if program := find_program("ffmpeg"):
        return program
    with suppress(ImportError, RuntimeError):  # the latter where that package has none to give
        import imageio_ffmpeg

        program = str(imageio_ffmpeg.get_ffmpeg_exe())
        if os.path.isabs(program):
            return program
    raise ValueError("there is no ffmpeg on this machine")


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
    """Give the levels and the samples of ``path`` to standard output, as `HEADER` and float32."""
    set_normal_priority(10)
    _keep_within_limits()
    try:
        sound = np.ascontiguousarray(decoded(path), np.float32)
        levels = _loudest_lufs(sound), float(np.abs(sound).max(initial=0.0))
        sys.stdout.buffer.write(HEADER.pack(*levels))
        sys.stdout.buffer.write(sound.data)
    except Exception as error:  # whatever its reader raises, it is a file that cannot be read
        sys.stderr.write(f"{str(error).partition(chr(10))[0] or type(error).__name__}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
