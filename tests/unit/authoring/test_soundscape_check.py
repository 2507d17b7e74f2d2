"""A writer's report on a recipe, and its picture."""

import dataclasses
import re
import struct
import zlib

import numpy as np
import pytest

from player.audio import RATE
from player.authoring.soundscape_check import check, plot, probe
from player.library.soundscapes import bundled_names
from player.library.textures import texture_references
from player.soundscape import Bed, Recipe, parse_recipe
from player.soundscape.recipe import Modal
from tests.support.measures import recipe

BAD = """
schema = 1
id = "bad"
title = "Everything that a bed should not be"
depth = [0.0, 1.0]
[[layer]]
name = "air"
source = { type = "noise", color = "pink", lowpass_hz = [400, 9000] }
level_db = 0
[[layer]]
name = "gong"
source = { type = "modal", root_hz = 300, tuning = ["1/1"], attack_s = 0.003, decay_s = 6 }
interval_s = { dist = "uniform", mean = 7, min = 5 }
level_db = 12
[[layer]]
name = "never"
source = { type = "noise", color = "white" }
level_db = -90
"""


@pytest.fixture(autouse=True)
def fewer_depths(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "DEPTHS", (0.0, 1.0))
    monkeypatch.setattr(probe, "PIECE_S", 8.0)
    monkeypatch.setattr(check, "LOOP_S", 60.0)


def test_a_bundled_recipe_is_sound() -> None:
    checked = check.check_recipe(recipe("studio"))

    assert checked.findings == ()
    assert checked.loop <= 0.3
    assert checked.pieces[0].sharpness_acum > checked.pieces[1].sharpness_acum


def test_each_fault_is_told_in_plain_words_with_its_remedy() -> None:
    findings = "\n".join(check.check_recipe(parse_recipe(BAD, "bad.toml")).findings)

    assert re.search(
        r"at depth 0 the gong rises [\d.]+ LU in one second; 3 is the most: "
        "lengthen attack_s or lower level_db",
        findings,
    )
    assert "it grows sharper from depth 0 to 1" in findings
    assert "the layer 'never' is never heard" in findings


# -- what comes rarely ----------------------------------------------------------------------------

RARE = """
schema = 1
id = "bell"
title = "A bell, once in a minute"
depth = [0.0, 0.7, 1.0]
[[layer]]
name = "air"
source = { type = "noise", slope_db = [-3, -5, -7], lowpass_hz = [6000, 2000, 500] }
level_db = 0
[[layer]]
name = "chimes"
source = { type = "modal", root_hz = 520, tuning = ["1/1", "5/4"], attack_s = 0.02, decay_s = 4 }
interval_s = { dist = "exponential", mean = 60, min = 30 }
level_db = [-30, 5.5, -30]
"""


def bell(**changes: str) -> Recipe:
    text = RARE
    for old, new in changes.items():
        assert CHANGES[old] in text
        text = text.replace(CHANGES[old], new)
    return parse_recipe(text, "bell.toml")


CHANGES = {"level": "[-30, 5.5, -30]", "interval": "mean = 60, min = 30", "title": '"A bell,'}


def test_a_chime_once_in_a_minute_is_heard_and_told_in_plain_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(probe, "BUDGET_S", 540.0)
    checked = check.check_recipe(bell())

    assert checked.seconds >= 3 * 60
    [finding] = checked.findings
    assert re.fullmatch(
        r"at depth 0\.7 the chimes rise (4\.[5-9]|5(\.[0-5])?) LU in one second; 3 is the most: "
        r"lengthen attack_s or lower level_db\.",
        finding,
    )
    soft, plan = bell(level="[-30, -2, -30]"), probe.plan_probe(bell())
    assert probe.measure_piece(soft, 0.7, None, seconds=plan.seconds, seed=plan.seed).rise_lu < 3.0

    # The shortest piece of any night misses it: waiting for it is what finds it.
    monkeypatch.setattr(probe, "INTERVALS", 0.0)
    monkeypatch.setattr(probe, "_NIGHTS", 1)
    short = probe.plan_probe(bell())
    assert (
        probe.measure_piece(bell(), 0.7, None, seconds=short.seconds, seed=short.seed).rise_lu < 3.0
    )


@pytest.mark.parametrize("name", bundled_names())
def test_every_event_of_a_bundled_recipe_is_waited_for(name: str) -> None:
    plan = probe.plan_probe(recipe(name))
    struck = [layer.source for layer in recipe(name).layers if isinstance(layer.source, Modal)]
    often = [source for source in struck if source.interval.mean_s <= 45.0]

    assert all(plan.seconds >= 4 * source.interval.mean_s for source in often)
    assert plan.unheard == (), "what is rarer comes in a night in which it comes soon"


