"""The voice thaws with the depth: from dry and exact into a small warm room.

The room is a synthetic impulse response (decaying noise, after J. A. Moorer, *About This
Reverberation Business*, 1979), seeded and so always the same, convolved in partitions of one
quantum by overlap-save (T. G. Stockham 1966; F. Wefers, *Partitioned Convolution Algorithms for
Real-Time Auralization*, 2015). Its level, and what the whole chain adds to the loudness of a
voice, are reckoned for the long-term average spectrum of speech (D. Byrne et al., JASA 96, 1994);
each clip is then set right by what its own spectrum makes of the chain.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from player.audio import (
    QUANTUM,
    RATE,
    Filter,
    PartitionedConvolver,
    Samples,
    Sections,
    db_to_gain,
    frequency_response,
    gain_to_db,
    high_pass,
    high_shelf,
    k_weighting,
    low_pass,
    low_shelf,
)
from player.mixer.ramps import frames, ramp

ROOM_DB = -18.0
"""Loudness of the room against the voice in it, at depth 1."""

RT60_S = 0.34
_PARTITIONS = 8  # of a quantum: 0.34 s, all of the decay
_LATER_BINS = round(10_000.0 / RATE * 2 * QUANTUM) + 1  # the treble is gone after 43 ms
_SEED = 1_979  # the room is a constant of the product, whatever the night's seed

_SPEECH_HZ = RATE * np.arange(1, QUANTUM + 1) / (2 * QUANTUM + 2)
_LTASS_HZ = 1_000 * 2.0 ** (np.arange(-12, 13) / 3)  # third octaves, 63 Hz to 16 kHz
_LTASS_DB = (
    38.6, 43.5, 54.4, 57.7, 56.8, 60.2, 60.3, 59.0, 62.1, 62.1, 60.5, 56.8, 53.7,
    53.0, 52.0, 48.7, 48.1, 46.8, 45.6, 44.5, 44.3, 43.7, 43.4, 41.3, 40.7,
)  # fmt: skip

Spectrum = npt.NDArray[np.complex128]


def warmth() -> Sections:
    """The voice's tone at depth 1: a touch more body, softer sibilants; ``(2, 6)``."""
    return np.vstack([low_shelf(200.0, 2.0), high_shelf(6_000.0, -3.0)])


@cache
def impulse_response() -> Samples:
    """The room alone, without the direct sound: ``(n, 2)``, as loud as ``ROOM_DB`` asks."""
    length = _PARTITIONS * QUANTUM
    noise = np.random.default_rng(_SEED).standard_normal((length, 2)).astype(np.float32)
    seconds = np.arange(length)[:, None] / RATE
    decay = 10 ** (-3 * seconds / RT60_S)
    dark = Filter(np.vstack([low_pass(1_500.0), high_pass(120.0)]), 2)(noise)
    clear = Filter(np.vstack([high_pass(1_500.0), low_pass(5_000.0)]), 2)(noise)
    room = dark * decay + 0.5 * clear * decay**1.7  # walls and curtains take the treble first
    room *= np.clip((seconds - 0.008) / 0.006, 0, 1)  # no wall is nearer than about 1.4 m
    room[-frames(0.02) :] *= np.linspace(1, 0, frames(0.02))[:, None]
    heard = sum(_speech_power(_spectrum(side)) for side in room.T) / 2
    levelled = np.asarray(room * db_to_gain(ROOM_DB) / np.sqrt(heard), dtype=np.float32)
    levelled.flags.writeable = False
    return levelled


def _spectrum(taps: npt.NDArray[np.floating]) -> Spectrum:
    """Return the spectrum of an impulse response at ``_SPEECH_HZ`` (exact, by folding in time)."""
    points = 2 * QUANTUM + 2
    folded = np.pad(taps, (0, -len(taps) % points)).reshape(-1, points).sum(axis=0)
    return np.asarray(np.fft.rfft(folded)[1:-1])


def _speech_power(gain: Spectrum) -> float:
    """The loudness of average speech through ``gain``, as a power; 1 for a plain wire."""
    level = np.interp(np.log(_SPEECH_HZ), np.log(_LTASS_HZ), np.array(_LTASS_DB))
    density = 10 ** (level / 10) / _SPEECH_HZ  # from third octaves to power a hertz
    heard = density * np.abs(frequency_response(k_weighting(), _SPEECH_HZ)) ** 2
    return float((heard * np.abs(gain) ** 2).sum() / heard.sum())


def warm_room() -> Samples:
    """The whole chain at depth 1 as one impulse response ``(n, 2)``: the tone, and its room."""
    impulse = np.zeros((_PARTITIONS * QUANTUM, 2), dtype=np.float32)
    impulse[0] = 1.0
    return Filter(warmth(), channels=2)(impulse + impulse_response())


