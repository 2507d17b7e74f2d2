"""Noise of any spectrum and width by spectral overlap-add.

Each frame is a spectrum with the required magnitudes and random phases. It is transformed to sound
and overlaps by half with the next under a sine window, whose squares add up to one. Since the
magnitudes are exact, the level is steadier than that of filtered white noise, which suits a
sleeper. After J. O. Smith, *Spectral audio signal processing* (2011), and X. Serra and J. O. Smith,
*Spectral modeling synthesis*, Computer Music Journal 14(4), 1990.

The right ear's phase is the left's plus a random angle within ±πw. The expected correlation of the
ears is then sin(πw)/(πw) in every band: 1 at w = 0, 0 at w = 1, never negative.
"""

import numpy as np

from player.audio import RATE, Samples
from player.soundscape.level_lfo import LevelLfo
from player.soundscape.moving_noise import (
    BandEnvelope,
    band_powers,
    gust_envelope,
    surf_envelope,
)
from player.soundscape.recipe import Curve, Formants, Gusts, Layer, Noise, Surf
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
    depth_row,
    k_power,
)

_PHASES = 4_096
_CIRCLE: Spectrum = np.exp(2j * np.pi * np.arange(_PHASES) / _PHASES).astype(np.complex64)
_FREQ_HZ: Array = np.arange(BINS, dtype=np.float64) * (RATE / SPAN)
# Curves are computed at about 100 points per octave and interpolated between them.
_COARSE_HZ: Array = np.geomspace(_FREQ_HZ[1], RATE / 2, 1_200)
_BELOW = np.clip(np.searchsorted(_COARSE_HZ, _FREQ_HZ, side="right") - 1, 0, len(_COARSE_HZ) - 2)
_PART = (np.maximum(_FREQ_HZ, _COARSE_HZ[0]) - _COARSE_HZ[_BELOW]) / np.diff(_COARSE_HZ)[_BELOW]
_K_POWER = k_power(_FREQ_HZ)
_BANDS = band_powers(_FREQ_HZ)
_FLOOR = 1e-4  # of a shape's highest magnitude; bins under it are left out
_FLAT_BELOW_HZ = 20.0  # a slope is flat under this


