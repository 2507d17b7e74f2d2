"""Noise that moves as water and wind do: surf and gusts.

A layer is noise in three bands, each with an envelope of its own: a wave first rumbles, then
breaks, then hisses away; wind brings the treble last and takes it first. After A. Farnell,
*Designing Sound* (2010), chapters on wind and water. That the envelopes of the bands go together,
and how slowly, is what tells surf from noise (J. McDermott and E. Simoncelli, *Sound texture
perception via statistics of the auditory periphery*, Neuron 71, 2011).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from player.audio import Samples
from player.soundscape.recipe import Curve, Gusts, Surf
from player.soundscape.timebase import DEPTHS, STEP_S, Array, along, blend, depth_row

_EDGES_HZ = (320.0, 2_000.0)
_BANDS = len(_EDGES_HZ) + 1
_CROSSING_OCT = 1.2
_REHEARSAL = 3_500  # steps, ten minutes: from these the mean power is known


class BandEnvelope(Protocol):
    """Gains of the three bands, one step after another."""

    def step(self, depth: float) -> Array:
        """Return the gains at the end of the next step, ``(3,)``, of about unit mean power."""


def band_powers(freq_hz: Array) -> Samples:
    """Return the bands' power gains over ``freq_hz``, ``(3, bins)``; they add up to one."""
    octaves = np.log2(np.maximum(freq_hz, 1.0)[None, :] / np.array(_EDGES_HZ)[:, None])
    rise = np.sin(np.pi / 2 * np.clip(octaves / _CROSSING_OCT + 0.5, 0.0, 1.0)) ** 2
    bands = np.stack([1 - rise[0], rise[0] * (1 - rise[1]), rise[0] * rise[1]])
    return np.asarray(bands, dtype=np.float32)


@dataclass(slots=True)
class _Wave:
    age_s: float
    height: float  # 0 to 1
    rise_s: float
    fall_s: float


class SurfEnvelope:
    """Waves that gather, break and run out, each unlike the last.

    A wave gathers in a straight line of decibels, since a steeper rise would startle, and runs out
    faster. Where two overlap, the higher one is heard.
    """

    _LATER = (0.0, 0.15, 0.3)  # of the rise: when the bands begin
    _LONGER = (0.8, 1.0, 2.0)  # of the fall: the foam hisses longest
    _LOWEST = 0.5  # of the waves' heights
    _UNEVEN = 0.5  # of the time between them

    def __init__(self, source: Surf, depth: Curve, rng: np.random.Generator) -> None:
        self._source, self._rng = source, rng
        self._height_db = wave_heights_db(source, depth)
        self._waves: list[_Wave] = []
        self._wait_s = 0.0
        self._mean = np.ones((len(DEPTHS), _BANDS))
        for _ in range(round(6 * source.period_s / STEP_S)):  # the sea was there before
            self._shape()

    def set_mean(self, mean_power: Array) -> None:
        """Divide by the mean power of each band at the 21 depths ``(21, 3)``."""
        self._mean = mean_power

    def step(self, depth: float) -> Array:
        """Return the gains of the bands at the end of the next step."""
        db = _between(self._height_db, depth) * self._shape()
        return np.asarray(10 ** (db / 20) / np.sqrt(_between(self._mean, depth)))

    def shapes(self) -> Array:
        """Return the waves of a rehearsal, ``(steps, 3)``, from 0 to 1."""
        return np.array([self._shape() for _ in range(_REHEARSAL)])

    def _shape(self) -> Array:
        """Return each band's part of the highest wave's height after the next step."""
        shape = np.zeros(_BANDS)
        for wave in self._waves:
            wave.age_s += STEP_S
            for band in range(_BANDS):
                shape[band] = max(shape[band], wave.height * self._bump(wave, band))
        self._waves = [w for w in self._waves if w.age_s < w.rise_s + 6 * w.fall_s]
        self._wait_s -= STEP_S
        if self._wait_s <= 0:
            self._begin_wave()
        return shape

    def _begin_wave(self) -> None:
        source, rng = self._source, self._rng
        height = float(rng.uniform(self._LOWEST, 1.0))
        pace = float(np.exp(rng.uniform(-0.15, 0.15)))
        self._waves.append(_Wave(0.0, height, source.rise_s * pace, source.fall_s * pace))
        self._wait_s += source.period_s * float(rng.uniform(1 - self._UNEVEN, 1 + self._UNEVEN))

    def _bump(self, wave: _Wave, band: int) -> float:
        late_s = self._LATER[band] * wave.rise_s
        age, rise = wave.age_s - late_s, wave.rise_s - late_s
        if age < rise:
            return max(0.0, age / rise)
        return math.exp(-(age - rise) / (wave.fall_s * self._LONGER[band]))


