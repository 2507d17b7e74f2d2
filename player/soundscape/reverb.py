"""The room: a diffuse tail by partitioned convolution, whose decay can change while it rings.

The tail is decaying noise, a different one for each ear, which is what a room's late response is
(J. A. Moorer, "About this reverberation business", Computer Music Journal 3(2), 1979). It is
convolved in uniform partitions of one step (Wefers, *Partitioned convolution algorithms*, 2015).
What was sent is kept as spectra, newest first. Every step they all grow older by one place and are
multiplied by what the room loses in a step at its present RT60: so the decay follows the depth at
once, nothing is ever reset, and what has faded by 60 dB is dropped before it can become a denormal.

Higher bands decay sooner, as in any furnished room.
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

_SEED = 2045  # the room is part of the place: it does not change from night to night
_BANDS = ((0.0, 1.0), (600.0, 0.85), (1_800.0, 0.6), (3_500.0, 0.4))  # from Hz; times RT60
_ONSET_S = 0.02
_FINER = 4
_ALIKE = 0.35  # correlation of the two ears' tails: wide, and never out of phase as a whole


class Reverb:
    """Mono ``(LOW_STEP,)`` in, the tail ``(2, LOW_STEP)`` out, of the input's power."""

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
        """True while the tail can still be heard."""
        return self._silent_steps <= self._convolver.length

    def __call__(self, sent: Samples | None, move: Move) -> Samples | None:
        """One step; ``None`` in is silence, and ``None`` out when the tail has died away."""
        self._silent_steps = 0 if sent is not None else self._silent_steps + 1
        if not self.ringing and sent is None:
            self._convolver.clear()
            return None
        block = sent if sent is not None else np.zeros(LOW_STEP, dtype=np.float32)
        rt60 = blend(self._rt60, move.depth_to)
        wet = self._convolver(
            block, gain=_loss(rt60, self._longest), limit=math.ceil(rt60 / STEP_S)
        )
        return np.asarray(wet.T * np.float32(blend(self._make_up, move.depth_to)))

    def returned(self, lines: ToneSpectrum, send: Array) -> Array:
        """The power that the room adds to these tones, at each of the 21 depths.

        ``send`` is the gain on the sum of both ears. A room gives some tones back more strongly
        than others, by 5 dB and more, and a steady tone meets its own answer, in phase or out of
        it: so the expectation over all tones would be wrong by half a decibel.
        """
        answer = self._answer(lines.freq_hz) * send[:, None] * lines.sent  # (2, 21, tones)
        own, other = np.where(lines.ear == 1, answer[::-1], answer)
        gain = np.abs(own) ** 2 + np.abs(other) ** 2 + 2 * own.real * lines.steady
        alike = 2 * (np.abs(answer) ** 2 + answer.real * lines.steady).sum(axis=0)
        return np.asarray((lines.power * np.where(lines.ear == 2, alike, gain)).sum(axis=1))

    def _answer(self, freq_hz: Array) -> Spectrum:
        """The room's response to steady tones, ``(2, 21, tones)``: each partition's spectrum, drawn
        finely enough to be read between its bins, and their sum as each has aged."""
        blocks = self._impulse.reshape(2, -1, LOW_STEP)
        fine = _FINER * LOW_STEP
        place = freq_hz * (fine / LOW_RATE)
        low = place.astype(np.int64)
        # Timed from each partition's middle, so that the phase hardly turns from bin to bin.
        steady = np.exp(2j * np.pi * np.arange(fine // 2 + 1) * (LOW_STEP // 2 / fine))
        spectra = np.fft.rfft(blocks, n=fine) * steady
        late = spectra[:, :, low] + (place - low) * (spectra[:, :, low + 1] - spectra[:, :, low])
        age = np.arange(blocks.shape[1])
        middle = (age[:, None] + 0.5) * LOW_STEP / LOW_RATE
        late = late * np.exp(-2j * np.pi * middle * freq_hz)  # (2, parts, tones)
        losses = np.array([_loss(seconds, self._longest) for seconds in self._rt60])
        weight = losses[:, None] ** age * (age < np.ceil(np.array(self._rt60) / STEP_S)[:, None])
        return np.asarray(weight[None] @ late * np.array(self._make_up)[:, None])

    def reach(self, depth: float) -> int:
        """Return how many steps back the tail reaches, down to −35 dB."""
        return math.ceil(blend(self._rt60, depth) * 0.6 / STEP_S)


def _loss(rt60: float, longest: float) -> float:
    """The gain of one step at ``rt60``, on top of the decay that the tail itself has."""
    return float(10 ** (-3 * STEP_S * (1 / rt60 - 1 / longest)))


def _impulse(longest: float, parts: int) -> Array:
    """Two ears' decaying noise ``(2, parts * LOW_STEP)``, each of unit energy."""
    length = parts * LOW_STEP
    rng = np.random.Generator(np.random.SFC64(_SEED))
    middle, side = rng.standard_normal((2, length))
    middle, side = middle * math.sqrt(1 + _ALIKE), side * math.sqrt(1 - _ALIKE)
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
    """A band whose edges cross its neighbours' at equal power, half an octave wide."""

    def over(edge: float) -> Array:
        if edge <= 0.0:
            return np.ones_like(freq)
        octaves = np.log2(np.maximum(freq, 1.0) / edge)
        return np.clip(octaves * 2 + 0.5, 0.0, 1.0)

    rise, fall = over(start), over(end) if end < LOW_RATE / 2 else np.zeros_like(freq)
    return np.sin(np.pi / 2 * rise) * np.cos(np.pi / 2 * fall)


def _make_up(tail: Spectrum, rt60: Array, longest: float) -> Array:
    """The gain that makes the wet power equal what was sent, at each of the 21 depths.

    Measured over the room's own lower half band, where the tones are.
    """
    low = tail[:, :, 8 : LOW_STEP // 4]
    energy = (np.abs(low) ** 2).mean(axis=(0, 2))
    age = np.arange(len(energy))
    gains = []
    for seconds in rt60:
        alive = math.ceil(seconds / STEP_S)
        losses = _loss(seconds, longest) ** (2 * age[:alive])
        gains.append(1 / math.sqrt(float((energy[:alive] * losses).sum())))
    assert len(gains) == len(DEPTHS)
    return np.array(gains)
