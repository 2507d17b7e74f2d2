"""Rendering and measuring of a recipe for ``dreamers check``.

Each depth is rendered for several times the mean wait for its rarest strike, within a budget. Of
fifty nights, the check takes the one in which all such strikes come, and come loudest.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from player.audio import RATE, LoudnessMeter, Samples, true_peak
from player.authoring.soundscape_check import descriptors
from player.soundscape.bed import Bed
from player.soundscape.modal import scheduled_strikes
from player.soundscape.recipe import SILENT_DB, Layer, Modal, Recipe, Recording
from player.soundscape.timebase import Array, seed_for

DEPTHS = (0.0, 0.25, 0.5, 0.75, 1.0)
MAX_DEPTHS = 11
PIECE_S = 20.0
BUDGET_S = 900.0
"""The length of all pieces together; a usual machine renders it in about ten seconds."""

INTERVALS = 4.0
"""Mean waits for the rarest strike that a piece should last."""

MAX_SUSPECTS = 4
"""Layers that are left out, one at a time, to find the one that rises."""

_NIGHTS = 50
_SEED = 2045
_PEAK_S = 10.0
_CHUNK = 10 * RATE  # the meter's scratch memory is twice as large as its input
_TAIL_S = 2.0  # a strike so near the end would not be heard whole
_REMAINING_RISE = 0.5  # if less of a rise remains without a layer, it was that layer's

Recordings = Mapping[str, Samples]


@dataclass(frozen=True, slots=True)
class PieceMeasures:
    """The measures of a soundscape at one depth."""

    depth: float
    lufs: float
    true_peak_dbtp: float
    rise_lu: float  # within a second, momentary
    rise_at: int  # index into the 10 Hz curve
    slow_rise_lu: float  # within a second, short-term
    slow_rise_at: int
    range_lu: float
    sharpness_acum: float
    centroid_hz: float
    slope_db: float  # per octave
    correlation: float
    click: float  # relative to the median bend


@dataclass(frozen=True, slots=True)
class ProbePlan:
    """The pieces to render: the same seconds of the same night at each depth."""

    depths: tuple[float, ...]
    seconds: float
    seed: int
    unheard: tuple[Layer, ...]
    """Layers whose strikes are too rare to occur in the pieces."""


def plan_probe(recipe: Recipe) -> ProbePlan:
    """Choose depths, length and night: five depths, and the recipe's own unless they are many."""
    depths = tuple(sorted({*DEPTHS, *recipe.depth}))
    if len(depths) > MAX_DEPTHS:
        depths = DEPTHS
    struck = [
        layer
        for layer in recipe.layers
        if isinstance(layer.source, Modal) and max(layer.level_db) > SILENT_DB
    ]
    rarest = max((_interval_s(layer) for layer in struck), default=0.0)
    seconds = max(PIECE_S, min(INTERVALS * rarest, BUDGET_S / len(depths)))

    def loudest(seed: int) -> list[float]:
        return [_loudest_strike(layer, seed, seconds - _TAIL_S) for layer in struck]

    seed = max(range(_SEED, _SEED + _NIGHTS), key=lambda night: sorted(loudest(night)))
    unheard = (layer for layer, level in zip(struck, loudest(seed), strict=True) if not level)
    return ProbePlan(depths, seconds, seed, tuple(unheard))


def _interval_s(layer: Layer) -> float:
    return layer.source.interval.mean_s if isinstance(layer.source, Modal) else 0.0


def _loudest_strike(layer: Layer, seed: int, seconds: float) -> float:
    """Return the gain of the layer's loudest strike in ``seconds``; 0 if there is none."""
    assert isinstance(layer.source, Modal)
    source_seed, _ = seed_for(seed, 0, layer.name).spawn(2)
    rng = np.random.Generator(np.random.SFC64(source_seed))
    time_s, loudest = 0.0, 0.0
    for strike in scheduled_strikes(layer.source, rng):
        time_s += strike.wait_s
        if time_s > seconds:
            break
        loudest = max(loudest, strike.level)
    return loudest


