"""Finishing of raw speech: trimmed, resampled to 48 kHz, and brought to its loudness.

``pydub.silence`` is not used for trimming: it works on 16-bit audio in steps of whole milliseconds,
in Python, which would delay the first word by 0.1 s. A test has pydub measure the result.

Now and then a synthesiser begins a vowel with a crack, a few milliseconds 20 dB over the sentence's
loudness, which would wake a sleeper at any level. So peaks over `CREST_DB` are turned down for as
long as they last. The mixer's limiter takes care of the whole.
"""

import numpy as np

from player import audio
from player.audio import RATE, Samples

HEAD_S = 0.02
"""Silence kept before the first sound, so that a soft consonant begins whole."""
TAIL_S = 0.06
"""Silence kept after the last sound, in which a voice dies away."""
EMPTY_S = 0.25
"""Length of a clip without speech."""
FLOOR_DB = -48.0
"""Level that counts as silence, relative to the loudest 5 ms. A final "f" is at about −40 dB."""
CREST_DB = 16.5
"""Highest peak relative to the loudness; at −20 LUFS it is at −3.5 dBFS."""

_STEP_S = 0.005
_FADE_IN_S, _FADE_OUT_S = 0.005, 0.01


def finish(samples: Samples, rate: int, lufs: float) -> Samples:
    """Return a clip ``(frames,)`` at 48 kHz and ``lufs``, from raw ``samples`` at ``rate`` Hz.

    It is never empty and has no NaN; without any sound, it is a short silence.
    """
    voice = trim(np.nan_to_num(np.asarray(samples, dtype=np.float32), posinf=0.0, neginf=0.0), rate)
    if not len(voice):
        return silence(EMPTY_S)
    # Roughly at its final level already, because the meter ignores sound below −70 LUFS.
    rms = float(np.sqrt(np.square(voice, dtype=np.float64).mean()))
    voice = audio.resample(voice * np.float32(audio.db_to_gain(lufs - 3.0) / rms), rate)
    voice = audio.fade(voice, round(_FADE_IN_S * RATE), round(_FADE_OUT_S * RATE))
    voice = _level(voice, lufs)
    ceiling = audio.db_to_gain(lufs + CREST_DB)
    for _ in range(3):  # softening peaks changes the loudness; one round is usually enough
        if np.abs(voice).max() <= 1.02 * ceiling:
            break
        voice = _level(_soften(voice, ceiling), lufs)
    return voice


def _level(voice: Samples, lufs: float) -> Samples:
    return voice * np.float32(audio.db_to_gain(lufs - audio.loudness(voice)))


def _soften(voice: Samples, ceiling: float) -> Samples:
    """Return ``voice`` with its peaks turned down to ``ceiling``.

    The gain is interpolated between one value per millisecond. Each value is the mean, over 4 ms to
    both sides, of the lowest gain needed within 5 ms. So the gain moves slowly and is nowhere too
    high, not even between two values.
    """
    step, mean_ms, reach_ms = RATE // 1_000, 4, 5
    tops = np.abs(np.pad(voice, (0, -len(voice) % step))).reshape(-1, step).max(axis=1)
    needed = np.pad(ceiling / np.maximum(tops, ceiling), mean_ms + reach_ms, constant_values=1.0)
    lowest = np.lib.stride_tricks.sliding_window_view(needed, 2 * reach_ms + 1).min(axis=1)
    gains = np.lib.stride_tricks.sliding_window_view(lowest, 2 * mean_ms + 1).mean(axis=1)
    at = (np.arange(len(voice)) + 0.5) / step - 0.5
    return np.asarray(voice * np.interp(at, np.arange(len(gains)), gains), dtype=np.float32)


def trim(samples: Samples, rate: int) -> Samples:
    """Cut the silence at both ends of a clip, and leave `HEAD_S` and `TAIL_S` of it.

    Sound is what lies within `FLOOR_DB` of the loudest moment. A silent clip becomes empty.
    """
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
    """Return digital silence of at least one frame."""
    return np.zeros(max(1, round(seconds * RATE)), dtype=np.float32)
