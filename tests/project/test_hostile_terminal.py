"""What a stranger writes never decides what the terminal does; one message is one line."""

import json
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from player.cli import run
from player.cli.commands import doctor
from player.errors import DreamersError
from player.library import soundscapes
from player.storage.history import History, Night, Outcome, add_night, nights_path
from tests.support.emulated import Seat
from tests.support.hostile import BIDI, ESCAPES, EVIL, twee, unsafe
from tests.support.terminal import Terminal, dreamers

needs_posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows refuses such file names")

RECIPE = """
schema = 1
id = "rain"
title = {title}
depth = [0.0, 1.0]
[[layer]]
name = "a"
source = {{ type = "noise", color = "pink" }}
level_db = 0
"""


@pytest.fixture
def story(tmp_path):
    path = tmp_path / f"{EVIL}\nok.twee"
    path.write_text(twee())
    return path


def printed(capsys, *arguments, lines=None):
    """Run a command; return its exit code and what it printed, which must be safe."""
    code = run([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    assert unsafe(out + err) == []
    assert len(err.splitlines()) <= 1 or lines is None
    return code, out, err


@needs_posix
def test_check_prints_nothing_that_a_terminal_obeys_and_each_finding_in_one_row(story, capsys):
    code, out, _ = printed(capsys, "check", story)
    assert code == 1
    assert "never reached" in out
    rows = out.splitlines()
    assert rows[0].endswith("ok.twee: not yet sound (story)")
    assert not [row for row in rows[1:] if not row.startswith("  ")]


@needs_posix
def test_check_json_loses_nothing_and_yet_holds_nothing_that_a_terminal_obeys(story, capsys):
    code, out, _ = printed(capsys, "check", "--json", story)
    assert code == 1
    (report,) = json.loads(out)
    assert report["target"] == str(story)
    assert any(EVIL in problem for problem in report["problems"])


def test_the_title_of_a_recipe_cannot_forge_a_row_of_the_report(tmp_path, capsys):
    path = tmp_path / "rain.toml"
    path.write_text(RECIPE.format(title=json.dumps("Rain\n  - forged" + EVIL)))
    _, out, _ = printed(capsys, "check", path)
    assert "Rain - forged" in out
    assert "  - forged" not in out.splitlines()


def test_the_list_of_soundscapes_has_one_row_each(tmp_path, capsys, monkeypatch):
    (tmp_path / "rain.toml").write_text(RECIPE.format(title=json.dumps(f"Rain\nforged {EVIL}")))
    monkeypatch.setattr(soundscapes, "bundled_folder", lambda: tmp_path)
    _, out, _ = printed(capsys, "soundscapes")
    assert len(out.splitlines()) == 1


@needs_posix
def test_the_map_in_the_terminal(story, capsys):
    code, out, _ = printed(capsys, "map", story)
    assert code == 0
    assert "Good night" in out or "Rest" in out


@needs_posix
def test_play_in_plain_lines(story, tmp_path, capsys):
    night = tmp_path / "night.wav"
    code, out, _ = printed(
        capsys, "play", story, "--plain", "--voice", "silent", "--output", f"file:{night}"
    )
    assert code == 0
    assert "Hello A" in out


def test_the_calm_screen_draws_only_its_own_escapes():
    with Seat(twee()) as seat:
        seat.wait_for_state("WAITING")
        raw = seat.out.raw
        assert "Go A" in seat.text
    for escape in ("\x1b]0;", "\x07", "\x1b[31;1m", "\x9b", "\x1bc", "\x08", "\x7f", *BIDI):
        assert escape not in raw


def a_night(state: Path) -> None:
    began = datetime.now(UTC) - timedelta(hours=8)
    night = Night(
        key="k",
        began=began,
        ended=began,
        utc_offset_s=0,
        seed=0,
        voice="silent",
        digest="d",
        seconds=60.0,
        chapters=(f"{EVIL}\nforged",),
        how=Outcome.STOPPED,
    )
    history = History(f"x{EVIL}", f"/gone/{EVIL}.twee", f"Title {EVIL}\nforged")
    add_night(nights_path(state, history.story, history.origin), history, night)


def test_nights_in_lines_and_for_a_program(own_home, capsys):
    a_night(own_home / "state")
    _, out, _ = printed(capsys, "nights")
    assert not [row for row in out.splitlines() if row.startswith("forged")]
    _, out, _ = printed(capsys, "nights", "--json")
    assert json.loads(out)["stories"][0]["title"] == f"Title {EVIL}\nforged"


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_nights_on_a_terminal(own_home):
    a_night(own_home / "state")
    with Terminal(dreamers("nights"), {**os.environ, "COLUMNS": "100"}) as terminal:
        terminal.wait()
        raw = terminal.raw
    assert "stopped" in raw
    for escape in ("\x1b]0;", "\x07", "\x1b[31;1m", "\x9b", "\x1bc", "\x08", *BIDI):
        assert escape not in raw


def test_doctor_and_voices(tmp_path, capsys, monkeypatch):
    def broken():
        raise DreamersError(f"no {EVIL}\nok       voice: forged")

    monkeypatch.setenv("DREAMERS_HOME", str(tmp_path / f"{ESCAPES}\nok       voice: forged"))
    monkeypatch.setattr(
        doctor, "_CHECKS", (("settings", doctor._settings, True), ("voice", broken, True))
    )
    code, out, _ = printed(capsys, "doctor")
    assert code == 1
    assert len(out.splitlines()) == 2
    printed(capsys, "voices")


@pytest.mark.parametrize(
    ("code", "arguments"),
    [
        (66, ["check", f"no{EVIL}\nsuch"]),
        (66, ["play", f"no{EVIL}\nsuch"]),
        (66, ["map", f"no{EVIL}\nsuch"]),
        (66, ["nights", f"no{EVIL}\nsuch"]),
        (66, ["render", f"no{EVIL}\nsuch", "-o", "x.wav"]),
        (66, ["bed", f"no{EVIL}\nsuch"]),
        (66, ["soundscapes", "render", f"no{EVIL}\nsuch", "-o", "x.wav"]),
        (2, ["map", "-o", f"x{EVIL}\n.png"]),
        (2, ["play", f"--{EVIL}\nforged"]),
        (2, ["play", "--sleep", f"{EVIL}\nforged"]),
        (2, ["render", "--speed", f"{EVIL}\nforged"]),
        (2, [f"{EVIL}\nforged"]),
        (66, ["check", "a" * 5_000 + ".twee"]),
        (66, ["check", "a" * 5_000 + ".toml"]),
        (66, ["check", "half a character \udcff.twee"]),
    ],
)
def test_an_error_is_one_line_that_quotes_safely(code, arguments, capsys):
    found, out, err = printed(capsys, *arguments, lines=1)
    assert (found, out) == (code, "")
    assert len(err.splitlines()) == 1


def test_a_traceback_quotes_safely_too(capsys):
    assert run(["--debug", "check", f"no{EVIL}"]) == 66
    _, err = capsys.readouterr()
    assert "Traceback" in err
    assert unsafe(err) == []


@needs_posix
def test_an_old_code_page_never_ends_in_a_traceback(story, monkeypatch, tmp_path):
    with open(tmp_path / "out", "w", encoding="ascii") as out:
        monkeypatch.setattr(sys, "stdout", out)
        assert run(["check", str(story)]) == 1
    assert "never reached" in (tmp_path / "out").read_text("ascii")


@needs_posix
def test_a_story_with_half_a_character_in_its_name_can_be_rendered(tmp_path, capsys):
    path = tmp_path / "lantern\udcff.twee"
    path.write_text(twee(title="The Lantern"))
    cues = tmp_path / "cues.json"
    arguments = ["render", path, "--voice", "silent", "--dry", "-o", tmp_path / "n.wav"]
    code, _, _ = printed(capsys, *arguments, "--cues", cues)
    assert code == 0
    assert json.loads(cues.read_text("utf-8"))["story"].startswith("lantern")
