"""The bed along a night: its sharpness minute by minute, and how one place becomes the next.

All of it is measured on the bed as it comes to the mixer (``Stretch.place``): what the soundscapes
themselves do, at −30 LUFS, before it gives way to words. Sharpness is mosqito's, as in
``tests.support.measures``, of 20 s of each stretch. ``hold_*`` are rows; each raises
`AssertionError`.

The spectrum's change: the levels of the 24 critical bands, each over the threshold in quiet, in
two neighbouring half seconds; the mean of their differences, in dB. A place that stays differs from
itself by up to 1.7 dB within a second, and the mildest of the tale's crossings would change it by
2.5 dB or more as a cut: `MOST_CHANGE_DB` lies between.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from player.audio import QUANTUM, RATE, Samples
from player.authoring.soundscape_check import descriptors
from player.authoring.soundscape_check.check import MAX_CLICK_SCORE
from tests.support.measures import sharpness_acum
from tests.support.night_levels import HOP, Meter
from tests.support.nights import Crossing, Stretch

Curve = npt.NDArray[np.float64]

_BARK_HZ = (
    20, 100, 200, 300, 400, 510, 630, 770, 920, 1080, 1270, 1480, 1720, 2000, 2320, 2700, 3150,
    3700, 4400, 5300, 6400, 7700, 9500, 12000, 15500,
)  # fmt: skip
_QUIET = 10**-8.3  # full scale is 83 dB SPL (0.28 Pa), and what is under 0 dB is not heard
_SHARP_FROM_S, _SHARP_S = 20.0, 20.0
EBB = 0.05
"""Acum by which sharpness may rise from one minute to the next by itself."""
MOST_CHANGE_DB = 2.0
"""Of the spectrum within a second, while one place gives way to another."""


class Bands:
    """Power in the 24 critical bands of the left channel of a stream, ten times a second."""

    def __init__(self) -> None:
        self._rest: Samples = np.zeros(0, np.float32)
        self._rows: list[Curve] = []
        self._window = np.hanning(2 * HOP).astype(np.float32)
        self._edges = np.searchsorted(np.fft.rfftfreq(2 * HOP, 1 / RATE), _BARK_HZ)

    def add(self, x: Samples) -> None:
        """Row i is of the 200 ms from frame i * HOP on."""
        x = np.concatenate([self._rest, x[:, 0]])
        scale = 1.0 / (HOP * float(np.square(self._window).sum()))
        for at in range(0, len(x) - 2 * HOP + 1, HOP):
            power = np.abs(np.fft.rfft(x[at : at + 2 * HOP] * self._window)) ** 2
            bands = np.add.reduceat(power.astype(np.float64), self._edges)[:-1]
            self._rows.append(bands * scale + _QUIET)
        self._rest = x[max(0, len(x) // HOP - 1) * HOP :]

    @property
    def power(self) -> Curve:
        """``(n, 24)``."""
        return np.array(self._rows)


@dataclass(frozen=True, slots=True)
class Minute:
    """What was heard in one stretch; the sharpness is of 20 s from ``begin`` on."""

    begin: int
    end: int
    depths: tuple[float, float]
    """At its begin and at its end."""
    sharpness: float
    click: float


@dataclass(slots=True)
class Path:
    """Hears a night's stretches one after another; ``crossings`` are the night's own list."""

    crossings: Sequence[Crossing]
    minutes: list[Minute] = field(default_factory=list)
    loudness: Meter = field(default_factory=Meter)
    bands: Bands = field(default_factory=Bands)

    def add(self, stretch: Stretch) -> None:
        self.loudness.add(stretch.place)
        self.bands.add(stretch.place)
        length = round(_SHARP_S * RATE)
        first = min(round(_SHARP_FROM_S * RATE), max(0, len(stretch.place) - length))
        piece = stretch.place[first : first + length]
        begin, end = stretch.begin + first, stretch.begin + first + len(piece)
        here = stretch.depths[first // QUANTUM], stretch.depths[(first + len(piece) - 1) // QUANTUM]
        # A stem begins all at once: it is the master that fades the night in.
        click = descriptors.click_score(stretch.bed[0 if stretch.begin else QUANTUM :])
        self.minutes.append(
            Minute(begin=begin, end=end, depths=here, sharpness=sharpness_acum(piece), click=click)
        )

    @property
    def sharpness(self) -> list[float]:
        return [minute.sharpness for minute in self.minutes]

    def asked(self, a: Minute, b: Minute) -> bool:
        """Whether the script lets it grow colder between two minutes: another place, or less depth.

        A place that is on its way, or came since, has its own sharpness.
        """
        crossed = any(
            cross.start < b.end and cross.start + cross.seconds * RATE > a.begin
            for cross in self.crossings
        )
        return crossed or b.depths[1] < a.depths[0]

    def ebbs(self) -> list[tuple[float, bool]]:
        """Each rise from minute to minute over `EBB`, and whether the script asks for it."""
        return [
            (b.sharpness - a.sharpness, self.asked(a, b))
            for a, b in pairwise(self.minutes)
            if b.sharpness - a.sharpness > EBB
        ]

    def rises(self) -> tuple[float, float]:
        """The largest rise within a second, momentary and short-term (3 s), LU."""
        momentary = self.loudness.curve
        power = np.convolve(10 ** (momentary / 10), np.full(27, 1 / 27), "valid")
        return descriptors.largest_rise(momentary), descriptors.largest_rise(10 * np.log10(power))

    def changes(self) -> tuple[float, float]:
        """The largest change of the spectrum within a second: in crossings, and away from them."""
        change = spectral_change(self.bands.power)
        inside = np.zeros(len(change), dtype=bool)
        for cross in self.crossings:
            first = cross.start // HOP - 15
            inside[max(0, first) : cross.start // HOP + round(cross.seconds * 10) + 5] = True
        return float(change[inside].max(initial=0.0)), float(change[~inside].max(initial=0.0))

    def loop(self) -> float:
        return loop_score(self.bands.power)


def spectral_change(power: Curve, half: int = 5) -> Curve:
    """dB, ten a second: value i compares the half seconds before and after (i + 5) / 10 s."""
    sums = np.cumsum(np.vstack([np.zeros((1, power.shape[1])), power]), axis=0)
    levels = 10 * np.log10((sums[half:] - sums[:-half]) / half)
    return np.asarray(np.abs(levels[half:] - levels[:-half]).mean(axis=1))


def loop_score(power: Curve, least_lag_s: float = 10.0, most_lag_s: float = 300.0) -> float:
    """The highest autocorrelation of the bands' log envelopes: near 1 for a loop.

    Places change along a night, so each band's mean over 30 s is taken from it first.
    """
    logs = 10 * np.log10(power)
    window = min(300, len(logs))
    padded = np.pad(logs, ((window // 2, window - 1 - window // 2), (0, 0)), mode="edge")
    sums = np.cumsum(np.vstack([np.zeros((1, logs.shape[1])), padded]), axis=0)
    centred = logs - (sums[window:] - sums[:-window]) / window
    frames = len(centred)
    spectrum = np.fft.rfft(centred, n=2 * frames, axis=0)
    products = np.fft.irfft(np.square(np.abs(spectrum)).sum(axis=1))[:frames]
    products /= np.arange(frames, 0, -1)
    lags = products[round(least_lag_s * 10) : min(round(most_lag_s * 10), frames // 2)]
    return float(lags.max(initial=0.0) / max(products[0], 1e-12))


# -- the rows --------------------------------------------------------------------------------------


def hold_path(path: Path) -> None:
    sharp = path.sharpness
    assert sharp[0] >= 1.9, f"the night begins at {sharp[0]:.2f} acum"
    assert sharp[-1] <= 0.6, f"the night ends at {sharp[-1]:.2f} acum"
    hold_ebbs(path)


def hold_ebbs(path: Path) -> None:
    for rise, asked in path.ebbs():
        assert asked, f"it grows sharper by {rise:.2f} acum where the script asks for nothing"


def hold_crossings(path: Path) -> None:
    at_once, slowly = path.rises()
    assert at_once <= 3.0, f"{at_once:.2f} LU within a second, momentary"
    assert slowly <= 1.5, f"{slowly:.2f} LU within a second, short-term"
    inside, _ = path.changes()
    assert inside <= MOST_CHANGE_DB, f"a crossing changes the spectrum by {inside:.2f} dB at once"


def hold_whole(path: Path, voice: str = "hibari") -> None:
    """No click, no loop.

    Under `system` the bed's middle falls within 85 ms where an answer comes, and what came before
    then counts for up to 11: `check`'s own limit has room for that.
    """
    click = max(minute.click for minute in path.minutes)
    assert click <= (MAX_CLICK_SCORE if voice == "system" else 9.0), (
        f"a bend of {click:.1f} times the usual"
    )
    assert path.loop() <= 0.3, f"it comes again: {path.loop():.2f}"
