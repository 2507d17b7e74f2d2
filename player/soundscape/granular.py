"""A listener's own recording, played on for as long as the night lasts.

It is cut into grains that start anywhere in it, each crossfaded into the next at equal power, so
that no seam is heard and no order repeats: a granular loop. What lies far under hearing is taken
out first, so that grains meet about zero: an offset, or a zero line that wanders, makes no bump.
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

SHORTEST_S = 0.5
_LINE = RATE // 4  # frames between two points of the zero line


@dataclass(slots=True)
class _Grain:
    start: int  # in the recording
    played: int  # frames


class _Centred:
    """A recording without its zero line: means of quarter seconds, joined by straight lines."""

    def __init__(self, samples: Samples) -> None:
        # A view: ten minutes of it are 230 MB, and two plays of it share them.
        self._sound = np.stack([samples, samples]) if samples.ndim == 1 else samples.T
        self.frames = self._sound.shape[1]
        edges = np.arange(0, max(self.frames - _LINE, 0) + 1, _LINE)
        self._at = edges + min(_LINE, self.frames) / 2
        self._line = np.array([self._sound[:, at : at + _LINE].mean(axis=1) for at in edges]).T

    def read(self, first: int, last: int) -> Samples:
        """``(2, last - first)`` float32."""
        at = np.arange(first, last)
        line = [np.interp(at, self._at, channel) for channel in self._line]
        return np.asarray(self._sound[:, first:last] - np.array(line), dtype=np.float32)


class Grains:
    """One recording without an end, at unit level: ``(2, STEP)`` a step."""

    sends = (1.0, 1.0)

    def __init__(
        self,
        source: Recording,
        samples: Samples,
        width: Curve,
        depth: Curve,
        seed: np.random.SeedSequence,
    ) -> None:
        """``samples`` are ``(n, 2)`` or ``(n,)`` at 48 kHz, at least `SHORTEST_S` long."""
        self._sound = _Centred(samples)
        self._rng = np.random.Generator(np.random.SFC64(seed))
        self._width = along(width, depth).tolist()
        self._grain = min(int(source.grain_s * RATE), int(self._sound.frames * 0.8))
        self._overlap = min(int(source.crossfade_s * RATE), self._grain // 2)
        edge = np.sin(np.pi / 2 * (np.arange(self._overlap) + 0.5) / self._overlap)
        self._edge: Samples = edge.astype(np.float32)
        self._grains: list[_Grain] = []
        # Frames until the next grain begins; the first has risen when the place is entered.
        entered = self._rng.integers(0, max(1, self._grain - 2 * self._overlap))
        self._until = -self._overlap - int(entered)
        power, sent = _mean_k_powers(self._sound)
        self.mean_power = np.full(len(DEPTHS), max(float(power.sum()), 1e-12))
        self.level_power = self.mean_power
        self.lines = _lines(sent)

    def sound(self, move: Move) -> Samples:
        out = np.zeros((2, STEP), dtype=np.float32)
        while self._until < STEP:
            self._grains.append(_Grain(self._start(), -self._until))
            self._until += self._grain - self._overlap
        self._until -= STEP
        for grain in self._grains:
            self._add(out, grain)
            grain.played += STEP
        self._grains = [grain for grain in self._grains if grain.played < self._grain]
        return self._narrow(out, move)

    def _start(self) -> int:
        """Anywhere, but not near the last one's: two alike in a row would be heard."""
        most = self._sound.frames - self._grain
        starts = self._rng.integers(0, most + 1, size=8)
        far = np.abs(starts - self._grains[-1].start) > most / 4 if self._grains else starts >= 0
        return int(starts[np.argmax(far)])

    def _add(self, out: Samples, grain: _Grain) -> None:
        """Add a grain's next part; where less than nothing was played, it begins in this step."""
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
    """K-weighted mean powers in each bin ``(BINS,)``, of both channels and of their sum, from
    averaged spectra (Welch)."""
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


def _lines(sent: Array) -> ToneSpectrum:
    """Return what is sent to the room, at 64 frequencies; over 5 kHz the room is silent."""
    edges = np.unique(np.geomspace(40.0, 5_000.0, 65) * (SPAN / RATE)).astype(np.int64)
    power = np.add.reduceat(sent, edges)[:-1]
    freq = (edges[:-1] + edges[1:]) / 2 * (RATE / SPAN)
    ear = np.arange(len(freq)) % 2
    return ToneSpectrum(
        freq, np.tile(power, (len(DEPTHS), 1)), ear, np.ones(len(freq)), steady=False
    )
