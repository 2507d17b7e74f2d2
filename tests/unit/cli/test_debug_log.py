"""The log of a run: only when asked for, its owner's alone, and without the words of a night."""

import logging
import re
import stat
import sys

import pytest

from player.cli import run
from player.cli.debug_log import LOG_NAME, DebugOption, take_debug_option
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


def rendered(tmp_path, *options, voice="silent"):
    story = tmp_path / "tale.twee"
    story.write_text(TALE)
    words = ["render", str(story), "--voice", voice, "-o", str(tmp_path / "tale.wav")]
    assert run([*words, *options]) == 0


def test_without_the_option_nothing_is_logged_to_the_disk(tmp_path):
    rendered(tmp_path)
    assert not (home().state / LOG_NAME).exists()
    assert [type(one) for one in logging.getLogger("player").handlers] == [logging.NullHandler]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_the_usual_log_is_its_owners_alone_and_is_announced(tmp_path, capsys):
    rendered(tmp_path, "--debug")
    log = home().state / LOG_NAME
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert str(log) in capsys.readouterr().err
    assert [type(one) for one in logging.getLogger("player").handlers] == [logging.NullHandler]


def test_the_log_explains_the_night_without_a_word_of_it(tmp_path):
    log = tmp_path / "night.log"
    rendered(tmp_path, "--choices", f"{SECRET} wakes", f"--debug={log}", voice="hibari")
    text = log.read_text()
    assert "exit code 0" in text
    assert "end: at frame" in text
    assert re.search(r"player\.voices\.worker: started as process \d+\n", text)
    assert re.search(r"player\.voices\.worker: ended with 0\n", text)
    assert SECRET not in text


@pytest.mark.parametrize("option", [["--choices", f"{SECRET} wakes"], [f"--choices={SECRET}"]])
def test_answers_on_the_command_line_are_not_logged(tmp_path, monkeypatch, option):
    log = tmp_path / "night.log"
    words = ["check", *option, "missing.twee", "--debug", str(log)]
    monkeypatch.setattr(sys, "argv", ["dreamers", *words])
    assert run(words) == 2
    text = log.read_text()
    assert "missing.twee" in text
    assert SECRET not in text


def test_an_error_that_quotes_the_story_is_told_on_the_terminal_alone(tmp_path, capsys):
    log = tmp_path / "night.log"
    story = tmp_path / "broken.twee"
    story.write_text(f":: Start\nWhich?\n\n[[{SECRET}->Nowhere {SECRET}]]\n")
    assert run(["check", str(story), f"--debug={log}"]) != 0
    output = capsys.readouterr()
    assert SECRET in output.out + output.err
    text = log.read_text()
    assert "exit code" in text
    assert SECRET not in text


def test_a_fault_of_the_program_is_one_sentence_and_its_traceback_is_for_the_log(
    tmp_path, monkeypatch, capsys
):
    def fail(*_):
        raise ZeroDivisionError(SECRET)

    monkeypatch.setattr("player.cli.commands.check.check", fail)
    assert run(["check", "x"]) == 70
    error = capsys.readouterr().err
    assert error.startswith("dreamers: something went wrong that should not have")
    assert "--debug" in error
    assert error.count("\n") == 1
    log = tmp_path / "fault.log"
    assert run(["check", "x", "--debug", str(log)]) == 70
    assert "Traceback" in capsys.readouterr().err
    text = log.read_text()
    assert "ZeroDivisionError" in text
    assert "in fail" in text
    assert SECRET not in text


def test_a_log_that_cannot_be_written_is_one_sentence(tmp_path, capsys):
    assert run(["--debug", str(tmp_path), "soundscapes"]) == 73
    error = capsys.readouterr().err
    assert error.startswith("dreamers: --debug:")
    assert error.count("\n") == 1
