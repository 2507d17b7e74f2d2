"""The mix of a night, heard a stretch at a time: its levels and how well it is understood.

Loudness and peaks are libebur128's (by pyebur128), ESTOI is pystoi's. ``hold_*`` are rows of the
mix table; each raises `AssertionError`, and has a control that it must refuse.

A line's loudness is the mean power of its sentences, each measured by itself: joined, or with the
pauses between them, a line of three words each would be moments of half silence. The drift is taken
from it at the depth at which it was said. A moment is 400 ms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyebur128
from pystoi import stoi

from player.audio import RATE, Samples, resample
from tests.support.mixing import lufs
from tests.support.nights import Line, Stretch

Curve = npt.NDArray[np.float64]
Mode = pyebur128.MeasurementMode
HOP = RATE // 10

SPEECH_LUFS = -20.0
OVER_BED_LU = {"hibari": 15.0, "system": 18.0}
_PLATEAU_S = 3.0  # after a word the bed waits 0.4 s and rises for 2.5 s
_FALL_S = 0.35  # before a word


class Meter:
    """libebur128 over a stream of stretches; its curve has ten values a second."""

    def __init__(self, whole: bool = False) -> None:
        """``whole``: the loudness and true peak of all of it, too."""
        mode = Mode.MODE_I | Mode.MODE_TRUE_PEAK | Mode.MODE_M if whole else Mode.MODE_M
        self._state = pyebur128.R128State(2, RATE, mode)
        self._whole = whole
        self._results = (0.0, 0.0)  # of a copy in another process
        self._rest: Samples = np.zeros((0, 2), np.float32)
        self._curve: list[float] = []

    def __getstate__(self) -> dict[str, object]:
        """Let a copy in another process have the results; it cannot go on measuring."""
        results = (self.integrated, self.true_peak) if self._whole else self._results
        return {**self.__dict__, "_state": None, "_results": results}

    def add(self, x: Samples) -> None:
        x = np.concatenate([self._rest, x])
        for at in range(0, len(x) - HOP + 1, HOP):
            self._state.add_frames(np.ascontiguousarray(x[at : at + HOP]).reshape(-1), HOP)
            self._curve.append(float(pyebur128.get_loudness_momentary(self._state)))
        self._rest = x[len(x) // HOP * HOP :]

    @property
    def curve(self) -> Curve:
        """Value i is of the 400 ms from frame i * HOP on."""
        return np.array(self._curve[3:])

    @property
    def integrated(self) -> float:
        if self._state is None:
            return self._results[0]
        return float(pyebur128.get_loudness_global(self._state))

    @property
    def true_peak(self) -> float:
        if self._state is None:
            return self._results[1]
        return 20 * float(
            np.log10(max(pyebur128.get_true_peak(self._state, c) for c in (0, 1)) + 1e-9)
        )


@dataclass(frozen=True, slots=True)
class LineHeard:
    """A line, its depth, and its loudness and the bed's under it (LUFS)."""

    line: Line
    depth: float
    voice: float
    bed: float

    @property
    def frames(self) -> int:
        return sum(end - start for start, end in self.line.spans)


