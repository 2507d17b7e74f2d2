"""The time step, the two sample rates, the depth table and the seeds that all layers share.

A soundscape is made in steps of `STEP` frames. Noise is shaped in the frequency domain at the full
rate. Tones and the reverb stay below 5 kHz, so they are made at a quarter of the rate and brought
up together once per step (``multirate``). All values that change with the depth are tabulated at
`DEPTHS` beforehand and interpolated between two neighbours while playing.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from player.audio import RATE, Samples, frequency_response, k_weighting
from player.soundscape.recipe import Curve

STEP = 8_192
"""Frames made at a time (171 ms); numpy is fast on long arrays only."""

SPAN = 2 * STEP
"""Frames of one noise spectrum; half of them overlap with the next."""

BINS = STEP + 1
LOW_RATE = RATE // 4
LOW_STEP = STEP // 4
STEP_S = STEP / RATE

Array = npt.NDArray[np.float64]
Spectrum = npt.NDArray[np.complex64]

DEPTHS: Array = np.linspace(0.0, 1.0, 21)
"""The depths at which levels are calibrated."""

_LAST_ROW = len(DEPTHS) - 1


@dataclass(frozen=True, slots=True)
class Move:
    """Change of depth and of the fade gain over one step."""

    depth_from: float
    depth_to: float
    fade_from: float = 1.0
    fade_to: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class ToneSpectrum:
    """The tones of a source, from which the power added by the room is computed."""

    freq_hz: Array  # (tones,)
    power: Array  # (21, tones): expected and K-weighted, sum of both ears
    ear: npt.NDArray[np.int64]  # (tones,): 0 or 1; 2 for a tone that is equal in both
    send_weight: Array  # (tones,): of that ear, in the send to the room
    steady: bool  # held long enough to interfere with the sound returned by the room


def along(curve: Curve, depth: Curve) -> Array:
    """Return a recipe's curve at the 21 depths, ``(21,)``."""
    return np.interp(DEPTHS, depth, curve)


def blend(table: Sequence[float], depth: float) -> float:
    """Interpolate linearly between the values that ``table`` has at `DEPTHS`.

    It is a list, since reading single items of an array is much slower.
    """
    row, part = depth_row(depth)
    return table[row] + part * (table[row + 1] - table[row])


def depth_row(depth: float) -> tuple[int, float]:
    """Return the row of `DEPTHS` under a depth, and the part of the way to the next row."""
    position = depth * _LAST_ROW
    row = int(position)
    return (row, position - row) if row < _LAST_ROW else (_LAST_ROW - 1, 1.0)


def db_to_amp(db: Array | float) -> Array:
    """Convert decibels to amplitude factors."""
    return np.asarray(10.0 ** (np.asarray(db) / 20.0))


def k_power(freq_hz: Array) -> Array:
    """Return the power gain of BS.1770's K-weighting at each frequency; 0 at 0 Hz."""
    return np.asarray(np.abs(frequency_response(k_weighting(), freq_hz)) ** 2)


def seed_for(seed: int, number: int, name: str) -> np.random.SeedSequence:
    """Return the seed of a layer in the soundscape of this number in a night.

    It depends on the layer's name and on nothing else in the recipe, so that adding, removing or
    moving another layer changes no sample of this one.
    """
    return np.random.SeedSequence(seed, spawn_key=(number, zlib.crc32(name.encode())))


def ramp(start: float, end: float, frames: int) -> Samples:
    """Return a straight line ``(frames,)`` that ends at ``end``.

    It does not contain ``start``, which is the last value of the step before.
    """
    if start == end:
        return np.full(frames, end, dtype=np.float32)
    steps = np.arange(1, frames + 1, dtype=np.float32)
    return np.float32(start) + np.float32((end - start) / frames) * steps
