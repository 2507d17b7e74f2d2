"""Compiled Ink that is wrong: one sentence that names the story, never a hang or a crash.

What has crashed the runtime before is tried in a process of its own.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from player.errors import InputError
from player.story import parse
from tests.support.bad_ink import DIVERT, LOOPS, TEMP_X, compiled, refusal
from tests.support.tellings import tell

SHOWS_X: list[Any] = ["ev", {"VAR?": "x"}, "out", "/ev", "\n", "end", None]
TAKES_X: list[Any] = [{"temp=": "x"}, "^In t ", *SHOWS_X]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "broken JSON"),
        ("{", "broken JSON"),
        ("[" * 100_000, "nests too deeply"),
        ('{"a":' * 100_000, "nests too deeply"),
        ("[]", "it has no 'inkVersion'"),
        ("null", "it has no 'inkVersion'"),
        ('{"inkVersion": 21}', "its 'root' is missing"),
        ('{"inkVersion": 21, "root": 3, "listDefs": {}}', "its 'root' is missing"),
        ('{"inkVersion": 21, "root": [], "listDefs": {}}', "its 'root' is missing"),
        ('{"inkVersion": 21, "root": [[[[4]]], null], "listDefs": {}}', "has no proper end"),
        (compiled(version=99, a=["end", None]), "is of Ink format 99, and this player reads 18"),
        (compiled(version="21", a=["end", None]), "is of Ink format '21'"),
        (compiled(version=True, a=["end", None]), "is of Ink format True"),
        (compiled(a=[{"->": 7}, None]), 'holds {"->": 7}'),
        (compiled(a=["^Null \0 byte", "\n", "end", None]), "NUL character"),
        (compiled(a=["ev", {"x()": "ring", "exArgs": 0}, "/ev", None]), "external function 'ring'"),
        ("\0" + compiled(a=["end", None]), "holds NUL bytes"),
    ],
)
def test_a_file_that_is_no_story_is_refused(text: str, found: str) -> None:
    assert found in refusal(text)


def test_ten_megabytes_in_one_line_are_refused_at_once() -> None:
    began = time.perf_counter()
    for name in ("a.ink.json", "a.twee", "a.txt"):
        with pytest.raises(InputError, match=f"{name} is 10.0 million characters long"):
            parse(name, "a" * 10_000_000)
    assert time.perf_counter() - began < 1.0


def test_an_unknown_ending_names_those_that_are_known() -> None:
    with pytest.raises(InputError, match=r"tale\.docx has an ending .* \.ink\.json"):
        parse("tale.docx", "Once.")


def test_a_divert_to_nowhere_is_refused() -> None:
    text = compiled(a=["^Hello.", "\n", {"->": "gone"}, None])
    assert "it diverts to 'gone', which is not there" in refusal(text)


def test_a_divert_to_a_missing_part_of_a_knot_is_no_crash() -> None:
    tell(parse("a.ink.json", compiled(a=["^Hello.", "\n", {"->": "a.gone"}, None])), [])


def test_division_by_zero_is_a_sentence_and_not_a_panic(capfd: pytest.CaptureFixture[str]) -> None:
    for operator in "/%":
        knot = ["^Is ", "ev", 5, 0, operator, "out", "/ev", "\n", "end", None]
        assert "breaks in the knot 'a': 5 is divided by zero" in refusal(compiled(a=knot))
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("left", "right", "operator", "value"),
    [(7, 2, "/", "3"), (-7, 2, "/", "-3"), (-7, 2, "%", "-1"), (7.5, 2, "/", "3.75"),
     (7.5, 2, "%", "1.5"), (7, -2, "%", "1")],
)  # fmt: skip
def test_division_is_inks_own(left: float, right: float, operator: str, value: str) -> None:
    knot = ["^Is ", "ev", left, right, operator, "out", "/ev", "\n", "end", None]
    assert tell(parse("a.ink.json", compiled(a=knot)), []).startswith(f"[a] Is {value}\n")


@pytest.mark.parametrize("text", LOOPS.values(), ids=LOOPS.keys())
def test_an_endless_story_is_an_error_that_names_the_knot_in_time(text: str) -> None:
    sentence, seconds = in_a_process_of_its_own(text)
    assert "never comes back from the knot '" in sentence
    assert seconds < 2.0


def test_lines_without_end_are_an_error_too() -> None:
    story = parse("a.ink.json", compiled(a=["^Round.", "\n", {"->": "a"}, None]))
    for _ in range(10_000):
        story.next()
    story.next()
    with pytest.raises(InputError, match="goes round in the knot 'a': 10000 lines without"):
        story.next()


CIRCLES = {
    "a parameter named like the temporary": compiled(a=[*TEMP_X, *DIVERT], t=TAKES_X),
    "through a second knot": compiled(
        a=[*TEMP_X, *DIVERT],
        t=[{"temp=": "y"}, "ev", {"^var": "y", "ci": -1}, "/ev", {"->": "u"}, None],
        u=TAKES_X,
    ),
    "a thread": compiled(a=[*TEMP_X, *DIVERT[:3], "thread", {"->": "t"}, "done", None], t=TAKES_X),
    "two that change places": compiled(
        a=[*TEMP_X, "ev", 2, "/ev", {"temp=": "y"}, "ev", {"^var": "x", "ci": -1},
           {"^var": "y", "ci": -1}, "/ev", {"->": "t"}, None],
        t=[{"temp=": "x"}, {"temp=": "y"}, "ev", {"VAR?": "x"}, "out", "/ev", "\n", "end", None],
    ),
}  # fmt: skip


@pytest.mark.parametrize("text", CIRCLES.values(), ids=CIRCLES.keys())
def test_a_reference_to_itself_is_refused_before_it_takes_the_process_down(text: str) -> None:
    sentence, _ = in_a_process_of_its_own(text)
    assert "'x' is a temporary elsewhere too: rename one of the two" in sentence


def test_a_reference_through_a_variable_is_refused() -> None:
    knot = [*TEMP_X, *DIVERT[:3], {"->": "x", "var": True}, None]
    assert "passes 'x' by reference to a knot that only shows" in refusal(compiled(a=knot))


def test_references_that_cannot_close_a_circle_are_played() -> None:
    again = ["ev", {"VAR?": "x"}, 3, "<", "/ev", {"->": ".^.again", "c": True}, "end"]
    count = ["ev", {"VAR?": "x"}, 1, "+", "/ev", {"temp=": "x", "re": True}]
    text = compiled(
        a=["ev", 1, "/ev", {"temp=": "y"}, "ev", {"^var": "y", "ci": -1}, "/ev", {"->": "t"}, None],
        t=[{"temp=": "x"}, *count, "^Again.", "\n", *again, {"again": DIVERT}],
    )
    assert tell(parse("a.ink.json", text), []) == "[t] Again.\n[t] Again.\n[t] the end\n"


def in_a_process_of_its_own(text: str) -> tuple[str, float]:
    """The refusal of a story that might crash, and how long it took."""
    code = (
        "import sys, time; from tests.support.bad_ink import refusal;"
        "text = sys.stdin.read(); began = time.perf_counter(); print(refusal(text));"
        "print(time.perf_counter() - began)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], input=text, capture_output=True, encoding="utf-8",
        timeout=30, check=False, cwd=Path(__file__).parents[4],
    )  # fmt: skip
    assert done.returncode == 0, f"the process ended with {done.returncode}: {done.stderr[-300:]}"
    sentence, seconds = done.stdout.strip().split("\n")
    return sentence, float(seconds)


def test_the_check_for_crashes_can_fail() -> None:
    code = "from player.story.ink.runtime import Runtime; import sys;"
    code += "r = Runtime(sys.stdin.read(), 0); [r.advance() for _ in range(3)]"
    text = CIRCLES["a parameter named like the temporary"]
    done = subprocess.run(
        [sys.executable, "-c", code], input=text, encoding="utf-8", capture_output=True,
        timeout=30, check=False,
        cwd=Path(__file__).parents[4],
    )  # fmt: skip
    assert done.returncode < 0 or done.returncode > 127, "the runtime no longer crashes: see why"


def test_damaged_stories_are_told_or_refused_and_nothing_else() -> None:
    code = "from tests.support.bad_ink import play_mutated; print(play_mutated(range(60)))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8",
        timeout=120, check=False,
        cwd=Path(__file__).parents[4],
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-600:]
    assert 10 < int(done.stdout) < 60


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=200) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["root", "inkVersion"]), inner),
).map(json.dumps))  # fmt: skip
def test_garbage_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(InputError) as caught:
        parse("g.ink.json", text)
    assert str(caught.value).startswith("g.ink.json ")
    assert "\n" not in str(caught.value)
