"""The log of a run: only when asked for, its owner's alone, and without the words of a night."""

import logging
import re
import stat
import sys

import pytest

from player.cli import run
from player.cli.debug_log import DebugOption, take_debug_option
from player.storage.paths import home

COMMANDS = {"play", "check"}
SECRET = "Wobblethorpe"
TALE = f"""
:: StoryTitle
{SECRET} Hall

:: Start
# chapter: {SECRET} begins
{SECRET} sleeps. So does the moon.

[[{SECRET} wakes->Wake]]
[[All sleep->Wake]]

:: Wake
Good night, {SECRET}.
"""


@pytest.mark.parametrize(
    ("arguments", "rest", "file"),
    [
        ("--debug play x.twee", "play x.twee", None),
        ("--debug night.txt play x.twee", "play x.twee", "night.txt"),
        ("--debug=night.txt play", "play", "night.txt"),
        ("play --debug x.twee", "play x.twee", None),
        ("play --debug night.log x.twee", "play x.twee", "night.log"),
        ("play x.twee --debug", "play x.twee", None),
        ("--debug --version", "--version", None),
    ],
)
def test_the_option_may_stand_anywhere(arguments, rest, file):
    words, option = take_debug_option(arguments.split(), COMMANDS)
    assert words == rest.split()
    assert option.wanted
    assert str(option.file) == str(file)


def test_what_follows_two_dashes_is_no_option():
    words = ["check", "--", "--debug"]
    assert take_debug_option(words, COMMANDS) == (words, DebugOption())


def rendered(tmp_path, *options):
    story = tmp_path / "tale.twee"
    story.write_text(TALE)
    words = ["render", str(story), "--voice", "silent", "-o", str(tmp_path / "tale.wav")]
    assert run([*words, *options]) == 0


def test_without_the_option_nothing_is_logged_to_the_disk(tmp_path):
    rendered(tmp_path)
    assert not (home().state / "debug.log").exists()
    assert [type(one) for one in logging.getLogger("player").handlers] == [logging.NullHandler]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_the_usual_log_is_its_owners_alone_and_is_announced(tmp_path, capsys):
    rendered(tmp_path, "--debug")
    log = home().state / "debug.log"
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert str(log) in capsys.readouterr().err
    assert [type(one) for one in logging.getLogger("player").handlers] == [logging.NullHandler]


def test_the_log_explains_the_night_without_a_word_of_it_above_debug(tmp_path):
    log = tmp_path / "night.log"
    rendered(tmp_path, "--choices", f"{SECRET} wakes", f"--debug={log}")
    lines = log.read_text().splitlines()
    assert any("exit code 0" in line for line in lines)
    assert any("end: at frame" in line for line in lines)
    loud = [line for line in lines if not re.match(r"[\d:.]+ DEBUG", line)]
    assert len(loud) >= 3
    assert SECRET not in "\n".join(loud)


def test_an_error_that_quotes_the_story_is_told_on_the_terminal_alone(tmp_path, capsys):
    log = tmp_path / "night.log"
    story = tmp_path / "broken.twee"
    story.write_text(f":: Start\nWhich?\n\n[[{SECRET}->Nowhere {SECRET}]]\n")
    assert run(["check", str(story), f"--debug={log}"]) != 0
    output = capsys.readouterr()
    assert SECRET in output.out + output.err
    infos = [line for line in log.read_text().splitlines() if " INFO " in line or " ERROR " in line]
    assert infos
    assert SECRET not in "\n".join(infos)


def test_a_log_that_cannot_be_written_is_one_sentence(tmp_path, capsys):
    assert run(["--debug", str(tmp_path), "soundscapes"]) == 73
    error = capsys.readouterr().err
    assert error.startswith("dreamers: --debug:")
    assert error.count("\n") == 1
