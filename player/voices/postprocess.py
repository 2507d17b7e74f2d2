"""From what a synthesiser gives to a finished clip: trimmed, at 48 kHz, at its loudness.

The silence at the ends is found here rather than with ``pydub.silence``, which holds 16-bit audio
and steps by whole milliseconds in Python (and adds 0.1 s to the first word); a test has pydub
measure what is left.

Now and then a synthesiser begins a vowel with a crack, a few milliseconds 20 dB over the sentence's
loudness. It would wake a sleeper, at any level; so what is over ``CREST_DB`` is turned down for as
long as it lasts. The ceiling of the whole is the mixer's affair.
"""

import numpy as np

from player import audio
from player.audio import RATE, Samples

HEAD_S = 0.02
"""Kept before the first sound, so that a soft consonant begins whole."""
TAIL_S = 0.06
"""Kept after the last sound, where a voice dies away."""
EMPTY_S = 0.25
"""The length of a clip in which there is nothing to say."""
FLOOR_DB = -48.0
"""What is further under the loudest 5 ms than this is silence (a final "f" is at about −40)."""
CREST_DB = 16.5
"""How far a peak may lie over the loudness: at −20 LUFS, −3.5 dBFS."""

_STEP_S = 0.005
_FADE_IN_S, _FADE_OUT_S = 0.005, 0.01


def finish(samples: Samples, rate: int, lufs: float) -> Samples:
    """A clip ``(frames,)`` at 48 kHz and ``lufs`` from raw ``samples`` ``(n,)`` at ``rate`` Hz.

    Never empty and never NaN: where nothing sounds, a short silence.
    """
    voice = trim(np.nan_to_num(np.asarray(samples, dtype=np.float32), posinf=0.0, neginf=0.0), rate)
    if not len(voice):
        return silence(EMPTY_S)
    # At about its final level, so that the meter's absolute gate (−70 LUFS) sees what it will see.
    rms = float(np.sqrt(np.square(voice, dtype=np.float64).mean()))
    voice = audio.resample(voice * np.float32(audio.db_to_gain(lufs - 3.0) / rms), rate)
    voice = audio.fade(voice, round(_FADE_IN_S * RATE), round(_FADE_OUT_S * RATE))
    voice = _level(voice, lufs)
    ceiling = audio.db_to_gain(lufs + CREST_DB)
    for _ in range(3):  # what is softened was part of the loudness: most often one round is enough
        if np.abs(voice).max() <= 1.02 * ceiling:
            break
        voice = _level(_soften(voice, ceiling), lufs)
    return voice


def _level(voice: Samples, lufs: float) -> Samples:
    return voice * np.float32(audio.db_to_gain(lufs - audio.loudness(voice)))


def _soften(voice: Samples, ceiling: float) -> Samples:
    """``voice`` with its peaks at ``ceiling``: one gain a millisecond, drawn straight between them.

    Each is the mean, over 4 ms to both sides, of the least gain needed within 5 ms of there: so it
    moves slowly, and is nowhere too high, not even half way to the next.
    """
    step, around, reach = RATE // 1_000, 4, 5
    tops = np.abs(np.pad(voice, (0, -len(voice) % step))).reshape(-1, step).max(axis=1)
    needed = np.pad(ceiling / np.maximum(tops, ceiling), around + reach, constant_values=1.0)
    least = np.lib.stride_tricks.sliding_window_view(needed, 2 * reach + 1).min(axis=1)
    gains = np.lib.stride_tricks.sliding_window_view(least, 2 * around + 1).mean(axis=1)
    at = (np.arange(len(voice)) + 0.5) / step - 0.5
    return np.asarray(voice * np.interp(at, np.arange(len(gains)), gains), dtype=np.float32)


def trim(samples: Samples, rate: int) -> Samples:
    """``samples`` from shortly before the first sound to shortly after the last; maybe none."""
    step = max(1, round(_STEP_S * rate))
    power = np.square(np.pad(samples, (0, -len(samples) % step))).reshape(-1, step).mean(axis=1)
    top = float(power.max(initial=0.0))
    if top <= 1e-10:
        return samples[:0]
    (sounding,) = np.nonzero(power > top * 10 ** (FLOOR_DB / 10))
    begin = int(sounding[0]) * step - round(HEAD_S * rate)
    end = int(sounding[-1] + 1) * step + round(TAIL_S * rate)
    return samples[max(0, begin) : end]


def silence(seconds: float) -> Samples:
    """Digital silence, at least one frame."""
    return np.zeros(max(1, round(seconds * RATE)), dtype=np.float32)
