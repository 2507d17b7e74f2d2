"""Chimes and drops: modal synthesis, struck softly.

Each mode is a sine that dies away exponentially (J.-M. Adrien, "The missing link: modal synthesis",
1991); a second, faster exponential taken from it makes the onset soft: e^(−at) (1 − e^(−bt)). Both
are geometric series, so a step is a matrix product, and the next step's weights are this step's
times one complex number a mode.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from player.audio import Samples
from player.soundscape.additive import TOP_HZ, draw
from player.soundscape.recipe import Curve, Modal
from player.soundscape.timebase import (
    DEPTHS,
    LOW_RATE,
    LOW_STEP,
    STEP_S,
    Array,
    Move,
    ToneSpectrum,
    along,
    blend,
    k_power,
)

_MOST_RINGING = 8
_GONE = 1e-4  # of the strike's peak: 80 dB down
_SOFTEST_DB = -5.0
_DAMPING = 0.6  # a mode of twice the frequency lives 2^-0.6 as long


@dataclass(frozen=True, slots=True)
class Stroke:
    """One scheduled strike: wait, pitch, level, pan."""

    wait_s: float  # since the stroke before
    bar: int  # an index into the tuning
    level: float  # a gain, 1 at most
    side: float  # −1 left to 1 right


def strokes(source: Modal, rng: np.random.Generator) -> Iterator[Stroke]:
    """All strokes of a layer in a night, without an end. A place is entered between two."""
    wait_s = draw(source.interval, rng) * float(rng.random())
    while True:
        bar = int(rng.integers(len(source.tuning)))
        level = 10 ** (float(rng.uniform(_SOFTEST_DB, 0.0)) / 20)
        yield Stroke(wait_s, bar, level, float(rng.uniform(-1.0, 1.0)))
        wait_s = draw(source.interval, rng)


@dataclass(frozen=True)
class _Bar:
    """A struck body: its modes, at one pitch."""

    pole: Array  # (modes,) complex, a second
    onset: float  # 1/s
    amplitude: Array  # (modes,), the whole equally loud at every pitch

    @cached_property
    def table(self) -> Samples:
        """``(4 * modes, LOW_STEP)``: real and imaginary parts of both exponentials of each mode."""
        poles = np.concatenate([self.pole, self.pole - self.onset])
        wave = np.exp(poles[:, None] * (np.arange(LOW_STEP) / LOW_RATE))
        return np.concatenate([wave.real, wave.imag]).astype(np.float32)

    def advance(self, frames: int) -> Array:
        poles = np.concatenate([self.pole, self.pole - self.onset])
        return np.asarray(np.exp(poles * (frames / LOW_RATE)))


@dataclass(slots=True)
class _Strike:
    bar: _Bar
    weight: Array  # (2, 2 * modes) complex: each ear's
    late: int  # frames until it begins; its onset lies inside a step


class Chimes:
    """All strikes of one layer, at unit level: ``(2, LOW_STEP)`` a step."""

    sends = (1.0, 1.0)

    def __init__(
        self, source: Modal, width: Curve, depth: Curve, seed: np.random.SeedSequence
    ) -> None:
        self._source = source
        self._width = along(width, depth).tolist()
        self._strokes = strokes(source, np.random.Generator(np.random.SFC64(seed)))
        self._bars = [_bar(source, source.root_hz * ratio) for ratio in source.tuning]
        self._ringing: list[_Strike] = []
        self._next = next(self._strokes)
        self._wait_s = self._next.wait_s
        self.level_power = np.ones(len(DEPTHS))
        self.lines = self._lines()
        self.mean_power = self.lines.power.sum(axis=1)

    def sound(self, move: Move) -> Samples | None:
        while self._wait_s < STEP_S:
            self._strike(blend(self._width, move.depth_to))
            self._next = next(self._strokes)
            self._wait_s += self._next.wait_s
        self._wait_s -= STEP_S
        if not self._ringing:
            return None
        out = np.zeros((2, LOW_STEP), dtype=np.float32)
        for strike in self._ringing:
            weights = np.concatenate([strike.weight.real, -strike.weight.imag], axis=1)
            sound = weights.astype(np.float32) @ strike.bar.table
            out[:, strike.late :] += sound[:, : LOW_STEP - strike.late]
            strike.weight = strike.weight * strike.bar.advance(LOW_STEP - strike.late)
            strike.late = 0
        self._ringing = [s for s in self._ringing if np.abs(s.weight).max() > _GONE]
        return out

    def _strike(self, width: float) -> None:
        stroke = self._next
        bar = self._bars[stroke.bar]
        pan = math.pi / 4 * (1 + 0.8 * width * stroke.side)
        if len(self._ringing) >= _MOST_RINGING:
            return
        struck = (
            -1j * stroke.level * bar.amplitude
        )  # sines: they begin at zero and without a corner
        both = np.concatenate([struck, -struck])
        ears = np.array([[math.cos(pan)], [math.sin(pan)]])
        late = int(self._wait_s / STEP_S * LOW_STEP)
        self._ringing.append(_Strike(bar, ears * both, late))

    def _lines(self) -> ToneSpectrum:
        """The expected power over all pitches: a strike's energy times strikes a second."""
        softness = np.mean(10 ** (np.linspace(_SOFTEST_DB, 0.0, 51) / 10))
        rate = float(softness) / len(self._bars) / self._source.interval.mean_s
        freqs, powers = [], []
        for bar in self._bars:
            a, b = -bar.pole.real, bar.onset
            energy = 1 / (2 * a) - 2 / (2 * a + b) + 1 / (2 * (a + b))
            freqs.append(bar.pole.imag / (2 * np.pi))
            powers.append(bar.amplitude**2 / 2 * k_power(freqs[-1]) * energy * rate)
        power = np.tile(np.concatenate(powers), (len(DEPTHS), 1))
        both = np.full(power.shape[1], 2)
        return ToneSpectrum(np.concatenate(freqs), power, both, np.ones(len(both)), steady=False)


def _bar(source: Modal, pitch: float) -> _Bar:
    """A bar whose steady tone at the height of its strike would have a K-weighted power of one."""
    ratio = np.array(source.modes)
    ratio = ratio[pitch * ratio <= TOP_HZ] if pitch * ratio.min() <= TOP_HZ else ratio[:1]
    freq = np.minimum(pitch * ratio, TOP_HZ)
    decay = math.log(1000.0) / source.decay_s * (ratio / ratio.min()) ** _DAMPING
    onset = 1.0 / source.attack_s
    amplitude = 10 ** (np.array(source.mode_db[: len(ratio)]) / 20)
    top = (onset / (decay + onset)) * (decay / (decay + onset)) ** (decay / onset)
    loud = float(((amplitude * top) ** 2 / 2 * k_power(freq)).sum())
    return _Bar(-decay + 2j * np.pi * freq, onset, amplitude / math.sqrt(loud))
