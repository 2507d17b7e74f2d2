"""Conventions of a command line: version, help, completion, whole words, any code page."""

import os
import shlex
import subprocess
from importlib.metadata import version
from pathlib import Path

import pytest

from player.cli import run
from tests.support.terminal import Terminal, dreamers

LONG_TITLE = "A title of a good many words that no terminal of forty columns can hold in one row"
BROKEN = f"""
:: StoryTitle
{LONG_TITLE}

:: Start
# dpeth: 0.4
# soundscape: oassis
“Hello — good night …”, said the moon. × 月 ☾
"""


@pytest.mark.parametrize("option", ["--version", "-V"])
def test_the_version_is_told(option, capsys):
    assert run([option]) == 0
    assert capsys.readouterr().out == f"dreamers {version('dreamers')}\n"


@pytest.mark.parametrize(
    "command", [[], ["play"], ["bed"], ["voices"], ["voices", "add"], ["soundscapes", "plot"]]
)
@pytest.mark.parametrize("option", ["-h", "--help"])
def test_help_is_there_on_every_level(command, option, capsys):
    assert run([*command, option]) == 0
    assert "Usage: dreamers" in capsys.readouterr().out


def test_without_a_command_there_is_help_and_no_error(capsys):
    assert run([]) == 0
    output = capsys.readouterr()
    assert "Usage: dreamers" in output.out
    assert output.err == ""


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_can_complete_commands(shell):
    # Else typer asks which shell has started the tests, and fails where none has.
    named = {**os.environ, "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    script = subprocess.run(
        dreamers("--show-completion", shell), env=named, capture_output=True, text=True, check=True
    ).stdout
    assert "_DREAMERS_COMPLETE" in script
    env = {**os.environ, "_DREAMERS_COMPLETE": "complete_bash", "COMP_CWORD": "1"}
    done = subprocess.run(
        dreamers(), env={**env, "COMP_WORDS": "dreamers sou"}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.stdout.split() == ["soundscapes"]


# What is told is printed as in any other night, but in no more time than it takes to render.
PLAY = "play --plain --output file:night.wav --voice silent"


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    path = tmp_path / "broken.twee"
    path.write_text(BROKEN, "utf-8")
    return path


@pytest.mark.parametrize("columns", [24, 40, 80])
@pytest.mark.parametrize("command", ["check", PLAY])
def test_a_terminal_breaks_no_word(broken, command, columns):
    words = command.split()
    env = {**os.environ, "COLUMNS": str(columns)}
    command = dreamers(words[0], str(broken), *words[1:])
    with Terminal(command, env, str(broken.parent)) as terminal:
        terminal.wait(60)
    rows = terminal.text.replace("\r", "").split("\n")
    assert max(map(len, rows)) <= columns
    plain = {word for row in rows for word in row.split()}
    expected = {"soundscape", "'oassis';"} if words[0] == "check" else {"“Hello", "said", "moon."}
    assert expected <= plain


def test_a_pipe_gets_whole_lines(broken):
    env = {**os.environ, "COLUMNS": "24"}
    done = subprocess.run(
        dreamers("check", str(broken)), env=env, capture_output=True, text=True, check=False
    )
    assert any(len(line) > 60 for line in done.stdout.splitlines())


@pytest.mark.parametrize("code_page", ["cp1252", "ascii", "cp437"])
@pytest.mark.parametrize(
    "command",
    ["check", "check --json", "map", PLAY, "nights --json"],
)
def test_an_old_code_page_ends_in_no_traceback(broken, command, code_page):
    words = command.split()
    env = {**os.environ, "PYTHONIOENCODING": code_page}
    command = dreamers(words[0], str(broken), *words[1:])
    done = subprocess.run(command, env=env, cwd=broken.parent, capture_output=True, check=False)
    assert b"Traceback" not in done.stderr
    assert done.returncode in (0, 1)
    done.stdout.decode(code_page)


@pytest.mark.parametrize("code_page", ["cp1252", "ascii"])
def test_the_history_on_a_terminal_with_an_old_code_page(broken, code_page):
    env = {**os.environ, "PYTHONIOENCODING": code_page}
    title = "“Moon” 月"
    broken.write_text(f":: StoryTitle\n{title}\n\n:: Start\nGood night.\n", "utf-8")
    words = ["play", str(broken), "--output", "null", "--voice", "silent"]
    for command in (words, ["nights"], ["nights", str(broken)]):
        with Terminal(dreamers(*command), env) as terminal:
            assert terminal.wait(60) == 0, terminal.text
    assert "Moon" in terminal.text
    assert "endings heard" in terminal.text


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is always full")
@pytest.mark.parametrize("command", ["soundscapes", "map the-cloakroom", "--version", ""])
def test_output_that_cannot_be_written_is_one_sentence(command):
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run(
            dreamers(*command.split()), stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 73
    assert done.stderr.startswith("dreamers: standard output cannot be written: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.skipif(os.name == "nt", reason="a shell's redirections")
@pytest.mark.parametrize("command", ["soundscapes", "play --help"])
@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&- <&-", "| head -n 1", "| true"])
def test_closed_streams_end_in_no_traceback(closed, command):
    command = f"{shlex.join(dreamers(*command.split()))} {closed}"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert done.stderr == ""
