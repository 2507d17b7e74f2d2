"""Keys: what a terminal sends, what each does, and what the listener is told that it does."""

import os
import pty
import re
import sys
import termios
from pathlib import Path

import pytest

from player.controls import PlaybackCommand
from player.controls.keyboard import (
    KEYS,
    Keyboard,
    choosers,
    help_lines,
    keys_of,
    meaning,
    table,
)
from player.controls.terminal_keys import OTHER, decode, terminal
from player.script import Ask, Option
from player.session import Choose, Event
from player.terminal_text import clip, columns

README = Path(__file__).parents[3] / "README.md"


def ask(*options, default=0):
    found = tuple(Option(text, key or None) for text, _, key in (o.partition("=") for o in options))
    return Ask(
        options=found,
        default=default,
        timeout_s=None,
        question="Well?",
        again="Well?",
        path="Start",
    )


@pytest.fixture
def hands(monkeypatch):
    """A pseudo-terminal on standard input; answers the side at which one types."""
    ours, theirs = pty.openpty()
    with open(theirs, encoding="utf-8") as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        yield ours
    os.close(ours)


# -- what a terminal sends ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "keys"),
    [
        ("q", ["q"]),
        ("\r \x04", ["enter", "space", "q"]),
        ("\x1b[A\x1bOB\x1b[C\x1b[D", ["up", "down", "right", "left"]),
        ("\x1b", [OTHER]),
        ("\t\x0c", [OTHER, OTHER]),
        ("\x1b[15~\x1b[1;5C2", [OTHER, OTHER, "2"]),  # F5, ctrl-→: the digits are not answers
        ("\x1b[[Aq\x1bOPq", [OTHER, "q", OTHER, "q"]),  # F1, of two terminals
        ("é月", ["é", "月"]),
    ],
)
def test_a_key_is_read_whole_and_every_press_counts(sent, keys):
    assert list(decode(sent)) == keys


def test_a_key_that_does_nothing_is_a_press_all_the_same(hands):
    keys = Keyboard()
    with terminal():
        os.write(hands, b"\x1b[15~")
        assert keys.poll(ask("Go", "Stay"), True) is None
        assert keys.last_press == 1
        os.write(hands, b"2")
        assert keys.poll(ask("Go", "Stay"), True) == Choose(1)
        assert keys.last_press == 2


def test_ctrl_s_and_ctrl_z_stop_nothing_and_are_given_back_at_the_end(hands):
    before = termios.tcgetattr(sys.stdin)
    assert before[0] & termios.IXON
    keys = Keyboard()
    with terminal():
        assert not termios.tcgetattr(sys.stdin)[0] & termios.IXON
        os.write(hands, b"\x13\x1a")
        assert keys.poll(None, False) is None
        assert keys.last_press == 2
    assert termios.tcgetattr(sys.stdin) == before


# -- what each does -------------------------------------------------------------------------------


def test_a_questions_own_key_wins_even_over_the_help(hands):
    keys = Keyboard(table({"h": "help"}))
    with terminal():
        os.write(hands, b"h")
        assert keys.poll(ask("Go", "Home=h"), True) == Choose(1)
        assert not keys.help_wanted
        os.write(hands, b"H")
        assert keys.poll(None, False) is None
        assert keys.help_wanted


def test_each_key_that_is_shown_for_a_choice_chooses_it():
    keys = table({"n": "second", "x": "default", "k": "first"})
    asked = ask("Follow", "Stay=k", "Sit down=m", default=2)
    shown = choosers(asked, keys)
    assert shown == (("1", "f"), ("2", "k", "j", "n"), ("3", "m", "enter", "x"))
    for index, names in enumerate(shown):
        for key in names:
            answer = meaning(key, asked, keys)
            assert answer == Choose(index) or (answer is Event.DEFAULT and index == asked.default)


# -- what is told of them -------------------------------------------------------------------------


def test_the_help_tells_of_every_key_in_the_table_once():
    told = " ".join(keys for keys, _ in help_lines())
    for action in set(KEYS.values()):
        for key in keys_of(action):
            assert len(re.findall(rf"(?:^|[\s,]){re.escape(key)}(?=[\s,]|$)", told)) == 1, key


def test_the_help_follows_what_a_listener_has_set():
    told = dict(help_lines(table({"n": "passage-on", "?": "pause", "t": "oasis", "space": "help"})))
    assert told == {
        "1…9, f, j": "choose",
        "enter": "the gentle default",
        "?": "pause",
        "r": "say it again",
        "b": "back one line",
        "← / →, n": "back / on one passage",
        "↑ / ↓": "louder / softer",
        "[ / ]": "voice softer / louder",
        "t, o": "only the bed, then silence",
        "q": "bookmark and good night",
        "space": "these keys",
    }


def test_half_of_a_pair_that_has_no_key_is_shown_as_none():
    told = dict(help_lines(table({"up": "pause"})))
    assert told["– / ↓"] == "louder / softer"
    assert PlaybackCommand.LOUDER not in {
        meaning(key, None, table({"up": "pause"})) for key in KEYS
    }


def test_the_readme_tells_of_every_key_in_the_table():
    rows = README.read_text("utf-8").partition("## Keys")[2].partition("\n\nA question")[0]
    for action in set(KEYS.values()):
        for key in keys_of(action):
            assert f"`{key}`" in rows, key


# -- in cells -------------------------------------------------------------------------------------


@pytest.mark.parametrize("most", range(12))
def test_clipped_words_keep_to_their_width(most):
    for text in ("The Lantern and more", "月の船が光る", "cafe\u0301 cafe\u0301", "on"):
        clipped = clip(text, most)
        assert columns(clipped) <= most
        assert clipped == text or clipped.endswith("…") or not most
