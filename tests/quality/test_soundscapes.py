"""The table of how a bed must sound, row by row: some of it always, all of it with ``--slow``.

Each row's check is also given a bed spoiled on purpose, which it must refuse.
"""

import numpy as np
import pytest

from player.audio import RATE, Filter, Samples, high_shelf
from player.authoring.soundscape_check import descriptors
from player.authoring.soundscape_check.check import has_events
from player.library.soundscapes import bundled_names
from tests.support.measures import (
    DEPTHS,
    TALE,
    bed,
    calm_of,
    ebur128,
    hold_calm,
    hold_cold,
    hold_fall,
    hold_level,
    hold_soft,
    hold_thaw,
    hold_unbroken,
    hold_unlooped,
    hold_warm,
    recipe,
    sharpness_acum,
    tones,
)

SEEDS = (1, 2)
"""More of them, and all 11 depths of every bed, are measured by ``scripts/bench soundscapes``."""

FIVE = (0.0, 0.25, 0.5, 0.75, 1.0)
OTHERS = tuple(name for name in bundled_names() if name != "hyper-rest")


def hold_rows(name: str, depth: float, x: Samples) -> None:
    """The rows that hold for every soundscape at every depth."""
    calm, heard = calm_of(name, depth), ebur128(x, peak_s=10)
    hold_level(heard, within=calm.level_lu if len(x) >= 60 * RATE else 1.0)
    hold_calm(heard, calm)
    hold_unbroken(x, clicks=not has_events(recipe(name)))


# -- always ---------------------------------------------------------------------------------------


def test_hyper_rest_is_cold_at_0_warm_at_1_and_calm_throughout() -> None:
    beds = {depth: bed("hyper-rest", depth, 20) for depth in (0.0, 0.5, 1.0)}

    hold_cold(beds[0.0])
    hold_warm(beds[1.0])
    for depth, x in beds.items():
        hold_rows("hyper-rest", depth, x)
    sharp = [sharpness_acum(x) for x in beds.values()]
    assert sharp[0] >= 1.9
    assert 1.0 <= sharp[1] <= 1.5
    assert sharp[2] <= 0.6
    assert not [ratio for _, ratio, _ in tones(beds[0.5]) if ratio >= 3]


def test_hyper_rest_thaws_along_an_even_path() -> None:
    hold_thaw([sharpness_acum(bed("hyper-rest", depth, 4)) for depth in DEPTHS])


@pytest.mark.parametrize("name", OTHERS)
def test_every_other_soundscape_is_calm_and_grows_softer(name: str) -> None:
    beds = [bed(name, depth, 12) for depth in (0.0, 1.0)]

    for depth, x in zip((0.0, 1.0), beds, strict=True):
        hold_rows(name, depth, x)
    assert descriptors.sharpness_acum(beds[1]) <= descriptors.sharpness_acum(beds[0]) - 0.5


@pytest.mark.parametrize("name", TALE)
def test_every_place_of_the_tale_ends_soft(name: str) -> None:
    hold_soft(bed(name, 1.0, 12))


def test_hyper_rest_does_not_repeat() -> None:
    hold_unlooped(bed("hyper-rest", 0.8, 150))


# -- the controls: each check refuses the bed that was spoiled for it --------------------------


def test_a_looped_bed_fails_the_loop_row() -> None:
    with pytest.raises(AssertionError, match="it comes again"):
        hold_unlooped(np.tile(bed("hyper-rest", 0.8, 30), (4, 1)))


def test_a_click_fails_the_click_row() -> None:
    for depth, height in ((0.0, 0.2), (1.0, 0.01)):
        x = bed("hyper-rest", depth, 10)
        x[5 * RATE + 123] += height

        with pytest.raises(AssertionError, match="a bend of"):
            hold_unbroken(x)


def test_a_jump_of_6_lu_fails_the_rows_of_calm() -> None:
    x = bed("hyper-rest", 0.5, 20)
    x[: 10 * RATE] *= 0.5

    with pytest.raises(AssertionError, match="within a second, momentary"):
        hold_calm(ebur128(x))


def test_a_slow_swell_of_12_lu_fails_the_range() -> None:
    x = bed("hyper-rest", 0.5, 60)
    slow = 10 ** (-6 * (1 + np.cos(2 * np.pi * np.arange(len(x)) / len(x) * 2)) / 20)

    with pytest.raises(AssertionError, match=r"a range of|short-term"):
        hold_calm(ebur128((x * slow[:, None]).astype(np.float32)))


