"""Endless playback of a recording by granular synthesis (C. Roads, *Microsound*, 2001).

Grains start at random positions of the recording, and each is crossfaded into the next at equal
power, so that no seam is audible and no order repeats. An offset and its slow changes are removed
first; otherwise two grains could meet at different levels, with an audible bump.
"""

from dataclasses import dataclass

import numpy as np

from player.audio import RATE, Samples
from player.soundscape.recipe import Curve, Recording
from player.soundscape.timebase import (
    BINS,
    DEPTHS,
    SPAN,
    STEP,
    Array,
    Move,
    ToneSpectrum,
    along,
    blend,
    k_power,
    ramp,
)

MIN_RECORDING_S = 0.5
"""The shortest recording that can be played."""

_OFFSET_STEP = RATE // 4  # frames between two points of the offset


@dataclass(slots=True)
class _Grain:
    start: int  # frame of the recording
    played: int  # frames; below zero before its onset


class _Centred:
    """A recording without its offset: means of quarter seconds, joined by straight lines."""

    def __init__(self, samples: Samples) -> None:
        # A view, so that two soundscapes share ten minutes (230 MB) of samples.
        self._sound = np.stack([samples, samples]) if samples.ndim == 1 else samples.T
        self.frames = self._sound.shape[1]
        starts = np.arange(0, max(self.frames - _OFFSET_STEP, 0) + 1, _OFFSET_STEP)
        self._middles = starts + min(_OFFSET_STEP, self.frames) / 2
        self._offset = np.array(
            [self._sound[:, at : at + _OFFSET_STEP].mean(axis=1) for at in starts]
        ).T

    def read(self, first: int, last: int) -> Samples:
        """Return the frames from ``first`` up to ``last``: ``(2, last - first)`` float32."""
        at = np.arange(first, last)
        offset = [np.interp(at, self._middles, channel) for channel in self._offset]
        return np.asarray(self._sound[:, first:last] - np.array(offset), dtype=np.float32)


class Grains:
    """One recording, played without end at unit level."""

    send_weights = (1.0, 1.0)

    def __init__(
        self,
        source: Recording,
        samples: Samples,
        width: Curve,
        depth: Curve,
        *,
        seed: np.random.SeedSequence,
    ) -> None:
        """Take ``samples``, ``(frames, 2)`` or ``(frames,)`` at 48 kHz.

        They must last `MIN_RECORDING_S` or more.
        """
        self._sound = _Centred(samples)
        self._rng = np.random.Generator(np.random.SFC64(seed))
        self._width = along(width, depth).tolist()
        self._grain = min(int(source.grain_s * RATE), int(self._sound.frames * 0.8))
        self._overlap = min(int(source.crossfade_s * RATE), self._grain // 2)
        edge = np.sin(np.pi / 2 * (np.arange(self._overlap) + 0.5) / self._overlap)
        self._edge: Samples = edge.astype(np.float32)
        self._grains: list[_Grain] = []
        # The first grain has risen and is somewhere in its middle when the soundscape begins.
        passed = self._rng.integers(0, max(1, self._grain - 2 * self._overlap))
        self._wait = -self._overlap - int(passed)  # frames until the next grain
        power, send_power = _mean_k_powers(self._sound)
        self.mean_power = np.full(len(DEPTHS), max(float(power.sum()), 1e-12))
        self.level_power = self.mean_power
        self.tones = _tone_spectrum(send_power)

    def sound(self, move: Move) -> Samples:
        """Return the next step, ``(2, STEP)``."""
        out = np.zeros((2, STEP), dtype=np.float32)
        while self._wait < STEP:
            self._grains.append(_Grain(self._start(), -self._wait))
            self._wait += self._grain - self._overlap
        self._wait -= STEP
        for grain in self._grains:
            self._add(out, grain)
            grain.played += STEP
        self._grains = [grain for grain in self._grains if grain.played < self._grain]
        return self._narrow(out, move)

    def _start(self) -> int:
        """Return a random start, far from that of the last grain.

        Two similar grains in a row would be heard as a repetition.
        """
        latest = self._sound.frames - self._grain
        starts = self._rng.integers(0, latest + 1, size=8)
        far = np.abs(starts - self._grains[-1].start) > latest / 4 if self._grains else starts >= 0
        return int(starts[np.argmax(far)])

    def _add(self, out: Samples, grain: _Grain) -> None:
        """Add the next part of a grain, which may begin within this step."""
        skip = max(0, -grain.played)
        first = max(0, grain.played)
        last = min(self._grain, grain.played + STEP)
        piece = self._sound.read(grain.start + first, grain.start + last)
        at = np.arange(first, last)
        rising, falling = at < self._overlap, at >= self._grain - self._overlap
        piece[:, rising] *= self._edge[at[rising]]
        piece[:, falling] *= self._edge[self._grain - 1 - at[falling]]
        out[:, skip : skip + last - first] += piece

    def _narrow(self, out: Samples, move: Move) -> Samples:
        before, after = blend(self._width, move.depth_from), blend(self._width, move.depth_to)
        if before == after == 1.0:
            return out
        middle = (out[0] + out[1]) / 2
        side = (out[0] - out[1]) / 2 * ramp(before, after, STEP)
        return np.stack([middle + side, middle - side])


def _mean_k_powers(sound: _Centred) -> tuple[Array, Array]:
    """Return the K-weighted mean power of each bin ``(BINS,)``: of both channels, and of their sum.

    Averaged spectra after P. D. Welch, *The use of fast Fourier transform for the estimation of
    power spectra*, IEEE Trans. Audio Electroacoust. 15(2), 1967.
    """
    window = np.sin(np.pi * (np.arange(SPAN) + 0.5) / SPAN)
    starts = range(0, max(sound.frames - SPAN, 0) + 1, max(SPAN // 2, sound.frames // 400))
    both, summed = np.zeros(BINS), np.zeros(BINS)
    for at in starts:
        piece = sound.read(at, min(at + SPAN, sound.frames))
        left, right = np.fft.rfft(
            np.pad(piece, ((0, 0), (0, SPAN - piece.shape[1])), "wrap") * window
        )
        both += np.abs(left) ** 2 + np.abs(right) ** 2
        summed += np.abs(left + right) ** 2
    weight = k_power(np.arange(BINS, dtype=np.float64) * (RATE / SPAN)) * 4 / SPAN**2 / len(starts)
    return both * weight, summed * weight


def _tone_spectrum(send_power: Array) -> ToneSpectrum:
    """Return the send to the room at 64 frequencies up to 5 kHz, where the room ends."""
    edges = np.unique(np.geomspace(40.0, 5_000.0, 65) * (SPAN / RATE)).astype(np.int64)
    power = np.add.reduceat(send_power, edges)[:-1]
    freq = (edges[:-1] + edges[1:]) / 2 * (RATE / SPAN)
    ear = np.arange(len(freq)) % 2
    return ToneSpectrum(
        freq, np.tile(power, (len(DEPTHS), 1)), ear, np.ones(len(freq)), steady=False
    )
