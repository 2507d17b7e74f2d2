"""A true-peak limiter: no peak over the ceiling, and none between two samples.

Peaks are measured after ITU-R BS.1770-5 (2023), annex 2, four times oversampled. The gain is
smoothed after P. Hämäläinen, *Smoothing of the control signal without clipped output in digital
peak limiters* (DAFx 2002): here the lowest gain in a window is released slowly, then averaged over
a window of the same length. A mean of gains that each respect a peak respects it too, so the
ceiling holds however smooth the gain is.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from player.audio import QUANTUM, RATE, Samples, db_to_gain

LATENCY = 512
"""Frames (10.7 ms) by which the output lags behind the input."""

# The gain is computed at points 32 frames apart and runs in straight lines between them.
_STEP = 32
_POINTS = QUANTUM // _STEP
_LOOK_AHEAD = LATENCY // _STEP - 2  # in points; the interpolator needs the rest of the latency
_HALF_TAPS = 16  # frames on each side of an interpolated one
_SPAN = _STEP + 2 * _HALF_TAPS - 1  # frames that influence one step
_RELEASE = math.exp(-_STEP / (0.08 * RATE))  # part of a reduction left after one step
_SAFETY_DB = 0.3  # margin for the short interpolator and for the moving gain

Gains = npt.NDArray[np.float64]

_RISE: Gains = (np.arange(_STEP) + 1) / _STEP
_SPANS = _STEP * np.arange(_POINTS)[:, None] + np.arange(_SPAN)
_WINDOWS = np.arange(_POINTS)[:, None] + np.arange(_LOOK_AHEAD + 2)
_HANN: Gains = np.hanning(_LOOK_AHEAD + 3)[1:-1].astype(np.float64)
_MEAN: Gains = _HANN / _HANN.sum()
_RELEASES: Gains = np.power(_RELEASE, np.arange(1.0, _POINTS + 1))


def _interpolator() -> Samples:
    """Return ``(_SPAN, 4 * _STEP)``: a span of frames to its step at four times the rate."""
    position = np.arange(4 * _STEP) / 4 + _HALF_TAPS - 1
    lag = np.arange(_SPAN)[:, None] - position
    inside = np.clip(1 - (lag / _HALF_TAPS) ** 2, 0.0, None)
    window = np.i0(5.0 * np.sqrt(inside)) / np.i0(5.0) * (np.abs(lag) < _HALF_TAPS)
    taps = np.sinc(lag) * window
    return np.asarray(taps / taps.sum(axis=0), dtype=np.float32)


class Limiter:
    """A stereo limiter that works a quantum at a time, ``LATENCY`` frames late."""

    def __init__(self, ceiling_dbtp: float) -> None:
        self._ceiling = db_to_gain(ceiling_dbtp - _SAFETY_DB)
        self._oversampling = _interpolator()
        # Samples under this cannot exceed the ceiling, whatever lies between them.
        self._harmless = self._ceiling / float(np.abs(self._oversampling).sum(axis=0).max())
        self._delayed = np.zeros((LATENCY, 2), dtype=np.float32, order="F")
        self._allowed: Gains = np.ones(_LOOK_AHEAD + 1)  # of steps measured but not yet played
        self._released: Gains = np.ones(_LOOK_AHEAD)  # the last ones, for the mean
        self._gain = 1.0  # at the end of the last quantum
        self.idle = True
        """True if the last quantum passed unchanged."""

    def __call__(self, x: Samples) -> Samples:
        """Limit a quantum ``(QUANTUM, 2)``; return the one due now, of the same shape."""
        signal = np.concatenate([self._delayed, x])
        self._delayed = signal[QUANTUM:]
        allowed = self._allowed_gains(signal[LATENCY - _STEP - _HALF_TAPS + 1 :])
        self.idle = allowed is None and self._at_rest()
        if self.idle:
            self._gain = 1.0
            return signal[:QUANTUM]
        points = self._gain_points(np.ones(_POINTS) if allowed is None else allowed)
        lines = points[:-1, None] + np.diff(points)[:, None] * _RISE
        return signal[:QUANTUM] * lines.astype(np.float32).reshape(QUANTUM, 1)

    def _at_rest(self) -> bool:
        return float(self._allowed.min()) == float(self._released.min()) == 1.0

    def _allowed_gains(self, signal: Samples) -> Gains | None:
        """Return the highest gain of each of the next ``_POINTS`` steps; None if all are 1."""
        if float(max(signal.max(), -signal.min())) <= self._harmless:
            return None  # the usual case, and fast
        channels = np.ascontiguousarray(signal.T)
        steps = np.abs(channels[:, : QUANTUM + _STEP]).reshape(2, _POINTS + 1, _STEP)
        sizes = steps.max(axis=(0, 2))
        (loud,) = np.nonzero(np.maximum(sizes[:-1], sizes[1:]) > self._harmless)
        oversampled = channels.take(_SPANS[loud], axis=1) @ self._oversampling
        peaks = np.abs(oversampled).max(axis=(0, 2), initial=0.0)
        if not (peaks > self._ceiling).any():
            return None
        allowed = np.ones(_POINTS)
        allowed[loud] = np.minimum(1.0, self._ceiling / np.maximum(peaks, self._harmless))
        return allowed

    def _gain_points(self, allowed: Gains) -> Gains:
        """Return the gain at the ``_POINTS + 1`` ends of the steps that are played now."""
        allowed = np.concatenate([self._allowed, allowed])
        self._allowed = allowed[_POINTS:]
        lowest = allowed.take(_WINDOWS).min(axis=1)
        released = np.concatenate([self._released, self._release(lowest)])
        self._released = released[_POINTS:]
        points = np.concatenate([[self._gain], np.convolve(released, _MEAN, "valid")])
        self._gain = float(points[-1])
        return points

    def _release(self, lowest: Gains) -> Gains:
        """Return gains that fall at once and rise slowly.

        Each step takes the largest reduction that any earlier step has left by then.
        """
        largest = np.maximum.accumulate((1 - lowest) / _RELEASES)
        reduction = np.maximum(largest, 1 - self._released[-1]) * _RELEASES
        return np.where(reduction < 1e-4, 1.0, 1 - reduction)
