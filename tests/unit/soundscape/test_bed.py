"""The stream: the same samples in any blocks, no break anywhere, and one level throughout."""

import dataclasses
import hashlib

import numpy as np
import pytest

from player.audio import RATE, Samples, loudness
from player.authoring.soundscape_check import descriptors
from player.library.soundscapes import bundled_names
from player.soundscape import Bed, Recipe, parse_recipe
from player.soundscape.timebase import STEP
from tests.support.measures import recipe

RECORDING = """
schema = 1
id = "mine"
title = "A recording in a room"
depth = [0.0, 1.0]
reverb = { rt60_s = 1.5, send_db = -6 }
[[layer]]
name = "rec"
source = { type = "recording", file = "rain.wav", grain_s = 4, crossfade_s = 1 }
level_db = 0
"""


def night(seed: int = 7) -> Bed:
    return Bed(recipe("hyper-rest"), seed, depth=0.2)


def play(bed: Bed, sizes: list[int], events: bool = True) -> Samples:
    """About 4 s in blocks of these sizes, again and again, with a glide and a crossfade at fixed
    frames."""
    todo = {0: "glide", RATE: "cross", 2 * RATE: "cross again"} if events else {}
    blocks, at, turn = [], 0, 0
    while at < 4 * RATE:
        match todo.pop(at, None):
            case "glide":
                bed.glide(0.9, seconds=3)
            case "cross":
                bed.enter(bed.build_synth(recipe("oasis")), 1.5)
            case "cross again":
                bed.enter(bed.build_synth(recipe("network")), 1.0)
        until = min([4 * RATE, *(frame for frame in todo if frame > at)])
        size = min(sizes[turn % len(sizes)], until - at)
        blocks.append(bed.block(size))
        at, turn = at + size, turn + 1
    return np.concatenate(blocks)


@pytest.mark.parametrize("sizes", [[64], [65], [2048], [8193], [1, 4095, 4097, 3]])
def test_the_samples_do_not_depend_on_the_size_of_the_blocks(sizes: list[int]) -> None:
    assert np.array_equal(play(night(), sizes), play(night(), [STEP]))


def test_one_frame_at_a_time_gives_the_same_samples() -> None:
    single = night()

    frames = np.concatenate([single.block(1) for _ in range(STEP + 10)])

    assert np.array_equal(frames, night().block(STEP + 10))


def test_the_same_seed_gives_the_same_night_and_another_seed_another() -> None:
    def digest(seed: int) -> str:
        return hashlib.sha256(play(night(seed), [STEP]).tobytes()).hexdigest()

    assert digest(7) == digest(7)
    assert digest(7) != digest(8)


def test_a_block_is_stereo_float32_and_may_be_empty() -> None:
    bed = night()

    assert bed.block(0).shape == (0, 2)
    assert bed.block(10).shape == (10, 2)
    assert bed.block(10).dtype == np.float32


