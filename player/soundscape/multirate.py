"""Resampling between the full rate and the quarter rate, step by step, by overlap-save.

Both directions use one low-pass, flat to 5 kHz and closed at 6 kHz. Its impulse response falls by
100 dB within the half step that overlap-save leaves for it, so there is no ripple at the joins.
The delay is half a step, which does not matter for a bed.
"""

import numpy as np

from player.audio import Samples
from player.soundscape.timebase import BINS, LOW_RATE, LOW_STEP, SPAN

_LOW_SPAN = 2 * LOW_STEP
_LOW_BINS = LOW_STEP + 1


def _low_pass() -> Samples:
    freq = np.arange(_LOW_BINS) * (LOW_RATE / _LOW_SPAN)
    transition = np.clip((freq - 5_000.0) / 1_000.0, 0.0, 1.0)
    return np.asarray(0.5 + 0.5 * np.cos(np.pi * transition), dtype=np.float32)


class Upsampler:
    """Resampling of ``(2, LOW_STEP)`` to ``(2, STEP)``."""

    def __init__(self) -> None:
        self._response = _low_pass() * np.float32(SPAN / _LOW_SPAN)
        self._window = np.zeros((2, _LOW_SPAN), dtype=np.float32)
        self._wide = np.zeros((2, BINS), dtype=np.complex64)

    def __call__(self, low: Samples) -> Samples:
        self._window = np.concatenate([self._window[:, LOW_STEP:], low], axis=1)
        np.multiply(np.fft.rfft(self._window), self._response, out=self._wide[:, :_LOW_BINS])
        sound = np.fft.irfft(self._wide)[:, SPAN // 4 : 3 * SPAN // 4]
        return np.asarray(sound, dtype=np.float32)


class Downsampler:
    """Resampling of ``(STEP,)`` to ``(LOW_STEP,)``, for the send of a recording to the reverb."""

    def __init__(self) -> None:
        self._response = _low_pass() * np.float32(_LOW_SPAN / SPAN)
        self._window = np.zeros(SPAN)  # float64: numpy's transform of this size is slow in float32

    def __call__(self, full: Samples) -> Samples:
        self._window = np.concatenate([self._window[SPAN // 2 :], full])
        narrow = np.fft.rfft(self._window)[:_LOW_BINS] * self._response
        sound = np.fft.irfft(narrow)[_LOW_SPAN // 4 : 3 * _LOW_SPAN // 4]
        return np.asarray(sound, dtype=np.float32)
