"""``dreamers check RECIPE``: short pieces of a soundscape, held against what a bed must be.

Each finding is one sentence: where, what was heard, how much is the most, and what to change.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from player.audio import RATE, Samples, loudness, true_peak
from player.soundscape import measure
from player.soundscape.recipe import SILENT_DB, Additive, Layer, Modal, Recipe, Recording
from player.soundscape.scene import Scene

DEPTHS = (0.0, 0.25, 0.5, 0.75, 1.0)
PIECE_S = 20.0
LOOP_S = 600.0
_SEED = 2045

LEVEL_LUFS = (-30.5, -29.5)
MOST_RISE_LU = 3.0
MOST_SLOW_RISE_LU = 1.5
MOST_RANGE_LU = 5.0
MOST_PEAK_DBTP = -9.0
MOST_LOOP = 0.3
MOST_CLICK = 12.0
MOST_BACKSLIP_ACUM = 0.02


@dataclass(frozen=True, slots=True)
class Heard:
    """One piece, measured."""

    depth: float
    lufs: float
    true_peak_dbtp: float
    rise_lu: float  # within a second, momentary
    slow_rise_lu: float  # within a second, short-term
    range_lu: float
    sharpness_acum: float
    centroid_hz: float
    slope_db: float  # an octave
    correlation: float
    click: float  # times the usual bend


@dataclass(frozen=True, slots=True)
class Checked:
    """A recipe's measures, depth by depth, and what is wrong with it (nothing, if it is sound)."""

    heard: tuple[Heard, ...]
    loop: float  # 0 never comes again, 1 a loop
    findings: tuple[str, ...]


def check_recipe(recipe: Recipe, recordings: Mapping[str, Samples] | None = None) -> Checked:
    """Render 20 s at five depths and ten minutes at 0.5, and hold them against the table."""
    pieces = [listen(recipe, depth, recordings) for depth in DEPTHS]
    scene = Scene(recipe, _SEED, 0.5, recordings)
    loop = measure.loop_score(scene.block(int(LOOP_S * RATE)))
    findings = [*_unused(recipe), *_too_short(recipe, recordings or {})]
    for heard in pieces:
        findings += _at(recipe, heard)
    findings += _path(pieces)
    if loop > MOST_LOOP:
        findings.append(
            f"it comes again (a loop score of {loop:.2f}; {MOST_LOOP:g} is the most): use a longer "
            "recording, or let a swell vary by giving the layers different period_s."
        )
    return Checked(tuple(pieces), loop, tuple(findings))


def listen(recipe: Recipe, depth: float, recordings: Mapping[str, Samples] | None = None) -> Heard:
    """The measures of 20 s at one depth."""
    x = Scene(recipe, _SEED, depth, recordings).block(int(PIECE_S * RATE))
    momentary, short_term = measure.curves(x)
    return Heard(
        depth=depth,
        lufs=loudness(x),
        true_peak_dbtp=true_peak(x),
        rise_lu=measure.largest_rise(momentary),
        slow_rise_lu=measure.largest_rise(short_term),
        range_lu=measure.loudness_range(short_term),
        sharpness_acum=measure.sharpness_acum(x),
        centroid_hz=measure.centroid_hz(x),
        slope_db=measure.slope_db(x),
        correlation=measure.correlation(x),
        click=measure.click_score(x),
    )


def _at(recipe: Recipe, heard: Heard) -> Iterator[str]:
    where = f"at depth {heard.depth:g}"
    if not LEVEL_LUFS[0] <= heard.lufs <= LEVEL_LUFS[1]:
        yield (
            f"{where} it measures {heard.lufs:.1f} LUFS, where −30 ± 0.5 is right: make its swells "
            "shallower and its strikes more even."
        )
    if heard.rise_lu > MOST_RISE_LU or heard.slow_rise_lu > MOST_SLOW_RISE_LU:
        layer, remedy = _offender(recipe, heard.depth)
        rise = max(heard.rise_lu, heard.slow_rise_lu * MOST_RISE_LU / MOST_SLOW_RISE_LU)
        yield (
            f"{where} the loudness rises {rise:.1f} LU in one second; {MOST_RISE_LU:g} is the "
            f"most: in the layer {layer!r} {remedy}."
        )
    if heard.range_lu > MOST_RANGE_LU:
        yield (
            f"{where} its loudness ranges over {heard.range_lu:.1f} LU; {MOST_RANGE_LU:g} is the "
            "most: lower the depth_db of its swells."
        )
    if heard.true_peak_dbtp > MOST_PEAK_DBTP:
        yield (
            f"{where} it peaks at {heard.true_peak_dbtp:.1f} dBTP; {MOST_PEAK_DBTP:g} is the most: "
            "raise highpass_hz, since deep bass peaks high at the same loudness."
        )
    if heard.click > MOST_CLICK:
        layer, _ = _offender(recipe, heard.depth)
        yield (
            f"{where} there are clicks ({heard.click:.0f} times the usual bend; {MOST_CLICK:g} is "
            f"the most): lengthen attack_s in the layer {layer!r}, or clean its recording."
        )
    if heard.correlation < 0.0:
        yield (
            f"{where} the ears are out of phase (a correlation of {heard.correlation:.2f}): lower "
            "the width."
        )


def _path(pieces: list[Heard]) -> Iterator[str]:
    for before, after in pairwise(pieces):
        if after.sharpness_acum > before.sharpness_acum + MOST_BACKSLIP_ACUM:
            yield (
                f"it grows sharper from depth {before.depth:g} to {after.depth:g} "
                f"({before.sharpness_acum:.2f} to {after.sharpness_acum:.2f} acum), where it "
                "should soften: lower lowpass_hz or the bright layers' level_db along the depth."
            )


def _offender(recipe: Recipe, depth: float) -> tuple[str, str]:
    """The layer most likely to rise at a depth, and what to do about it."""

    def lively(layer: Layer) -> float:
        level = _level(recipe, layer, depth)
        if isinstance(layer.source, Modal):
            return level + 20.0
        swell = max(layer.swell.depth_db) / layer.swell.period_s * 10 if layer.swell else 0.0
        return level + swell + (10.0 if isinstance(layer.source, Recording) else 0.0)

    layer = max(recipe.layers, key=lively)
    if isinstance(layer.source, Modal):
        return layer.name, "lengthen attack_s or lower level_db"
    if layer.swell:
        return layer.name, "lengthen the swell's period_s or lower its depth_db"
    if isinstance(layer.source, Additive):
        return layer.name, "lengthen attack_s and release_s or use more voices"
    return layer.name, "lower level_db"


def _level(recipe: Recipe, layer: Layer, depth: float) -> float:
    nearest = min(range(len(recipe.depth)), key=lambda i: abs(recipe.depth[i] - depth))
    return layer.level_db[nearest]


def _unused(recipe: Recipe) -> Iterator[str]:
    for layer in recipe.layers:
        if max(layer.level_db) <= SILENT_DB:
            yield (
                f"the layer {layer.name!r} is never heard (level_db is {max(layer.level_db):g} at "
                "most): raise it, or leave the layer out."
            )


def _too_short(recipe: Recipe, recordings: Mapping[str, Samples]) -> Iterator[str]:
    for file in recipe.recordings:
        seconds = len(recordings[file]) / RATE if file in recordings else 0.0
        if 0.0 < seconds < PIECE_S:
            yield (
                f"the recording {file!r} is {seconds:.1f} s long, and will be known by heart: give "
                f"{PIECE_S:g} s or more."
            )
