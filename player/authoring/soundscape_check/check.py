"""``dreamers check RECIPE``: pieces of a soundscape, held against what a bed must be.

Each finding is one sentence: where, what was heard, how much is the most, and what to change.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from player.audio import RATE
from player.authoring.soundscape_check import descriptors
from player.authoring.soundscape_check.probe import (
    PIECE_S,
    Heard,
    Pieces,
    Recordings,
    hear,
    pieces_of,
    who_rises,
)
from player.soundscape.bed import Bed
from player.soundscape.recipe import SILENT_DB, Additive, Layer, Modal, Recipe, Recording

LOOP_S = 600.0

LEVEL_LUFS = (-30.5, -29.5)
MOST_RISE_LU = 3.0
MOST_SLOW_RISE_LU = 1.5
MOST_RANGE_LU = 5.0
MOST_PEAK_DBTP = -9.0
MOST_LOOP = 0.3
MOST_CLICK = 12.0
MOST_BACKSLIP_ACUM = 0.02


@dataclass(frozen=True, slots=True)
class Checked:
    """A recipe's measures, depth by depth, and what is wrong with it (nothing, if it is sound)."""

    heard: tuple[Heard, ...]
    seconds: float  # heard at each depth
    loop: float  # 0 never comes again, 1 a loop
    findings: tuple[str, ...]
    remarks: tuple[str, ...]
    """What its writer may not have meant; nothing is unsound for it."""


def check_recipe(recipe: Recipe, recordings: Recordings | None = None) -> Checked:
    """Render pieces at every depth and ten minutes at one, and hold them against the table."""
    pieces = pieces_of(recipe)
    heard = tuple(
        hear(recipe, depth, recordings, pieces.seconds, pieces.seed) for depth in pieces.depths
    )
    loop = loop_score(recipe, recordings, pieces.seed)
    findings = [*_never_heard(recipe), *_too_short(recipe, recordings or {})]
    for piece in heard:
        findings += _rises(recipe, piece, recordings, pieces.seed)
        findings += _at(recipe, piece)
    findings += _path(heard)
    if loop > MOST_LOOP:
        findings.append(
            f"it comes again (a loop score of {loop:.2f}; {MOST_LOOP:g} is the most): use a longer "
            "recording, or let a swell vary by giving the layers different period_s."
        )
    remarks = (*recipe.unused_keys, *_too_rare(pieces))
    return Checked(heard, pieces.seconds, loop, tuple(findings), remarks)


def loop_score(recipe: Recipe, recordings: Recordings | None, seed: int) -> float:
    """Return the loop score of ten minutes, at the depth of its loudest recordings, else at 0.5."""
    levels = [layer.level_db for layer in recipe.layers if isinstance(layer.source, Recording)]
    loudest = [max(at) for at in zip(*levels, strict=True)]
    depth = recipe.depth[loudest.index(max(loudest))] if loudest else 0.5
    return descriptors.loop_score(Bed(recipe, seed, depth, recordings).block(int(LOOP_S * RATE)))


def _rises(recipe: Recipe, heard: Heard, recordings: Recordings | None, seed: int) -> Iterator[str]:
    at_once, slowly = heard.rise_lu > MOST_RISE_LU, heard.slow_rise_lu > MOST_SLOW_RISE_LU
    if at_once or slowly:
        layer = who_rises(recipe, heard, recordings, seed, slow=not at_once)
        words = layer.name.replace("_", " ")
        rise = f"rise{'' if words.endswith('s') and not words.endswith('ss') else 's'}"
        told = (
            f"{_lu(heard.rise_lu, MOST_RISE_LU)} LU in one second; {MOST_RISE_LU:g} is the most"
            if at_once
            else f"{_lu(heard.slow_rise_lu, MOST_SLOW_RISE_LU)} LU in one second, each value taken "
            f"over three; {MOST_SLOW_RISE_LU:g} is the most"
        )
        yield f"at depth {heard.depth:g} the {words} {rise} {told}: {_calmer(layer)}."


def _lu(value: float, most: float) -> str:
    """Format a number as short as possible, yet different from the limit that it exceeds."""
    texts = [f"{value:.1f}".removesuffix(".0"), f"{value:.2f}"]
    return next((text for text in texts if float(text) > most), f"a little over {most:g}")


def _calmer(layer: Layer) -> str:
    if isinstance(layer.source, Modal):
        return "lengthen attack_s or lower level_db"
    if layer.swell:
        return "lengthen the swell's period_s or lower its depth_db"
    if isinstance(layer.source, Additive):
        return "lengthen attack_s and release_s or use more voices"
    return "lower level_db"


def _at(recipe: Recipe, heard: Heard) -> Iterator[str]:
    where = f"at depth {heard.depth:g}"
    if not LEVEL_LUFS[0] <= heard.lufs <= LEVEL_LUFS[1]:
        yield (
            f"{where} it measures {heard.lufs:.1f} LUFS, where −30 ± 0.5 is right: make its swells "
            "shallower and its strikes more even."
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
        yield (
            f"{where} there are clicks ({heard.click:.0f} times the usual bend; {MOST_CLICK:g} is "
            f"the most): {_smoother(recipe)}."
        )
    if heard.correlation < 0.0:
        yield (
            f"{where} the ears are out of phase (a correlation of {heard.correlation:.2f}): lower "
            "the width."
        )


def _smoother(recipe: Recipe) -> str:
    """Return what may click, and what to do about it."""
    struck = [repr(layer.name) for layer in recipe.layers if isinstance(layer.source, Modal)]
    remedies = [f"lengthen attack_s in {' or '.join(struck)}"] if struck else []
    if recipe.recordings:
        remedies.append("clean " + " or ".join(map(repr, recipe.recordings)))
    return ", or ".join(remedies) or "lower the level_db of its tones"


def _path(pieces: tuple[Heard, ...]) -> Iterator[str]:
    for before, after in pairwise(pieces):
        if after.sharpness_acum > before.sharpness_acum + MOST_BACKSLIP_ACUM:
            yield (
                f"it grows sharper from depth {before.depth:g} to {after.depth:g} "
                f"({before.sharpness_acum:.2f} to {after.sharpness_acum:.2f} acum), where it "
                "should soften: lower lowpass_hz or the bright layers' level_db along the depth."
            )


def _never_heard(recipe: Recipe) -> Iterator[str]:
    for layer in recipe.layers:
        if max(layer.level_db) <= SILENT_DB:
            yield (
                f"the layer {layer.name!r} is never heard (level_db is {max(layer.level_db):g} at "
                "most): raise it, or leave the layer out."
            )


def _too_short(recipe: Recipe, recordings: Recordings) -> Iterator[str]:
    for file in recipe.recordings:
        seconds = len(recordings[file]) / RATE if file in recordings else 0.0
        if 0.0 < seconds < PIECE_S:
            yield (
                f"the recording {file!r} is {seconds:.1f} s long, and will be known by heart: give "
                f"{PIECE_S:g} s or more."
            )


def _too_rare(pieces: Pieces) -> Iterator[str]:
    for layer in pieces.unheard:
        yield (
            f"the layer {layer.name!r} strikes too rarely to be heard in {pieces.seconds:.0f} s: "
            "listen to it by itself."
        )
