"""Surf and gusts: calibrated noise that moves, and moves as it is told to."""

import numpy as np
import pytest

from player.audio import RATE
from player.soundscape import Bed, parse_recipe
from tests.support.measures import ebur128

RECIPE = """
schema = 1
id = "one"
title = "One source"
depth = [0.0, 1.0]
[[layer]]
name = "it"
source = {{ {source} }}
level_db = 0
"""
SURF = 'type = "surf", color = "pink", height_db = [12, 4], foam_db = [20, 6], period_s = 4'
GUSTS = 'type = "gusts", color = "pink", depth_db = [6, 1], period_s = 6'
STILL = 'type = "noise", color = "pink"'


def bed(source, *, seed=5, depth=0.0):
    return Bed(parse_recipe(RECIPE.format(source=source), "one.toml"), seed, depth)


def levels_db(x, low=0.0, high=24_000.0):
    """The level of a band in steps of a quarter of a second."""
    spectrum = np.fft.rfft(x[:, 0])
    freq = np.fft.rfftfreq(len(x), 1 / RATE)
    spectrum[(freq < low) | (freq > high)] = 0
    band = np.fft.irfft(spectrum, len(x))
    return 10 * np.log10(np.square(band).reshape(-1, RATE // 4).mean(axis=1))


@pytest.mark.parametrize("source", [SURF, GUSTS])
def test_the_samples_depend_on_the_seed_and_never_on_the_blocks(source):
    whole = bed(source).block(6 * RATE)
    other = bed(source)
    pieces = np.concatenate([other.block(n) for n in (1, 777, 8_191, 8_193, 100_000)])
    assert np.array_equal(whole[: len(pieces)], pieces)
    assert not np.array_equal(whole, bed(source, seed=6).block(6 * RATE))


@pytest.mark.parametrize("source", [SURF, GUSTS])
@pytest.mark.parametrize("depth", [0.0, 0.5, 1.0])
def test_the_level_over_a_while_is_that_of_the_layer(source, depth):
    heard = ebur128(bed(source, depth=depth).block(120 * RATE), peak_s=5)
    assert heard.integrated == pytest.approx(-30.0, abs=0.8)


def test_waves_rise_far_over_the_water_between_them_and_less_at_depth_1():
    def reach(source, depth):
        low, high = np.percentile(levels_db(bed(source, depth=depth).block(60 * RATE)), (10, 90))
        return high - low

    assert reach(SURF, 0.0) > 5.5
    assert reach(SURF, 1.0) < 4.5
    assert reach(STILL, 0.0) < 2.5, "the control"


def test_foam_moves_further_than_the_wave_and_with_it():
    x = bed(SURF).block(60 * RATE)
    wave, foam = levels_db(x, 400, 1_600), levels_db(x, 4_000, 12_000)
    assert np.std(foam) > 1.3 * np.std(wave)
    assert np.corrcoef(wave, foam)[0, 1] > 0.5


def test_the_bands_of_still_noise_know_nothing_of_each_other():
    x = bed(STILL).block(60 * RATE)
    wave, foam = levels_db(x, 400, 1_600), levels_db(x, 4_000, 12_000)
    assert abs(np.corrcoef(wave, foam)[0, 1]) < 0.2


def test_a_gust_brings_more_treble_than_bass():
    x = bed(GUSTS).block(120 * RATE)
    bass, treble = levels_db(x, 60, 250), levels_db(x, 3_000, 12_000)
    assert np.std(treble) > 1.3 * np.std(bass)
