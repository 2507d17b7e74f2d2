"""Short sounds in time: the same at any block size, as loud as calibrated, and no plain noise."""

import numpy as np
import pytest

from player.audio import RATE
from player.authoring.texture import texture_distance, texture_statistics
from player.soundscape import Bed, parse_recipe
from tests.support.measures import ebur128

KINDS = {
    "drops": "rate_hz = 80",
    "crackle": "rate_hz = 12",
    "drips": "rate_hz = 4",
    "chirps": "rate_hz = 8",
    "murmur": "rate_hz = 6",
}
RECIPE = """
schema = 1
id = "one"
title = "One source"
depth = [0.0, 1.0]
[[layer]]
name = "{name}"
source = {{ type = "{kind}", {keys} }}
level_db = 0
width = {width}
"""


def bed(kind, keys=None, *, seed=5, depth=0.0, width=1.0, name="it"):
    text = RECIPE.format(name=name, kind=kind, keys=keys or KINDS[kind], width=width)
    return Bed(parse_recipe(text, "one.toml"), seed, depth)


def envelope(x, rate=400):
    """The power in steps of 2.5 ms, ``(steps,)``."""
    step = RATE // rate
    mono = x.mean(axis=1)[: len(x) // step * step]
    return np.square(mono).reshape(-1, step).mean(axis=1)


@pytest.mark.parametrize("kind", KINDS)
def test_the_samples_depend_on_the_seed_and_never_on_the_blocks(kind):
    whole = bed(kind).block(6 * RATE)
    other = bed(kind)
    pieces = np.concatenate([other.block(n) for n in (1, 777, 8_191, 8_193, 100_000)])
    assert np.array_equal(whole[: len(pieces)], pieces)
    assert not np.array_equal(whole, bed(kind, seed=6).block(6 * RATE))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("width", [0.0, 1.0])
def test_the_level_is_that_which_the_rate_promises(kind, width):
    """Softer than the gate between two sounds nothing counts, hence so many of them."""
    keys = f"rate_hz = {60 if kind != 'murmur' else 12}"
    heard = ebur128(bed(kind, keys, width=width).block(40 * RATE), peak_s=5)
    assert heard.integrated == pytest.approx(-30.0, abs=0.7)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_heard_is_no_plain_noise(kind):
    x = bed(kind).block(20 * RATE)
    noise = np.random.default_rng(1).normal(0, 0.01, x.shape)
    control = np.random.default_rng(2).normal(0, 0.01, x.shape)
    against = texture_statistics(noise)
    assert texture_distance(texture_statistics(x), against) > 1.0
    assert texture_distance(texture_statistics(control), against) < 0.3


def test_what_is_far_has_no_treble():
    keys = "rate_hz = 80, lowpass_hz = [16000, 900]"
    near, far = (bed("drops", keys, depth=depth).block(10 * RATE) for depth in (0.0, 1.0))

    def treble(x):
        power = np.abs(np.fft.rfft(x[:, 0])) ** 2
        freq = np.fft.rfftfreq(len(x), 1 / RATE)
        return power[freq > 4_000].sum() / power.sum()

    assert treble(near) > 40 * treble(far)


def test_a_cricket_keeps_its_own_pulse():
    """Four pulses, 40 ms apart: 25 Hz stands out of the envelope."""
    keys = "rate_hz = 1.5, callers = 1, group = 4, spacing_s = 0.04, unevenness = 0.02"
    power = envelope(bed("chirps", keys).block(30 * RATE))
    spectrum = np.abs(np.fft.rfft(power - power.mean())) ** 2
    freq = np.fft.rfftfreq(len(power), 1 / 400)
    pulse = spectrum[(freq > 22) & (freq < 28)].mean()
    beside = spectrum[((freq > 12) & (freq < 18)) | ((freq > 33) & (freq < 38))].mean()
    assert pulse > 4 * beside


def test_crackles_come_in_clusters_where_single_ones_come_evenly():
    def unevenness(keys):
        x = bed("crackle", keys).block(60 * RATE)
        loud = envelope(x, rate=4)
        return loud.std() / loud.mean()

    clusters = unevenness("rate_hz = 2, group = 12, spacing_s = 0.05, spread_db = 0")
    single = unevenness("rate_hz = 24, group = 1, spread_db = 0")
    assert clusters > 1.5 * single


def test_each_caller_stays_on_its_side():
    keys = "rate_hz = 2, callers = 1, group = 1, spread_db = 0"
    x = bed("drips", keys, seed=8).block(20 * RATE)
    left, right = (envelope(x[:, [ear, ear]], rate=2) for ear in (0, 1))
    loud = left + right > 0.1 * (left + right).max()
    balance = left[loud] / (left + right)[loud]
    assert balance.std() < 0.01


def test_a_layer_that_is_not_there_costs_no_event():
    text = RECIPE.format(name="it", kind="drops", keys="rate_hz = 80", width=1.0)
    silent = text.replace("level_db = 0", "level_db = [-90, 0]")
    x = Bed(parse_recipe(silent, "one.toml"), 5, 0.0).block(2 * RATE)
    assert not x.any()
