"""Loudness and true peak after ITU-R BS.1770-5 (annexes 1 and 2) and EBU Tech 3341."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from player.audio.filters import Filter, k_weighting
from player.audio.resampling import HALF_WIDTH, resample
from player.audio.samples import RATE, SILENCE_LUFS, Samples, gain_to_db

_HOP = RATE // 10  # 100 ms: gating blocks of 400 ms overlap by three quarters


class LoudnessMeter:
    """BS.1770 loudness of a stereo stream: one pass, ten numbers a second kept."""

    def __init__(self) -> None:
        self._weigh = Filter(k_weighting(), channels=2, quick=True)
        self._powers: list[float] = []
        self._sum, self._filled = 0.0, 0

    def add(self, block: Samples) -> None:
        """Measure on: ``block`` is ``(n, 2)``, any n."""
        power = np.square(self._weigh(block), dtype=np.float64).sum(axis=1)
        while len(power):
            take = min(_HOP - self._filled, len(power))
            self._sum += float(power[:take].sum())
            self._filled += take
            power = power[take:]
            if self._filled == _HOP:
                self._powers.append(self._sum / _HOP)
                self._sum, self._filled = 0.0, 0

    def momentary(self) -> npt.NDArray[np.float64]:
        """LUFS over 400 ms, ten a second."""
        return _to_lufs(_windows(self._powers, 4))

    def short_term(self) -> npt.NDArray[np.float64]:
        """LUFS over 3 s, ten a second."""
        return _to_lufs(_windows(self._powers, 30))

    def integrated(self) -> float:
        """Gated LUFS of everything added; ``SILENCE_LUFS`` where nothing passes the gate."""
        return _gated(_windows(self._powers, 4))


def loudness(x: Samples) -> float:
    """Integrated LUFS of a whole signal: mono ``(n,)`` counts as centred stereo, or ``(n, 2)``.

    What is shorter than one gating block (400 ms) is taken whole, without a gate.
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
    return _gated(_windows(hops, 4))


def _windows(
    powers: Sequence[float] | npt.NDArray[np.float64], length: int
) -> npt.NDArray[np.float64]:
    if len(powers) < length:
        return np.zeros(0)
    windows = np.lib.stride_tricks.sliding_window_view(np.asarray(powers, np.float64), length)
    return np.asarray(windows.mean(axis=1))


def _to_lufs(power: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    floor = 10 ** ((SILENCE_LUFS + 0.691) / 10)
    lufs: npt.NDArray[np.float64] = -0.691 + 10 * np.log10(np.maximum(power, floor))
    return lufs


def _gated(blocks: npt.NDArray[np.float64]) -> float:
    """The two gates of BS.1770: −70 LUFS, then 10 LU under the mean of what is left."""
    heard = blocks[_to_lufs(blocks) > -70.0]
    if not len(heard):
        return SILENCE_LUFS
    relative = float(_to_lufs(heard.mean(keepdims=True))[0]) - 10.0
    return float(_to_lufs(heard[_to_lufs(heard) > relative].mean(keepdims=True))[0])


def true_peak(x: Samples) -> float:
    """The highest inter-sample peak in dBTP, 4 times oversampled, of ``(n,)`` or ``(n, 2)``."""
    if not x.size:
        return SILENCE_LUFS
    step = 1 << 16
    overlap = 2 * HALF_WIDTH
    tops = [
        float(np.abs(resample(x[max(0, at - overlap) : at + step + overlap], RATE, 4 * RATE)).max())
        for at in range(0, len(x), step)
    ]
    return gain_to_db(max(tops))
