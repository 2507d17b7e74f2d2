"""The last stage: no peak over the ceiling, not even between two samples, and no audible work.

True peak after ITU-R BS.1770-5, annex 2: four times oversampled. Gain after the look-ahead limiter
of P. Hämäläinen, *Smoothing of the Control Signal Without Clipped Output in Digital Peak Limiters*
(DAFx 2002): the least gain of a window, released slowly, averaged over as long a window. Any mean
of values that each obey a peak obeys it too, so that the ceiling holds however smooth the gain is.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from player.audio import QUANTUM, RATE, Samples, db_to_gain

LATENCY = 512
"""Frames (10.7 ms) by which the output lags behind the input."""

_STEP = 32  # frames between two points of the gain, with straight lines from point to point
_POINTS = QUANTUM // _STEP
_AHEAD = LATENCY // _STEP - 2  # points of look-ahead: the interpolator needs the rest
_HALF = 16  # frames each side of an interpolated one
_SPAN = _STEP + 2 * _HALF - 1
_RELEASE = math.exp(-_STEP / (0.08 * RATE))  # what is left of a reduction after one step
_SAFETY_DB = 0.3  # short interpolators and a moving gain: so much lower than the ceiling

Gains = npt.NDArray[np.float64]

_LINE: Gains = (np.arange(_STEP) + 1) / _STEP
_SPANS = _STEP * np.arange(_POINTS)[:, None] + np.arange(_SPAN)  # the frames that a step hears
_WINDOWS = np.arange(_POINTS)[:, None] + np.arange(_AHEAD + 2)  # the steps that a point obeys
_HANN: Gains = np.hanning(_AHEAD + 3)[1:-1].astype(np.float64)
_MEAN: Gains = _HANN / _HANN.sum()
_LEFT: Gains = np.power(_RELEASE, np.arange(1.0, _POINTS + 1))


def _interpolator() -> Samples:
    """``(_SPAN, 4 * _STEP)``: a span of frames to its steps' frames and the three between each."""
    at = np.arange(4 * _STEP) / 4 + _HALF - 1
    lag = np.arange(_SPAN)[:, None] - at
    inside = np.clip(1 - (lag / _HALF) ** 2, 0.0, None)
    taps = np.sinc(lag) * np.i0(5.0 * np.sqrt(inside)) / np.i0(5.0) * (np.abs(lag) < _HALF)
    return np.asarray(taps / taps.sum(axis=0), dtype=np.float32)


class Limiter:
    """Stereo quanta in, the same quanta ``LATENCY`` frames later out, under ``ceiling_dbtp``."""

    def __init__(self, ceiling_dbtp: float) -> None:
        self._ceiling = db_to_gain(ceiling_dbtp - _SAFETY_DB)
        self._between = _interpolator()
        self._harmless = self._ceiling / float(np.abs(self._between).sum(axis=0).max())
        self._held = np.zeros((LATENCY, 2), dtype=np.float32, order="F")
        self._allowed: Gains = np.ones(_AHEAD + 1)  # a gain for each step heard, not yet played
        self._eased: Gains = np.ones(_AHEAD)  # the released gains that the mean still needs
        self._gain = 1.0  # where the last quantum's gain ended
        self.idle = True
        """Whether the last quantum went through untouched."""

    def __call__(self, x: Samples) -> Samples:
        """``(QUANTUM, 2)`` in and out."""
        heard = np.concatenate([self._held, x])
        self._held = heard[QUANTUM:]
        allowed = self._allow(heard[LATENCY - _STEP - _HALF + 1 :])
        self.idle = allowed is None and self._at_rest()
        if self.idle:
            self._gain = 1.0
            return heard[:QUANTUM]
        points = self._points(np.ones(_POINTS) if allowed is None else allowed)
        lines = points[:-1, None] + np.diff(points)[:, None] * _LINE
        return heard[:QUANTUM] * lines.astype(np.float32).reshape(QUANTUM, 1)

    def _at_rest(self) -> bool:
        return float(self._allowed.min()) == float(self._eased.min()) == 1.0

    def _allow(self, span: Samples) -> Gains | None:
        """The gain that each of the next ``_POINTS`` steps can bear; None if that is 1 for all."""
        if float(max(span.max(), -span.min())) <= self._harmless:
            return None  # the usual case, and quick
        sides = np.ascontiguousarray(span.T)
        sizes = np.abs(sides[:, : QUANTUM + _STEP]).reshape(2, _POINTS + 1, _STEP).max(axis=(0, 2))
        (loud,) = np.nonzero(np.maximum(sizes[:-1], sizes[1:]) > self._harmless)
        tops = np.abs(sides.take(_SPANS[loud], axis=1) @ self._between).max(
            axis=(0, 2), initial=0.0
        )
        if not (tops > self._ceiling).any():
            return None
        allowed = np.ones(_POINTS)
        allowed[loud] = np.minimum(1.0, self._ceiling / np.maximum(tops, self._harmless))
        return allowed

    def _points(self, allowed: Gains) -> Gains:
        """The gain at the ``_POINTS + 1`` ends of the steps that are to be played now."""
        known = np.concatenate([self._allowed, allowed])
        self._allowed = known[_POINTS:]
        least = known.take(_WINDOWS).min(axis=1)
        eased = np.concatenate([self._eased, self._release(least)])
        self._eased = eased[_POINTS:]
        points = np.concatenate([[self._gain], np.convolve(eased, _MEAN, "valid")])
        self._gain = float(points[-1])
        return points

    def _release(self, least: Gains) -> Gains:
        """Down at once, up slowly: the reduction left from every earlier step, the most of them."""
        since = np.maximum.accumulate((1 - least) / _LEFT)
        reduction = np.maximum(since, 1 - self._eased[-1]) * _LEFT
        return np.where(reduction < 1e-4, 1.0, 1 - reduction)
