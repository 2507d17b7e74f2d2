"""Walking every branch: what is reached, how it ends, and whether that is proof."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from player.branches import BranchSurvey, duration_by_words, explore
from player.story import Choices, Line, Story, parse
from tests.support.tellings import CASES, tell

ROOT = Path(__file__).parents[3]


def case(name: str, **budget: int) -> BranchSurvey:
    text = (ROOT / "tests/data/stories" / name / "story.ink.json").read_text("utf-8")
    return explore(lambda: parse("story.ink.json", text), **budget)


def twee(source: str, **budget: int) -> BranchSurvey:
    return explore(lambda: parse("a.twee", source), **budget)


FORK = """\
:: Start
Two ways go on.
[[left]] [[right]]
:: left
A short way.
[[on->bed]]
:: right
A way that is a good deal longer than the other one was.
[[on->bed]]
:: bed
Sleep.
:: attic
Dust.
"""


def test_a_fork_is_walked_both_ways() -> None:
    found = twee(FORK)
    assert found.reached_knots == ("Start", "left", "right", "bed")
    assert found.unreached_knots == ("attic",)
    assert [ending.last_line for ending in found.endings] == ["Sleep."]
    assert found.endings[0].path == "bed"
    assert [len(question.options) for question in found.questions] == [2]
    assert (found.path_count, found.has_loop, found.exhaustive, found.dead_ends) == (
        2,
        False,
        True,
        (),
    )
    assert found.word_count == 4 + 3 + 13 + 1


def test_the_shortest_and_the_longest_night_are_timed() -> None:
    found = explore(
        lambda: parse("a.twee", FORK), duration_by_words(words_per_minute=60.0, pause_s=1.0)
    )
    told = 4 + 1 + 2 + 1  # the first line, the question, and their pauses
    assert found.shortest_s == pytest.approx(told + 3 + 1 + 1 + 1)
    assert found.longest_s == pytest.approx(told + 13 + 1 + 1 + 1)


def test_stretches_join_questions_and_endings() -> None:
    stretches = twee(FORK).question_edges
    assert [(s.question, s.option, s.to_question, s.to_ending) for s in stretches] == [
        (None, 0, 0, None), (0, 0, None, 0), (0, 1, None, 0),
    ]  # fmt: skip
    assert stretches[2].seconds > stretches[1].seconds > 0


def test_how_long_a_line_takes_is_up_to_the_caller() -> None:
    def seconds(item: Line | Choices) -> float:
        return 10.0 if isinstance(item, Line) else 0.5

    assert explore(lambda: parse("a.twee", FORK), seconds).longest_s == 30.5


def test_the_answers_given_lead_to_each_ending() -> None:
    for folder in CASES:
        text = (folder / "story.ink.json").read_text("utf-8")
        found = case(folder.name)
        for ending in found.endings:
            told = tell(parse("s.ink.json", text), [answer - 1 for answer in ending.answers])
            assert told.endswith(f"[{ending.path}] the end\n")
            assert found.exhaustive is False or f"] {ending.last_line}" in told


def test_a_hub_that_one_can_come_back_to_goes_round_and_still_ends() -> None:
    source = ":: Start\nHub.\n[[a]] [[b]]\n:: a\nBack.\n[[Start]]\n:: b\nOut.\n"
    found = twee(source)
    assert (found.has_loop, found.exhaustive, found.situations, found.path_count) == (
        True,
        True,
        1,
        1,
    )


def test_a_story_that_runs_out_is_a_dead_end_with_the_way_there() -> None:
    found = case("runs_out")
    assert [(dead.path, dead.answers) for dead in found.dead_ends] == [("shore", (1,))]
    assert "runs out of words in the knot 'shore'" in found.dead_ends[0].message
    assert (found.endings, found.shortest_s, found.longest_s) == ((), 0.0, 0.0)


def test_a_knot_that_nothing_leads_to_is_unreached() -> None:
    found = case("memory")
    assert found.unreached_knots == ("meadow",)
    assert found.reached_knots == ("fork", "on", "river", "hill")
    assert len(found.endings) == 2


def test_knots_without_words_are_not_called_unreached() -> None:
    assert case("stitches").unreached_knots == ()
    assert twee(":: Start\n[[on]]\n:: on\nHi.\n").unreached_knots == ()


def test_endings_that_depend_on_a_variable_are_all_found() -> None:
    found = case("variables")
    lines = {line.text for line in found.lines}
    assert {"The way is lit.", "The way is dark and soft."} <= lines
    assert found.exhaustive


def test_chance_is_only_covered() -> None:
    assert case("chance").exhaustive is False
    assert case("tunnels").exhaustive is True


def test_a_count_too_high_to_follow_is_only_covered() -> None:
    text = inks(
        hub=["^Hub.", "\n", "ev", "str", "^Again", "/str", "/ev", {"*": "hub.c-0", "flg": 4},
             {"c-0": ["\n", {"->": "way"}, None], "#f": 1}],
        way=["ev", {"CNT?": "hub"}, 40, ">", "/ev", {"->": "bed", "c": True}, {"->": "hub"}, None],
        bed=["^Sleep.", "\n", "end", None],
    )  # fmt: skip
    found = explore(lambda: parse("a.ink.json", text))
    assert found.exhaustive is False
    assert found.situations < 10


def inks(**knots: object) -> str:
    start = [{"->": next(iter(knots))}, ["done", {"#n": "g-0"}], None]
    return json.dumps({"inkVersion": 21, "root": [start, "done", knots], "listDefs": {}})


def remembering(questions: int, remembered: int) -> str:
    """A story of some 12,000 words: three options a question, some remembered to the end."""
    prose = "^" + "the lamp was low and the water was warm over the quiet stone " * 3 + "."
    knots: dict[str, object] = {}
    for q in range(questions):
        told = [part for n in range(6) for part in (f"{prose} {q} {n}", "\n")]
        asks: list[object] = []
        ways: dict[str, object] = {}
        for o in range(3):
            asks += ["ev", "str", f"^Way {o}", "/str", "/ev", {"*": f".^.c-{o}", "flg": 20}]
            sets = ["ev", o, "/ev", {"VAR=": f"v{q}", "re": True}] if q < remembered else []
            more = [part for n in range(8) for part in (f"{prose} {q} {o} {n}", "\n")]
            ways[f"c-{o}"] = ["\n", *sets, *more, {"->": f"q{q + 1}"}, {"#f": 5}]
        knots[f"q{q}"] = [[*told, *asks, ways], None]
    last: list[object] = ["^So it ends:"]
    for q in range(remembered):
        last += ["^ ", "ev", {"VAR?": f"v{q}"}, "out", "/ev"]
    knots[f"q{questions}"] = [*last, "\n", "end", None]
    first = [part for q in range(remembered) for part in (0, {"VAR=": f"v{q}"})]
    knots["global decl"] = ["ev", *first, "/ev", "end", None]
    return inks(**knots)


def test_a_long_story_is_proved_in_seconds() -> None:
    text = remembering(questions=12, remembered=3)
    began = time.process_time()
    found = explore(lambda: parse("a.ink.json", text))
    assert time.process_time() - began < 3.0
    assert found.word_count > 12_000
    assert (len(found.questions), found.path_count, found.exhaustive) == (12, 3**12, True)
    assert len(found.endings) == 27
    assert found.situations <= 1 + 3 + 9 + 9 * 27


def test_what_is_not_read_any_more_does_not_keep_situations_apart() -> None:
    text = remembering(questions=12, remembered=0)
    assert explore(lambda: parse("a.ink.json", text)).situations == 12


def test_a_walk_that_is_cut_short_says_so_and_has_seen_some_of_everything() -> None:
    text = remembering(questions=12, remembered=12)
    began = time.process_time()
    found = explore(lambda: parse("a.ink.json", text), max_situations=300)
    assert time.process_time() - began < 3.0
    assert found.exhaustive is False
    assert (len(found.questions), found.unreached_knots) == (12, ())
    assert {ending.answers[0] for ending in found.endings} == {1, 2, 3}


def test_a_walk_of_lines_without_end_is_bounded() -> None:
    text = inks(a=["^Round.", "\n", {"->": "a"}, None])
    found = explore(lambda: parse("a.ink.json", text))
    assert "goes round in the knot 'a'" in found.dead_ends[0].message


def test_plain_text_has_one_night() -> None:
    found = explore(lambda: parse("a.txt", "One.\n\n# Chapter\n\nTwo words.\n"))
    assert (found.path_count, found.word_count, found.questions, found.exhaustive) == (
        1,
        3,
        (),
        True,
    )
    assert found.endings[0].answers == ()
    assert found.shortest_s == found.longest_s > 0


def test_the_story_is_opened_once() -> None:
    opened: list[Story] = []

    def open_story() -> Story:
        opened.append(parse("a.twee", FORK))
        return opened[-1]

    explore(open_story)
    assert len(opened) == 1
