"""Between the full rate and the quarter rate, step by step: exact overlap-save, no ripple at joins.

Both directions share one low-pass, flat to 5 kHz and shut at 6 kHz, whose impulse response has
died away (−100 dB) within the half step that overlap-save leaves for it. A half step of delay is
all it costs; a bed has nothing to be in time with.
"""

import numpy as np

from player.audio import Samples
from player.soundscape.timebase import BINS, LOW_RATE, LOW_STEP, SPAN

_LOW_SPAN = 2 * LOW_STEP
_LOW_BINS = LOW_STEP + 1


def _low_pass() -> Samples:
    freq = np.arange(_LOW_BINS) * (LOW_RATE / _LOW_SPAN)
    turn = np.clip((freq - 5_000.0) / 1_000.0, 0.0, 1.0)
    return np.asarray(0.5 + 0.5 * np.cos(np.pi * turn), dtype=np.float32)


class Up:
    """``(2, LOW_STEP)`` in, ``(2, STEP)`` out."""

    def __init__(self) -> None:
        self._response = _low_pass() * np.float32(SPAN / _LOW_SPAN)
        self._window = np.zeros((2, _LOW_SPAN), dtype=np.float32)
        self._wide = np.zeros((2, BINS), dtype=np.complex64)

    def __call__(self, low: Samples) -> Samples:
        self._window = np.concatenate([self._window[:, LOW_STEP:], low], axis=1)
        np.multiply(np.fft.rfft(self._window), self._response, out=self._wide[:, :_LOW_BINS])
        sound = np.fft.irfft(self._wide)[:, SPAN // 4 : 3 * SPAN // 4]
        return np.asarray(sound, dtype=np.float32)


class Down:
    """``(STEP,)`` in, ``(LOW_STEP,)`` out: for what a recording sends to the reverb."""

    def __init__(self) -> None:
        self._response = _low_pass() * np.float32(_LOW_SPAN / SPAN)
        self._window = np.zeros(SPAN)  # float64: numpy's real transform is slow at this size in 32

    def __call__(self, full: Samples) -> Samples:
        self._window = np.concatenate([self._window[SPAN // 2 :], full])
        narrow = np.fft.rfft(self._window)[:_LOW_BINS] * self._response
        sound = np.fft.irfft(narrow)[_LOW_SPAN // 4 : 3 * _LOW_SPAN // 4]
        return np.asarray(sound, dtype=np.float32)
