"""A writer's report on a recipe, and its picture."""

import dataclasses
import struct
import zlib

import numpy as np
import pytest

from player.audio import RATE
from player.soundscape import check, parse_recipe, plot
from tests.measures import recipe

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
    monkeypatch.setattr(check, "DEPTHS", (0.0, 1.0))
    monkeypatch.setattr(check, "PIECE_S", 8.0)
    monkeypatch.setattr(check, "LOOP_S", 60.0)


def test_a_bundled_recipe_is_sound() -> None:
    checked = check.check_recipe(recipe("studio"))

    assert checked.findings == ()
    assert checked.loop <= 0.3
    assert checked.heard[0].sharpness_acum > checked.heard[1].sharpness_acum


def test_each_fault_is_told_in_plain_words_with_its_remedy() -> None:
    findings = "\n".join(check.check_recipe(parse_recipe(BAD, "bad.toml")).findings)

    assert "LU in one second; 3 is the most: in the layer 'gong' lengthen attack_s or lower" in (
        findings
    )
    assert "it grows sharper from depth 0 to 1" in findings
    assert "the layer 'never' is never heard" in findings


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
