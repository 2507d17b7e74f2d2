"""Other rates to ours, band-limited."""

from __future__ import annotations

import math
from functools import cache

import numpy as np

from player.audio.samples import RATE, Samples

HALF_WIDTH = 32
"""Zero crossings kept each side of the windowed sinc."""


def resample(x: Samples, rate: int, to: int = RATE) -> Samples:
    """Band-limited change of rate: ``(n,)`` or ``(n, channels)`` in, the same form out, float32.

    A polyphase windowed sinc (Kaiser, about 90 dB of rejection; J. O. Smith, *Digital Audio
    Resampling*). The length is ``ceil(n * to / rate)`` and nothing is delayed.
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
        if down == 1:  # plain interpolation: a convolution is several times faster than windows
            out[first::up] = np.convolve(padded[start:], bank[phase, ::-1], "valid")[:count]
        else:
            out[first::up] = windows[start::down][:count] @ bank[phase]
    return out


@cache
def _polyphase(up: int, down: int) -> Samples:
    """The filter bank ``(up, taps)``: row p interpolates p/up of the way between two frames."""
    cut = min(1.0, up / down) * 0.95  # of the narrower Nyquist band: room for the transition
    half = math.ceil(HALF_WIDTH / cut)
    offset = np.arange(-half + 1, half + 1) - np.arange(up)[:, None] / up
    window = np.i0(9.0 * np.sqrt(np.maximum(0.0, 1 - (offset / half) ** 2))) / np.i0(9.0)
    bank = cut * np.sinc(cut * offset) * window
    return np.asarray(bank / bank.sum(axis=1, keepdims=True), dtype=np.float32)
