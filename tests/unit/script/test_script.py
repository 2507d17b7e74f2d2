"""A line and its tags become steps; what is wrong is passed over and told."""

import pytest

from player.script import (
    Ask,
    BeginChapter,
    ChangeDepth,
    ChangeSoundscape,
    PlaySound,
    Say,
    read_header,
    read_item,
)
from player.script.prompts import ask_again, spoken_question
from player.script.tags import CHOICE, HEADER, LINE, TagError, parse_tag, seconds
from player.story.model import Choice, Choices, Line

HEADER_TAGS = (
    "title: The Lantern",
    "author: Nobody",
    "soundscape: underground",
    "cast: mira pitch=1.2 formant=1.13 rate=0.95 voice=kore",
)


def header():
    return read_header(HEADER_TAGS)


def steps(text, *tags):
    return read_item(Line(text, tags, "knot"), header()).steps


def problems(*tags):
    return [p.message for p in read_item(Line("Words.", tags, "knot"), header()).problems]


def test_the_header_gives_title_sound_and_cast():
    top = header()
    assert (top.title, top.author, top.soundscape) == ("The Lantern", "Nobody", "underground")
    mira = top.shading("mira")
    assert (mira.pitch, mira.formant, mira.rate, mira.voice) == (1.2, 1.13, 0.95, "kore")
    assert top.problems == ()


def test_a_plain_line_is_said_by_the_narrator_with_a_pause_after_it():
    (say,) = steps("The kettle hums.")
    assert isinstance(say, Say)
    assert (say.text, say.speaker, say.rate) == ("The kettle hums.", "narrator", 1.0)
    assert say.pause_s > 0


def test_tags_come_before_the_words_in_the_order_in_which_they_are_heard():
    found = steps(
        "Down they go.",
        "depth: 0.4 over=45s",
        "sound: kettle.flac",
        "soundscape: oasis fade=8s",
        "chapter: The Lantern Stair",
        "voice: mira",
        "rate: 0.9",
        "pause: 1.5s",
    )
    assert found == (
        BeginChapter("The Lantern Stair"),
        ChangeSoundscape("oasis", 8.0),
        ChangeDepth(0.4, 45.0),
        PlaySound("kettle.flac"),
        Say(text="Down they go.", speaker="mira", rate=0.9, pause_s=1.5, path="knot"),
    )


def test_tags_without_words_say_nothing():
    assert steps("", "depth: 0.4") == (ChangeDepth(0.4, 60.0),)


@pytest.mark.parametrize(
    ("text", "value"), [("1.5s", 1.5), ("400ms", 0.4), ("2m", 120.0), ("1 h", 3600.0), (".5s", 0.5)]
)
def test_times_carry_their_unit(text, value):
    assert seconds(text) == pytest.approx(value)


@pytest.mark.parametrize(
    ("tag", "place", "hint"),
    [
        ("pause: 2", LINE, "unit"),
        ("pause: -1s", LINE, "unit"),
        ("pause: 90s", LINE, "0s to 60s"),
        ("depth: 1.2", LINE, "0 to 1"),
        ("depth: nan", LINE, "0 to 1"),
        ("depth: warm", LINE, "0 to 1"),
        ("depth: 0.5 over=9", LINE, "unit"),
        ("depth: 0.5 in=9s", LINE, "unknown option 'in'"),
        ("dpeth: 0.4", LINE, "did you mean 'depth'"),
        ("key: w", LINE, "belongs on a choice"),
        ("colour: red", LINE, "the tags there are"),
        ("chapter:", LINE, "missing"),
        ("soundscape: ../etc/passwd", LINE, "not a name"),
        ("key: lantern", CHOICE, "one letter or digit"),
        ("default: yes", CHOICE, "takes no value"),
        ("timeout: 0s", CHOICE, "1s to 3600s"),
        ("cast: mira pitch=9", HEADER, "0.4 to 2"),
    ],
)
def test_a_bad_tag_is_refused_with_its_remedy(tag, place, hint):
    with pytest.raises(TagError, match=hint):
        parse_tag(tag, place)


def test_a_bad_tag_is_passed_over_and_told_while_the_line_is_said():
    reading = read_item(Line("Words.", ("dpeth: 0.4", "pause: 2"), "hall"), header())
    assert [type(step) for step in reading.steps] == [Say]
    assert [problem.path for problem in reading.problems] == ["hall", "hall"]


def test_a_voice_that_is_not_in_the_cast_is_told():
    assert "not in the cast" in problems("voice: nobody")[0]
    assert problems("voice: mira") == problems("voice: narrator") == []


def test_choices_become_a_question_with_keys_default_and_timeout():
    choices = Choices(
        (
            Choice("Follow the lantern", ("key: w", "timeout: 30s"), "stair"),
            Choice("Stay by the water", ("default",), "stair"),
        ),
        "stair",
    )
    (ask,) = read_item(choices, header()).steps
    assert isinstance(ask, Ask)
    assert ask.question == "Press one to follow the lantern. Press two to stay by the water."
    assert ask.again == "One, follow the lantern. Two, stay by the water."
    assert (ask.default, ask.timeout_s, ask.options[0].key) == (1, 30.0, "w")


def test_without_a_default_the_first_choice_is_it():
    (ask,) = read_item(
        Choices((Choice("Go", (), "x"), Choice("Stay", (), "x")), "x"), header()
    ).steps
    assert ask.default == 0


@pytest.mark.parametrize(
    ("choice", "spoken"),
    [
        ("Follow the lantern", "Press one to follow the lantern."),
        ("Follow the lantern.", "Press one to follow the lantern."),
        ("The red door", "Press one for the red door."),
        ("Mira's lamp", "Press one for Mira's lamp."),
        ("“Yes,” she said", "Press one to say “Yes,” she said."),
        ("Ask  Mira", "Press one to ask Mira."),
    ],
)
def test_the_question_is_a_natural_sentence(choice, spoken):
    assert spoken_question([choice], {"Mira"}) == spoken
    assert ask_again([choice], {"Mira"}).startswith("One, ")


def test_a_name_in_another_choice_keeps_its_capital_at_the_start():
    choices = Choices((Choice("Wait with Leo", (), "x"), Choice("Leo first", (), "x")), "x")
    (ask,) = read_item(choices, header()).steps
    assert ask.question.endswith("Press two for Leo first.")


def test_the_writers_own_question_is_marked():
    (say,) = steps("Where shall we go?", "ask")
    assert say.asks
