"""Levels, fades and clips."""

import numpy as np
import pytest

from player.audio import RATE, Clip, db_to_gain, fade, gain_to_db


@pytest.mark.parametrize(("db", "gain"), [(0.0, 1.0), (20.0, 10.0), (-20.0, 0.1), (-6.0, 0.501187)])
def test_decibels_and_gains_convert_both_ways(db: float, gain: float) -> None:
    assert db_to_gain(db) == pytest.approx(gain, rel=1e-5)
    assert gain_to_db(gain) == pytest.approx(db, abs=1e-4)


def test_silence_in_decibels_is_finite() -> None:
    assert gain_to_db(0.0) == pytest.approx(-120.0)


def test_a_fade_rises_and_falls_without_a_step_and_leaves_the_middle_alone() -> None:
    x = np.ones((1_000, 2), np.float32)

    y = fade(x, 100, 300)

    assert np.array_equal(y[100:700], x[100:700])
    assert np.all(np.diff(y[:101, 0]) > 0)
    assert np.all(np.diff(y[700:, 0]) < 0)
    assert y[0, 0] < 1e-3
    assert y[-1, 0] < 1e-3
    assert np.abs(np.diff(y[:, 0])).max() < 0.02, "control: a cut would be a step of 1"
    assert x.min() == 1.0, "the input is not changed"


def test_a_fade_in_and_a_fade_out_of_one_length_add_up_to_one() -> None:
    x = np.ones(64, np.float32)

    assert fade(x, 64, 0) + fade(x, 0, 64) == pytest.approx(x, abs=1e-6)


@pytest.mark.parametrize("frames", [0, 1, 5])
def test_a_fade_longer_than_the_signal_is_cut_to_fit(frames: int) -> None:
    assert fade(np.ones(frames, np.float32), 10, 10).shape == (frames,)


def test_a_clip_knows_its_length() -> None:
    clip = Clip(np.zeros(RATE // 2, np.float32))

    assert (clip.frames, clip.seconds) == (RATE // 2, 0.5)
