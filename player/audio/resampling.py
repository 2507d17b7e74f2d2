"""Band-limited change of sample rate.

A windowed sinc in polyphase form, after J. O. Smith and P. Gossett, *A flexible sampling-rate
conversion method* (ICASSP 1984).
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np

from player.audio.samples import RATE, Samples

HALF_WIDTH = 32
"""Zero crossings of the sinc on each side; fewer would widen the transition band."""

_KAISER_BETA = 9.0  # about 90 dB of rejection
_PASSBAND = 0.95  # part of the narrower Nyquist band; the rest is for the transition


def resample(x: Samples, rate: int, to: int = RATE) -> Samples:
    """Return ``x``, ``(frames,)`` or ``(frames, channels)`` at ``rate`` Hz, at ``to`` Hz.

    The result has the same form, float32, ``ceil(frames * to / rate)`` frames, and no delay.
    """
    if rate == to or not len(x):
        return np.array(x, dtype=np.float32)
    if x.ndim == 2:
        return np.stack([resample(channel, rate, to) for channel in x.T], axis=1)
    up, down = to // math.gcd(rate, to), rate // math.gcd(rate, to)
    bank = _polyphase(up, down)
    half = bank.shape[1] // 2
    padded = np.pad(x.astype(np.float32), (half - 1, half + down))
    out = np.empty(-(-len(x) * up // down), dtype=np.float32)
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * half)
    for first in range(min(up, len(out))):
        start, phase = divmod(first * down, up)
        count = len(out[first::up])
        if down == 1:  # without decimation, a convolution is several times faster than windows
            out[first::up] = np.convolve(padded[start:], bank[phase, ::-1], "valid")[:count]
        else:
            out[first::up] = windows[start::down][:count] @ bank[phase]
    return out


@cache
def _polyphase(up: int, down: int) -> Samples:
    """Return the filters ``(up, taps)``: row p interpolates p/up of the way between two frames."""
    cutoff = min(1.0, up / down) * _PASSBAND
    half = math.ceil(HALF_WIDTH / cutoff)
    offset = np.arange(-half + 1, half + 1) - np.arange(up)[:, None] / up
    inside = np.sqrt(np.maximum(0.0, 1 - (offset / half) ** 2))
    window = np.i0(_KAISER_BETA * inside) / np.i0(_KAISER_BETA)
    bank = cutoff * np.sinc(cutoff * offset) * window
    return np.asarray(bank / bank.sum(axis=1, keepdims=True), dtype=np.float32)