def test_a_bed_10_lu_too_loud_fails_the_level() -> None:
    with pytest.raises(AssertionError, match=r"-20\.\d+ LUFS|-19\.\d+ LUFS"):
        hold_level(ebur128(bed("hyper-rest", 0.5, 10) * np.float32(10**0.5)))


def test_a_brightened_bed_fails_the_thaw_and_is_no_longer_warm() -> None:
    dark = bed("hyper-rest", 1.0, 6)
    bright = Filter(high_shelf(2_000, 24.0), channels=2)(dark)
    path = [2.5, 2.4, 2.2, 1.9, 1.7, 1.4, 1.2, 1.0, 0.8, 0.55]

    hold_thaw([*path, sharpness_acum(dark)])
    with pytest.raises(AssertionError):
        hold_thaw([*path, sharpness_acum(bright)])
    with pytest.raises(AssertionError):
        hold_warm(bright)
    hold_soft(dark)
    with pytest.raises(AssertionError, match="acum"):
        hold_soft(bright)


def test_a_switch_instead_of_a_path_fails_the_thaw() -> None:
    with pytest.raises(AssertionError, match="in one step"):
        hold_thaw([2.4, 2.3, 2.2, 2.1, 2.0, 1.4, 0.6, 0.5, 0.5, 0.5, 0.5])
    with pytest.raises(AssertionError, match="in one step"):
        hold_fall([1.9, 1.8, 1.7, 0.7, 0.5])
    with pytest.raises(AssertionError, match="it rises"):
        hold_fall([1.9, 1.5, 1.55, 0.9, 0.5])
    with pytest.raises(AssertionError, match="in all"):
        hold_fall([1.0, 0.9, 0.8, 0.7, 0.6])
    hold_fall([1.9, 1.5, 1.2, 0.9, 0.5])


def test_a_bed_without_its_hum_or_too_wide_is_not_cold() -> None:
    rng = np.random.default_rng(1)
    hiss = (0.01 * rng.standard_normal((20 * RATE, 1))).astype(np.float32)

    with pytest.raises(AssertionError):
        hold_cold(np.repeat(hiss, 2, axis=1))
    x = bed("hyper-rest", 0.0, 20)
    with pytest.raises(AssertionError):
        hold_cold(np.stack([x[:, 0], np.roll(x[:, 1], 4_800)], axis=1))


# -- with --slow: all of it ------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_every_row_holds_for_hyper_rest_at_11_depths(seed: int) -> None:
    beds = [bed("hyper-rest", depth, 60, seed) for depth in DEPTHS]

    hold_cold(beds[0])
    hold_warm(beds[-1])
    for depth, x in zip(DEPTHS, beds, strict=True):
        hold_rows("hyper-rest", depth, x)
    for x in beds[5:]:
        assert not any(prominent for _, _, prominent in tones(x))
    hold_thaw([sharpness_acum(x) for x in beds])
    for falling in (descriptors.centroid_hz, descriptors.slope_db, descriptors.correlation):
        path = [falling(x) for x in beds]
        assert max(np.diff(path)) <= 0.0, falling.__name__


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", OTHERS)
def test_every_row_but_the_cold_ones_holds_for_the_others_at_5_depths(name: str, seed: int) -> None:
    beds = [bed(name, depth, 60, seed) for depth in FIVE]

    for depth, x in zip(FIVE, beds, strict=True):
        hold_rows(name, depth, x)
        assert descriptors.correlation(x) >= 0.0
    hold_fall([sharpness_acum(x) for x in beds], 1.8 if name in TALE else 2.2)
    if name in TALE:
        hold_soft(beds[-1])


@pytest.mark.slow
@pytest.mark.parametrize("depth", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("name", ["hyper-rest", "oasis"])
def test_ten_minutes_do_not_repeat(name: str, depth: float) -> None:
    hold_unlooped(bed(name, depth, 600, 1))


@pytest.mark.slow
@pytest.mark.parametrize("name", OTHERS)
def test_ten_minutes_half_way_do_not_repeat(name: str) -> None:
    hold_unlooped(bed(name, 0.5, 600, 1))
