"""The map as a picture: nothing over another thing, nothing lost, nothing from outside."""

from __future__ import annotations

import itertools
import random
import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from player.authoring.story_map import StoryMap, build_map, draw_svg, draw_text
from player.authoring.story_map.labels import columns
from player.authoring.story_map.layout import lay_out
from player.authoring.story_map.palette import thread_colour
from player.authoring.story_map.routing import count_hits
from player.authoring.story_map.shapes import Box, Layout
from player.authoring.story_map.terminal import MAX_WIDTH
from player.branches import BranchSurvey, Ending, QuestionEdge, duration_by_words, explore
from player.script import Header
from player.story import Choice, Choices, Line, parse
from tests.support.story_maps import FORK, map_of, tale_map, timed_edges, twee, uneven
from tests.support.tellings import CASES, open_case

SVG = "{http://www.w3.org/2000/svg}"
BARE = explore(lambda: parse("a.md", "One line."))


@pytest.fixture(scope="module")
def tale() -> StoryMap:
    return tale_map()


def overlaps(layout: Layout) -> list[tuple[object, object]]:
    """The things that bear words and stand one over another."""
    things = [*layout.markers, *layout.labels, *layout.chapter_marks]
    return [
        (first, other)
        for first, other in itertools.combinations(things, 2)
        if first.box.overlaps(other.box)
    ]


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_nothing_stands_over_another_thing(folder: Path) -> None:
    assert overlaps(lay_out(map_of(lambda: open_case(folder)))) == []


def test_nothing_stands_over_another_thing_in_the_tale(tale: StoryMap) -> None:
    layout = lay_out(tale)
    assert overlaps(layout) == []
    assert layout.width == 900.0
    moved = replace(layout.labels[2], box=layout.labels[1].box)
    assert overlaps(replace(layout, labels=(*layout.labels[:2], moved, *layout.labels[3:])))


def hidden(layout: Layout) -> int:
    """How often a thread runs behind words or a dot that it neither leaves nor comes to."""
    return sum(
        count_hits(list(strand.points[-2:]), [thing.box], 9)
        for strand in layout.threads
        for thing in (*layout.markers, *layout.labels)
        if thing.node not in {strand.before, strand.to}
    )


def tangle(count: int, seed: int) -> StoryMap:
    """A story of ``count`` questions whose answers lead on, far ahead and back, as they like."""
    dice = random.Random(seed)
    questions = tuple(
        Choices(tuple(Choice(f"Go by {n}", (), "") for n in range(dice.randint(2, 4))), f"k{at}")
        for at in range(count)
    )
    stretches = [
        QuestionEdge(question=None, option=0, to_question=0, to_ending=None, seconds=60.0, lines=())
    ]
    for at, question in enumerate(questions):
        for option in range(len(question.options)):
            to = at + dice.randint(1, 4) if dice.random() < 0.9 else dice.randrange(count)
            ends = (to, None) if to < count else (None, 0)
            stretches.append(QuestionEdge(at, option, *ends, dice.uniform(10.0, 200.0), ()))
    found = replace(BARE, questions=questions, question_edges=tuple(stretches))
    return build_map(found, Header(), duration_by_words())


@pytest.mark.parametrize("seed", range(6))
def test_nothing_stands_over_another_thing_in_a_tangle(seed: int) -> None:
    layout = lay_out(tangle(18, seed))
    assert overlaps(layout) == []
    assert hidden(layout) <= len(layout.threads) // 20


HOUSE = """
:: Start
[[Open the smallest door of them all->Cupboard]]
[[Go up->Attic]]
[[Leave by the garden->Garden]]

:: Cupboard
[[Back->Start]]
[[Sleep here->Sleep]]

:: Attic
[[Listen->Rain]]
[[Lie down->Sleep]]

:: Rain
[[Go down to the garden->Garden]]
[[Lie down->Sleep]]

:: Garden
[[Sit on the bench->Moon]]
[[Go in->Cupboard]]

:: Moon
The moon.

:: Sleep
You sleep.
"""


def test_a_thread_that_would_run_behind_words_goes_around_them() -> None:
    layout = lay_out(twee(HOUSE))
    assert overlaps(layout) == []
    assert hidden(layout) <= 1
    aside = [s for s in layout.threads if len({x for x, _ in s.points[2:]}) > 2]
    assert aside, "some thread has left its lane"


def test_in_the_tale_no_thread_runs_behind_words(tale: StoryMap) -> None:
    layout = lay_out(tale)
    assert hidden(layout) == 0
    astray = replace(layout.threads[1], points=((layout.labels[1].x, 0.0), (400.0, layout.height)))
    assert hidden(replace(layout, threads=(astray,)))


