"""Checks of a rendered soundscape for ``dreamers check RECIPE``.

Each finding is one sentence with the place, the measure, its limit and the remedy.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from player.audio import RATE
from player.authoring.soundscape_check import descriptors
from player.authoring.soundscape_check.probe import (
    PIECE_S,
    PieceMeasures,
    ProbePlan,
    Recordings,
    layer_that_rises,
    measure_piece,
    plan_probe,
)
from player.soundscape.bed import Bed
from player.soundscape.recipe import (
    SILENT_DB,
    Additive,
    Events,
    Layer,
    Modal,
    Recipe,
    Recording,
    Surf,
)

LOOP_S = 600.0

LEVEL_LUFS = -30.0
MAX_PEAK_DBTP = -9.0
MAX_LOOP_SCORE = 0.3
MAX_CLICK_SCORE = 12.0
MAX_SHARPENING_ACUM = 0.02


@dataclass(frozen=True, slots=True)
class Calm:
    """How much a bed may move: it never startles, and a wave may come."""

    rise_lu: float
    slow_rise_lu: float
    range_lu: float
    level_lu: float  # to either side of −30 LUFS


STILL = Calm(rise_lu=3.0, slow_rise_lu=1.5, range_lu=5.0, level_lu=0.5)
LIVELY = Calm(rise_lu=6.0, slow_rise_lu=4.0, range_lu=9.0, level_lu=1.0)
"""Under depth 1, for a place that moves by its nature: surf, rain, a fire, crickets."""

_LIVELY_EVENTS = ("drops", "crackle", "chirps")


def calm_wanted(recipe: Recipe, depth: float) -> Calm:
    """Return how calm a recipe must be at a depth."""
    lively = any(
        isinstance(layer.source, Surf)
        or (isinstance(layer.source, Events) and layer.source.kind in _LIVELY_EVENTS)
        for layer in recipe.layers
    )
    return LIVELY if lively and depth < 1.0 else STILL


@dataclass(frozen=True, slots=True)
class SoundscapeReport:
    """The measures of a recipe at each depth, and its faults."""

    pieces: tuple[PieceMeasures, ...]
    seconds: float  # rendered at each depth
    loop: float  # from 0 (never repeats) to 1 (a loop)
    findings: tuple[str, ...]
    """One sentence for each fault; empty for a sound recipe."""
    remarks: tuple[str, ...]
    """Probable mistakes that are no faults."""


def check_recipe(recipe: Recipe, recordings: Recordings | None = None) -> SoundscapeReport:
    """Render pieces at several depths and ten minutes at one, and check their measures."""
    plan = plan_probe(recipe)
    pieces = tuple(
        measure_piece(recipe, depth, recordings, seconds=plan.seconds, seed=plan.seed)
        for depth in plan.depths
    )
    loop = loop_score(recipe, recordings, plan.seed)
    findings = [*_silent_layers(recipe), *_short_recordings(recipe, recordings or {})]
    for piece in pieces:
        findings += _rise_findings(recipe, piece, recordings, plan.seed)
        findings += _level_findings(recipe, piece)
    findings += _sharpness_findings(pieces)
    if loop > MAX_LOOP_SCORE:
        findings.append(
            f"it comes again (a loop score of {loop:.2f}; {MAX_LOOP_SCORE:g} is the most): use a "
            "longer recording, or let a swell vary by giving the layers different period_s."
        )
    remarks = (*recipe.unused_keys, *_too_rare(plan))
    return SoundscapeReport(pieces, plan.seconds, loop, findings=tuple(findings), remarks=remarks)


def loop_score(recipe: Recipe, recordings: Recordings | None, seed: int) -> float:
    """Return the loop score of ten minutes at the depth of the loudest recording, else at 0.5."""
    levels = [layer.level_db for layer in recipe.layers if isinstance(layer.source, Recording)]
    loudest = [max(at) for at in zip(*levels, strict=True)]
    depth = recipe.depth[loudest.index(max(loudest))] if loudest else 0.5
    return descriptors.loop_score(Bed(recipe, seed, depth, recordings).block(int(LOOP_S * RATE)))


def _rise_findings(
    recipe: Recipe, piece: PieceMeasures, recordings: Recordings | None, seed: int
) -> Iterator[str]:
    calm = calm_wanted(recipe, piece.depth)
    fast, slow = piece.rise_lu > calm.rise_lu, piece.slow_rise_lu > calm.slow_rise_lu
    if fast or slow:
        layer = layer_that_rises(recipe, piece, recordings, seed=seed, slow=not fast)
        name = layer.name.replace("_", " ")
        plural = name.endswith("s") and not name.endswith("ss")
        excess = (
            f"{_lu(piece.rise_lu, calm.rise_lu)} LU in one second; {calm.rise_lu:g} is the most"
            if fast
            else f"{_lu(piece.slow_rise_lu, calm.slow_rise_lu)} LU in one second, each value taken "
            f"over three; {calm.slow_rise_lu:g} is the most"
        )
        verb = "rise" if plural else "rises"
        yield f"at depth {piece.depth:g} the {name} {verb} {excess}: {_rise_remedy(layer)}."


def _lu(value: float, limit: float) -> str:
    """Format a number as short as possible, yet different from the limit that it exceeds."""
    texts = [f"{value:.1f}".removesuffix(".0"), f"{value:.2f}"]
    return next((text for text in texts if float(text) > limit), f"a little over {limit:g}")


def _rise_remedy(layer: Layer) -> str:
    if isinstance(layer.source, Modal):
        return "lengthen attack_s or lower level_db"
    if layer.swell:
        return "lengthen the swell's period_s or lower its depth_db"
    if isinstance(layer.source, Additive):
        return "lengthen attack_s and release_s or use more voices"
    return "lower level_db"


def _level_findings(recipe: Recipe, piece: PieceMeasures) -> Iterator[str]:
    where = f"at depth {piece.depth:g}"
    calm = calm_wanted(recipe, piece.depth)
    if abs(piece.lufs - LEVEL_LUFS) > calm.level_lu:
        yield (
            f"{where} it measures {piece.lufs:.1f} LUFS, where −30 ± {calm.level_lu:g} is right: "
            "make its swells shallower and its strikes more even."
        )
    if piece.range_lu > calm.range_lu:
        yield (
            f"{where} its loudness ranges over {piece.range_lu:.1f} LU; {calm.range_lu:g} is the "
            "most: lower the depth_db of its swells."
        )
    if piece.true_peak_dbtp > MAX_PEAK_DBTP:
        yield (
            f"{where} it peaks at {piece.true_peak_dbtp:.1f} dBTP; {MAX_PEAK_DBTP:g} is the most: "
            "raise highpass_hz, since deep bass peaks high at the same loudness."
        )
    if piece.click > MAX_CLICK_SCORE and not has_events(recipe):
        yield (
            f"{where} there are clicks ({piece.click:.0f} times the usual bend; "
            f"{MAX_CLICK_SCORE:g} is the most): {_click_remedy(recipe)}."
        )
    if piece.correlation < 0.0:
        yield (
            f"{where} the ears are out of phase (a correlation of {piece.correlation:.2f}): lower "
            "the width."
        )


def has_events(recipe: Recipe) -> bool:
    """Return whether a recipe has sounds that are short by nature, and no clicks."""
    return any(isinstance(layer.source, Events) for layer in recipe.layers)


def _click_remedy(recipe: Recipe) -> str:
    """Return a remedy that names the layers and recordings that may click."""
    struck = [repr(layer.name) for layer in recipe.layers if isinstance(layer.source, Modal)]
    remedies = [f"lengthen attack_s in {' or '.join(struck)}"] if struck else []
    if recipe.recordings:
        remedies.append("clean " + " or ".join(map(repr, recipe.recordings)))
    return ", or ".join(remedies) or "lower the level_db of its tones"


def _sharpness_findings(pieces: tuple[PieceMeasures, ...]) -> Iterator[str]:
    for before, after in pairwise(pieces):
        if after.sharpness_acum > before.sharpness_acum + MAX_SHARPENING_ACUM:
            yield (
                f"it grows sharper from depth {before.depth:g} to {after.depth:g} "
                f"({before.sharpness_acum:.2f} to {after.sharpness_acum:.2f} acum), where it "
                "should soften: lower lowpass_hz or the bright layers' level_db along the depth."
            )


def _silent_layers(recipe: Recipe) -> Iterator[str]:
    for layer in recipe.layers:
        if max(layer.level_db) <= SILENT_DB:
            yield (
                f"the layer {layer.name!r} is never heard (level_db is {max(layer.level_db):g} at "
                "most): raise it, or leave the layer out."
            )


def _short_recordings(recipe: Recipe, recordings: Recordings) -> Iterator[str]:
    for file in recipe.recordings:
        seconds = len(recordings[file]) / RATE if file in recordings else 0.0
        if 0.0 < seconds < PIECE_S:
            yield (
                f"the recording {file!r} is {seconds:.1f} s long, so that its repetition will be "
                f"heard: give {PIECE_S:g} s or more."
            )


def _too_rare(plan: ProbePlan) -> Iterator[str]:
    for layer in plan.unheard:
        yield (
            f"the layer {layer.name!r} strikes too rarely to be heard in {plan.seconds:.0f} s: "
            "listen to it by itself."
        )
