"""Softly struck bodies, such as chimes and drops, by modal synthesis.

Each mode is a sine that decays exponentially (J.-M. Adrien, *The missing link: modal synthesis*, in
*Representations of musical signals*, MIT Press 1991). Subtracting a second, faster exponential
softens the onset: e^(−at) (1 − e^(−bt)). Both are geometric series, so a step is a matrix product,
and the weights of the next step are those of this one times a complex number for each mode.
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

_MAX_RINGING = 8  # strikes of one layer
_INAUDIBLE = 1e-4  # amplitude relative to the strike's peak
_SOFTEST_DB = -5.0  # relative to the hardest strike
_BROKEN_OFF = 0.3  # of the motifs
_DAMPING = 0.6  # a mode of twice the frequency decays 2^0.6 times as fast


@dataclass(frozen=True, slots=True)
class ScheduledStrike:
    """One scheduled strike: wait, pitch, level, pan."""

    wait_s: float  # since the previous strike
    bar: int  # an index into the tuning
    level: float  # gain, up to 1
    side: float  # −1 left to 1 right


def scheduled_strikes(source: Modal, rng: np.random.Generator) -> Iterator[ScheduledStrike]:
    """Yield the strikes of a layer without end; the first wait is a part of an interval.

    A motif is struck note by note, all from one side; sometimes it breaks off, as a tune that is
    hummed.
    """
    wait_s = draw(source.interval, rng) * float(rng.random())
    while True:
        bars = source.motif or (int(rng.integers(len(source.tuning))),)
        if source.motif and rng.random() < _BROKEN_OFF:
            bars = bars[: int(rng.integers(2, len(bars) + 1))]
        levels = [10 ** (float(rng.uniform(_SOFTEST_DB, 0.0)) / 20) for _ in bars]
        side = float(rng.uniform(-1.0, 1.0))
        for number, (bar, level) in enumerate(zip(bars, levels, strict=True)):
            if number:
                wait_s = source.spacing_s * float(rng.uniform(0.9, 1.15))
            yield ScheduledStrike(wait_s, bar, level, side)
        wait_s = draw(source.interval, rng)


@dataclass(frozen=True)
class _Bar:
    """A struck body: its modes, at one pitch."""

    pole: Array  # (modes,) complex, per second
    onset: float  # 1/s
    amplitude: Array  # (modes,); all pitches are equally loud

    @cached_property
    def table(self) -> Samples:
        """Both exponentials of each mode, real and imaginary: ``(4 * modes, LOW_STEP)``."""
        poles = np.concatenate([self.pole, self.pole - self.onset])
        wave = np.exp(poles[:, None] * (np.arange(LOW_STEP) / LOW_RATE))
        return np.concatenate([wave.real, wave.imag]).astype(np.float32)

    def advance(self, frames: int) -> Array:
        """Return the factors ``(2 * modes,)`` by which the exponentials change in ``frames``."""
        poles = np.concatenate([self.pole, self.pole - self.onset])
        return np.asarray(np.exp(poles * (frames / LOW_RATE)))


@dataclass(slots=True)
class _RingingStrike:
    bar: _Bar
    weight: Array  # (ears, 2 * modes) complex
    delay: int  # frames from the start of the step to the onset


class Chimes:
    """All strikes of one layer at unit level."""

    send_weights = (1.0, 1.0)

    def __init__(
        self, source: Modal, width: Curve, depth: Curve, seed: np.random.SeedSequence
    ) -> None:
        self._source = source
        self._width = along(width, depth).tolist()
        self._strikes = scheduled_strikes(source, np.random.Generator(np.random.SFC64(seed)))
        self._bars = [_bar(source, source.root_hz * ratio) for ratio in source.tuning]
        self._ringing: list[_RingingStrike] = []
        self._next = next(self._strikes)
        self._wait_s = self._next.wait_s
        self.level_power = np.ones(len(DEPTHS))
        self.tones = self._tone_spectrum()
        self.mean_power = self.tones.power.sum(axis=1)

    def sound(self, move: Move) -> Samples | None:
        """Return the next step, ``(2, LOW_STEP)``; None is silence."""
        while self._wait_s < STEP_S:
            self._strike(blend(self._width, move.depth_to))
            self._next = next(self._strikes)
            self._wait_s += self._next.wait_s
        self._wait_s -= STEP_S
        if not self._ringing:
            return None
        out = np.zeros((2, LOW_STEP), dtype=np.float32)
        for strike in self._ringing:
            weights = np.concatenate([strike.weight.real, -strike.weight.imag], axis=1)
            sound = weights.astype(np.float32) @ strike.bar.table
            out[:, strike.delay :] += sound[:, : LOW_STEP - strike.delay]
            strike.weight = strike.weight * strike.bar.advance(LOW_STEP - strike.delay)
            strike.delay = 0
        self._ringing = [s for s in self._ringing if np.abs(s.weight).max() > _INAUDIBLE]
        return out

    def _strike(self, width: float) -> None:
        strike = self._next
        bar = self._bars[strike.bar]
        pan = math.pi / 4 * (1 + 0.8 * width * strike.side)
        if len(self._ringing) >= _MAX_RINGING:
            return
        # Sines, since they begin at zero and without a corner.
        amplitude = -1j * strike.level * bar.amplitude
        both = np.concatenate([amplitude, -amplitude])
        ears = np.array([[math.cos(pan)], [math.sin(pan)]])
        delay = int(self._wait_s / STEP_S * LOW_STEP)
        self._ringing.append(_RingingStrike(bar, ears * both, delay))

    def _tone_spectrum(self) -> ToneSpectrum:
        """Return the expected power of all pitches: energy of a strike times strikes per second."""
        mean_level = np.mean(10 ** (np.linspace(_SOFTEST_DB, 0.0, 51) / 10))
        rates = mean_level * _strikes_per_second(self._source)
        freqs, powers = [], []
        for bar, rate in zip(self._bars, rates, strict=True):
            a, b = -bar.pole.real, bar.onset
            energy = 1 / (2 * a) - 2 / (2 * a + b) + 1 / (2 * (a + b))
            freqs.append(bar.pole.imag / (2 * np.pi))
            powers.append(bar.amplitude**2 / 2 * k_power(freqs[-1]) * energy * rate)
        power = np.tile(np.concatenate(powers), (len(DEPTHS), 1))
        both = np.full(power.shape[1], 2)
        return ToneSpectrum(np.concatenate(freqs), power, both, np.ones(len(both)), steady=False)


def _strikes_per_second(source: Modal) -> Array:
    """Return how often each note of the tuning is struck, ``(notes,)``."""
    count = len(source.tuning)
    if not source.motif:
        return np.full(count, 1 / count / source.interval.mean_s)
    length = len(source.motif)
    share = np.ones(length)  # how often a motif comes as far as each of its notes
    for place in range(2, length):
        share[place] -= _BROKEN_OFF * (place - 1) / (length - 1)
    seconds = source.interval.mean_s + (share.sum() - 1) * source.spacing_s * 1.025
    return np.asarray(np.bincount(source.motif, weights=share, minlength=count) / seconds)


def _bar(source: Modal, pitch: float) -> _Bar:
    """Return a bar with a K-weighted power of one at the peak of its strike."""
    ratio = np.array(source.modes)
    ratio = ratio[pitch * ratio <= TOP_HZ] if pitch * ratio.min() <= TOP_HZ else ratio[:1]
    freq = np.minimum(pitch * ratio, TOP_HZ)
    decay = math.log(1000.0) / source.decay_s * (ratio / ratio.min()) ** _DAMPING
    onset = 1.0 / source.attack_s
    amplitude = 10 ** (np.array(source.mode_db[: len(ratio)]) / 20)
    peak = (onset / (decay + onset)) * (decay / (decay + onset)) ** (decay / onset)
    power = float(((amplitude * peak) ** 2 / 2 * k_power(freq)).sum())
    return _Bar(-decay + 2j * np.pi * freq, onset, amplitude / math.sqrt(power))
