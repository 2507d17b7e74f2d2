"""The night as lines, what a story may not do, and terminals that are not as one would wish."""

import io
import os
import pty
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from player.cli.console import print_notice, print_result
from player.cli.ui.factory import open_screen
from player.cli.ui.fullscreen import FullScreen
from player.cli.ui.plain_text import PlainTextScreen
from player.cli.ui.screen import Shown
from player.cli.ui.terminal_output import TerminalOutput
from player.controls import PlaybackCommand
from player.controls.keyboard import KEYS
from player.cues import Cue
from player.session import Choose
from tests.support.needs import need, need_package
from tests.support.terminal import Terminal, dreamers

need_package("pyte")

from tests.support.emulated import SHORT, TALE, WOKEN, Emulator, Seat  # noqa: E402  # they import it

HOSTILE = "Lamp\x1b[2J\x1b]0;owned\x07\x9b31m\u202egate\x85\r\x08\u2028 lit"


@pytest.fixture(autouse=True)
def colours(monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)


# -- lines ----------------------------------------------------------------------------------------


def test_lines_tell_the_whole_night_one_thing_a_line():
    with Seat(SHORT, lines=True) as seat:
        seat.wait_for_state("WAITING")
        seat.press(PlaybackCommand.PAUSE)
        seat.wait(1.0)
        seat.press(PlaybackCommand.PAUSE)
        seat.wait(1.0, notice="volume −3 dB", listening=True)
        seat.wait_for_state("WAITING_AGAIN")
        seat.press(Choose(1))
        seat.wait(5.0)
        told = seat.out.raw
    assert told.splitlines()[:12] == [
        "The Gate",
        "The gate is open, and a lamp is lit.",
        "Press one to follow the lamp. Press two to stay by the gate.",
        "1, f, enter: Follow the lamp",
        "2, j: Stay by the gate",
        "paused",
        "going on",
        "listening",
        "volume −3 dB",
        "One, follow the lamp. Two, stay by the gate.",
        "chosen: Stay by the gate",
        "The stair goes down.",
    ]
    assert "\x1b" not in told
    assert "\r" not in told


def test_lines_offer_the_choices_after_a_writers_own_question():
    own = SHORT.replace("The gate is open", "# ask\nThe gate is open")
    with Seat(own, lines=True) as seat:
        seat.wait_for_state("WAITING")
        told = seat.out.raw.splitlines()
    assert told[-2:] == ["1, f, enter: Follow the lamp", "2, j: Stay by the gate"]


def test_lines_show_the_keys_once_each_time_they_are_asked_for():
    with Seat(SHORT, lines=True, keys={"n": "pause"}) as seat:
        seat.wait(1.0, help_wanted=True)
        seat.block()
        seat.wait(1.0, help_wanted=True)
        assert seat.out.raw.count("space, n: pause\n") == 2


@pytest.mark.parametrize(
    ("plain", "term", "kind"),
    [
        (False, "xterm-256color", FullScreen),
        (True, "xterm-256color", PlainTextScreen),
        (False, "dumb", PlainTextScreen),
    ],
)
def test_the_screen_is_calm_only_where_it_can_be_drawn(monkeypatch, plain, term, kind):
    out = Emulator(40, 10)
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setenv("TERM", term)
    screen = open_screen("The Lantern", plain)
    screen.close()
    assert isinstance(screen, kind)
    assert ("\x1b" in out.raw) == (kind is FullScreen)


def test_a_console_that_refuses_escapes_and_a_pipe_are_given_lines(monkeypatch):
    out = Emulator(40, 10)
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setattr("player.cli.ui.factory.take_escapes", lambda: None)
    assert isinstance(open_screen("The Lantern"), PlainTextScreen)
    monkeypatch.undo()
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert isinstance(open_screen("The Lantern"), PlainTextScreen)


# -- what a story may not do ----------------------------------------------------------------------

