"""A reverb whose decay time can change while it rings.

The late response of a room is decaying noise, different in each ear (J. A. Moorer, *About this
reverberation business*, Computer Music Journal 3(2), 1979). Its higher bands decay sooner, as in
any furnished room. The response is made for the longest RT60 of the recipe and convolved in
partitions of one step. In every step the past input loses what the present RT60 asks for beyond
that. So the decay follows the depth at once and nothing is reset, and input that has faded by 60 dB
is dropped before it can become a denormal.
"""

import math

import numpy as np

from player.audio import PartitionedConvolver, Samples
from player.soundscape.recipe import Curve, Room
from player.soundscape.timebase import (
    DEPTHS,
    LOW_RATE,
    LOW_STEP,
    STEP_S,
    Array,
    Move,
    Spectrum,
    ToneSpectrum,
    along,
    blend,
)

_SEED = 2045  # independent of the night's seed: a recipe's room is always the same
_BANDS = ((0.0, 1.0), (600.0, 0.85), (1_800.0, 0.6), (3_500.0, 0.4))  # from Hz: part of RT60
_ONSET_S = 0.02
_OVERSAMPLING = 4  # of the partitions' spectra, for interpolation between bins
_CORRELATION = 0.35  # of the two ears: wide, yet not out of phase


class Reverb:
    """The reverb of one recipe; its output has the power of its input."""

    def __init__(self, room: Room, depth: Curve) -> None:
        rt60 = along(room.rt60_s, depth)
        self._rt60: list[float] = rt60.tolist()
        self._longest = float(rt60.max())
        parts = math.ceil(self._longest / STEP_S)
        self._impulse = _impulse(self._longest, parts)
        self._convolver = PartitionedConvolver(self._impulse.T, LOW_STEP)
        make_up = _make_up(self._convolver.spectra, rt60, self._longest)
        self._make_up: list[float] = make_up.tolist()
        self._silent_steps = parts + 1

    @property
    def ringing(self) -> bool:
        """True while the tail is audible."""
        return self._silent_steps <= self._convolver.length

    def __call__(self, send: Samples | None, move: Move) -> Samples | None:
        """Return the tail ``(2, LOW_STEP)`` for the next input ``(LOW_STEP,)``.

        None stands for silent input, and for an output that has died away.
        """
        self._silent_steps = 0 if send is not None else self._silent_steps + 1
        if not self.ringing and send is None:
            self._convolver.clear()
            return None
        block = send if send is not None else np.zeros(LOW_STEP, dtype=np.float32)
        rt60 = blend(self._rt60, move.depth_to)
        wet = self._convolver(
            block, gain=_loss(rt60, self._longest), limit=math.ceil(rt60 / STEP_S)
        )
        return np.asarray(wet.T * np.float32(blend(self._make_up, move.depth_to)))

    def added_power(self, tones: ToneSpectrum, send: Array) -> Array:
        """Return the power that the room adds to a source's tones, at each of the 21 depths.

        ``send`` ``(21,)`` is the gain on the sum of both ears. A mean over all frequencies would be
        wrong by half a dB: a room responds to some tones by 5 dB more than to others, and a steady
        tone interferes with its own reverberation.
        """
        response = self._response(tones.freq_hz) * send[:, None]  # (2, 21, tones)
        response = response * tones.send_weight
        same, other = np.where(tones.ear == 1, response[::-1], response)
        gain_one = np.abs(same) ** 2 + np.abs(other) ** 2 + 2 * same.real * tones.steady
        gain_both = 2 * (np.abs(response) ** 2 + response.real * tones.steady).sum(axis=0)
        gain = np.where(tones.ear == 2, gain_both, gain_one)
        return np.asarray((tones.power * gain).sum(axis=1))

    def _response(self, freq_hz: Array) -> Spectrum:
        """Return the room's response to steady tones, ``(2, 21, tones)``.

        It is the sum over the partitions, each with the loss that its age brings.
        """
        blocks = self._impulse.reshape(2, -1, LOW_STEP)
        fine = _OVERSAMPLING * LOW_STEP
        position = freq_hz * (fine / LOW_RATE)
        low = position.astype(np.int64)
        # Relative to a partition's middle the phase changes little from bin to bin, so that
        # interpolation is exact enough.
        steady = np.exp(2j * np.pi * np.arange(fine // 2 + 1) * (LOW_STEP // 2 / fine))
        spectra = np.fft.rfft(blocks, n=fine) * steady
        late = spectra[:, :, low] + (position - low) * (spectra[:, :, low + 1] - spectra[:, :, low])
        age = np.arange(blocks.shape[1])
        middle = (age[:, None] + 0.5) * LOW_STEP / LOW_RATE
        late = late * np.exp(-2j * np.pi * middle * freq_hz)  # (2, parts, tones)
        losses = np.array([_loss(seconds, self._longest) for seconds in self._rt60])
        weight = losses[:, None] ** age * (age < np.ceil(np.array(self._rt60) / STEP_S)[:, None])
        return np.asarray(weight[None] @ late * np.array(self._make_up)[:, None])

    def reach(self, depth: float) -> int:
        """Return the number of steps in which the tail falls by 36 dB."""
        return math.ceil(blend(self._rt60, depth) * 0.6 / STEP_S)


def _loss(rt60: float, longest: float) -> float:
    """Return the gain of one step that turns a decay time of ``longest`` into ``rt60``."""
    return float(10 ** (-3 * STEP_S * (1 / rt60 - 1 / longest)))


def _impulse(longest: float, parts: int) -> Array:
    """Return the room's impulse response for both ears, ``(2, parts * LOW_STEP)``.

    It is noise in bands that decay each at its own rate, ``longest`` seconds by 60 dB for the
    slowest; each ear has unit energy, and the two are partly correlated.
    """
    length = parts * LOW_STEP
    rng = np.random.Generator(np.random.SFC64(_SEED))
    middle, side = rng.standard_normal((2, length))
    middle, side = middle * math.sqrt(1 + _CORRELATION), side * math.sqrt(1 - _CORRELATION)
    spectrum = np.fft.rfft(np.stack([middle + side, middle - side]))
    freq = np.arange(spectrum.shape[1], dtype=np.float64) * (LOW_RATE / length)
    time = np.arange(length) / LOW_RATE
    edges = [start for start, _ in _BANDS[1:]] + [LOW_RATE / 2]
    sound = np.zeros((2, length))
    for (start, share), end in zip(_BANDS, edges, strict=True):
        band = _band(freq, start, end)
        decay = 10 ** (-3 * time / (longest * share))
        sound += np.fft.irfft(spectrum * band, n=length) * decay
    sound *= np.minimum(1.0, time / _ONSET_S)
    return np.asarray(sound / np.sqrt(np.square(sound).sum(axis=1, keepdims=True)))


def _band(freq: Array, start: float, end: float) -> Array:
    """Return the gain of a band; it crosses its neighbours at equal power over half an octave."""

    def crossing(edge: float) -> Array:
        if edge <= 0.0:
            return np.ones_like(freq)
        octaves = np.log2(np.maximum(freq, 1.0) / edge)
        return np.clip(octaves * 2 + 0.5, 0.0, 1.0)

    rise, fall = crossing(start), crossing(end) if end < LOW_RATE / 2 else np.zeros_like(freq)
    return np.sin(np.pi / 2 * rise) * np.cos(np.pi / 2 * fall)


def _make_up(tail: Spectrum, rt60: Array, longest: float) -> Array:
    """Return the gain that makes output and input equal in power, at each of the 21 depths.

    It is computed over the lowest quarter of the band, where the tones are.
    """
    low = tail[:, :, 8 : LOW_STEP // 4]
    energy = (np.abs(low) ** 2).mean(axis=(0, 2))
    age = np.arange(len(energy))
    gains = []
    for seconds in rt60:
        length = math.ceil(seconds / STEP_S)
        losses = _loss(seconds, longest) ** (2 * age[:length])
        gains.append(1 / math.sqrt(float((energy[:length] * losses).sum())))
    assert len(gains) == len(DEPTHS)
    return np.array(gains)