def test_what_comes_once_in_ten_minutes_is_heard_in_a_night_in_which_it_comes_soon() -> None:
    rare = bell(interval="mean = 600, min = 600", level="[-30, 9, -30]")
    plan = probe.plan_probe(rare)

    assert plan.seconds * len(plan.depths) <= probe.BUDGET_S
    assert plan.unheard == ()
    alone = dataclasses.replace(rare, layers=rare.layers[1:])
    x = Bed(alone, plan.seed, 0.7).block(int(plan.seconds * RATE))
    assert np.abs(x).max() > 0.0
    assert np.abs(Bed(alone, 7, 0.7).block(len(x))).max() == 0.0, "not in any night"


def test_what_was_never_heard_is_remarked_on() -> None:
    rare = bell(interval="mean = 600, min = 600")
    chimes = [
        dataclasses.replace(rare.layers[1], name=f"chime {number}", level_db=(-30.0,) * 3)
        for number in range(11)
    ]
    many = dataclasses.replace(rare, layers=(rare.layers[0], *chimes))
    plan = probe.plan_probe(many)

    assert plan.unheard
    for layer, remark in zip(plan.unheard, check._too_rare(plan), strict=True):
        assert f"{layer.name!r} strikes too rarely to be heard in" in remark


def test_the_layer_that_rises_is_found_by_leaving_it_out() -> None:
    """The waves look livelier; it is the gong that startles."""
    text = (
        BAD.replace("[400, 9000]", "4000")
        .replace('name = "never"', 'name = "waves"\nswell = { period_s = 2, depth_db = 12 }')
        .replace("level_db = -90", "level_db = -20")
    )
    both = parse_recipe(text, "both.toml")
    livelier = max(both.layers, key=lambda layer: probe._liveliness(both, layer, 0.0))
    assert livelier.name == "waves"

    [finding, *_] = check.check_recipe(both).findings

    assert "the gong rises" in finding


def test_a_rise_that_is_too_fast_only_over_three_seconds_is_told_as_such() -> None:
    text = BAD.partition('[[layer]]\nname = "gong"')[0].replace("[400, 9000]", "4000")
    waves = parse_recipe(text + "swell = { period_s = 6, depth_db = 9 }\n", "waves.toml")
    piece = probe.measure_piece(waves, 0.5, None, seconds=30.0, seed=1)
    assert piece.slow_rise_lu > 1.5

    [finding] = check._rise_findings(waves, dataclasses.replace(piece, rise_lu=2.9), None, 1)

    assert re.search(r"the air rises [\d.]+ LU in one second, each value taken over three", finding)
    assert finding.endswith("lengthen the swell's period_s or lower its depth_db.")


@pytest.mark.parametrize(("value", "text"), [(5.04, "5"), (4.46, "4.5"), (3.04, "3.04")])
def test_a_measure_beyond_its_limit_never_reads_like_the_limit(value: float, text: str) -> None:
    assert check._lu(value, 3.0) == text
    assert check._lu(3.001, 3.0) == "a little over 3"


# -- keys without effect ---------------------------------------------------------------------------

IDLE = {
    "noise sent to the room": (
        "lowpass_hz = [400, 9000] }",
        "lowpass_hz = [400, 9000] }\nsend_db = 0",
        "in the layer 'air' send_db does nothing: noise never goes to the room",
    ),
    "a send without a room": (
        "decay_s = 6 }",
        "decay_s = 6 }\nsend_db = [3, 3]",
        "in the layer 'gong' send_db does nothing: there is no [reverb]",
    ),
    "a swell of nothing": (
        'color = "white" }',
        'color = "white" }\nswell = { period_s = 9, depth_db = 0 }',
        "in the layer 'never' swell does nothing: its depth_db is 0 throughout",
    ),
    "the level of one mode": (
        "decay_s = 6 }",
        "decay_s = 6, modes = [1], mode_db = [-9] }",
        "mode_db does nothing: one mode alone",
    ),
    "a mode too high": (
        "decay_s = 6 }",
        "decay_s = 6, modes = [1, 20] }",
        "modes does nothing: 20 lies over 5,000 Hz at every pitch",
    ),
    "the level of one tone": (
        '{ type = "noise", color = "white" }',
        '{ type = "hum", partials_hz = [100], partials_db = [-9] }',
        "partials_db does nothing: one tone alone",
    ),
    "a room for nobody": (
        "[[layer]]",
        "reverb = { rt60_s = 1, send_db = -90 }\n[[layer]]",
        "the [reverb] is never heard",
    ),
    "a tilt of one partial": (
        '{ type = "noise", color = "white" }',
        (
            '{ type = "additive", root_hz = 90, tuning = ["1/1"], partials = 1, tilt_db = -3 }\n'
            'note_duration_s = { dist = "uniform", mean = 9, min = 7 }'
        ),
        "tilt_db does nothing: a note of one partial",
    ),
    "partials too high": (
        '{ type = "noise", color = "white" }',
        (
            '{ type = "additive", root_hz = 900, tuning = ["1/1", "2/1"], partials = 9 }\n'
            'note_duration_s = { dist = "uniform", mean = 9, min = 7 }'
        ),
        "partials does nothing: only 5 of 9 lie under 5,000 Hz",
    ),
    "a detuning between ears that hear the same": (
        '{ type = "noise", color = "white" }',
        (
            '{ type = "additive", root_hz = 90, tuning = ["1/1"], detune_cents = 9 }\nwidth = 0\n'
            'note_duration_s = { dist = "uniform", mean = 9, min = 7 }'
        ),
        "detune_cents does nothing: it lies between the ears",
    ),
}


