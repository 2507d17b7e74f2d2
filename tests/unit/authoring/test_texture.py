"""The texture measure: real sounds lie nearest to themselves, and surf nearest to the sea."""

import numpy as np
import pytest

from player.audio import RATE, Samples
from player.authoring.texture import family_distances, tones_in
from player.library.textures import texture_references
from player.soundscape import Bed, parse_recipe
from tests.support.textures import distances_of

PLACE = """
schema = 1
id = "one"
title = "One place"
depth = [0.0, 1.0]
[[layer]]
name = "it"
source = {{ {source} }}
level_db = 0
"""
SURF = (
    'type = "surf", slope_db = -6.5, highpass_hz = 90, lowpass_hz = 9000, period_s = 3.2,'
    " rise_s = 2.9, fall_s = 0.5, height_db = 12.5, foam_db = 28"
)
STILL = 'type = "noise", slope_db = -6.5, highpass_hz = 90, lowpass_hz = 9000'


def place(source: str) -> Samples:
    return Bed(parse_recipe(PLACE.format(source=source), "one.toml"), 7, 0.0).block(60 * RATE)


def test_a_recording_is_nearest_to_itself_and_kinds_lie_apart() -> None:
    references = texture_references()
    for family, statistics in references.values():
        found = family_distances(statistics, references)
        assert next(iter(found)) == family
        assert found[family] == pytest.approx(0.0, abs=1e-6)
    waves = references["waves"][1]
    assert family_distances(waves, references)["noise"] > 2.5


def test_white_noise_is_noise_and_has_no_tones() -> None:
    noise = np.random.default_rng(1).normal(0, 0.01, 20 * RATE)
    assert next(iter(distances_of(noise))) == "noise"
    assert tones_in(noise).share < 0.01


def test_a_chord_in_g_is_tones_of_one_key_and_neighbouring_semitones_are_not() -> None:
    time = np.arange(20 * RATE) / RATE
    chord = sum(np.sin(2 * np.pi * f * time) for f in (98.0, 147.0, 196.0, 245.0, 294.0))
    cluster = sum(np.sin(2 * np.pi * 196 * 2 ** (k / 12) * time) for k in range(12))
    assert tones_in(chord).share > 0.95
    assert tones_in(chord).key > 0.85
    assert tones_in(cluster).key < 0.5


def test_surf_is_most_like_the_sea_and_its_noise_alone_is_not() -> None:
    assert next(iter(distances_of(place(SURF)))) == "sea"
    assert distances_of(place(SURF))["noise"] > 1.8
    assert next(iter(distances_of(place(STILL)))) == "noise"