class Levels:
    """Hears a night's stretches one after another."""

    def __init__(self, drift_db: float = 6.0) -> None:
        self.drift_db = drift_db
        self.lines: list[LineHeard] = []
        self.mix = Meter(whole=True)
        self.bed = Meter()
        self._depths: list[float] = []
        self._begin: int | None = None
        self._end = 0

    def add(self, stretch: Stretch) -> None:
        if self._begin is None:
            self._begin = stretch.begin
        self._end = stretch.end
        self.mix.add(stretch.mix)
        self.bed.add(stretch.bed)
        self._depths += stretch.depths
        for line in stretch.lines:
            voice = [stretch.of("voice", *span) for span in line.spans]
            bed = np.concatenate([stretch.of("bed", *span) for span in line.spans])
            depth = float(
                np.average(
                    [stretch.depth(*span) for span in line.spans],
                    weights=[end - start for start, end in line.spans],
                )
            )
            self.lines.append(LineHeard(line, depth, _mean_loudness(voice), _loudness(bed)))

    @property
    def seconds(self) -> float:
        return (self._end - (self._begin or 0)) / RATE

    def off(self) -> Curve:
        """How much louder each line is than it should be, LU."""
        return np.array([h.voice - SPEECH_LUFS + self.drift_db * h.depth for h in self.lines])

    def over_bed(self) -> Curve:
        """Each line over the bed under it, LU."""
        return np.array([h.voice - h.bed for h in self.lines])

    def under_speech(self) -> Curve:
        """The bed's moments under what a word's loudness should be there, LU; one each 0.1 s."""
        bed = self.bed.curve
        quantum = len(self._depths) * HOP / (self._end - (self._begin or 0))
        middle = np.minimum((np.arange(len(bed)) + 2) * quantum, len(self._depths) - 1)
        depth = np.array(self._depths)[middle.astype(int)]
        return np.asarray(SPEECH_LUFS - self.drift_db * depth - bed)

    def speaking(self) -> Curve:
        """`under_speech` at the moments that lie wholly in a word."""
        gaps, spans = self.under_speech(), [s for h in self.lines for s in h.line.spans]
        inside = [gaps[slice(*self._moments(start, end))] for start, end in spans]
        return np.concatenate(inside)

    def pauses(self, least_s: float = 1.5) -> list[tuple[float, Curve]]:
        """The pauses after lines, the last until the end: seconds, and `under_speech` in them."""
        gaps = self.under_speech()
        starts = [heard.line.start for heard in self.lines]
        edges = zip((heard.line.end for heard in self.lines), [*starts[1:], self._end], strict=True)
        return [
            ((end - start) / RATE, gaps[slice(*self._moments(start, end))])
            for start, end in edges
            if end - start > least_s * RATE
        ]

    def plateaus(self) -> Curve:
        """The mean of `under_speech` in each pause, where the bed has risen all the way."""
        first, last = round(_PLATEAU_S * 10), round(_FALL_S * 10)
        risen = [gaps[first : len(gaps) - last] for _, gaps in self.pauses()]
        return np.array([float(gaps.mean()) for gaps in risen if len(gaps)])

    def _moments(self, start: int, end: int) -> tuple[int, int]:
        start, end = (frame - (self._begin or 0) for frame in (start, end))
        return -(-start // HOP), max(-(-start // HOP), end // HOP - 3)


def _loudness(x: Samples) -> float:
    """By libebur128, which needs 400 ms: what is shorter is heard as often as that takes."""
    return lufs(x if len(x) >= 4 * HOP else np.tile(x, (-(-4 * HOP // len(x)), 1)))


def _mean_loudness(sentences: Sequence[Samples]) -> float:
    """Their mean power, the longer counting for more."""
    powers = [10 ** (_loudness(x) / 10) for x in sentences]
    return float(10 * np.log10(np.average(powers, weights=[len(x) for x in sentences])))


def estoi(mix: Samples, voice: Samples) -> float:
    """ESTOI (Jensen & Taal, IEEE/ACM TASLP 24, 2016) of the middle channel, at its own 10 kHz."""
    clean, degraded = (resample(x.mean(axis=1), RATE, 10_000) for x in (voice, mix))
    return float(stoi(clean, degraded, 10_000, extended=True))


# -- the rows --------------------------------------------------------------------------------------


def hold_loudness(heard: Levels) -> None:
    off = heard.off()
    worst = int(np.abs(off).argmax())
    assert abs(off[worst]) <= 0.5, f"{heard.lines[worst].line.text[:40]!r} is {off[worst]:+.2f} LU"
    assert heard.mix.true_peak <= -3.0, f"{heard.mix.true_peak:.2f} dBTP"


def hold_programme(heard: Levels) -> None:
    """Of a night without the drift."""
    assert abs(heard.mix.integrated - SPEECH_LUFS) <= 0.5, f"{heard.mix.integrated:.2f} LUFS"


def hold_neighbours(heard: Levels) -> None:
    for a, b in pairwise(heard.lines):
        step = b.voice - a.voice
        assert abs(step) <= 1.0, f"{b.line.text[:40]!r} is {step:+.2f} LU against the one before"


def hold_over_bed(heard: Levels, wanted_lu: float) -> None:
    mean, least = float(heard.over_bed().mean()), float(heard.speaking().min())
    assert abs(mean - wanted_lu) <= 0.5, f"speech is {mean:.2f} LU over the bed"
    assert least >= 12.0, f"at one moment of speech the bed is {least:.2f} LU under it"


def hold_pauses(heard: Levels) -> None:
    """The bed rises to 10 LU under speech, and what breathes in it by 3 LU more at the most."""
    plateaus = heard.plateaus()
    assert len(plateaus), "no pause was long enough to hear the bed rise"
    assert abs(plateaus.mean() - 10.0) <= 1.0, f"in pauses {plateaus.mean():.2f} LU under speech"
    for seconds, gaps in heard.pauses():
        assert gaps.min() >= 7.0, f"in a pause of {seconds:.1f} s {gaps.min():.1f} LU under speech"
        if seconds >= 2.5:
            rise = float(heard.over_bed().mean() - gaps.min())
            assert rise >= 2.0, f"in a pause of {seconds:.1f} s the bed rises by {rise:.1f} LU"


def hold_understood(minutes: Sequence[float]) -> None:
    assert min(minutes) >= 0.90, f"ESTOI {min(minutes):.3f} in minute {int(np.argmin(minutes)) + 1}"


@dataclass(frozen=True, slots=True)
class Drift:
    """What a night does by depth 1, against the same night without the drift."""

    slower: float
    """The share by which the narrator's pace falls."""
    pauses: float
    """The share by which pauses grow."""
    softer_db: float


def drift(night: Levels, level: Levels) -> Drift:
    """Least squares through nothing at depth 0, over the same sentences, pauses and lines."""
    pairs = list(zip(night.lines, level.lines, strict=True))
    assert all(a.line.text == b.line.text for a, b in pairs)
    lines = [(a.depth, b.frames / a.frames - 1.0) for a, b in pairs]
    softer = [(a.depth, b.voice - a.voice) for a, b in pairs]
    longer = []
    for (a, b), (following, after) in pairwise(pairs):
        if not a.line.asks and not following.line.asks:
            grown = (following.line.start - a.line.end) / (after.line.start - b.line.end)
            longer.append((a.depth, grown - 1.0))
    return Drift(-_slope(lines), _slope(longer), _slope(softer))


def _slope(points: list[tuple[float, float]]) -> float:
    x, y = np.array(points).T
    return float(x @ y / (x @ x))


def hold_drift(found: Drift) -> None:
    assert abs(found.slower - 0.12) <= 0.015, f"slower by {found.slower:.1%}"
    assert abs(found.pauses - 0.5) <= 0.05, f"pauses longer by {found.pauses:.0%}"
    assert abs(found.softer_db - 6.0) <= 0.3, f"softer by {found.softer_db:.2f} dB"