OURS = re.compile(r"\x1b\[(\?1049|\?25|\?7)[hl]|\x1b\[2J|\x1b\[2K|\x1b\[[\d;]*[Hm]")


@pytest.mark.parametrize("lines", [False, True], ids=["calm", "lines"])
def test_nothing_that_a_terminal_obeys_comes_out_of_a_story(lines):
    with Seat(SHORT, lines=lines) as seat:
        seat.screen.show(Cue(0, 1, "chapter", HOSTILE))
        seat.screen.show(Cue(0, 1, "line", HOSTILE))
        seat.wait(0.2, notice=HOSTILE)
        left = OURS.sub("", seat.out.raw)
        assert "gate" in left
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", left)
        assert seat.out.screen.title == ""


def test_a_title_and_choices_are_cleaned_as_well():
    tale = SHORT.replace("The Lantern", f"Lantern {HOSTILE}").replace("Stay by", "Stay \x9b31mby")
    tale = tale.replace("\x85", "").replace("\r", "").replace("\u2028", "")  # no ends of lines
    with Seat(tale) as seat:
        seat.wait_for_state("WAITING")
        seat.block()
        assert "Stay 31mby the gate" in seat.text
        assert "\x9b" not in seat.out.raw
        assert "\x07" not in seat.out.raw


def test_what_is_said_and_told_beside_it_is_cleaned(capsys):
    print_notice(HOSTILE)
    print_result(f"  two\n\n  rows {HOSTILE}")
    print_result("\x1b[38;5;94mpainted\x1b[0m", painted=True)
    out, err = capsys.readouterr()
    assert err == "Lamp [2J ]0;owned 31m gate lit\n"
    assert out == "  two\n\n  rows Lamp[2J]0;owned31mgate lit\n\x1b[38;5;94mpainted\x1b[0m\n"


# -- terminals that are not as one would wish -----------------------------------------------------


def test_a_terminal_that_vanishes_does_not_end_the_night():
    ours, theirs = pty.openpty()
    told = []
    gone = pytest.raises(OSError, match="Input/output")  # as closing it shows, at the end
    with gone, open(theirs, "w", encoding="utf-8", closefd=False) as out, Seat(SHORT) as seat:
        screens = (FullScreen("The Lantern", out, KEYS, lambda: None), PlainTextScreen(out, KEYS))
        for number in range(4):
            for screen in screens:
                screen.show(Cue(0, 1, "line", f"Line {number}."))
                screen.refresh(seat.night, Shown(help_wanted=number == 2))
            if number == 1:
                told.append(os.read(ours, 1 << 16))
                os.close(ours)
        for screen in screens:
            screen.close()
        told.append(b"the end")
    os.close(theirs)
    assert b"Line 0." in told[0]
    assert told[1:] == [b"the end"]


def test_a_pipe_that_breaks_does_not_end_the_night(tmp_path):
    story = tmp_path / "lantern.twee"
    story.write_text(SHORT)
    target = tmp_path / "night.flac"
    command = dreamers("play", str(story), "--voice", "silent", "--output", f"file:{target}")
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL
    ) as process:
        process.stdout.close()
        told = process.stderr.read().decode()
        assert process.wait(60) == 0, told
    assert "Error" not in told
    assert "ignored" not in told
    assert target.stat().st_size > 100_000


@pytest.mark.parametrize("encoding", ["latin-1", "cp437", "ascii"])
def test_an_old_code_page_is_shown_what_it_has(encoding):
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding=encoding, write_through=True)
    console = TerminalOutput(out)
    console.write("“The Lantern” – the night’s first · ↑ 月\n")
    assert raw.getvalue().decode(encoding) == '"The Lantern" - the night\'s first . ^ ?\n'