def test_time_runs_downwards(tale: StoryMap) -> None:
    for chart in (tale, twee()):
        layout = lay_out(chart)
        for strand in layout.threads:
            heights = [y for _, y in strand.points]
            assert heights == sorted(heights)
            assert [y for y, _ in strand.depths] == sorted(y for y, _ in strand.depths)
            assert strand.x_at(heights[-1]) == pytest.approx(strand.points[-1][0])
        boxes = [thing.box for thing in (*layout.markers, *layout.labels, *layout.chapter_marks)]
        page = Box(0.0, 0.0, layout.width, layout.height)
        assert all(page.left <= box.left and box.right <= page.right for box in boxes)
        assert all(page.top <= box.top and box.bottom <= page.bottom for box in boxes)


def written(svg: str) -> list[str]:
    """Each thing that is written in the picture."""
    return ["".join(text.itertext()) for text in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def grouped(svg: str, name: str) -> list[str]:
    groups = ElementTree.fromstring(svg).iter(f"{SVG}g")
    return [
        " ".join(text.itertext()) if text is not None else ""
        for group in groups
        if group.get("class") == name
        for text in [group.find(f"{SVG}text")]
    ]


def squeezed(texts) -> list[str]:
    """For comparing words that may be broken in the middle."""
    return sorted("".join(text.split()) for text in texts)


def assert_all_is_in(svg: str, chart: StoryMap) -> None:
    answers = [way.text for question in chart.questions for way in question.answers]
    assert squeezed(grouped(svg, "question")) == sorted(
        str(number + 1) for number in range(len(chart.questions))
    )
    assert squeezed(grouped(svg, "answer-words")) == squeezed(answers)
    assert squeezed(grouped(svg, "ending-words")) == squeezed(
        ending.name for ending in chart.endings
    )


def test_every_question_answer_and_ending_is_in_the_picture_once(tale: StoryMap) -> None:
    for chart in (tale, twee()):
        svg = draw_svg(chart)
        assert_all_is_in(svg, chart)
        titles = {title for _, edge in timed_edges(chart) for _, title in edge.chapters}
        chapters = ElementTree.fromstring(svg).findall(f"{SVG}g[@class='chapter']/{SVG}title")
        assert sorted(chapter.text or "" for chapter in chapters) == sorted(titles)


def test_a_picture_that_lost_an_answer_is_seen_to(tale: StoryMap) -> None:
    svg = draw_svg(tale).replace(tale.questions[0].answers[0].text.split()[0], "", 1)
    with pytest.raises(AssertionError):
        assert_all_is_in(svg, tale)


def outside(svg: str) -> list[str]:
    """Whatever in a picture would be fetched or run."""
    found = []
    for element in ElementTree.fromstring(svg).iter():
        if element.tag.removeprefix(SVG) in {"script", "style", "image", "foreignObject", "a"}:
            found.append(element.tag)
        for name, value in element.attrib.items():
            links = re.findall(r"url\(([^)]*)\)", value)
            links += [value] if name.endswith("href") else []
            found += [link for link in links if not link.startswith("#")]
            found += [name] if name.startswith("on") else []
    return found


def test_the_picture_needs_nothing_from_outside(tale: StoryMap) -> None:
    svg = draw_svg(tale)
    assert outside(svg) == []
    assert svg.count("http") == 1, "the name of the SVG namespace, and no address"
    ids = re.findall(r'\bid="([^"]*)"', svg)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r"url\(#([^)]*)\)", svg)) <= set(ids)


@pytest.mark.parametrize(
    "bad",
    ['<image href="a.png"/>', '<g fill="url(http://x/y#z)"/>', "<script/>", '<g onload="x"/>'],
)
def test_what_comes_from_outside_is_seen(bad: str) -> None:
    assert outside(f'<svg xmlns="http://www.w3.org/2000/svg">{bad}</svg>')


def test_the_colour_goes_from_cold_to_warm() -> None:
    def parts(depth: float) -> list[int]:
        return [int(thread_colour(depth)[at : at + 2], 16) for at in (1, 3, 5)]

    warmth = [parts(step / 10)[0] - parts(step / 10)[2] for step in range(11)]
    assert warmth == sorted(warmth)
    assert warmth[0] < -40
    assert warmth[-1] > 100
    assert thread_colour(-1.0) == thread_colour(0.0)
    assert thread_colour(2.0) == thread_colour(1.0)


