"""Slow, irregular swells of a layer's level."""

import math

import numpy as np

from player.soundscape.recipe import Curve, Swell
from player.soundscape.timebase import DEPTHS, STEP_S, Array, along, blend

RISE = 0.42
"""The part of a swell in which the level rises: a little faster than it falls."""

_MIN_HEIGHT = 0.6
_LENGTHS = (0.7, 1.5)  # of the period


class LevelLfo:
    """A gain that swells by up to ``depth_db`` around a constant mean power.

    Each swell has a random length (0.7 to 1.5 of ``period_s``) and height (0.6 to 1), so that no
    period can be heard.
    """

    def __init__(self, swell: Swell | None, depth: Curve, rng: np.random.Generator) -> None:
        self._rng = rng
        self._period = swell.period_s if swell else 0.0
        reach_db = along(swell.depth_db, depth) if swell else np.zeros(len(DEPTHS))
        self._reach_db = reach_db.tolist()
        self._mean_db = _mean_power_db(reach_db).tolist()
        self._height, self._length = 0.0, 1.0
        self._phase = 1.0  # 0 to 1 within a swell
        if swell:
            self._draw()
            self._phase = float(rng.random())

    def step(self, depth: float) -> float:
        """Return the gain at the end of the next step."""
        if not self._period:
            return 1.0
        self._phase += STEP_S / self._length
        if self._phase >= 1.0:
            over = (self._phase - 1.0) * self._length
            self._draw()
            self._phase = over / self._length
        bent = self._phase / RISE if self._phase < RISE else 1 + (self._phase - RISE) / (1 - RISE)
        shape = self._height * (0.5 - 0.5 * math.cos(math.pi * bent))
        reach, mean = blend(self._reach_db, depth), blend(self._mean_db, depth)
        return float(10.0 ** ((reach * shape - mean) / 20.0))

    def _draw(self) -> None:
        self._height = float(self._rng.uniform(_MIN_HEIGHT, 1.0))
        self._length = self._period * float(self._rng.uniform(*_LENGTHS))


def _mean_power_db(reach_db: Array) -> Array:
    """Return the mean power in dB of swells of all heights, for each ``reach_db``.

    The division of a swell into rise and fall does not change its mean.
    """
    shape = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(64) / 64)
    heights = np.linspace(_MIN_HEIGHT, 1.0, 9)
    db = reach_db[:, None, None] * shape[None, :, None] * heights[None, None, :]
    return np.asarray(10 * np.log10(np.mean(10 ** (db / 10), axis=(1, 2))))
