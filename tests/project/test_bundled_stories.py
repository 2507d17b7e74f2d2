"""The stories that come with the player: sound, whole, of their length, and told to rest."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from player.branches import BranchSurvey
from player.cli import run
from player.library.soundscapes import bundled_names
from player.library.stories import EXTENSIONS, Source, bundled_stories, find_story
from player.script import (
    BeginChapter,
    ChangeDepth,
    ChangeSoundscape,
    Header,
    Say,
    Step,
    read_header,
    read_item,
)
from player.story import Choices, End, Story, parse
from tests.support.tale import survey_of, tale_survey

STORIES = Path(__file__).parents[2] / "player" / "stories"
TALE = "the-dreamers"
SHORT = {"the-top-button": "sea", "the-cloakroom": "forest-night", "the-rain-round": "rain"}
MINUTES = {TALE: (25, 40), **dict.fromkeys(SHORT, (5, 8))}
WORDS = {TALE: (10_000, 12_000), **dict.fromkeys(SHORT, (620, 1_050))}

MOST_AT_ONCE = 0.15
"""Depth in one glide; and the fastest is this much in half a minute."""


@dataclass(frozen=True, slots=True)
class Told:
    """A bundled story, and every branch of it."""

    source: Source
    header: Header
    walked: BranchSurvey


@cache
def told(name: str) -> Told:
    source = find_story(name)
    header = read_header(source.open().header)
    return Told(source, header, tale_survey() if name == TALE else survey_of(source))


def night(story: Story, header: Header, answers: tuple[int, ...] = ()) -> Iterator[Step]:
    """The steps of one night, to one who gives these answers, counted from 1."""
    waiting = list(answers)
    while not isinstance(item := story.next(), End):
        yield from read_item(item, header).steps
        if isinstance(item, Choices):
            story.choose(waiting.pop(0) - 1)


def nights(name: str) -> Iterator[list[Step]]:
    """One night to each ending."""
    story = told(name)
    for ending in story.walked.endings:
        yield list(night(story.source.open(), story.header, ending.answers))


def jumps(header: Header, steps: list[Step]) -> list[ChangeDepth]:
    """The glides that go too far or too fast. Before the first word, nobody can be woken."""
    found, depth, begun = [], header.depth, False
    for step in steps:
        if isinstance(step, ChangeDepth):
            way = abs(step.depth - depth)
            if begun and (
                way > MOST_AT_ONCE + 1e-9 or way > MOST_AT_ONCE * step.over_s / 30 + 0.02
            ):
                found.append(step)
            depth = step.depth
        begun = begun or (isinstance(step, Say) and bool(step.text))
    return found


def test_the_tale_and_the_three_short_ones_are_bundled():
    assert bundled_stories() == tuple(sorted(MINUTES))


def test_every_story_file_has_a_name_of_its_own():
    """An Ink source is told by the JSON beside it; no other two files may share a name."""
    files = [path.name for path in STORIES.iterdir() if path.name.endswith(EXTENSIONS)]
    sources = [name for name in files if name.endswith(".ink")]
    assert {f"{name}.json" for name in sources} <= set(files)
    names = [re.sub(r"\.(ink\.json|twee|tw|txt|md)$", "", n) for n in files if n not in sources]
    assert sorted(names) == list(bundled_stories())


def test_each_form_of_story_is_among_them():
    forms = {find_story(name).filename.partition(".")[2] for name in SHORT}
    assert forms == {"md", "twee", "ink.json"}


@pytest.mark.parametrize("name", SHORT)
def test_check_finds_nothing_in_an_example_not_even_a_remark(name, capsys):
    """That the tale is sound as well is among the tests of the command line."""
    assert run(["check", name, "--json"]) == 0
    (report,) = json.loads(capsys.readouterr().out)
    assert report["problems"] == []
    assert report["remarks"] == []


@pytest.mark.parametrize("name", MINUTES)
def test_its_header_is_complete(name):
    story = told(name)
    given = {tag.partition(":")[0] for tag in story.source.open().header}
    assert given >= {"title", "author", "lang", "soundscape"}
    assert story.header.problems == ()


@pytest.mark.parametrize(("name", "minutes"), MINUTES.items())
def test_every_night_has_its_length(name, minutes):
    walked = told(name).walked
    least, most = minutes
    assert walked.exhaustive
    assert least * 60 <= walked.shortest_s
    assert walked.longest_s <= most * 60


@pytest.mark.parametrize(("name", "words"), WORDS.items())
def test_it_has_the_words_for_it(name, words):
    least, most = words
    assert least <= told(name).walked.word_count <= most


@pytest.mark.parametrize("name", MINUTES)
def test_the_depth_never_jumps_and_every_night_ends_at_1(name):
    for steps in nights(name):
        assert jumps(told(name).header, steps) == []
        assert [step.depth for step in steps if isinstance(step, ChangeDepth)][-1] == 1.0


@pytest.mark.parametrize("over", ["over=40s", "over=2s"])
def test_a_jump_would_be_found(over):
    depth = "0.9" if over == "over=40s" else "0.3"
    text = f":: Start\n# depth: 0.2\nIt is cool.\n\n# depth: {depth} {over}\nIt is warm."
    story = parse("jump.twee", text)
    assert len(jumps(Header(), list(night(story, Header())))) == 1


@pytest.mark.parametrize("name", MINUTES)
def test_every_soundscape_that_it_names_is_there(name):
    story = told(name)
    named = {story.header.soundscape}
    for line in story.walked.lines:
        named |= {
            step.name
            for step in read_item(line, story.header).steps
            if isinstance(step, ChangeSoundscape)
        }
    assert named <= set(bundled_names())


@pytest.mark.parametrize("name", MINUTES)
def test_nothing_in_it_is_written_for_the_eye(name):
    """Numbers are in words, and no sign stands for something to be guessed."""
    unsayable = re.compile(r"[\d!()\[\]/&%+=*_<>\"“”—–]|\.\.\.|\b(?:Mr|Mrs|Dr|St|etc)\b")
    story = told(name)
    texts = [line.text for line in story.walked.lines]
    texts += [option.text for asked in story.walked.questions for option in asked.options]
    assert [text for text in texts if unsayable.search(text)] == []


def test_the_tale_has_its_choices_and_endings():
    walked = told(TALE).walked
    assert len(walked.questions) >= 9
    assert len({ending.path for ending in walked.endings}) >= 4


@pytest.mark.parametrize(("name", "soundscape"), SHORT.items())
def test_a_short_tale_is_linear_and_has_a_bed_of_its_own_and_chapters(name, soundscape):
    story = told(name)
    assert story.walked.questions == ()
    assert story.header.soundscape == soundscape
    (steps,) = nights(name)
    assert 2 <= len([step for step in steps if isinstance(step, BeginChapter)]) <= 3
    assert len([step for step in steps if isinstance(step, Say) and step.pause_s >= 1.5]) >= 5


def test_one_short_tale_has_a_second_voice():
    speakers = {
        name: {step.speaker for steps in nights(name) for step in steps if isinstance(step, Say)}
        for name in SHORT
    }
    assert {name for name, heard in speakers.items() if len(heard) == 2} == {"the-cloakroom"}


@pytest.mark.parametrize(
    ("name", "refrain"),
    [
        ("the-top-button", "Down it went, and there was no hurry|Down, and no hurry|No hurry"),
        ("the-cloakroom", "It will keep until the morning|It will keep|All of it will keep"),
        ("the-rain-round", "plenty more where that came from|plenty more|Plenty"),
    ],
)
def test_a_short_tale_has_a_phrase_that_comes_back_shorter(name, refrain):
    lines = [line.text for line in told(name).walked.lines]
    first = [
        next(i for i, text in enumerate(lines) if f"{said}." in text) for said in refrain.split("|")
    ]
    assert first == sorted(set(first))
    assert lines[-1] == "Good night."
