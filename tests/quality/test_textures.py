"""Places that one can name: each bed's texture against statistics of real recordings.

The controls are recipes of the same places that meet every row of level and calm, and are only
filtered noise.
"""

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from mosqito.sq_metrics import roughness_dw
from scipy import signal

from player.audio import RATE, Samples
from player.authoring.texture import tones_in
from player.soundscape import Bed, parse_recipe
from player.soundscape.recipe import Additive
from tests.support.measures import PASCAL, bed, recipe
from tests.support.textures import MODELS, distances_of, named_pieces

CONTROLS = Path(__file__).parents[1] / "data" / "soundscapes_filtered_noise"
TUNED, FRESH = (4, 8), (71, 72, 73)
"""Seeds by which recipes were tuned, and seeds that nobody used."""


@dataclass(frozen=True)
class Place:
    """What a place must measure, whoever listens: at depth 0, at 0.5, and at 1."""

    max_distance: float
    """To the real sounds that it is like, at depth 0 and 0.5."""
    min_noise: float
    """Distance from white noise there."""
    min_warm_noise: float
    """The same at depth 1."""
    nearest_warm: bool = True
    """No other real sound is nearer at depth 1, but for noise."""


PLACES = {
    "sea": Place(1.5, 1.8, 0.8, nearest_warm=False),
    "rain": Place(0.85, 0.6, 0.4),
    "hearth": Place(0.9, 0.9, 0.5),
    "forest-night": Place(1.7, 1.0, 0.6),
}


@cache
def distances(name: str, depth: float, seed: int) -> dict[str, float]:
    return distances_of(bed(name, depth, 60, seed))


def control(name: str, seed: int, seconds: int = 60) -> Samples:
    text = (CONTROLS / f"{name}.toml").read_text(encoding="utf-8")
    return Bed(parse_recipe(text, f"{name}.toml"), seed, 0.5).block(seconds * RATE)


def hold_place(name: str, measured: dict[str, float]) -> None:
    """Require that somebody who hears the place can say what it is."""
    place = PLACES[name]
    assert measured[MODELS[name]] <= place.max_distance, measured
    assert measured["noise"] >= place.min_noise, measured


def hold_warm_place(name: str, measured: dict[str, float]) -> None:
    """Require that it is the same place at depth 1, warm and far."""
    place = PLACES[name]
    if place.nearest_warm:
        others = [family for family in measured if family != "noise"]
        assert others[0] == MODELS[name], measured
    assert measured["noise"] >= place.min_warm_noise, measured


# -- the places -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PLACES)
def test_a_place_can_be_named(name: str) -> None:
    hold_place(name, distances(name, 0.5, 7))


@pytest.mark.parametrize("name", PLACES)
def test_filtered_noise_cannot(name: str) -> None:
    with pytest.raises(AssertionError):
        hold_place(name, distances_of(control(name, 7)))


@pytest.mark.slow
@pytest.mark.parametrize("seed", TUNED + FRESH)
@pytest.mark.parametrize("name", PLACES)
def test_every_place_can_be_named_in_five_nights(name: str, seed: int) -> None:
    """Of more nights docs/measured.md tells, and how often another sound is nearer."""
    for depth in (0.0, 0.5):
        hold_place(name, distances(name, depth, seed))
    hold_warm_place(name, distances(name, 1.0, seed))


def pulse_db(x: Samples) -> float:
    """How far the pulses of crickets, 15 to 60 Hz, stand out of the envelope from 3 to 6 kHz."""
    band = signal.sosfilt(signal.butter(4, (3_000, 6_000), "band", fs=RATE, output="sos"), x[:, 0])
    envelope = signal.resample_poly(np.abs(band), 1, RATE // 400)
    freq, power = signal.welch(envelope - envelope.mean(), 400, nperseg=1_024)
    pulses = power[(freq >= 15) & (freq <= 60)]
    return float(10 * np.log10(pulses.max() / np.median(power[(freq >= 15) & (freq <= 120)])))


@pytest.mark.parametrize("depth", [0.0, 0.5, 1.0])
def test_crickets_pulse_in_the_forest(depth: float) -> None:
    assert pulse_db(bed("forest-night", depth, 60)) >= 10.0


def test_nothing_pulses_in_filtered_noise() -> None:
    assert pulse_db(control("forest-night", 7)) < 5.0


@pytest.mark.slow
@pytest.mark.parametrize("name", PLACES)
def test_fifteen_seconds_are_mostly_enough(name: str) -> None:
    """How many of a hundred pieces are named stands in docs/measured.md."""
    pieces = [piece for seed in FRESH for piece in named_pieces(bed(name, 0.5, 60, seed))]
    named = pieces.count(MODELS[name])
    assert named >= 0.5 * len(pieces), pieces


# -- tones ----------------------------------------------------------------------------------------


def hold_tones(x: Samples) -> None:
    """Require that about half of what is heard is tones, in one key."""
    heard = tones_in(x)
    assert 0.35 <= heard.share <= 0.75
    assert heard.key >= 0.75


@pytest.mark.parametrize("seed", TUNED)
def test_the_sea_ends_in_chords(seed: int) -> None:
    hold_tones(bed("sea", 1.0, 60, seed))


def test_filtered_noise_does_not() -> None:
    with pytest.raises(AssertionError):
        hold_tones(control("sea", 7))


def test_the_tones_come_with_the_depth() -> None:
    shares = [tones_in(bed("sea", depth, 60)).share for depth in (0.5, 0.75, 1.0)]
    assert shares == sorted(shares)
    assert shares[0] < 0.05


def roughness_asper(x: Samples) -> float:
    """Mean roughness of 6 s (P. Daniel and R. Weber, Acustica 83, 1997)."""
    values, *_ = roughness_dw(x[: 6 * RATE, 0].astype(np.float64) * PASCAL, RATE, overlap=0.5)
    return float(np.mean(values))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["sea", "forest-night"])
def test_chords_make_no_bed_rougher(name: str) -> None:
    whole = recipe(name)
    rest = tuple(layer for layer in whole.layers if not isinstance(layer.source, Additive))
    without_chords = Bed(replace(whole, layers=rest), 7, 1.0).block(8 * RATE)
    assert roughness_asper(bed(name, 1.0, 8)) <= roughness_asper(without_chords)


@pytest.mark.slow
def test_a_semitone_held_is_rough() -> None:
    """The control for it."""
    time = np.arange(8 * RATE)[:, None] / RATE

    def both(one_hz: float, other_hz: float) -> Samples:
        waves = np.sin(2 * np.pi * one_hz * time) + np.sin(2 * np.pi * other_hz * time)
        return np.repeat(0.02 * waves, 2, axis=1)

    assert roughness_asper(both(440.0, 466.0)) > 5 * roughness_asper(both(440.0, 660.0))
