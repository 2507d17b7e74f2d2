"""Slow breaths in a layer's level."""

import math

import numpy as np

from player.soundscape.recipe import Curve, Swell
from player.soundscape.timebase import DEPTHS, STEP_S, Array, along, blend

RISE = 0.42
"""The part of a breath in which it grows: in a little faster than out."""

_LEAST_HEIGHT = 0.6
_LENGTHS = (0.7, 1.5)


class LevelLfo:
    """A gain that rises and falls by the swell's ``depth_db`` around a constant mean power.

    Every breath draws its own length (0.7 to 1.5 of ``period_s``) and height (0.6 to 1), so that
    the ear finds no period to wait for.
    """

    def __init__(self, swell: Swell | None, depth: Curve, rng: np.random.Generator) -> None:
        self._rng = rng
        self._period = swell.period_s if swell else 0.0
        reach_db = along(swell.depth_db, depth) if swell else np.zeros(len(DEPTHS))
        self._reach_db = reach_db.tolist()
        self._mean_db = _mean_power_db(reach_db).tolist()
        self._height, self._length = 0.0, 1.0
        self._at = 1.0
        if swell:
            self._draw()
            self._at = float(rng.random())

    def step(self, depth: float) -> float:
        """The gain at the end of the next step."""
        if not self._period:
            return 1.0
        self._at += STEP_S / self._length
        if self._at >= 1.0:
            over = (self._at - 1.0) * self._length
            self._draw()
            self._at = over / self._length
        turned = self._at / RISE if self._at < RISE else 1 + (self._at - RISE) / (1 - RISE)
        shape = self._height * (0.5 - 0.5 * math.cos(math.pi * turned))
        reach, mean = blend(self._reach_db, depth), blend(self._mean_db, depth)
        return float(10.0 ** ((reach * shape - mean) / 20.0))

    def _draw(self) -> None:
        self._height = float(self._rng.uniform(_LEAST_HEIGHT, 1.0))
        self._length = self._period * float(self._rng.uniform(*_LENGTHS))


def _mean_power_db(reach_db: Array) -> Array:
    """The mean power of breaths of every height, for each reach. How a breath is divided into its
    rise and its fall makes no difference to that."""
    shape = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(64) / 64)
    heights = np.linspace(_LEAST_HEIGHT, 1.0, 9)
    db = reach_db[:, None, None] * shape[None, :, None] * heights[None, None, :]
    return np.asarray(10 * np.log10(np.mean(10 ** (db / 10), axis=(1, 2))))
