"""Many short sounds placed in time: rain, crackle, crickets, voices.

A layer of events plays *wavelets*, short finished sounds that are made once from the seed, at times
that come from a point process, each with its own level and side. That is synchronous and
asynchronous granular synthesis with synthetic grains (C. Roads, *Microsound*, 2001). The times are
those of a Poisson process, of clusters after its points (J. Neyman and E. L. Scott, *Statistical
approach to problems of cosmology*, J. R. Stat. Soc. B 20, 1958), or of *callers*, such as crickets,
that each keep a pulse of their own.

What is far or muffled loses its treble: each wavelet is kept in several degrees of darkness, made
when they are first needed, and an event takes one of the two next to the present depth by chance.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import heappop, heappush

import numpy as np

from player.audio import RATE, Samples
from player.soundscape.recipe import Curve, Events
from player.soundscape.timebase import (
    DEPTHS,
    STEP,
    STEP_S,
    Array,
    Move,
    ToneSpectrum,
    along,
    blend,
    k_power,
)
from player.soundscape.wavelets import SYLLABLES, make_wavelets

_DARKNESSES = 5  # degrees between depth 0 and 1
_POOL = 4_096  # draws from which the mean of the random levels is known
_WIDEST = 0.8  # of the way to one ear
_MAX_PER_STEP = 400  # a bound on the work; no bundled recipe comes near it
_FADE_OUT = 256  # frames at a wavelet's end


@dataclass(frozen=True, slots=True, order=True)
class ScheduledEvent:
    """One event: when it begins, who makes it, how loud it is."""

    at_s: float
    caller: int
    gain: float
    side: float
    """−1 left to 1 right."""


class _Bank:
    """The wavelets of a layer in all degrees of darkness, each ``(frames,)`` float32."""

    def __init__(self, source: Events, depth: Curve, seed: np.random.SeedSequence) -> None:
        self._base = make_wavelets(source, np.random.Generator(np.random.SFC64(seed)))
        self.count = len(self._base)
        self.longest = max(len(wavelet) for wavelet in self._base) + _FADE_OUT
        lowpass = along(source.lowpass_hz, depth)
        self._lowpass = np.interp(np.linspace(0, 1, _DARKNESSES), DEPTHS, lowpass)
        self._lowpass_at_depths = lowpass
        self._made: dict[tuple[int, int], Samples] = {}
        size = 1 << (self.longest - 1).bit_length()
        self._freq_hz: Array = np.asarray(np.fft.rfftfreq(size, 1 / RATE), dtype=np.float64)
        self._size = size
        spectra = np.array([np.abs(np.fft.rfft(wavelet, size)) ** 2 for wavelet in self._base])
        self._energy = spectra.mean(axis=0) / size * 2  # of each bin, at both signs

    def take(self, number: int, darkness: int) -> Samples:
        """Return a wavelet in one degree of darkness."""
        key = (number, darkness)
        if key not in self._made:
            spectrum = np.fft.rfft(self._base[number], self._size)
            dark = np.fft.irfft(spectrum * _low_pass(self._freq_hz, self._lowpass[darkness]))
            dark = dark[: len(self._base[number]) + _FADE_OUT]
            dark[-_FADE_OUT:] *= np.linspace(1.0, 0.0, _FADE_OUT)
            self._made[key] = dark.astype(np.float32)
        return self._made[key]

    def energy(self) -> tuple[Array, Array]:
        """Return the mean K-weighted energy of a wavelet at the 21 depths.

        The first is by frequency, ``(21, bins)``, over the second, the frequencies in Hz.
        """
        gain = _low_pass(self._freq_hz, self._lowpass_at_depths[:, None]) ** 2
        return self._energy * gain * k_power(self._freq_hz), self._freq_hz


class EventLayer:
    """One layer of events at unit level."""

    send_weights = (1.0, 1.0)

    def __init__(
        self, source: Events, width: Curve, depth: Curve, seed: np.random.SeedSequence
    ) -> None:
        bank_seed, time_seed, level_seed = seed.spawn(3)
        self._source = source
        self._bank = _Bank(source, depth, bank_seed)
        self._width = along(width, depth).tolist()
        self._rate = along(source.rate_hz, depth).tolist()
        self._rng = np.random.Generator(np.random.SFC64(time_seed))
        self._levels = _random_levels(source, np.random.Generator(np.random.SFC64(level_seed)))
        self._depth = 0.0
        self._begun = False
        self._events = self._schedule()
        self._next = None if source.callers else ScheduledEvent(math.inf, 0, 0.0, 0.0)
        self._now_s = 0.0
        self._buffer: Samples = np.zeros((2, STEP + self._bank.longest), dtype=np.float32)
        self._ringing = 0  # frames of the buffer that may hold sound
        energy, freq_hz = self._bank.energy()
        rate = along(source.rate_hz, depth)[:, None] * source.group
        power = energy * rate * float(np.mean(self._levels**2)) / RATE
        self.mean_power = np.maximum(power.sum(axis=1), 1e-12)
        self.level_power = self.mean_power
        self.tones = _tone_spectrum(power * _summed(along(width, depth))[:, None], freq_hz)

    def sound(self, move: Move) -> Samples | None:
        """Return the next step, ``(2, STEP)``; None is silence."""
        self._depth = move.depth_to
        if not self._begun:
            self._begun = True
            self._next = next(self._events)
        end_s = self._now_s + STEP_S
        count = 0
        while self._next is not None and self._next.at_s < end_s:
            if count < _MAX_PER_STEP:
                self._add(self._next, blend(self._width, move.depth_to))
            count += 1
            self._next = next(self._events)
        self._now_s = end_s
        if not self._ringing:
            return None
        out = self._buffer[:, :STEP].copy()
        self._buffer[:, :-STEP] = self._buffer[:, STEP:]
        self._buffer[:, -STEP:] = 0.0
        self._ringing = max(0, self._ringing - STEP)
        return out

    def _add(self, event: ScheduledEvent, width: float) -> None:
        number = self._wavelet_of(event.caller)
        row = self._depth * (_DARKNESSES - 1)
        darkness = min(int(row + self._rng.random()), _DARKNESSES - 1)
        wavelet = self._bank.take(number, darkness)
        at = min(max(0, int((event.at_s - self._now_s) * RATE)), STEP - 1)
        angle = math.pi / 4 * (1 + _WIDEST * width * event.side)
        part = self._buffer[:, at : at + len(wavelet)]
        part[0] += wavelet * np.float32(event.gain * math.cos(angle))
        part[1] += wavelet * np.float32(event.gain * math.sin(angle))
        self._ringing = max(self._ringing, at + len(wavelet))

    def _wavelet_of(self, caller: int) -> int:
        """Return a wavelet: any, or one of those of the caller."""
        if not self._source.callers:
            return int(self._rng.integers(self._bank.count))
        if self._source.kind != "murmur":
            return caller % self._bank.count
        return (caller * SYLLABLES + int(self._rng.integers(SYLLABLES))) % self._bank.count

    # -- times ------------------------------------------------------------------------------------

    def _schedule(self) -> Iterator[ScheduledEvent]:
        """Yield all events in the order of their times."""
        waiting: list[ScheduledEvent] = []
        for group in self._called() if self._source.callers else self._random_groups():
            while waiting and waiting[0].at_s <= group[0].at_s:
                yield heappop(waiting)
            for event in group:
                heappush(waiting, event)

    def _random_groups(self) -> Iterator[list[ScheduledEvent]]:
        """Yield groups of events around the points of a Poisson process."""
        at_s = 0.0
        while True:
            at_s += float(self._rng.exponential(1 / max(self._present_rate(), 1e-3)))
            side = float(self._rng.uniform(-1.0, 1.0))
            yield self._group(at_s, 0, side)

    def _called(self) -> Iterator[list[ScheduledEvent]]:
        """Yield the calls of all callers, each after its own, slightly uneven, period."""
        source, rng = self._source, self._rng
        waiting: list[tuple[float, int]] = []
        sides = rng.uniform(-1.0, 1.0, source.callers)
        pace = np.exp(rng.uniform(-0.2, 0.2, source.callers))
        for caller in range(source.callers):
            period = source.callers / max(self._present_rate(), 1e-3)
            heappush(waiting, (float(rng.random()) * period, caller))
        while True:
            at_s, caller = heappop(waiting)
            yield self._group(at_s, caller, float(sides[caller]))
            period = source.callers / max(self._present_rate(), 1e-3) * float(pace[caller])
            uneven = float(np.exp(rng.normal(0.0, source.unevenness)))
            heappush(waiting, (at_s + period * uneven, caller))

    def _present_rate(self) -> float:
        return blend(self._rate, self._depth)

    def _group(self, at_s: float, caller: int, side: float) -> list[ScheduledEvent]:
        """Return the events of one point: alone, in a cluster, or in a row at even steps."""
        source, rng = self._source, self._rng
        count = source.group
        if source.group > 1 and not source.callers:
            count = 1 + int(rng.poisson(source.group - 1))
        loudness = float(self._levels[rng.integers(_POOL)])
        events = []
        for number in range(int(count)):
            if source.callers:
                later = number * source.spacing_s * (1 + source.unevenness * rng.uniform(-1, 1))
            else:
                later = float(rng.exponential(source.spacing_s)) if number else 0.0
                if number:
                    loudness = float(self._levels[rng.integers(_POOL)])
            events.append(ScheduledEvent(at_s + later, caller, loudness, side))
        return events


def _random_levels(source: Events, rng: np.random.Generator) -> Array:
    """Return draws of an event's gain: in dB exponential, with a mean of ``spread_db``, capped.

    That is the power law of many distances, or of many sizes.
    """
    db = rng.exponential(max(source.spread_db, 1e-6), _POOL)
    return np.asarray(10 ** (np.minimum(db, source.loudest_db) / 20))


def _summed(width: Array) -> Array:
    """Return the power of the ears' sum over that of both, on average over all sides, ``(21,)``."""
    reach = np.pi / 2 * _WIDEST * np.maximum(width, 1e-6)
    return np.asarray(1 + np.sin(reach) / reach)


def _low_pass(freq_hz: Array, cutoff_hz: Array | float) -> Array:
    """Return the magnitude of a second-order low-pass, Butterworth's."""
    return np.asarray(1 / np.sqrt(1 + (freq_hz / cutoff_hz) ** 4))


def _tone_spectrum(power: Array, freq_hz: Array) -> ToneSpectrum:
    """Return the send to the room at 64 frequencies up to 5 kHz, where the room ends."""
    edges = np.unique(np.searchsorted(freq_hz, np.geomspace(40.0, 5_000.0, 65)))
    bands = np.add.reduceat(power, edges, axis=1)[:, :-1]
    middle = (freq_hz[edges[:-1]] + freq_hz[edges[1:]]) / 2
    ear = np.arange(len(middle)) % 2
    return ToneSpectrum(middle, bands, ear, np.ones(len(middle)), steady=False)
