"""Noise by spectral overlap-add: fresh, shaped at will, and as wide as asked.

Each frame is a spectrum of the wanted magnitudes with random phases, turned into sound and
overlapped by half with the next under a sine window, whose squares add up to one. The magnitudes
are exact, so a frame's power hardly wavers: steadier than filtered white noise, which is what a
sleeper wants. After J. O. Smith, *Spectral Audio Signal Processing*, "Noise synthesis", and
X. Serra, J. O. Smith, "Spectral modeling synthesis", Computer Music Journal 14(4), 1990.

Width: the right ear's phase is the left's plus a random turn within ±w half circles. The expected
correlation is then sin(πw)/(πw), from 1 at w = 0 to 0 at w = 1, in every band and never negative.
"""

import numpy as np

from player.audio import RATE, Samples
from player.soundscape.level_lfo import LevelLfo
from player.soundscape.recipe import Curve, Formants, Layer, Noise
from player.soundscape.timebase import (
    BINS,
    DEPTHS,
    SPAN,
    STEP,
    Array,
    Move,
    Spectrum,
    along,
    blend,
    k_power,
    place,
)

_PHASES = 4_096
_CIRCLE: Spectrum = np.exp(2j * np.pi * np.arange(_PHASES) / _PHASES).astype(np.complex64)
_FREQ_HZ: Array = np.arange(BINS, dtype=np.float64) * (RATE / SPAN)
_COARSE_HZ: Array = np.geomspace(
    _FREQ_HZ[1], RATE / 2, 1_200
)  # 100 an octave: where curves are drawn
_BELOW = np.clip(np.searchsorted(_COARSE_HZ, _FREQ_HZ, side="right") - 1, 0, len(_COARSE_HZ) - 2)
_PART = (np.maximum(_FREQ_HZ, _COARSE_HZ[0]) - _COARSE_HZ[_BELOW]) / np.diff(_COARSE_HZ)[_BELOW]
_K_POWER = k_power(_FREQ_HZ)
_FLOOR = 1e-4  # of a shape's highest magnitude: bins 80 dB down are left out
_FLAT_BELOW_HZ = 20.0  # a slope stops growing here


class NoiseLayer:
    """One noise source: adds its spectrum to the frame that all noises share."""

    mean_power: Array = np.ones(len(DEPTHS))
    """K-weighted, both channels, at gain 1, at each of the 21 depths: normalised to one."""

    level_power = mean_power

    def __init__(
        self, source: Noise, layer: Layer, depth: Curve, seed: np.random.SeedSequence
    ) -> None:
        voice, breath = seed.spawn(2)
        self._rng = np.random.Generator(np.random.SFC64(voice))
        self._breath = LevelLfo(layer.swell, depth, np.random.Generator(np.random.SFC64(breath)))
        self._turn = (_turn_for(along(layer.width, depth)) * (_PHASES / 2)).tolist()
        shape = _unit_shape(np.sqrt(noise_power(source, depth)))
        heard = shape > _FLOOR * shape.max(axis=1, keepdims=True)
        self._first = np.argmax(heard, axis=1)
        self._last = BINS - np.argmax(heard[:, ::-1], axis=1)
        self._shape: Samples = shape.astype(np.float32)

    def scale(self, gain: Array) -> None:
        """Set the layer's gain at each of the 21 depths, once."""
        self._shape *= gain[:, None].astype(np.float32)

    def add_to(self, spectrum: Spectrum, move: Move) -> bool:
        """Add one frame ``(2, BINS)``; say whether there was anything to add."""
        gain = self._breath.step(move.depth_to) * move.fade_to
        words = self._rng.integers(0, 1 << 64, size=BINS // 2 + 1, dtype=np.uint64)
        row, part = place(move.depth_to)
        shape = self._shape[row : row + 2]
        first, last = self._first[row : row + 2].min(), self._last[row : row + 2].max()
        if gain == 0.0 or not shape[:, first:last].any():
            return False
        now = shape[0, first:last] + np.float32(part) * (
            shape[1, first:last] - shape[0, first:last]
        )
        now *= np.float32(gain)
        turn = int(blend(self._turn, move.depth_to))
        draws = words.view(np.uint16)
        left = draws[first:last].astype(np.int32)
        offset = (draws[BINS + first : BINS + last].view(np.int16).astype(np.int32) * turn) >> 15
        spectrum[0, first:last] += now * _CIRCLE.take(left & (_PHASES - 1))
        spectrum[1, first:last] += now * _CIRCLE.take((left + offset) & (_PHASES - 1))
        return True


class NoiseBus:
    """Turns the frames of all noise layers into sound: one inverse transform for all of them."""

    def __init__(self) -> None:
        self._window = np.sin(np.pi * (np.arange(SPAN) + 0.5) / SPAN).astype(np.float32)
        self._tail: Samples = np.zeros((2, STEP), dtype=np.float32)

    def sound(self, spectrum: Spectrum) -> Samples:
        """The next step ``(2, STEP)``, with this frame begun in it and the last one ended."""
        frame = np.asarray(np.fft.irfft(spectrum), dtype=np.float32) * self._window
        out = frame[:, :STEP] + self._tail
        self._tail = frame[:, STEP:]
        return out

    def rest(self) -> Samples:
        """The next step when nothing sounds any more: what is left of the last frame."""
        out, self._tail = self._tail, np.zeros_like(self._tail)
        return out


def noise_power(source: Noise, depth: Curve) -> Array:
    """The power spectrum that a noise asks for over ``_COARSE_HZ``, of no particular level.

    The cuts are Butterworth's: |H|² = 1 / (1 + (f/fc)^2n), 6n dB an octave.
    """
    freq = _COARSE_HZ[None, :]
    slope = along(source.slope_db, depth)[:, None]
    power = 10 ** (slope / 10 * np.log2(np.maximum(freq, _FLAT_BELOW_HZ) / 1000.0))
    high, low = along(source.highpass_hz, depth), along(source.lowpass_hz, depth)
    power /= 1 + (high[:, None] / freq) ** (source.highpass_db / 3)
    power /= 1 + (freq / low[:, None]) ** (source.lowpass_db / 3)
    power *= formant_power(source.formants, freq)
    return np.asarray(power)


def formant_power(formants: Formants | None, freq_hz: Array) -> Array:
    """The sum of the resonances' power responses; 1 where there are none."""
    if formants is None:
        return np.ones_like(freq_hz)
    power = np.full_like(freq_hz, 1e-3)  # what passes a throat's wall
    for centre in formants.freq_hz:
        power += 1 / (1 + (formants.q * (freq_hz / centre - centre / freq_hz)) ** 2)
    return power


def _unit_shape(coarse: Array) -> Array:
    """Magnitudes ``(21, BINS)`` from a coarse curve, scaled so that the K-weighted power, both
    channels together, is one at every depth.

    A spectrum of magnitudes A turned back by an N-point inverse has the mean square 2 ΣA² / N².
    """
    shape = coarse[:, _BELOW] + _PART * (coarse[:, _BELOW + 1] - coarse[:, _BELOW])
    shape[:, 0] = shape[:, -1] = 0.0
    weighted = 4 * np.einsum("dk,dk,k->d", shape, shape, _K_POWER) / SPAN**2
    return np.asarray(shape / np.sqrt(weighted)[:, None])


def _turn_for(width: Array) -> Array:
    """The half circles that give each width, by inverting sin(πw)/(πw) = 1 − width."""
    turns = np.linspace(0.0, 1.0, 513)
    return np.interp(width, 1.0 - np.sinc(turns), turns)
