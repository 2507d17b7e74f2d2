"""The instruments that the soundscapes are held against: others' where there are any.

- sharpness: DIN 45692, by mosqito (ISO 532-1 loudness), over the first 20 s of the left channel;
  full scale is 0.28 Pa, which makes −30 LUFS of a pair about 50 dB SPL an ear
- tonal prominence: tone-to-noise ratio of ECMA-74, by mosqito
- loudness, its range and its curves, true peak: libebur128, by pyebur128
- centroid, slope, correlation, loops and clicks:
  ``player.authoring.soundscape_check.descriptors``, each of which has a test of its own
  against a signal whose answer is known

``hold_*`` are the rows of the table that a bed must meet; each raises `AssertionError`. Every one
of them has a control: a signal spoiled on purpose that it must refuse.
"""

import warnings
from dataclasses import dataclass
from functools import cache

import numpy as np
import pyebur128
from numpy.typing import NDArray

from player.audio import RATE, Samples
from player.authoring.soundscape_check import descriptors
from player.authoring.soundscape_check.check import LIVELY, STILL, Calm
from player.library.soundscapes import load_soundscape
from player.soundscape import Bed, Recipe

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # mosqito and matplotlib warn about themselves when imported
    from mosqito.sq_metrics import sharpness_din_st, tnr_ecma_st

PASCAL = 0.28
TALE = ("hyper-rest", "network", "studio", "underground", "gathering", "oasis")
DEPTHS = tuple(round(0.1 * step, 1) for step in range(11))


@cache
def recipe(name: str) -> Recipe:
    return load_soundscape(name).recipe


def bed(name: str, depth: float, seconds: float, seed: int = 7) -> Samples:
    """A soundscape that stays at one depth, ``(n, 2)``."""
    return Bed(recipe(name), seed, depth).block(int(seconds * RATE))


def sharpness_acum(x: Samples) -> float:
    left = x[: 20 * RATE, 0].astype(np.float64) * PASCAL
    return float(sharpness_din_st(left, RATE, weighting="din"))


def tones(x: Samples) -> list[tuple[float, float, bool]]:
    """Each tone's frequency in Hz, its ratio in dB, and whether ECMA-74 calls it prominent."""
    left = x[: 20 * RATE, 0].astype(np.float64) * PASCAL
    _, ratios, prominent, freqs = tnr_ecma_st(left, RATE, prominence=False)
    return [(float(f), float(r), bool(p)) for f, r, p in zip(freqs, ratios, prominent, strict=True)]


@dataclass(frozen=True)
class Loudness:
    """Measures of a stereo signal by libebur128."""

    integrated: float  # LUFS
    range: float  # LU
    true_peak: float  # dBTP
    momentary: NDArray[np.float64]  # LUFS, ten per second
    short_term: NDArray[np.float64]


def ebur128(x: Samples, peak_s: float | None = None) -> Loudness:
    """Measure a signal ``(frames, 2)``.

    The true peak is slow; ``peak_s`` limits it to that many seconds around the highest sample.
    """
    mode = pyebur128.MeasurementMode
    state = pyebur128.R128State(2, RATE, mode.MODE_I | mode.MODE_LRA | mode.MODE_S | mode.MODE_M)
    momentary, short_term = [], []
    hop = RATE // 10
    for number, at in enumerate(range(0, len(x) - hop + 1, hop), start=1):
        state.add_frames(np.ascontiguousarray(x[at : at + hop]).reshape(-1), hop)
        if number >= 4:
            momentary.append(pyebur128.get_loudness_momentary(state))
        if number >= 30:
            short_term.append(pyebur128.get_loudness_shortterm(state))
    half = int(peak_s * RATE / 2) if peak_s else len(x)
    at = int(np.abs(x).argmax()) // 2 if len(x) else 0
    return Loudness(
        integrated=pyebur128.get_loudness_global(state),
        range=pyebur128.get_loudness_range(state),
        true_peak=_true_peak(x[max(0, at - half) : at + half]),
        momentary=np.array(momentary),
        short_term=np.array(short_term),
    )


