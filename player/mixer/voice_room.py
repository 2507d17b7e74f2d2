"""The tone and the room of the voice: dry at depth 0, in a small warm room at depth 1.

The room is an impulse response of decaying noise (J. A. Moorer, *About this reverberation
business*, Computer Music Journal 3(2), 1979), the same in every night. Its level, and the loudness
that the whole chain adds to a voice, are computed for the long-term average spectrum of speech
(D. Byrne et al., *An international comparison of long-term average speech spectra*, JASA 96, 1994).
The difference that a clip's own spectrum makes is then corrected clip by clip.
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
from player.mixer.ramps import ramp, to_frames

ROOM_DB = -18.0
"""Loudness of the room relative to the dry voice, at depth 1."""

RT60_S = 0.34
"""Decay time of the room by 60 dB."""

_PARTITIONS = 8  # of one quantum each: 0.34 s, the whole decay
_LATER_BINS = round(10_000.0 / RATE * 2 * QUANTUM) + 1  # the treble is gone after 43 ms
_SEED = 1_979  # independent of the night's seed: the room is always the same

_SPEECH_HZ = RATE * np.arange(1, QUANTUM + 1) / (2 * QUANTUM + 2)
_LTASS_HZ = 1_000 * 2.0 ** (np.arange(-12, 13) / 3)  # third octaves, 63 Hz to 16 kHz
_LTASS_DB = (
    38.6, 43.5, 54.4, 57.7, 56.8, 60.2, 60.3, 59.0, 62.1, 62.1, 60.5, 56.8, 53.7,
    53.0, 52.0, 48.7, 48.1, 46.8, 45.6, 44.5, 44.3, 43.7, 43.4, 41.3, 40.7,
)  # fmt: skip

Spectrum = npt.NDArray[np.complex128]


def warmth() -> Sections:
    """Return the filter of the voice at depth 1: more body, softer sibilants; ``(2, 6)``."""
    return np.vstack([low_shelf(200.0, 2.0), high_shelf(6_000.0, -3.0)])


@cache
def impulse_response() -> Samples:
    """Return the room without the direct sound: ``(frames, 2)``, at a loudness of ``ROOM_DB``."""
    length = _PARTITIONS * QUANTUM
    noise = np.random.default_rng(_SEED).standard_normal((length, 2)).astype(np.float32)
    seconds = np.arange(length)[:, None] / RATE
    decay = 10 ** (-3 * seconds / RT60_S)
    dark = Filter(np.vstack([low_pass(1_500.0), high_pass(120.0)]), 2)(noise)
    clear = Filter(np.vstack([high_pass(1_500.0), low_pass(5_000.0)]), 2)(noise)
    room = dark * decay + 0.5 * clear * decay**1.7  # walls absorb treble faster
    room *= np.clip((seconds - 0.008) / 0.006, 0, 1)  # the nearest wall is 1.4 m away
    room[-to_frames(0.02) :] *= np.linspace(1, 0, to_frames(0.02))[:, None]
    power = sum(_speech_power(_spectrum(channel)) for channel in room.T) / 2
    scaled = np.asarray(room * db_to_gain(ROOM_DB) / np.sqrt(power), dtype=np.float32)
    scaled.flags.writeable = False  # the array is cached
    return scaled


def _spectrum(taps: npt.NDArray[np.floating]) -> Spectrum:
    """Return the spectrum of an impulse response at ``_SPEECH_HZ``.

    Folding the response to the length of the transform gives exact samples of its spectrum.
    """
    points = 2 * QUANTUM + 2
    folded = np.pad(taps, (0, -len(taps) % points)).reshape(-1, points).sum(axis=0)
    return np.asarray(np.fft.rfft(folded)[1:-1])


def _speech_power(gain: Spectrum) -> float:
    """Return the K-weighted power of average speech through ``gain``, relative to no filter."""
    level = np.interp(np.log(_SPEECH_HZ), np.log(_LTASS_HZ), np.array(_LTASS_DB))
    density = 10 ** (level / 10) / _SPEECH_HZ  # power per third octave to power per hertz
    weighted = density * np.abs(frequency_response(k_weighting(), _SPEECH_HZ)) ** 2
    return float((weighted * np.abs(gain) ** 2).sum() / weighted.sum())


def warm_room() -> Samples:
    """Return the chain at depth 1, tone and room, as one impulse response ``(frames, 2)``."""
    impulse = np.zeros((_PARTITIONS * QUANTUM, 2), dtype=np.float32)
    impulse[0] = 1.0
    return Filter(warmth(), channels=2)(impulse + impulse_response())


_HOP = RATE // 10  # a gating block of BS.1770 is four of these


def _loudness_weights() -> Samples:
    """Return weights that turn the squared spectrum of 100 ms into three K-weighted powers.

    They are the power of the dry voice, the cross power of dry and warm, and the power of the warm
    voice, ``(_HOP + 2, 3)``, with two equal rows per bin, for its real and its imaginary part. The
    room is added as power, since its phase is random.
    """
    freq_hz = np.fft.rfftfreq(_HOP, 1 / RATE)
    tone = frequency_response(warmth(), freq_hz)
    room = impulse_response()
    folded = np.pad(room, ((0, -len(room) % _HOP), (0, 0))).reshape(-1, _HOP, 2).sum(axis=0)
    room_power = (np.abs(np.fft.rfft(folded, axis=0)) ** 2).mean(axis=1)
    powers = np.stack([np.ones_like(freq_hz), tone.real, np.abs(tone) ** 2 + room_power], axis=1)
    k_gain = np.abs(frequency_response(k_weighting(), freq_hz))[:, None]
    weights = powers * k_gain**2 * 4 / _HOP**2
    return np.repeat(weights, 2, axis=0).astype(np.float32)


def _gated(powers: npt.NDArray[np.floating]) -> float:
    """Return the mean power after BS.1770's relative gate, from the powers of 100 ms each."""
    blocks = np.convolve(powers, np.full(4, 0.25), "valid") if len(powers) >= 4 else powers
    return float(blocks[blocks >= 0.1 * blocks.mean()].mean())


