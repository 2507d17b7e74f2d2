"""The path of the bed through the tale: a thaw without a lurch, along the way to every ending.

Whole nights with --slow; some minutes of two of them are in ``test_night_mix``. Every row's check
is also given a bed spoiled on purpose, which it must refuse: always.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path as FilePath

import numpy as np
import pytest

from player.audio import QUANTUM, RATE, Filter, Samples, high_shelf
from player.soundscape import Bed
from tests.support.ending_paths import paths_to
from tests.support.measures import recipe
from tests.support.night_path import (
    MOST_CHANGE_DB,
    Minute,
    Path,
    hold_crossings,
    hold_path,
    hold_whole,
    loop_score,
)
from tests.support.nights import Crossing, Stretch, endings, spoiled


def heard(stretches: list[Stretch], *crossings: Crossing) -> Path:
    path = Path(crossings)
    for stretch in stretches:
        path.add(stretch)
    return path


def alone(place: Samples, depth: float = 0.5) -> Stretch:
    """A bed that nobody speaks over."""
    place = place[: len(place) // QUANTUM * QUANTUM]
    depths = (depth,) * (len(place) // QUANTUM)
    return Stretch(
        begin=0,
        mix=place,
        voice=np.zeros_like(place),
        bed=place,
        place=place,
        depths=depths,
        lines=(),
    )


def at_night(path: Path, *sharpness: float) -> Path:
    """The same path as if these were its minutes."""
    minutes = [
        Minute(
            begin=60 * RATE * i,
            end=60 * RATE * i + 20 * RATE,
            depths=(i / 10, i / 10),
            sharpness=sharp,
            click=5.0,
        )
        for i, sharp in enumerate(sharpness)
    ]
    return replace(path, minutes=minutes)


# -- the controls: each check refuses the bed that was spoiled for it --------------------------


@pytest.fixture(scope="module")
def crossing() -> tuple[Stretch, Crossing]:
    """100 s of the tale's bed with a crossing of 30 s in it, as the player makes it."""
    scene, before = Bed(recipe("hyper-rest"), 7, 0.3), 35 * RATE // QUANTUM * QUANTUM
    first = scene.block(before)
    scene.enter(scene.build_synth(recipe("oasis")), 30.0)
    place = np.concatenate([first, scene.block(65 * RATE)])
    return alone(place, 0.3), Crossing(
        start=before, seconds=30.0, before="hyper-rest", after="oasis", depth=0.3
    )


def test_a_soft_crossing_is_held_to_be_one(crossing: tuple[Stretch, Crossing]) -> None:
    path = heard([crossing[0]], crossing[1])

    hold_crossings(path)
    hold_whole(path)


def test_a_hard_cut_from_scene_to_scene_fails_the_crossing() -> None:
    for before, after, depth in (("studio", "network", 0.2), ("underground", "hyper-rest", 0.86)):
        places = [Bed(recipe(name), 7, depth).block(10 * RATE) for name in (before, after)]
        cut = Crossing(start=10 * RATE, seconds=0.5, before=before, after=after, depth=depth)
        path = heard([alone(np.concatenate(places), depth)], cut)

        with pytest.raises(AssertionError, match="a crossing changes the spectrum"):
            hold_crossings(path)


def test_a_jump_of_6_lu_fails_the_crossing(crossing: tuple[Stretch, Crossing]) -> None:
    gain = np.ones((len(crossing[0].place), 1), np.float32)
    gain[: 50 * RATE] = 0.5

    with pytest.raises(AssertionError, match="LU within a second, momentary"):
        hold_crossings(heard(spoiled([crossing[0]], "place", gain), crossing[1]))


def test_a_click_in_the_bed_is_heard(crossing: tuple[Stretch, Crossing]) -> None:
    clicked = crossing[0].bed.copy()
    clicked[40 * RATE + 123] += 0.2

    with pytest.raises(AssertionError, match="a bend of"):
        hold_whole(heard([replace(crossing[0], bed=clicked)]))


