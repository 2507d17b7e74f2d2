"""The map of a story: where each answer leads, minutes that add up, and its terminal form."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.authoring.story_map import MapRow, StoryMap, coloured, draw_svg, draw_text, plain
from player.authoring.story_map.labels import clean, columns, halves, minutes, wrap
from player.authoring.story_map.model import MapEdge, TargetKind
from player.authoring.story_map.terminal import MAX_WIDTH, MIN_WIDTH
from player.branches.naming import readable
from player.cli import run
from player.story import parse
from tests.support.story_maps import FORK, LINEAR, map_of, tale_map, timed_edges, twee, uneven
from tests.support.tellings import CASES, open_case
from tests.support.terminal import Terminal, dreamers

# -- the chart ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tale() -> StoryMap:
    return tale_map()


def goals(chart: StoryMap, question: int) -> list[list[tuple[TargetKind, int]]]:
    return [
        [(edge.target.kind, edge.target.index) for edge in way.edges]
        for way in chart.questions[question].answers
    ]


def test_a_chart_has_every_question_with_its_answers_and_where_they_lead() -> None:
    chart = twee()
    assert chart.title == "The Lantern"
    assert [[way.text for way in question.answers] for question in chart.questions] == [
        ["Follow the lamp", "Stay by the gate", "Sit under the tree"],
        ["Go on", "Sleep on the steps"],
        ["Go on", "Sleep in the leaves"],
        ["Read", "Sleep"],
    ]
    assert goals(chart, 0) == [
        [(TargetKind.QUESTION, 1)],
        [(TargetKind.LOOP, 0)],
        [(TargetKind.QUESTION, 2)],
    ]
    assert (
        goals(chart, 1) == goals(chart, 2) == [[(TargetKind.QUESTION, 3)], [(TargetKind.ENDING, 0)]]
    )
    assert goals(chart, 3) == [[(TargetKind.ENDING, 1)], [(TargetKind.ENDING, 0)]]
    assert [ending.name for ending in chart.endings] == ["Sleep", "Page"]
    assert [question.path for question in chart.questions] == ["Gate", "Stair", "Tree", "Bed"]


def test_the_answer_of_a_sleeper_is_known() -> None:
    chart = map_of(lambda: open_case(case("tags")))
    marked = [way.is_default for question in chart.questions for way in question.answers]
    assert marked.count(True) == len(chart.questions)


def case(name: str) -> Path:
    return next(case for case in CASES if case.name == name)


def test_minutes_add_up_along_the_longest_way(tale: StoryMap) -> None:
    for chart in (twee(), tale):
        assert uneven(chart) == []
    late = replace(tale.questions[3], at_s=tale.questions[3].at_s + 30.0)
    assert uneven(replace(tale, questions=(*tale.questions[:3], late, *tale.questions[4:])))


def test_the_longest_night_of_the_tale_is_the_last_ending_of_its_map(tale: StoryMap) -> None:
    assert max(ending.at_s for ending in tale.endings) == pytest.approx(tale.longest_s, rel=0.02)
    assert not any(ending.is_dead_end for ending in tale.endings)
    assert tale.questions[0].depth < 0.2
    assert all(ending.depth > 0.9 for ending in tale.endings)


def test_depth_follows_the_glides_and_meets_in_the_mean() -> None:
    chart = twee()
    assert [question.depth for question in chart.questions] == pytest.approx([0.2, 0.6, 0.4, 1.0])
    first = chart.start_edges[0]
    assert first.depth_at(0.0) == 0.0
    assert first.depth_at(0.5) == pytest.approx(0.1)
    assert first.depth_at(first.seconds) == pytest.approx(0.2)
    without = twee(FORK.replace("# depth: 1 over=2s\n", ""))
    assert without.questions[3].depth == pytest.approx((0.6 + 0.4) / 2)


def test_a_chapter_begins_where_its_line_is_told() -> None:
    chart = twee()
    places = [
        (start + at, title) for start, edge in timed_edges(chart) for at, title in edge.chapters
    ]
    titles = {title: at for at, title in sorted(places, reverse=True)}
    assert titles["The Gate"] == 0.0
    assert titles["The Tree"] == pytest.approx(chart.questions[0].at_s)
    assert set(titles) == {"The Gate", "The Tree", "The Bed"}


def test_a_tale_that_only_goes_on_is_its_chapters_and_the_end() -> None:
    chart = map_of(lambda: parse("a.md", LINEAR))
    assert chart.questions == ()
    assert [title for _, title in chart.start_edges[0].chapters] == ["The harbour", "The stair"]
    assert [ending.name for ending in chart.endings] == ["The end"]
    shown = "\n".join(row.text for row in draw_text(chart))
    assert shown.index("The harbour") < shown.index("The stair") < shown.index("The end")


def test_a_dead_end_is_shown_as_one() -> None:
    chart = map_of(lambda: open_case(case("runs_out")))
    assert [ending.is_dead_end for ending in chart.endings] == [True]
    assert "✕ dead end in shore" in "\n".join(row.text for row in draw_text(chart))
    assert "dead end in shore" in draw_svg(chart)


# -- the terminal ---------------------------------------------------------------------------------


def test_the_terminal_form_says_where_each_answer_leads() -> None:
    rows = [row.text for row in draw_text(twee())]
    first = rows.index(next(row for row in rows if "Follow the lamp" in row))
    assert rows[first].split("─")[0].split()[-1] == "1"
    assert rows[first].endswith("─── 2")
    assert rows[first + 1].endswith("─── ↺ 1")
    assert rows[first + 2].endswith("─── 3")
    assert any("Sleep" in row and "☾ Sleep · " in row for row in rows)


def test_answers_that_meet_at_once_are_bracketed() -> None:
    source = FORK.replace("[[Stay by the gate->Gate]]", "[[Stay by the gate->Stair]]")
    rows = [row.text for row in draw_text(twee(source))]
    first = rows.index(next(row for row in rows if "Follow the lamp" in row))
    assert rows[first].endswith("─┐")
    assert rows[first + 1].endswith("─┴─ 2")


def test_every_answer_chapter_and_ending_is_in_the_terminal(tale: StoryMap) -> None:
    rows = draw_text(tale)
    shown = "\n".join(row.text for row in rows)
    for question in tale.questions:
        for way in question.answers:
            assert shown.count(way.text) == 1
    for name in (
        *(ending.name for ending in tale.endings),
        *(t for _, r in timed_edges(tale) for _, t in r.chapters),
    ):
        assert name in shown
    assert max(columns(row.text) for row in rows) <= MAX_WIDTH


@pytest.mark.parametrize("width", [0, MIN_WIDTH, 64, 80, MAX_WIDTH, 500])
def test_the_terminal_form_keeps_to_its_width(tale: StoryMap, width: int) -> None:
    most = min(MAX_WIDTH, max(MIN_WIDTH, width))
    assert max(columns(row.text) for row in draw_text(tale, width)) <= most


def test_long_answers_leave_room_for_where_they_lead() -> None:
    wordy = "Sit on the bench until the moon comes round the corner of the house, and farther on"
    chart = twee(FORK.replace("[[Read->", f"[[{wordy}->"))
    shown = " ".join(row.text for row in draw_text(chart, 60))
    assert all(word in shown.split() for word in (*wordy.split(), "Sleep", "Page"))


def test_colours_are_dim_and_leave_the_words_alone(tale: StoryMap) -> None:
    for row in draw_text(tale):
        seen = coloured(row)
        assert re.sub(r"\x1b\[[0-9;]*m", "", seen) == row.text
        assert "\x1b[1m" not in seen
        assert all(int(code) not in (15, 231) for code in re.findall(r"38;5;(\d+)m", seen))
    assert coloured(MapRow("a", 0.0)) != coloured(MapRow("a", 1.0))


def test_without_signs_there_is_ascii() -> None:
    for row in draw_text(replace(twee(), title="Lantern")):
        assert plain(row.text).isascii(), row.text
        assert columns(plain(row.text)) == columns(row.text)


# -- words ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0, "0 min"), (7, "5 s"), (44, "45 s"), (60, "1 min"), (95, "1½ min"), (1000, "17 min")],
)
def test_minutes_are_told_in_halves(seconds: float, shown: str) -> None:
    assert minutes(seconds) == shown


def test_half_a_minute_has_no_nought_before_it() -> None:
    assert halves(30.0) == "½"


def test_places_are_named_for_those_who_did_not_write_them() -> None:
    assert readable("act_5.the_comet") == "The comet"
    assert readable("Under the St. Anne bridge") == "Under the St. Anne bridge"


def test_a_text_is_made_fit_to_be_shown() -> None:
    assert clean("a\x1b[31m\x00b\n c\ud800d\u202ee\ufffef") == "a [31m b c d e f"


@given(st.text(max_size=60), st.integers(2, 30))
def test_wrapping_loses_nothing_and_keeps_to_its_width(text: str, most: int) -> None:
    rows = wrap(clean(text), most)
    assert "".join("".join(rows).split()) == "".join(clean(text).split())
    assert all(columns(row) <= most for row in rows)


# -- the command ----------------------------------------------------------------------------------


@pytest.fixture
def story(tmp_path: Path) -> str:
    path = tmp_path / "lantern.twee"
    path.write_text(FORK)
    return str(path)


def test_the_command_writes_the_picture(story: str, tmp_path: Path) -> None:
    target = tmp_path / "night.svg"
    assert run(["map", story, "-o", str(target)]) == 0
    assert target.read_text("utf-8") == draw_svg(twee())


def test_the_command_prints_the_map_without_colours_into_a_pipe(story: str, capsys) -> None:
    assert run(["map", story]) == 0
    assert capsys.readouterr().out.splitlines() == [row.text for row in draw_text(twee())]


def test_a_picture_of_another_kind_is_refused(story: str, tmp_path: Path, capsys) -> None:
    assert run(["map", story, "-o", str(tmp_path / "night.png")]) == 2
    assert ".svg" in capsys.readouterr().err
    assert not (tmp_path / "night.png").exists()


@pytest.mark.parametrize(("no_colour", "coloured_rows"), [("", True), ("1", False)])
def test_on_a_terminal_it_is_coloured_unless_colours_are_not_wanted(
    story: str, tmp_path: Path, no_colour: str, coloured_rows: bool
) -> None:
    env = {**os.environ, "DREAMERS_HOME": str(tmp_path), "NO_COLOR": no_colour}
    with Terminal(dreamers("map", story), env) as shown:
        assert shown.wait() == 0
    assert "Follow the lamp" in shown.text
    assert ("\x1b[38;5;" in shown.raw) is coloured_rows


def test_a_road_has_a_depth_past_its_end() -> None:
    edge: MapEdge = twee().start_edges[0]
    assert edge.depth_at(1e9) == edge.depths[-1][1]