_HOP = RATE // 10  # the step of BS.1770's gating blocks, of which each is four


def _heard() -> Samples:
    """Return weights of a step's squared spectrum for loudness: dry, both together, and warm.

    ``(_HOP + 2, 3)``: real and imaginary part of each bin, in turn. The room adds to what is warm
    as power.
    """
    hertz = np.fft.rfftfreq(_HOP, 1 / RATE)
    tone = frequency_response(warmth(), hertz)
    room = impulse_response()
    folded = np.pad(room, ((0, -len(room) % _HOP), (0, 0))).reshape(-1, _HOP, 2).sum(axis=0)
    added = (np.abs(np.fft.rfft(folded, axis=0)) ** 2).mean(axis=1)
    parts = np.stack([np.ones_like(hertz), tone.real, np.abs(tone) ** 2 + added], axis=1)
    heard = parts * np.abs(frequency_response(k_weighting(), hertz))[:, None] ** 2 * 4 / _HOP**2
    return np.repeat(heard, 2, axis=0).astype(np.float32)


def _gated(powers: npt.NDArray[np.floating]) -> float:
    """The mean power of what BS.1770 weighs, of the powers of 100 ms each."""
    blocks = np.convolve(powers, np.full(4, 0.25), "valid") if len(powers) >= 4 else powers
    return float(blocks[blocks >= 0.1 * blocks.mean()].mean())


class Stage(NamedTuple):
    """The voice's depth, 0 to 1, and its gain there."""

    depth: float
    gain: float


class Thaw:
    """The narrator's chain: mono speech to the stereo voice at a depth between 0 and 1.

    The louder for the chain, the softer it is turned: a line keeps its loudness at every depth.
    """

    _STEPS = 16

    def __init__(self) -> None:
        self._room = PartitionedConvolver(warm_room(), QUANTUM, later_bins=_LATER_BINS)
        self._heard = _heard()
        self._ringing = 0
        grid = [step / self._STEPS for step in range(self._STEPS + 1)]
        self._trim = [db_to_gain(-self._added_db(depth)) for depth in (*grid, 1.0)]

    def even(self, speech: Samples, depth: float) -> Samples:
        """A clip ``(n,)`` whose loudness the chain at ``depth`` keeps, for all its own spectrum.

        "There is room." is nearly all bass, and would come out half a dB softer than average
        speech. At depth 0 it is ``speech`` itself.
        """
        if depth == 0.0:
            return speech
        steps = speech[: len(speech) // _HOP * _HOP] if len(speech) >= _HOP else speech
        spectra = np.fft.rfft(np.pad(steps, (0, -len(steps) % _HOP)).reshape(-1, _HOP))
        powers = np.square(spectra.astype(np.complex64).view(np.float32)) @ self._heard
        dry = _gated(powers[:, 0])
        if dry < 1e-9:  # silence
            return speech
        parts = np.array([(1 - depth) ** 2, 2 * depth * (1 - depth), depth**2])
        own_db = 10 * np.log10(_gated(powers @ parts) / dry)
        return speech * np.float32(db_to_gain(self._added_db(depth) - own_db))

    @staticmethod
    def _added_db(depth: float) -> float:
        """Return how many dB the chain adds to the loudness of average speech at ``depth``."""
        tone = 1 - depth + depth * frequency_response(warmth(), _SPEECH_HZ)
        room = (depth * db_to_gain(ROOM_DB)) ** 2  # adds as power: it is not in phase
        return gain_to_db(float(np.sqrt(_speech_power(tone) + room)))

    def __call__(self, speech: Samples | None, before: Stage, after: Stage) -> Samples | None:
        """One quantum, moving from one stage to the next; None stands for silence."""
        if before.depth == after.depth == 0.0 or (speech is None and not self._ringing):
            if self._ringing:
                self._room.clear()
                self._ringing = 0
            return None if speech is None else self._dry(speech, before.gain, after.gain)
        self._ringing = self._ringing - 1 if speech is None else _PARTITIONS + 1
        starts, ends = self._gains(before), self._gains(after)
        if speech is None:
            return ramp(self._room(np.zeros(QUANTUM, dtype=np.float32)), starts[1], ends[1])
        warm = ramp(self._room(speech), starts[1], ends[1])
        return warm + ramp(speech[:, None], starts[0], ends[0])

    def _dry(self, speech: Samples, before: float, after: float) -> Samples:
        speech = ramp(speech[:, None], before, after)[:, 0]
        return np.stack([speech, speech]).T

    def _gains(self, stage: Stage) -> tuple[float, float]:
        """Return the gains of the dry voice and of the warm one."""
        step, part = divmod(stage.depth * self._STEPS, 1)
        below, above = self._trim[int(step)], self._trim[int(step) + 1]
        gain = stage.gain * (below + (above - below) * part)
        return (1 - stage.depth) * gain, stage.depth * gain