class GustEnvelope:
    """Wind that comes and goes: gusts of many lengths, with the treble most in the strongest."""

    _STRONGER = (0.6, 1.0, 1.6)  # in dB, how a band follows the wind

    def __init__(self, source: Gusts, depth: Curve, rng: np.random.Generator) -> None:
        self._rng = rng
        self._depth_db = along(source.depth_db, depth).tolist()
        times = source.period_s * np.array([0.12, 0.35, 1.0])
        self._keep = np.exp(-STEP_S / times)
        self._share = np.array([0.35, 0.55, 0.75])
        self._state = rng.standard_normal(3)
        self._smooth = 0.0
        self._mean = np.ones((len(DEPTHS), _BANDS))

    def set_mean(self, mean_power: Array) -> None:
        """Divide by the mean power of each band at the 21 depths ``(21, 3)``."""
        self._mean = mean_power

    def step(self, depth: float) -> Array:
        """Return the gains of the bands at the end of the next step."""
        db = blend(self._depth_db, depth) * self._wind() * np.array(self._STRONGER)
        return np.asarray(10 ** (db / 20) / np.sqrt(_between(self._mean, depth)))

    def winds(self) -> Array:
        """Return the wind of a rehearsal, ``(steps,)``."""
        return np.array([self._wind() for _ in range(_REHEARSAL)])

    def _wind(self) -> float:
        """Return the wind after the next step, about −1 to 1."""
        draws = self._rng.standard_normal(3)
        self._state = self._keep * self._state + np.sqrt(1 - self._keep**2) * draws
        goal = math.tanh(float(self._state @ self._share) * 0.9)
        self._smooth += (goal - self._smooth) * 0.4
        return self._smooth


def surf_envelope(source: Surf, depth: Curve, seed: np.random.SeedSequence) -> SurfEnvelope:
    """Return the envelope of a surf, of which each band has unit mean power at every depth."""
    rehearsal, night = seed.spawn(2)
    shapes = SurfEnvelope(source, depth, np.random.Generator(np.random.SFC64(rehearsal))).shapes()
    db = wave_heights_db(source, depth)[:, None, :] * shapes[None, :, :]
    envelope = SurfEnvelope(source, depth, np.random.Generator(np.random.SFC64(night)))
    envelope.set_mean(np.mean(10 ** (db / 10), axis=1))
    return envelope


def gust_envelope(source: Gusts, depth: Curve, seed: np.random.SeedSequence) -> GustEnvelope:
    """Return the envelope of gusts, of which each band has unit mean power at every depth."""
    rehearsal, night = seed.spawn(2)
    winds = GustEnvelope(source, depth, np.random.Generator(np.random.SFC64(rehearsal))).winds()
    depth_db = along(source.depth_db, depth)[:, None] * np.array(GustEnvelope._STRONGER)
    mean = np.mean(10 ** (depth_db[:, None, :] * winds[None, :, None] / 10), axis=1)
    envelope = GustEnvelope(source, depth, np.random.Generator(np.random.SFC64(night)))
    envelope.set_mean(mean)
    return envelope


def wave_heights_db(source: Surf, depth: Curve) -> Array:
    """Return how far the highest waves raise each band at the 21 depths ``(21, 3)``."""
    height, foam = along(source.height_db, depth), along(source.foam_db, depth)
    return np.stack([height, height, foam], axis=1)


def _between(table: Array, depth: float) -> Array:
    """Return the row of a table over the 21 depths at a depth."""
    row, part = depth_row(depth)
    return np.asarray(table[row] + part * (table[row + 1] - table[row]))
