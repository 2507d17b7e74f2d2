"""The process that decodes a recording: ``… -m player.library.recording_decoder FILE SECONDS``.

It writes one frame with the levels and the samples, or the reason for its failure to standard
error. libsndfile reads most formats; AAC and M4A are read by ffmpeg, through pydub. ffmpeg never
guesses the format, because some formats are lists that make it open other files or addresses.
"""

from __future__ import annotations

import math
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO

import numpy as np

from player.audio import RATE, LoudnessMeter, Samples, resample
from player.library.recordings import LONGEST_RECORDING_S
from player.workers.framing import write_frame
from player.workers.launch import find_program
from player.workers.priority import set_normal_priority
from player.workers.serving import open_pipes

MAX_RATE = 192_000
_MAX_MEMORY_BYTES = 3 << 30

_MPEG4 = b"ftyp"  # at byte 4
_AAC, _AAC_MASK = 0xFFF0, 0xFFF6  # first 12 bits, and two bits of the layer


def needs_ffmpeg(head: bytes) -> str | None:
    """Return ffmpeg's name for the format of a file that begins with ``head``: AAC or MPEG-4.

    Return None for all other formats, which libsndfile reads or nobody does.
    """
    if head[4:8] == _MPEG4:
        return "mp4"
    return "aac" if int.from_bytes(head[:2]) & _AAC_MASK == _AAC else None


def decoded(path: Path) -> Samples:
    """Return up to ten minutes of a file as ``(n, 2)`` samples at 48 kHz, within ±1.

    Raises any error of its reader.
    """
    with path.open("rb") as file:
        name = needs_ffmpeg(file.read(8))
        file.seek(0)
        sound, rate = _by_ffmpeg(path, name) if name else _by_libsndfile(file)
    # A file of floating-point samples may have some beyond full scale, infinite, or NaN.
    sound = resample(np.clip(np.nan_to_num(sound, posinf=0.0, neginf=0.0), -1.0, 1.0), rate, RATE)
    return np.repeat(sound, 2, axis=1) if sound.shape[1] == 1 else sound


def _by_libsndfile(file: IO[bytes]) -> tuple[Samples, int]:
    import soundfile

    try:
        with soundfile.SoundFile(file) as source:
            rate = source.samplerate
            if rate > MAX_RATE:
                raise ValueError(f"{rate} Hz is over {MAX_RATE} Hz")
            blocks = source.blocks(1 << 16, frames=LONGEST_RECORDING_S * rate, dtype="float32")
            parts = [_at_most_stereo(block) for block in blocks]
            if not parts:
                raise ValueError("it is empty")
            return np.concatenate(parts), rate
    except soundfile.LibsndfileError as error:
        raise ValueError(error.error_string) from error


def _at_most_stereo(block: Samples) -> Samples:
    """Return one or two channels unchanged, and the mean of more: ``(n, 1)`` or ``(n, 2)``."""
    channels = block.reshape(len(block), -1)
    return channels if channels.shape[1] <= 2 else channels.mean(axis=1, keepdims=True)


def _by_ffmpeg(path: Path, name: str) -> tuple[Samples, int]:
    from pydub import AudioSegment  # slow to import

    AudioSegment.converter = _ffmpeg()
    # Given the codec, pydub does not ask ffprobe for the format.
    codec = "alac" if name == "mp4" and b"alac" in path.read_bytes() else "aac"
    segment = AudioSegment.from_file(path, name, codec=codec, duration=LONGEST_RECORDING_S)
    full_scale = float(1 << (8 * segment.sample_width - 1))
    samples = np.array(segment.get_array_of_samples(), np.float32) / np.float32(full_scale)
    return _at_most_stereo(samples.reshape(-1, segment.channels)), segment.frame_rate


def _ffmpeg() -> str:
    """Return the full path of ffmpeg: the installed one, or that of the extra ``recordings``.

    Given a bare name, pydub would also start a program of that name in the current folder.
    """
    if program := find_program("ffmpeg"):
        return program
    with suppress(ImportError, RuntimeError):  # RuntimeError: that package has none for this system
        import imageio_ffmpeg

        program = str(imageio_ffmpeg.get_ffmpeg_exe())
        if os.path.isabs(program):
            return program
    raise ValueError("there is no ffmpeg on this machine")


def _loudest_lufs(sound: Samples) -> float:
    """Return the loudness of the loudest 400 ms; a shorter sound counts as followed by silence."""
    meter = LoudnessMeter()
    for at in range(0, len(sound), RATE):
        meter.add(sound[at : at + RATE])
    meter.add(np.zeros((4 * RATE // 10, 2), np.float32))
    return float(meter.momentary().max())


def _keep_within_limits(deadline_s: float) -> None:
    """Have the system end this process some time after its deadline, if the player is gone."""
    with suppress(ImportError, AttributeError, OSError, ValueError):
        import resource

        seconds = math.ceil(2 * deadline_s)
        signal.alarm(seconds)
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_AS, (_MAX_MEMORY_BYTES, _MAX_MEMORY_BYTES))


def main(path: Path, deadline_s: float) -> int:
    """Write a frame with the levels and the float32 samples of ``path``. Return the exit code."""
    set_normal_priority(nice=10)
    _, answers = open_pipes()
    _keep_within_limits(deadline_s)
    try:
        sound = np.ascontiguousarray(decoded(path), np.float32)
        peak = float(np.abs(sound).max(initial=0.0))
        levels = {"loudest_lufs": _loudest_lufs(sound), "peak": peak}
        write_frame(answers, levels, sound.data)
    except Exception as error:  # any error of a reader means that the file cannot be read
        sys.stderr.write(f"{str(error).partition(chr(10))[0] or type(error).__name__}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), float(sys.argv[2])))
