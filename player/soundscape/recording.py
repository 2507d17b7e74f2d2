"""A listener's own recording, played on for as long as the night lasts.

It is cut into grains that start anywhere in it, each crossfaded into the next at equal power, so
that no seam is heard and no order repeats: a granular loop. A constant offset is taken out first.
"""

import numpy as np

from player.audio import RATE, Samples
from player.soundscape.grid import (
    BINS,
    DEPTHS,
    SPAN,
    STEP,
    Array,
    Lines,
    Move,
    along,
    blend,
    k_power,
    ramp,
)
from player.soundscape.recipe import Curve, Recording

SHORTEST_S = 0.5


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
        pair = np.stack([samples, samples]) if samples.ndim == 1 else samples.T
        centred = pair - pair.mean(axis=1, keepdims=True)
        self._sound = np.ascontiguousarray(centred, dtype=np.float32)
        self._rng = np.random.Generator(np.random.SFC64(seed))
        self._width = along(width, depth).tolist()
        length = self._sound.shape[1]
        self._grain = min(int(source.grain_s * RATE), int(length * 0.8))
        self._overlap = min(int(source.crossfade_s * RATE), self._grain // 2)
        edge = np.sin(np.pi / 2 * (np.arange(self._overlap) + 0.5) / self._overlap)
        self._edge: Samples = edge.astype(np.float32)
        self._grains: list[tuple[int, int]] = []  # (start in the recording, frames played)
        self._until = 0  # frames until the next grain begins
        power, sent = _mean_k_powers(self._sound)
        self.mean_power = np.full(len(DEPTHS), max(float(power.sum()), 1e-12))
        self.level_power = self.mean_power
        self.lines = _lines(sent)

    def sound(self, move: Move) -> Samples:
        out = np.zeros((2, STEP), dtype=np.float32)
        while self._until < STEP:
            self._grains.append((self._start(), -self._until))
            self._until += self._grain - self._overlap
        self._until -= STEP
        for start, played in self._grains:
            self._add(out, start, played)
        self._grains = [(s, p + STEP) for s, p in self._grains if p + STEP < self._grain]
        return self._narrow(out, move)

    def _start(self) -> int:
        """Anywhere, but not near the last one's: two alike in a row would be heard."""
        most = self._sound.shape[1] - self._grain
        starts = self._rng.integers(0, most + 1, size=4)
        last = self._grains[-1][0] if self._grains else -most
        return int(starts[np.argmax(np.abs(starts - last))])

    def _add(self, out: Samples, start: int, played: int) -> None:
        """Add a grain's next part; a negative ``played`` begins that far into the step."""
        skip = max(0, -played)
        first = max(0, played)
        last = min(self._grain, played + STEP)
        piece = self._sound[:, start + first : start + last].copy()
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


def _mean_k_powers(sound: Samples) -> tuple[Array, Array]:
    """K-weighted mean powers in each bin ``(BINS,)``, of both channels and of their sum, from
    averaged spectra (Welch)."""
    if sound.shape[1] < SPAN:
        sound = np.pad(sound, ((0, 0), (0, SPAN - sound.shape[1])), mode="wrap")
    window = np.sin(np.pi * (np.arange(SPAN) + 0.5) / SPAN)
    starts = range(0, sound.shape[1] - SPAN + 1, max(SPAN // 2, sound.shape[1] // 400))
    both, summed = np.zeros(BINS), np.zeros(BINS)
    for at in starts:
        left, right = np.fft.rfft(sound[:, at : at + SPAN] * window)
        both += np.abs(left) ** 2 + np.abs(right) ** 2
        summed += np.abs(left + right) ** 2
    weight = k_power(np.arange(BINS, dtype=np.float64) * (RATE / SPAN)) * 4 / SPAN**2 / len(starts)
    return both * weight, summed * weight


def _lines(sent: Array) -> Lines:
    """What is sent to the room, gathered at 64 frequencies; over 5 kHz the room is silent."""
    edges = np.unique(np.geomspace(40.0, 5_000.0, 65) * (SPAN / RATE)).astype(np.int64)
    power = np.add.reduceat(sent, edges)[:-1]
    freq = (edges[:-1] + edges[1:]) / 2 * (RATE / SPAN)
    ear = np.arange(len(freq)) % 2
    return Lines(freq, np.tile(power, (len(DEPTHS), 1)), ear, np.ones(len(freq)), steady=False)