class DepthGain(NamedTuple):
    """A depth of the voice, 0 to 1, and its gain at that moment."""

    depth: float
    gain: float


class VoiceRoom:
    """The stage that turns mono speech into the stereo voice: tone and room, by the depth.

    At depth 0 the speech is only copied to both ears. Towards depth 1 it is crossfaded with itself
    through `warm_room`. That adds loudness, which is taken off again: a line is as loud at every
    depth.
    """

    _STEPS = 16

    def __init__(self) -> None:
        self._convolver = PartitionedConvolver(warm_room(), QUANTUM, later_bins=_LATER_BINS)
        self._weights = _loudness_weights()
        self._ringing = 0  # quanta until the room is silent
        grid = [step / self._STEPS for step in range(self._STEPS + 1)]
        self._correction = [db_to_gain(-self._added_db(depth)) for depth in (*grid, 1.0)]

    def keep_loudness(self, speech: Samples, depth: float) -> Samples:
        """Return a clip ``(frames,)`` scaled so that the chain at ``depth`` keeps its loudness.

        A line of mostly bass would otherwise come out half a dB softer than average speech. At
        depth 0, and for silence, the result is ``speech`` itself.
        """
        if depth == 0.0:
            return speech
        steps = speech[: len(speech) // _HOP * _HOP] if len(speech) >= _HOP else speech
        spectra = np.fft.rfft(np.pad(steps, (0, -len(steps) % _HOP)).reshape(-1, _HOP))
        powers = np.square(spectra.astype(np.complex64).view(np.float32)) @ self._weights
        dry = _gated(powers[:, 0])
        if dry < 1e-9:
            return speech
        mixture = np.array([(1 - depth) ** 2, 2 * depth * (1 - depth), depth**2])
        added_db = 10 * np.log10(_gated(powers @ mixture) / dry)
        return speech * np.float32(db_to_gain(self._added_db(depth) - added_db))

    @staticmethod
    def _added_db(depth: float) -> float:
        """Return the dB that the chain adds to the loudness of average speech at ``depth``."""
        tone = 1 - depth + depth * frequency_response(warmth(), _SPEECH_HZ)
        room = (depth * db_to_gain(ROOM_DB)) ** 2  # added as power: its phase is random
        return gain_to_db(float(np.sqrt(_speech_power(tone) + room)))

    def __call__(
        self, speech: Samples | None, before: DepthGain, after: DepthGain
    ) -> Samples | None:
        """Return a quantum ``(QUANTUM, 2)`` for ``speech`` ``(QUANTUM,)``; None is silence.

        Depth and gain move from ``before`` to ``after``.
        """
        if before.depth == after.depth == 0.0 or (speech is None and not self._ringing):
            if self._ringing:
                self._convolver.clear()
                self._ringing = 0
            return None if speech is None else self._dry(speech, before.gain, after.gain)
        self._ringing = self._ringing - 1 if speech is None else _PARTITIONS + 1
        starts, ends = self._gains(before), self._gains(after)
        if speech is None:
            return ramp(self._convolver(np.zeros(QUANTUM, dtype=np.float32)), starts[1], ends[1])
        warm = ramp(self._convolver(speech), starts[1], ends[1])
        return warm + ramp(speech[:, None], starts[0], ends[0])

    def _dry(self, speech: Samples, start: float, end: float) -> Samples:
        speech = ramp(speech[:, None], start, end)[:, 0]
        return np.stack([speech, speech]).T

    def _gains(self, setting: DepthGain) -> tuple[float, float]:
        """Return the gains of the dry voice and of the warm one."""
        step, part = divmod(setting.depth * self._STEPS, 1)
        below, above = self._correction[int(step)], self._correction[int(step) + 1]
        gain = setting.gain * (below + (above - below) * part)
        return (1 - setting.depth) * gain, setting.depth * gain
