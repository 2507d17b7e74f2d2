"""The writing guide against what it describes: its tags, its quotations, its commands."""

import re
import shlex
from pathlib import Path

import pytest
import typer

from player.authoring.lint.depth_jumps import MAX_DEPTH_PER_S, MAX_DEPTH_STEP
from player.authoring.lint.pacing import MAX_BREATH_S, MAX_SENTENCE_S, MAX_WPM
from player.cli.app import app
from player.library.stories import bundled_stories
from player.script.prompts import spoken_question
from player.script.steps import DEPTH_CHANGE_S, LINE_PAUSE_S, SOUNDSCAPE_FADE_S
from player.script.tags import CHOICE, HEADER, LINE, RULES, TagError, parse_tag
from player.session import Pacing

ROOT = Path(__file__).parents[2]
STORIES = ROOT / "player" / "stories"
GUIDE = (ROOT / "docs" / "writing.md").read_text(encoding="utf-8")
PLACES = {"At the top of the story": HEADER, "On a line": LINE, "In a choice": CHOICE}
FENCE = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def section(title: str) -> str:
    """What stands under a heading, up to the next one."""
    found = re.search(rf"^#+ {title}\n(.*?)(?=^#)", GUIDE, re.MULTILINE | re.DOTALL)
    assert found, title
    return found[1]


def documented(title: str) -> list[str]:
    """The tags in the first column of a section's table."""
    return re.findall(r"^\| `# ([^`]+)` \|", section(title), re.MULTILINE)


@pytest.mark.parametrize(("title", "place"), PLACES.items())
def test_every_tag_and_option_is_documented_by_an_example_that_the_player_accepts(title, place):
    tags = [parse_tag(text, place) for text in documented(title)]
    assert sorted(tag.name for tag in tags) == sorted(RULES[place])
    told = section(title)
    for tag in tags:
        for option in RULES[place][tag.name].options:
            mentioned = option in tag.options or f"`{option}`" in told
            # At the top, a glide or a crossfade has nothing to come from.
            assert mentioned or (place == HEADER and option in {"over", "fade"}), option


def test_an_example_that_the_player_refuses_would_be_found():
    with pytest.raises(TagError):
        parse_tag("pause: 1.5", LINE)


QUOTATIONS = [(name, text) for _, name, text in FENCE.findall(GUIDE) if name]


@pytest.mark.parametrize(("name", "text"), QUOTATIONS, ids=lambda value: value[:24])
def test_what_is_quoted_stands_in_its_story(name, text):
    assert text.rstrip("\n") in (STORIES / name).read_text(encoding="utf-8")


def test_each_of_the_three_tales_is_quoted():
    quoted = {name.partition(".")[0] for name, _ in QUOTATIONS}
    assert quoted >= set(bundled_stories()) - {"the-dreamers"}


def test_every_command_in_the_guide_is_one():
    lines = [
        line for kind, _, text in FENCE.findall(GUIDE) if kind == "sh" for line in text.split("\n")
    ]
    commands = typer.main.get_command(app).commands
    for line in filter(None, lines):
        program, name, *arguments = shlex.split(line)
        known = {option for given in commands[name].params for option in given.opts}
        assert program == "dreamers"
        assert {word for word in arguments if word.startswith("-")} <= known, line


def test_the_numbers_are_those_of_the_player():
    pacing = Pacing()
    for stated in (
        f"over {SOUNDSCAPE_FADE_S:g} s unless `fade`",
        f"over {DEPTH_CHANGE_S:g} s unless `over`",
        f"{LINE_PAUSE_S:g} s without this tag",
        f"slowed by {100 * pacing.slowing:g} %",
        f"sentences over {MAX_SENTENCE_S:g} s",
        f"more than {MAX_BREATH_S:g} s without a comma",
        f"over {MAX_WPM:g} words a minute",
        (
            f"more than {MAX_DEPTH_STEP:g}, or goes faster than {MAX_DEPTH_STEP:g} in"
            f" {MAX_DEPTH_STEP / MAX_DEPTH_PER_S:g} s"
        ),
    ):
        assert stated in " ".join(GUIDE.split()), stated
    assert pacing.pause_growth == 0.5  # "half as long again"
    assert pacing.asleep_after == 2  # "after two questions without an answer"


def test_the_question_is_said_as_the_guide_says():
    asked = spoken_question(["Follow the lantern", "Stay by the water"])
    assert asked in " ".join(GUIDE.split())
    assert spoken_question(["The lantern"]).startswith("Press one for the lantern")
    assert spoken_question(["“Good night”"]).startswith("Press one to say")


def test_the_guide_is_short_enough_to_be_read():
    assert len(GUIDE.splitlines()) < 250