class NoiseLayer:
    """One noise source, which adds its spectrum to the frame that all noises share."""

    mean_power: Array = np.ones(len(DEPTHS))
    """K-weighted power of both channels at gain 1, at each of the 21 depths."""

    level_power = mean_power
    """The power to which the recipe's ``level_db`` refers."""

    def __init__(
        self,
        source: Noise | Surf | Gusts,
        layer: Layer,
        depth: Curve,
        seed: np.random.SeedSequence,
    ) -> None:
        noise_seed, swell_seed, moving_seed = seed.spawn(3)
        self._envelope: BandEnvelope | None = None
        match source:
            case Surf():
                self._envelope = surf_envelope(source, depth, moving_seed)
            case Gusts():
                self._envelope = gust_envelope(source, depth, moving_seed)
        source = source if isinstance(source, Noise) else source.noise
        self._rng = np.random.Generator(np.random.SFC64(noise_seed))
        self._swell = LevelLfo(layer.swell, depth, np.random.Generator(np.random.SFC64(swell_seed)))
        self._phase_range = (_half_circles(along(layer.width, depth)) * (_PHASES / 2)).tolist()
        shape = _unit_shape(np.sqrt(noise_power(source, depth)))
        audible = shape > _FLOOR * shape.max(axis=1, keepdims=True)
        self._first = np.argmax(audible, axis=1)
        self._last = BINS - np.argmax(audible[:, ::-1], axis=1)
        self._shape: Samples = shape.astype(np.float32)

    def scale(self, gain: Array) -> None:
        """Apply the layer's gain at each of the 21 depths ``(21,)``; call this once."""
        self._shape *= gain[:, None].astype(np.float32)

    def add_to(self, spectrum: Spectrum, move: Move) -> bool:
        """Add one frame to ``spectrum`` ``(2, BINS)``; return False if the layer is silent."""
        gain = self._swell.step(move.depth_to) * move.fade_to
        bands = self._envelope.step(move.depth_to) if self._envelope else None
        words = self._rng.integers(0, 1 << 64, size=BINS // 2 + 1, dtype=np.uint64)
        row, part = depth_row(move.depth_to)
        shape = self._shape[row : row + 2]
        first, last = self._first[row : row + 2].min(), self._last[row : row + 2].max()
        if gain == 0.0 or not shape[:, first:last].any():
            return False
        magnitude = shape[0, first:last] + np.float32(part) * (
            shape[1, first:last] - shape[0, first:last]
        )
        magnitude *= np.float32(gain)
        if bands is not None:
            magnitude *= np.sqrt(np.square(bands, dtype=np.float32) @ _BANDS[:, first:last])
        phase_range = int(blend(self._phase_range, move.depth_to))
        draws = words.view(np.uint16)
        left = draws[first:last].astype(np.int32)
        offset = (
            draws[BINS + first : BINS + last].view(np.int16).astype(np.int32) * phase_range
        ) >> 15
        spectrum[0, first:last] += magnitude * _CIRCLE.take(left & (_PHASES - 1))
        spectrum[1, first:last] += magnitude * _CIRCLE.take((left + offset) & (_PHASES - 1))
        return True


class NoiseBus:
    """The transform of noise frames into sound, one for all noise layers together."""

    def __init__(self) -> None:
        self._window = np.sin(np.pi * (np.arange(SPAN) + 0.5) / SPAN).astype(np.float32)
        self._tail: Samples = np.zeros((2, STEP), dtype=np.float32)

    def sound(self, spectrum: Spectrum) -> Samples:
        """Return the next step ``(2, STEP)``: the start of this frame over the end of the last."""
        frame = np.asarray(np.fft.irfft(spectrum), dtype=np.float32) * self._window
        out = frame[:, :STEP] + self._tail
        self._tail = frame[:, STEP:]
        return out

    def rest(self) -> Samples:
        """Return the next step without a new frame: the end of the last one."""
        out, self._tail = self._tail, np.zeros_like(self._tail)
        return out


def noise_power(source: Noise, depth: Curve) -> Array:
    """Return the power spectrum of a noise at the 21 depths over ``_COARSE_HZ``, at any level.

    The cuts are Butterworth's: |H|² = 1 / (1 + (f/fc)^2n), 6n dB per octave.
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
    """Return the sum of the resonances' power responses; 1 without formants."""
    if formants is None:
        return np.ones_like(freq_hz)
    power = np.full_like(freq_hz, 1e-3)  # a floor, so that no band is silent
    for centre in formants.freq_hz:
        power += 1 / (1 + (formants.q * (freq_hz / centre - centre / freq_hz)) ** 2)
    return power


def _unit_shape(coarse: Array) -> Array:
    """Return magnitudes ``(21, BINS)`` from a coarse curve, of K-weighted power 1 at every depth.

    The power is that of both channels together. An N-point inverse transform of a spectrum of
    magnitudes A has the mean square 2 ΣA² / N².
    """
    shape = coarse[:, _BELOW] + _PART * (coarse[:, _BELOW + 1] - coarse[:, _BELOW])
    shape[:, 0] = shape[:, -1] = 0.0
    weighted = 4 * np.einsum("dk,dk,k->d", shape, shape, _K_POWER) / SPAN**2
    return np.asarray(shape / np.sqrt(weighted)[:, None])


def _half_circles(width: Array) -> Array:
    """Return the w of each width, from the inverse of sin(πw)/(πw) = 1 − width."""
    table = np.linspace(0.0, 1.0, 513)
    return np.interp(width, 1.0 - np.sinc(table), table)