def test_the_picture_on_the_first_page_has_every_choice_of_the_tale(tale: StoryMap) -> None:
    picture = Path(__file__).parents[4] / "docs/the-dreamers-map.svg"
    assert_all_is_in(picture.read_text("utf-8"), tale)  # else: dreamers map -o docs/…-map.svg


def test_a_walk_cut_short_leaves_its_answers_open() -> None:
    found = explore(lambda: parse("a.twee", FORK), max_situations=1)
    chart = build_map(found, Header(), duration_by_words())
    assert not chart.exhaustive
    assert "as far as it was walked" in chart.facts
    assert any(not way.edges for question in chart.questions for way in question.answers)
    assert_all_is_in(draw_svg(chart), chart)


# -- any story at all -----------------------------------------------------------------------------

TEXT = st.text(st.characters(exclude_categories=()), max_size=50)


@st.composite
def walks(draw) -> BranchSurvey:
    """A walk of any shape: rounds, dead ends, answers that were not walked, odd words."""
    count = draw(st.integers(0, 6))
    questions = tuple(
        Choices(tuple(Choice(draw(TEXT), (), "k") for _ in range(draw(st.integers(1, 4)))), f"k{n}")
        for n in range(count)
    )
    endings = tuple(Ending(draw(TEXT), draw(TEXT), ()) for _ in range(draw(st.integers(1, 3))))
    origins = [(None, 0)]
    origins += [(n, option) for n in range(count) for option in range(len(questions[n].options))]
    ends = st.one_of(
        st.just((None, None)),
        st.tuples(st.none(), st.integers(0, len(endings) - 1)),
        *([st.tuples(st.integers(0, count - 1), st.none())] if count else []),
    )
    stretches = []
    for question, option in origins:
        least = 1 if question is None else 0
        for to in draw(st.lists(ends, min_size=least, max_size=2, unique=True)):
            lines = tuple(
                Line(draw(TEXT), draw(tags()), "k") for _ in range(draw(st.integers(0, 2)))
            )
            seconds = draw(st.floats(0.0, 4000.0))
            stretches.append(QuestionEdge(question, option, *to, seconds, lines))
    return replace(
        BARE, questions=questions, endings=endings, dead_ends=(), question_edges=tuple(stretches)
    )


def tags() -> st.SearchStrategy[tuple[str, ...]]:
    chapter = TEXT.map(lambda text: f"chapter: {text}")
    depth = st.floats(0.0, 1.0).map(lambda depth: f"depth: {depth:.3f} over=30s")
    return st.lists(st.one_of(chapter, depth), max_size=2).map(tuple)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
@given(walks(), TEXT)
def test_a_story_of_any_shape_and_any_words_has_its_map(found: BranchSurvey, title: str) -> None:
    chart = build_map(found, Header(title=title), duration_by_words())
    assert uneven(chart) == []
    layout = lay_out(chart)
    assert overlaps(layout) == []
    svg = draw_svg(chart)
    svg.encode()
    assert_all_is_in(svg, chart)
    assert outside(svg) == []
    for row in draw_text(chart):
        assert columns(row.text) <= MAX_WIDTH
        assert not re.search(r"[\x00-\x1f\x7f-\x9f]", row.text)


def test_the_times_of_two_beginnings_do_not_cover_each_other() -> None:
    questions = tuple(Choices((Choice("", (), "k"),), f"k{number}") for number in range(2))
    edges = (
        QuestionEdge(
            question=None, option=0, to_question=0, to_ending=None, seconds=330.0, lines=()
        ),
        QuestionEdge(
            question=None, option=0, to_question=1, to_ending=None, seconds=414.0, lines=()
        ),
    )
    found = replace(BARE, questions=questions, question_edges=edges)
    layout = lay_out(build_map(found, Header(), duration_by_words()))
    assert {label.note for label in layout.labels} >= {"5½ min", "7 min"}
    assert overlaps(layout) == []


def test_a_name_that_looks_like_markup_stays_a_name() -> None:
    title = '</title><script>alert("1")</script> & co'
    svg = draw_svg(replace(twee(), title=title))
    assert title in written(svg)
    assert outside(svg) == []


def test_a_story_that_breaks_at_once_still_has_a_map() -> None:
    at_once = QuestionEdge(
        question=None, option=0, to_question=None, to_ending=None, seconds=0.0, lines=()
    )
    found = replace(BARE, questions=(), endings=(), question_edges=(at_once,))
    chart = build_map(found, Header(), duration_by_words())
    assert [ending.name for ending in chart.endings] == ["dead end"]
    assert_all_is_in(draw_svg(chart), chart)