def test_a_looped_bed_is_heard_and_one_that_only_changes_place_is_not(
    crossing: tuple[Stretch, Crossing],
) -> None:
    once = crossing[0].place[: 25 * RATE]
    looped = heard([alone(np.tile(once, (4, 1)))])

    with pytest.raises(AssertionError, match="it comes again"):
        hold_whole(looped)
    assert loop_score(looped.bands.power) >= 0.9


def test_a_brightened_end_fails_the_path(crossing: tuple[Stretch, Crossing]) -> None:
    dark = Bed(recipe("hyper-rest"), 7, 1.0).block(20 * RATE)
    bright = Filter(high_shelf(2_000.0, 24.0), channels=2)(dark)
    ends = [heard([alone(x, 1.0)]).sharpness[-1] for x in (dark, bright)]
    path = heard([crossing[0]])

    hold_path(at_night(path, 2.5, 1.4, 0.9, ends[0]))
    with pytest.raises(AssertionError, match="the night ends at"):
        hold_path(at_night(path, 2.5, 1.4, 0.9, ends[1]))
    with pytest.raises(AssertionError, match="the night begins at"):
        hold_path(at_night(path, 1.6, 1.4, 0.9, ends[0]))


def test_an_ebb_is_allowed_where_the_script_asks_for_it_and_nowhere_else(
    crossing: tuple[Stretch, Crossing],
) -> None:
    ebbing = at_night(heard([crossing[0]]), 2.5, 1.2, 1.5, 0.5)
    elsewhere = Crossing(
        start=150 * RATE, seconds=20.0, before="gathering", after="oasis", depth=0.3
    )
    there = replace(elsewhere, start=90 * RATE)
    colder = [replace(m, depths=(0.4, 0.3)) if i == 2 else m for i, m in enumerate(ebbing.minutes)]
    colder[1] = replace(colder[1], depths=(0.5, 0.5))

    for crossings in ((), (elsewhere,)):
        with pytest.raises(AssertionError, match="where the script asks for nothing"):
            hold_path(replace(ebbing, crossings=crossings))
    hold_path(replace(ebbing, crossings=(there,)))
    hold_path(replace(ebbing, minutes=colder))


# -- with --slow: along the way to every ending ------------------------------------------------


OTHER_ENDINGS = (
    "along_the_canal",
    "beside_the_kettle",
    "the_comet",
    "the_laboratory",
    "the_studio",
)
"""The way to the blue room, the default, is heard in ``test_night_mix``, with all of its night."""


@pytest.mark.slow
def test_the_night_thaws_evenly_on_the_way_to_every_ending(
    tmp_path: FilePath, subtests: pytest.Subtests
) -> None:
    assert endings().keys() == {"the_blue_room", *OTHER_ENDINGS}
    for ending, path in paths_to(OTHER_ENDINGS, tmp_path).items():
        with subtests.test(ending=ending):
            hold_path(path)
            hold_crossings(path)
            hold_whole(path)
            assert len(path.minutes) >= 30
            assert len(path.crossings) == (8 if ending == "beside_the_kettle" else 9)


@pytest.mark.slow
def test_every_crossing_of_the_tale_would_be_heard_as_a_cut() -> None:
    """The control for all of them: the same places one after another, without the crossfade."""
    for before, after, depth in TALE_CROSSINGS:
        places = [Bed(recipe(name), 7, depth).block(12 * RATE) for name in (before, after)]
        cut = Crossing(start=12 * RATE, seconds=0.5, before=before, after=after, depth=depth)
        inside, away = heard([alone(np.concatenate(places), depth)], cut).changes()
        assert away < MOST_CHANGE_DB < inside, f"{before} to {after}: {inside:.2f} dB"


TALE_CROSSINGS = (
    ("hyper-rest", "studio", 0.06),
    ("studio", "network", 0.2),
    ("network", "underground", 0.28),
    ("underground", "hyper-rest", 0.46),
    ("hyper-rest", "gathering", 0.48),
    ("gathering", "hyper-rest", 0.45),
    ("hyper-rest", "oasis", 0.3),
    ("oasis", "underground", 0.8),
    *(
        ("underground", after, 0.86)
        for after in ("hyper-rest", "studio", "gathering", "network", "oasis")
    ),
)
