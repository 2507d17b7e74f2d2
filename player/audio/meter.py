"""Loudness and true peak after ITU-R BS.1770-5 (2023), annexes 1 and 2, and EBU Tech 3341."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from player.audio.biquads import k_weighting
from player.audio.resampling import HALF_WIDTH, resample
from player.audio.samples import RATE, SILENCE_LUFS, Samples, gain_to_db
from player.audio.streaming_filter import Filter

Curve = npt.NDArray[np.float64]

_HOP = RATE // 10  # gating blocks of 400 ms overlap by three quarters
_PEAK_CHUNK = 1 << 16  # frames oversampled at a time, which bounds the memory


class LoudnessMeter:
    """BS.1770 loudness of a stereo stream in one pass; it stores ten numbers per second."""

    def __init__(self) -> None:
        self._weigh = Filter(k_weighting(), channels=2, quick=True)
        self._powers: list[float] = []
        self._sum, self._filled = 0.0, 0

    def add(self, block: Samples) -> None:
        """Measure the next ``(frames, 2)``, any number of frames."""
        power = np.square(self._weigh(block), dtype=np.float64).sum(axis=1)
        while len(power):
            take = min(_HOP - self._filled, len(power))
            self._sum += float(power[:take].sum())
            self._filled += take
            power = power[take:]
            if self._filled == _HOP:
                self._powers.append(self._sum / _HOP)
                self._sum, self._filled = 0.0, 0

    def momentary(self) -> Curve:
        """Return the loudness over 400 ms in LUFS, ten values per second."""
        return _to_lufs(_moving_mean(self._powers, 4))

    def short_term(self) -> Curve:
        """Return the loudness over 3 s in LUFS, ten values per second."""
        return _to_lufs(_moving_mean(self._powers, 30))

    def integrated(self) -> float:
        """Return the gated loudness of all blocks in LUFS; ``SILENCE_LUFS`` if none passes."""
        return _gated(_moving_mean(self._powers, 4))


def loudness(x: Samples) -> float:
    """Return the integrated loudness of a whole signal in LUFS.

    ``x`` is ``(frames, 2)``, or mono ``(frames,)``, which is measured as centred stereo. A signal
    shorter than one gating block (400 ms) is measured whole, without a gate.
    """
    channels = x if x.ndim == 2 else x[:, None]
    power = np.square(
        Filter(k_weighting(), channels.shape[1], quick=True)(channels), dtype=np.float64
    ).sum(axis=1)
    if x.ndim == 1:
        power *= 2.0
    if len(power) < 4 * _HOP:
        return float(_to_lufs(np.array([power.mean() if len(power) else 0.0]))[0])
    hops = power[: len(power) - len(power) % _HOP].reshape(-1, _HOP).mean(axis=1)
    return _gated(_moving_mean(hops, 4))


def true_peak(x: Samples) -> float:
    """Return the highest peak between samples in dBTP, of ``(frames,)`` or ``(frames, 2)``.

    The signal is oversampled four times, as annex 2 asks.
    """
    if not x.size:
        return SILENCE_LUFS
    overlap = 2 * HALF_WIDTH
    peaks = []
    for start in range(0, len(x), _PEAK_CHUNK):
        chunk = x[max(0, start - overlap) : start + _PEAK_CHUNK + overlap]
        peaks.append(float(np.abs(resample(chunk, RATE, 4 * RATE)).max()))
    return gain_to_db(max(peaks))


def _moving_mean(powers: Sequence[float] | Curve, length: int) -> Curve:
    if len(powers) < length:
        return np.zeros(0)
    windows = np.lib.stride_tricks.sliding_window_view(np.asarray(powers, np.float64), length)
    return np.asarray(windows.mean(axis=1))


def _to_lufs(power: Curve) -> Curve:
    floor = 10 ** ((SILENCE_LUFS + 0.691) / 10)
    lufs: Curve = -0.691 + 10 * np.log10(np.maximum(power, floor))
    return lufs


def _gated(blocks: Curve) -> float:
    """Apply BS.1770's two gates, −70 LUFS and 10 LU under the mean of the rest; return LUFS."""
    audible = blocks[_to_lufs(blocks) > -70.0]
    if not len(audible):
        return SILENCE_LUFS
    relative = float(_to_lufs(audible.mean(keepdims=True))[0]) - 10.0
    return float(_to_lufs(audible[_to_lufs(audible) > relative].mean(keepdims=True))[0])
