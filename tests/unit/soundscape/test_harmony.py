"""Chords that the pads follow, and a motif that is struck note by note."""

import numpy as np

from player.audio import RATE
from player.soundscape import Bed, parse_recipe
from player.soundscape.additive import Pads
from player.soundscape.modal import scheduled_strikes
from player.soundscape.recipe import Additive, Modal
from player.soundscape.timebase import STEP_S, Move

CHORDS = """
schema = 1
id = "one"
title = "Two chords"
depth = [0.0, 1.0]
[[layer]]
name = "pads"
source = { type = "additive", root_hz = 110, tuning = ["1/1", "5/4", "3/2", "5/3", "2/1", "4/3"], chords = [[1, 3, 5], [4, 6, 5]], voices = 3, attack_s = 2, release_s = 2 }
note_duration_s = { dist = "uniform", mean = 9, min = 6 }
chord_s = { dist = "uniform", mean = 12, min = 12 }
level_db = 0
"""  # noqa: E501 -- a recipe keeps a source on one line


def pads(depth=1.0, seed=3):
    layer = parse_recipe(CHORDS, "one.toml").layers[0]
    assert isinstance(layer.source, Additive)
    return Pads(layer.source, layer.width, (0.0, 1.0), np.random.SeedSequence(seed)), depth


def chords_heard(depth, seconds=200):
    """The set of notes that the voices hold, once a second."""
    layer, depth = pads(depth)
    heard = []
    for step in range(round(seconds / STEP_S)):
        layer.sound(Move(depth, depth))
        if step % 6 == 0:
            heard.append(frozenset(layer._last))
    return heard


def test_the_voices_hold_one_chord_after_another():
    heard = chords_heard(1.0)
    first, second = frozenset({0, 2, 4}), frozenset({3, 5, 4})
    whole = [notes in (first, second) for notes in heard]
    assert np.mean(whole) > 0.75, "the rest is on its way from one to the other"
    assert {first, second} <= set(heard)


def test_at_depth_0_the_plainest_chord_stays():
    assert set(chords_heard(0.0)) == {frozenset({0, 2, 4})}


def test_a_change_of_chord_is_no_change_of_level():
    x = Bed(parse_recipe(CHORDS, "one.toml"), 4, 1.0).block(120 * RATE)
    power = np.square(x).mean(axis=1)[: 120 * RATE].reshape(-1, RATE // 2).mean(axis=1)
    db = 10 * np.log10(power)
    assert np.abs(np.diff(db)).max() < 4.0


MOTIF = """
schema = 1
id = "one"
title = "A motif"
depth = [0.0, 1.0]
[[layer]]
name = "motif"
source = { type = "modal", root_hz = 196, tuning = ["1/1", "5/4", "3/2", "5/3"], motif = [3, 4, 3, 2, 1], spacing_s = 2 }
interval_s = { dist = "exponential", mean = 30, min = 15 }
level_db = 0
"""  # noqa: E501 -- a recipe keeps a source on one line


def test_a_motif_is_struck_in_its_order_and_sometimes_breaks_off():
    source = parse_recipe(MOTIF, "one.toml").layers[0].source
    assert isinstance(source, Modal)
    strikes = scheduled_strikes(source, np.random.Generator(np.random.SFC64(3)))
    phrases, phrase = [], []
    for _ in range(400):
        strike = next(strikes)
        if strike.wait_s > 5.0 and phrase:
            phrases.append(tuple(phrase))
            phrase = []
        phrase.append(strike.bar)
    assert {phrase == source.motif[: len(phrase)] for phrase in phrases} == {True}
    whole = np.mean([phrase == source.motif for phrase in phrases])
    assert 0.6 < whole < 1.0