def _true_peak(x: Samples) -> float:
    state = pyebur128.R128State(2, RATE, pyebur128.MeasurementMode.MODE_TRUE_PEAK)
    state.add_frames(np.ascontiguousarray(x).reshape(-1), len(x))
    peak = max(pyebur128.get_true_peak(state, channel) for channel in (0, 1))
    return 20 * float(np.log10(max(peak, 1e-9)))


def calm_of(name: str, depth: float) -> Calm:
    """How calm a bundled soundscape must be: a wave may come, but not in the tale or at the end."""
    return STILL if name in TALE or depth == 1.0 else LIVELY


def hold_level(measured: Loudness, within: float = 0.5) -> None:
    """Require the level of a bed over a minute; a shorter piece needs more tolerance."""
    assert abs(measured.integrated + 30.0) <= within, f"{measured.integrated:.2f} LUFS"
    assert measured.true_peak <= -9.0, f"{measured.true_peak:.1f} dBTP"


def hold_calm(measured: Loudness, calm: Calm = STILL) -> None:
    at_once = descriptors.largest_rise(measured.momentary)
    slowly = descriptors.largest_rise(measured.short_term)
    assert at_once <= calm.rise_lu, f"{at_once:.2f} LU within a second, momentary"
    assert slowly <= calm.slow_rise_lu, f"{slowly:.2f} LU within a second, short-term"
    assert measured.range <= calm.range_lu, f"a range of {measured.range:.1f} LU"


def hold_unbroken(x: Samples, *, clicks: bool = True) -> None:
    """Require joins that nobody hears; ``clicks`` is for a bed without short sounds of its own."""
    edge, click = descriptors.edge_score(x), descriptors.click_score(x)
    assert 0.8 <= edge <= 1.2, f"the edges of the steps bend {edge:.2f} times as much as elsewhere"
    assert not clicks or click <= 9.0, f"a bend of {click:.1f} times the usual"


def hold_unlooped(x: Samples) -> None:
    score = descriptors.loop_score(x)
    assert score <= 0.3, f"it comes again: {score:.2f}"


def hold_thaw(sharpness: list[float]) -> None:
    """Sharpness along the 11 depths of the tale's axis."""
    steps = np.diff(sharpness)
    assert sharpness[0] >= 1.9, f"{sharpness[0]:.2f} acum at depth 0"
    assert sharpness[-1] <= 0.6, f"{sharpness[-1]:.2f} acum at depth 1"
    assert 1.0 <= sharpness[5] <= 1.5, f"{sharpness[5]:.2f} acum at depth 0.5"
    assert steps.max() <= 0.02, f"it rises by {steps.max():.2f} acum"
    assert steps.min() >= -0.4, f"it falls by {-steps.min():.2f} acum in one step"


def hold_fall(sharpness: list[float], steepest: float = 1.8) -> None:
    """Sharpness along the depths of any soundscape: softer and softer, and not all at once.

    ``steepest`` is the greatest step over the mean one.
    """
    steps = np.diff(sharpness)
    whole = sharpness[0] - sharpness[-1]
    assert steps.max() <= 0.02, f"it rises by {steps.max():.2f} acum"
    assert whole >= 0.5, f"it falls by {whole:.2f} acum in all"
    most = steepest * whole / len(steps)
    assert -steps.min() <= most, f"it falls by {-steps.min():.2f} of {whole:.2f} acum in one step"


def hold_soft(x: Samples) -> None:
    """Where each of the tale's places ends, whichever of them a night ends in."""
    sharpness = sharpness_acum(x)
    assert sharpness <= 0.55, f"{sharpness:.2f} acum"


def hold_cold(x: Samples) -> None:
    assert descriptors.centroid_hz(x) >= 5_000
    assert descriptors.slope_db(x) >= -4.0
    assert descriptors.correlation(x) >= 0.9
    assert max((ratio for _, ratio, _ in tones(x)), default=0.0) >= 10.0


def hold_warm(x: Samples) -> None:
    assert descriptors.centroid_hz(x) <= 350
    assert descriptors.slope_db(x) <= -10.0
    assert 0.0 <= descriptors.correlation(x) <= 0.35
    assert not any(prominent for _, _, prominent in tones(x))
