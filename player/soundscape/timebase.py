"""The clockwork that every layer shares: one step of time, two rates, 21 depths, one seed a layer.

Strategy. A soundscape is made in steps of `STEP` frames. Noise is shaped in the frequency domain at
the full rate. Tones and the reverb live below 5 kHz, so they are made at a quarter of the rate and
brought up together once a step (``rates.py``). Whatever the depth decides is worked out beforehand
at `DEPTHS` and blended between its two neighbours while playing.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from player.audio import RATE, Samples, frequency_response, k_weighting
from player.soundscape.recipe import Curve

STEP = 8_192
"""Frames made at a time (171 ms): what numpy does in one go is what makes this cheap."""

SPAN = 2 * STEP
"""Frames of one noise frame: half of it overlaps with the next."""

BINS = STEP + 1
LOW_RATE = RATE // 4
LOW_STEP = STEP // 4
STEP_S = STEP / RATE

Array = npt.NDArray[np.float64]
Spectrum = npt.NDArray[np.complex64]

DEPTHS: Array = np.linspace(0.0, 1.0, 21)
"""Where levels are calibrated: every 0.05."""

_LAST_ROW = len(DEPTHS) - 1


@dataclass(frozen=True, slots=True)
class Move:
    """Depth and fade over one step, each from its start to its end."""

    depth_from: float
    depth_to: float
    fade_from: float = 1.0  # gains
    fade_to: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class ToneSpectrum:
    """The tones of a source, for working out what the room makes of them."""

    freq_hz: Array  # (tones,)
    power: Array  # (21, tones): expected, K-weighted, both ears together
    ear: npt.NDArray[np.int64]  # (tones,): 0 or 1; 2 for a tone that both ears have alike
    sent: Array  # (tones,): the weight with which that ear goes to the room
    steady: bool  # held long enough for the room's answer to add up with it, or to take from it


def along(curve: Curve, depth: Curve) -> Array:
    """A recipe's curve at the 21 depths."""
    return np.interp(DEPTHS, depth, curve)


def blend(table: Sequence[float], depth: float) -> float:
    """One value of a table over `DEPTHS`: a plain list, which is read much faster than an array."""
    at, part = place(depth)
    return table[at] + part * (table[at + 1] - table[at])


def place(depth: float) -> tuple[int, float]:
    """The row of `DEPTHS` under a depth (0 to 1), and how far it is to the next."""
    position = depth * _LAST_ROW
    row = int(position)
    return (row, position - row) if row < _LAST_ROW else (_LAST_ROW - 1, 1.0)


def db_to_amp(db: Array | float) -> Array:
    return np.asarray(10.0 ** (np.asarray(db) / 20.0))


def k_power(freq_hz: Array) -> Array:
    """The power gain of BS.1770's K-weighting at each frequency (0 at 0 Hz)."""
    return np.asarray(np.abs(frequency_response(k_weighting(), freq_hz)) ** 2)


def seed_for(seed: int, scene: int, name: str) -> np.random.SeedSequence:
    """A layer's own stream: it depends on the layer's name and on nothing else in the recipe, so
    that adding, removing or moving another layer changes no sample of this one."""
    return np.random.SeedSequence(seed, spawn_key=(scene, zlib.crc32(name.encode())))


def ramp(start: float, end: float, frames: int) -> Samples:
    """A straight line over a step that ends at ``end``, so that the next begins where it ends."""
    if start == end:
        return np.full(frames, end, dtype=np.float32)
    steps = np.arange(1, frames + 1, dtype=np.float32)
    return np.float32(start) + np.float32((end - start) / frames) * steps