@pytest.mark.parametrize("case", IDLE)
def test_a_key_without_effect_is_remarked_on(case: str) -> None:
    old, new, remark = IDLE[case]
    assert parse_recipe(BAD, "bad.toml").unused_keys == ()

    [sentence] = parse_recipe(BAD.replace(old, new, 1), "bad.toml").unused_keys

    assert remark in sentence


@pytest.mark.parametrize("name", bundled_names())
def test_the_bundled_recipes_say_nothing_in_vain(name: str) -> None:
    assert recipe(name).unused_keys == ()


def test_remarks_reach_the_report_and_are_no_fault() -> None:
    sent = BAD.partition('[[layer]]\nname = "gong"')[0].replace("[400, 9000]", "4000") + "send_db=3"

    checked = check.check_recipe(parse_recipe(sent, "air.toml"))

    assert checked.findings == ()
    assert ["send_db" in remark for remark in checked.remarks] == [True]


# -- recordings, and the picture ------------------------------------------------------------------


def test_a_short_recording_is_known_by_heart() -> None:
    text = """
    schema = 1
    id = "mine"
    title = "Mine"
    depth = [0.0, 1.0]
    [[layer]]
    name = "rec"
    source = { type = "recording", file = "tick.wav" }
    level_db = 0
    """
    rng = np.random.default_rng(1)
    slow = np.interp(np.arange(2 * RATE), [0, RATE, 2 * RATE], [0.02, 1.0, 0.02])
    tick = (0.1 * slow[:, None] * rng.standard_normal((2 * RATE, 2))).astype(np.float32)

    checked = check.check_recipe(parse_recipe(text, "mine.toml"), {"tick.wav": tick})

    assert any("'tick.wav' is 2.0 s long" in finding for finding in checked.findings)


def test_the_picture_is_a_whole_png_and_shows_the_thaw(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plot, "_COLUMNS", 5)

    png = plot.plot(recipe("hyper-rest"))

    width, height, pixels = unpack(png)
    top, bottom = plot._SPECTRUM
    cold, warm = pixels[top:bottom, 120].astype(int), pixels[top:bottom, width - 60].astype(int)
    assert (width, height) == plot._SIZE
    assert cold[:60].sum() > 2 * warm[:60].sum(), "the treble glows when it is cold"
    assert warm[-60:].sum() > 1.2 * cold[-60:].sum(), "the bass glows when it is warm"


def test_the_picture_shows_the_tones_that_come_and_the_nearest_texture(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(plot, "_COLUMNS", 5)

    bare = unpack(plot.plot(recipe("hyper-rest")))[2]
    named = unpack(plot.plot(recipe("hyper-rest"), textures=texture_references()))[2]

    top, bottom = plot._PANELS[-1]
    line = (bare[top:bottom] == plot._LINES[-1]).all(axis=2)
    heights = [int(np.argmax(line[:, column])) for column in (plot._x(0.45), plot._x(0.98))]
    assert heights[0] > heights[1], "more of the warm end lies in tones than of the middle"
    differs = (bare != named).any(axis=(1, 2))
    assert differs.any()
    assert not differs[: bottom + 50].any(), "the names stand below everything else"


def test_the_picture_of_a_title_in_any_letters_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plot, "_COLUMNS", 2)
    strange = dataclasses.replace(recipe("hyper-rest"), title="Über die Träume 夢 " * 20)

    assert unpack(plot.plot(strange))[0] == plot._SIZE[0]


def unpack(png: bytes) -> tuple[int, int, np.ndarray]:
    """Read a PNG again by its own rules: signature, lengths, checksums, one image."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    chunks, at = {}, 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        kind, data = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        assert struct.unpack(">I", png[at + 8 + length : at + 12 + length])[0] == zlib.crc32(
            kind + data
        )
        chunks[kind], at = data, at + 12 + length
    width, height = struct.unpack(">II", chunks[b"IHDR"][:8])
    rows = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), np.uint8).reshape(height, -1)
    assert not rows[:, 0].any()
    return width, height, rows[:, 1:].reshape(height, width, 3)
