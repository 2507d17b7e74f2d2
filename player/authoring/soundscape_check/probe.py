"""Listening to a recipe for ``dreamers check``: which pieces of which night, and their measures.

Every depth is heard for several times as long as its rarest event takes to come, within a budget;
and in a night, of fifty, in which every such event comes, and comes loudly.
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
MOST_DEPTHS = 11
PIECE_S = 20.0
BUDGET_S = 900.0  # of all pieces together: what a machine renders in some ten seconds
INTERVALS = 4.0  # mean waits for the rarest event that a piece should last
SUSPECTS = 4
_NIGHTS = 50  # to choose from
_SEED = 2045
_PEAK_S = 10.0
_INNOCENT = 0.5  # of the rise is left without a layer: then it was that layer's

Recordings = Mapping[str, Samples]


@dataclass(frozen=True, slots=True)
class Heard:
    """One piece, measured."""

    depth: float
    lufs: float
    true_peak_dbtp: float
    rise_lu: float  # within a second, momentary
    rise_at: int  # where in its curve
    slow_rise_lu: float  # within a second, short-term
    slow_rise_at: int
    range_lu: float
    sharpness_acum: float
    centroid_hz: float
    slope_db: float  # an octave
    correlation: float
    click: float  # times the usual bend


@dataclass(frozen=True, slots=True)
class Pieces:
    """The pieces rendered of a recipe: the same seconds of the same night at each depth."""

    depths: tuple[float, ...]
    seconds: float
    seed: int
    unheard: tuple[Layer, ...]
    """Layers that strike too rarely to be in any of it."""


def pieces_of(recipe: Recipe) -> Pieces:
    """Five depths and those that the recipe names, unless they are many."""
    depths = tuple(sorted({*DEPTHS, *recipe.depth}))
    if len(depths) > MOST_DEPTHS:
        depths = DEPTHS
    struck = [layer for layer in recipe.layers if isinstance(layer.source, Modal) and _there(layer)]
    rarest = max((_interval_s(layer) for layer in struck), default=0.0)
    seconds = max(PIECE_S, min(INTERVALS * rarest, BUDGET_S / len(depths)))

    def loudest(seed: int) -> list[float]:
        """Return for each layer the gain of its loudest whole strike; 0 if it has none."""
        return [_loudest(layer, seed, seconds - 2.0) for layer in struck]

    seed = max(range(_SEED, _SEED + _NIGHTS), key=lambda night: sorted(loudest(night)))
    unheard = (layer for layer, level in zip(struck, loudest(seed), strict=True) if not level)
    return Pieces(depths, seconds, seed, tuple(unheard))


def _there(layer: Layer) -> bool:
    return max(layer.level_db) > SILENT_DB


def _interval_s(layer: Layer) -> float:
    return layer.source.interval.mean_s if isinstance(layer.source, Modal) else 0.0


def _loudest(layer: Layer, seed: int, seconds: float) -> float:
    assert isinstance(layer.source, Modal)
    voice, _ = seed_for(seed, 0, layer.name).spawn(2)
    at, loudest = 0.0, 0.0
    for strike in scheduled_strikes(layer.source, np.random.Generator(np.random.SFC64(voice))):
        at += strike.wait_s
        if at > seconds:
            return loudest
        loudest = max(loudest, strike.level)
    return loudest


def hear(
    recipe: Recipe, depth: float, recordings: Recordings | None, seconds: float, seed: int
) -> Heard:
    """The measures of a piece at one depth."""
    x = Bed(recipe, seed, depth, recordings).block(int(seconds * RATE))
    meter = LoudnessMeter()
    for at in range(0, len(x), 10 * RATE):  # by and by: a meter's scratch is twice what it is given
        meter.add(x[at : at + 10 * RATE])
    short_term = meter.short_term()
    timbre = x[: int(PIECE_S * RATE)]
    rise, at = _steepest(meter.momentary())
    slow_rise, slow_at = _steepest(short_term)
    return Heard(
        depth=depth,
        lufs=meter.integrated(),
        true_peak_dbtp=true_peak(_around_the_peak(x)),
        rise_lu=rise,
        rise_at=at,
        slow_rise_lu=slow_rise,
        slow_rise_at=slow_at,
        range_lu=descriptors.loudness_range(short_term),
        sharpness_acum=descriptors.sharpness_acum(timbre),
        centroid_hz=descriptors.centroid_hz(timbre),
        slope_db=descriptors.slope_db(timbre),
        correlation=descriptors.correlation(x),
        click=descriptors.click_score(x),
    )


def _steepest(curve: Array) -> tuple[float, int]:
    rises = descriptors.rises(curve)
    return (float(rises.max()), int(rises.argmax())) if len(rises) else (0.0, 0)


def _around_the_peak(x: Samples) -> Samples:
    """Oversampling is slow, and the true peak stands beside the highest sample."""
    at, half = int(np.abs(x).argmax()) // 2, int(_PEAK_S * RATE / 2)
    return x[max(0, at - half) : at + half]


def who_rises(
    recipe: Recipe, heard: Heard, recordings: Recordings | None, seed: int, slow: bool
) -> Layer:
    """The layer without which a piece's steepest rise would be least.

    Each layer's randomness is its own, so without one of them it is otherwise the same piece.
    """
    suspects = sorted(recipe.layers, key=lambda layer: -_liveliness(recipe, layer, heard.depth))
    if len(suspects) == 1:
        return suspects[0]
    at = heard.slow_rise_at if slow else heard.rise_at
    left: dict[str, float] = {}
    for suspect in suspects[:SUSPECTS]:
        rest = replace(recipe, layers=tuple(a for a in recipe.layers if a is not suspect))
        frames = (at + (36 if slow else 10)) * RATE // 10  # to the end of that rise, and past it
        x = Bed(rest, seed, heard.depth, recordings).block(frames)
        rises = descriptors.rises(descriptors.curves(x)[1 if slow else 0])
        left[suspect.name] = float(rises[max(0, at - 5) : at + 5].max(initial=0.0))
        if left[suspect.name] < _INNOCENT * (heard.slow_rise_lu if slow else heard.rise_lu):
            return suspect
    return min(suspects[: len(left)], key=lambda layer: left[layer.name])


def _liveliness(recipe: Recipe, layer: Layer, depth: float) -> float:
    """Return how likely a layer is to rise at a depth: its level, and how sudden its kind is."""
    level = float(np.interp(depth, recipe.depth, layer.level_db))
    if isinstance(layer.source, Modal):
        return level + 20.0
    swell = max(layer.swell.depth_db) / layer.swell.period_s * 10 if layer.swell else 0.0
    return level + swell + (10.0 if isinstance(layer.source, Recording) else 0.0)