def measure_piece(
    recipe: Recipe, depth: float, recordings: Recordings | None, *, seconds: float, seed: int
) -> PieceMeasures:
    """Render ``seconds`` at one depth and measure them; the timbre over ``PIECE_S`` only."""
    x = Bed(recipe, seed, depth, recordings).block(int(seconds * RATE))
    meter = LoudnessMeter()
    for start in range(0, len(x), _CHUNK):
        meter.add(x[start : start + _CHUNK])
    short_term = meter.short_term()
    timbre = x[: int(PIECE_S * RATE)]
    rise, rise_at = _steepest(meter.momentary())
    slow_rise, slow_rise_at = _steepest(short_term)
    return PieceMeasures(
        depth=depth,
        lufs=meter.integrated(),
        true_peak_dbtp=true_peak(_around_the_peak(x)),
        rise_lu=rise,
        rise_at=rise_at,
        slow_rise_lu=slow_rise,
        slow_rise_at=slow_rise_at,
        range_lu=descriptors.loudness_range(short_term),
        sharpness_acum=descriptors.sharpness_acum(timbre),
        centroid_hz=descriptors.centroid_hz(timbre),
        slope_db=descriptors.slope_db(timbre),
        correlation=descriptors.correlation(x),
        click=descriptors.click_score(x),
    )


def _steepest(curve: Array) -> tuple[float, int]:
    """Return the largest rise of a curve in LU, and its index."""
    rises = descriptors.rises(curve)
    return (float(rises.max()), int(rises.argmax())) if len(rises) else (0.0, 0)


def _around_the_peak(x: Samples) -> Samples:
    """Return some seconds around the highest sample, since oversampling is slow."""
    peak, half = int(np.abs(x).argmax()) // 2, int(_PEAK_S * RATE / 2)
    return x[max(0, peak - half) : peak + half]


def layer_that_rises(
    recipe: Recipe, piece: PieceMeasures, recordings: Recordings | None, *, seed: int, slow: bool
) -> Layer:
    """Return the layer without which a piece's steepest rise is smallest.

    A layer's random numbers do not depend on the other layers, so the piece without it is otherwise
    the same. ``slow`` asks for the short-term curve.
    """
    suspects = sorted(recipe.layers, key=lambda layer: -_liveliness(recipe, layer, piece.depth))
    if len(suspects) == 1:
        return suspects[0]
    at = piece.slow_rise_at if slow else piece.rise_at
    rise = piece.slow_rise_lu if slow else piece.rise_lu
    remaining: dict[str, float] = {}
    for suspect in suspects[:MAX_SUSPECTS]:
        others = tuple(layer for layer in recipe.layers if layer is not suspect)
        frames = (at + (36 if slow else 10)) * RATE // 10  # to the end of that rise and beyond
        x = Bed(replace(recipe, layers=others), seed, piece.depth, recordings).block(frames)
        rises = descriptors.rises(descriptors.curves(x)[1 if slow else 0])
        remaining[suspect.name] = float(rises[max(0, at - 5) : at + 5].max(initial=0.0))
        if remaining[suspect.name] < _REMAINING_RISE * rise:
            return suspect
    return min(suspects[: len(remaining)], key=lambda layer: remaining[layer.name])


def _liveliness(recipe: Recipe, layer: Layer, depth: float) -> float:
    """Return a rank by which a layer may rise at a depth: its level and how sudden its kind is."""
    level = float(np.interp(depth, recipe.depth, layer.level_db))
    if isinstance(layer.source, Modal):
        return level + 20.0
    swell = max(layer.swell.depth_db) / layer.swell.period_s * 10 if layer.swell else 0.0
    return level + swell + (10.0 if isinstance(layer.source, Recording) else 0.0)