@pytest.mark.parametrize("name", bundled_names())
def test_every_soundscape_sounds_at_once_finite_and_at_one_level(name: str) -> None:
    for depth in (0.0, 0.6, 1.0):
        x = Bed(recipe(name), 3, depth).block(5 * RATE)

        assert np.isfinite(x).all()
        assert loudness(x) == pytest.approx(-30.0, abs=1.5)
        assert loudness(x[: RATE // 2]) == pytest.approx(-30.0, abs=4.0)


def test_a_layer_more_reshuffles_nothing() -> None:
    whole = recipe("hyper-rest")
    silent = (-120.0,) * len(whole.depth)
    mute = [dataclasses.replace(layer, level_db=silent) for layer in whole.layers]

    def only(index: int, also: Recipe) -> Recipe:
        layers = [*mute[:index], whole.layers[index], *mute[index + 1 :]]
        return dataclasses.replace(also, layers=tuple(layers))

    for index, layer in enumerate(whole.layers):
        alone = dataclasses.replace(whole, layers=(layer,))
        depth = 0.4
        one = Bed(alone, 5, depth).block(2 * RATE)
        among = Bed(only(index, whole), 5, depth).block(2 * RATE)
        assert np.array_equal(one, among), layer.name


def test_the_depth_glides_in_its_time_and_jumps_smoothly() -> None:
    bed = night()
    bed.block(RATE)
    bed.glide(0.8, seconds=6)

    depths = []
    for _ in range(90):
        bed.block(RATE // 10)
        depths.append(bed.depth)
    steps = np.diff(depths)

    assert depths[29] == pytest.approx(0.5, abs=0.07)  # half-way after half the time
    assert depths[-1] == pytest.approx(0.8, abs=1e-3)
    assert steps.min() >= 0.0
    assert steps.max() <= 0.02
    bed.glide(0.0)
    bed.block(int(1.6 * RATE))
    assert bed.depth == pytest.approx(0.0, abs=0.05)
    with pytest.raises(ValueError, match="give a number from 0 to 1"):
        bed.glide(float("nan"))


def test_a_sweep_through_all_depths_keeps_its_level_and_has_no_break() -> None:
    bed = Bed(recipe("hyper-rest"), 4)
    bed.glide(1.0, seconds=20)

    x = bed.block(24 * RATE)
    momentary, short_term = descriptors.curves(x)

    assert np.abs(short_term + 30.0).max() <= 1.5
    assert descriptors.largest_rise(momentary) <= 3.0
    assert descriptors.click_score(x) <= 9.0
    assert 0.8 <= descriptors.edge_score(x) <= 1.2


def test_a_jump_of_the_depth_is_no_jolt() -> None:
    bed = Bed(recipe("hyper-rest"), 4)
    x = [bed.block(4 * RATE)]
    for depth in (1.0, 0.0, 1.0):
        bed.glide(depth)
        x.append(bed.block(4 * RATE))
    whole = np.concatenate(x)

    assert descriptors.largest_rise(descriptors.curves(whole)[0]) <= 3.0
    assert descriptors.click_score(whole) <= 12.0


@pytest.mark.parametrize("seconds", [2.0, 8.0])
def test_crossing_from_place_to_place_keeps_the_level(seconds: float) -> None:
    bed = Bed(recipe("underground"), 4, depth=0.5)
    x = [bed.block(5 * RATE)]
    for name in ("gathering", "oasis", "underground"):
        bed.enter(bed.build_synth(recipe(name)), seconds)
        assert bed.recipe.id == name
        x.append(bed.block(int((seconds + 4) * RATE)))
    whole = np.concatenate(x)
    momentary, short_term = descriptors.curves(whole)

    assert descriptors.largest_rise(momentary) <= 3.0
    assert np.abs(short_term + 30.0).max() <= 2.5
    assert descriptors.click_score(whole) <= 9.0


def test_a_third_place_may_be_asked_for_in_the_middle_of_a_crossing() -> None:
    bed = Bed(recipe("studio"), 4, depth=0.5)
    x = [bed.block(4 * RATE)]
    for name in ("network", "gathering", "oasis", "studio"):
        bed.enter(bed.build_synth(recipe(name)), 6.0)
        x.append(bed.block(2 * RATE))
    x.append(bed.block(15 * RATE))
    whole = np.concatenate(x)
    _, short_term = descriptors.curves(whole)

    assert np.abs(short_term + 30.0).max() <= 2.5
    assert descriptors.click_score(whole) <= 9.0
    assert len(bed._playing) == 1, "what has faded out and rung out is let go"


def test_the_room_of_the_old_place_rings_on_after_its_layers_are_gone() -> None:
    """The old soundscape's tail, alone: its pads into a long room, and silence to cross to."""
    pads = recipe("oasis").layers[3]
    old = dataclasses.replace(recipe("oasis"), layers=(pads,))
    bed = Bed(old, 4, depth=1.0)
    bed.block(8 * RATE)
    bed.enter(bed.build_synth(recipe("studio")), 0.5)
    bed.block(RATE)

    leaving = bed._playing[0]
    assert leaving.gain == 0.0
    assert leaving.synth.ringing
    assert len(bed._playing) == 2


def test_silence_is_not_slow() -> None:
    """No denormals: a room that has died away costs no more than one that sounds."""
    quiet = parse_recipe(RECORDING.replace("level_db = 0", "level_db = [0, -120]"), "quiet.toml")
    noise = np.random.default_rng(1).standard_normal((6 * RATE, 2)).astype(np.float32)
    bed = Bed(quiet, 1, 0.0, {"rain.wav": noise})
    bed.block(3 * RATE)
    bed.glide(1.0)
    bed.block(20 * RATE)
    reverb = bed._playing[0].synth._reverb

    assert reverb is not None
    assert not reverb.ringing
    assert np.abs(bed.block(RATE)).max() == 0.0