PROGRAM = """
import time
from pathlib import Path
from tests.support.emulated import Seat
from player.cli.ui.factory import open_screen
from player.cli.ui.screen import Shown

print("what was there before", flush=True)
with Seat(Path("tale").read_text()) as seat:
    seat.screen = open_screen("The Lantern")
    seat.night._observer = seat.screen.show
    seat.wait_for_state("WAITING")
    Path("drawn").touch()
    while not Path("resized").exists():
        time.sleep(0.05)
    seat.block()
    Path("drawn-again").touch()
    while not Path("over").exists():
        time.sleep(0.05)
    seat.screen.close()
print("what came after", flush=True)
time.sleep(60)
"""


class Tmux:
    """A private tmux with one program in it."""

    def __init__(self, folder, program, width, height):
        self._folder = folder
        env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[4]), "TERM": "xterm"}
        env.pop("TMUX", None)
        env.pop("NO_COLOR", None)
        (folder / "program.py").write_text(program)
        self._do(
            *("-f", "/dev/null", "new-session", "-d", "-x", str(width), "-y", str(height)),
            f"{sys.executable} program.py",
            env=env,
        )

    def _do(self, *words, env=None):
        command = ["tmux", "-S", str(self._folder / "socket"), *words]
        done = subprocess.run(
            command, cwd=self._folder, env=env, check=True, capture_output=True, timeout=20
        )
        return done.stdout.decode()

    def rows(self):
        return self._do("capture-pane", "-p").splitlines()

    def flag(self, name):
        return self._do("display-message", "-p", f"#{{{name}}}").strip()

    def resize(self, width, height):
        self._do("resize-window", "-x", str(width), "-y", str(height))

    def wait_for(self, done):
        until = time.monotonic() + 30
        while not done():
            assert time.monotonic() < until, self.rows()
            time.sleep(0.05)

    def kill(self):
        self._do("kill-server")


def test_in_another_terminal_it_is_the_same_and_the_screen_before_comes_back():
    need("tmux")
    with tempfile.TemporaryDirectory(prefix="tm") as name:
        folder = Path(name)
        (folder / "tale").write_text(SHORT)
        tmux = Tmux(folder, PROGRAM, 60, 14)
        try:
            tmux.wait_for((folder / "drawn").exists)
            tmux.wait_for(lambda: "  2 j        Stay by the gate" in tmux.rows())
            assert (tmux.flag("alternate_on"), tmux.flag("cursor_flag")) == ("1", "0")
            assert "what was there before" not in "".join(tmux.rows())
            tmux.resize(20, 5)
            (folder / "resized").touch()
            tmux.wait_for((folder / "drawn-again").exists)
            tmux.wait_for(lambda: " 2 j  Stay by the" in tmux.rows())
            assert len(tmux.rows()) <= 5
            (folder / "over").touch()
            tmux.wait_for(lambda: "what came after" in "".join(tmux.rows()))
            assert (tmux.flag("alternate_on"), tmux.flag("cursor_flag")) == ("0", "1")
            assert (tmux.flag("wrap_flag")) == "1"
        finally:
            tmux.kill()


# -- and once as it is ----------------------------------------------------------------------------


@pytest.mark.live
def test_a_real_night_goes_dark_and_a_key_wakes_it_dim(tmp_path, own_home):
    story = tmp_path / "lantern.twee"
    story.write_text(TALE)
    env = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
    command = dreamers("play", str(story), "--voice", "silent", "--output", "null")
    with Terminal(command, env) as night:
        night.wait_for("a lamp is lit")
        night.read(2.0)
        night.press("\x13\x1a")  # ctrl-S and ctrl-Z stop nothing
        night.read(33.0)
        emulator = Emulator(80, 24)
        emulator.write(night.raw)
        assert "".join(emulator.rows()) == "", "it is still lit after half a minute"
        before = len(night.raw)
        night.press(" ")
        night.read(1.0)
        emulator.write(night.raw[before:])
        shown = " ".join(emulator.rows())
        assert "a lamp is lit" in shown
        assert "paused" in shown
        assert emulator.brightest() <= WOKEN
        before = len(night.raw)
        night.read(4.0)
        assert len(night.raw) == before
        night.press("q")
        assert night.wait() == 0, night.text
        emulator.close()
