"""Twee 3: passages, their links as choices, and what is refused by name and line."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from player.errors import InputError
from player.story import Choices, End, Line, Story, parse
from tests.support.tellings import tell


def twee(source: str) -> Story:
    return parse("a.twee", source)


def refusal(source: str) -> str:
    with pytest.raises(InputError) as caught:
        twee(source)
    assert str(caught.value).startswith("a.twee")
    return str(caught.value)


STORY = """\
:: StoryTitle
The Lantern Stair
# author: The Dreamers
# soundscape: underground
# cast: mira pitch=1.2

:: StoryData
{"ifid": "D674C58C-DEFA-4F70-B7A2-27742230C0FC", "start": "The room"}

:: The room [depth:0.2 blue] {"position":"600,400","size":"100,200"}
It is //late//, and the *lamp* is low.
It hums.

# pause: 2s
She <b>waits</b> &amp; ''waits''. <!-- a note
over two lines -->

[[Follow the lantern # key: w # default->stair]]
[[bed<-Stay]]

:: stair
# chapter: The Stair
You may [[rest a while|bed]], or [[go up]], or look.

:: go up
The lamps come on, one by one.
[[Onward->bed]]

:: bed
Sleep.

:: style [stylesheet]
body { color: black }

:: code [script]
<<widget "none">><</widget>>
"""


def test_a_story_is_told_passage_by_passage() -> None:
    assert tell(twee(STORY), [0, 1]) == (
        "[The room] It is late, and the lamp is low. It hums. # depth: 0.2\n"
        "[The room] She waits & waits. # pause: 2s\n"
        "[The room]\n  1. Follow the lantern # key: w # default\n  2. Stay\n> 1\n"
        "[stair] You may rest a while, or go up, or look. # chapter: The Stair\n"
        "[stair]\n  1. rest a while\n  2. go up\n> 2\n"
        "[go up] The lamps come on, one by one.\n"
        "[bed] Sleep.\n[bed] the end\n"
    )


def test_the_header_comes_from_the_title_passage() -> None:
    story = twee(STORY)
    assert story.header == (
        "title: The Lantern Stair", "author: The Dreamers", "soundscape: underground",
        "cast: mira pitch=1.2",
    )  # fmt: skip
    assert story.knots == ("The room", "stair", "go up", "bed")


def test_it_goes_on_the_same_when_saved_and_loaded_after_every_item() -> None:
    for choices in ([0, 0], [0, 1], [1]):
        plain = tell(twee(STORY), choices)
        assert tell(twee(STORY), choices, lambda story, _: story.load(story.save())) == plain


@pytest.mark.parametrize(
    ("link", "words", "target"),
    [
        ("[[b]]", "b", "b"),
        ("[[go->b]]", "go", "b"),
        ("[[b<-go]]", "go", "b"),
        ("[[go|b]]", "go", "b"),
        ("[[ a -> c -> b ]]", "a -> c", "b"),
        ("[[go # key: k->b]]", "go", "b"),
        ("[[b # default]]", "b", "b"),
    ],
)
def test_every_form_of_link_is_read(link: str, words: str, target: str) -> None:
    story = twee(f":: Start\n{link}\n[[b|c]]\n:: b\nHere.\n:: c\nThere.\n")
    question = story.next()
    assert isinstance(question, Choices)
    assert question.options[0].text == words
    story.choose(0)
    assert story.next() == Line("Here.", (), target)


def test_links_between_other_words_stay_in_the_prose_and_links_alone_do_not() -> None:
    story = twee(
        ":: Start\nSee [[a]] and\n- [[b]]\n* [[a|b]], [[b|a]]\nrest.\n:: a\nA.\n:: b\nB.\n"
    )
    assert story.next() == Line("See a and rest.", (), "Start")
    question = story.next()
    assert isinstance(question, Choices)
    assert [option.text for option in question.options] == ["a", "b", "a", "b"]


def test_a_single_link_goes_on_and_none_is_the_end() -> None:
    story = twee(":: Start\nOne.\n[[on]]\n:: on\nTwo.\n")
    assert [story.next() for _ in range(3)] == [
        Line("One.", (), "Start"), Line("Two.", (), "on"), End("on"),
    ]  # fmt: skip


def test_signs_in_a_name_can_be_escaped() -> None:
    story = twee(":: Start\n[[the \\[old\\] room]]\n:: the \\[old\\] room [depth:1]\nHere.\n")
    assert story.knots == ("Start", "the [old] room")


def test_a_passage_may_begin_with_the_sign_of_a_header_when_it_is_escaped() -> None:
    assert twee(":: Start\n\\:: so\n").next() == Line(":: so", (), "Start")


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("", "begins with ''"),
        ("Once upon a time\n:: Start\nHi.\n", "begins with 'Once upon a time'"),
        (":: [tag]\nHi.\n", "line 1: ':: [tag]' is not the head of a passage"),
        (":: a [b\nHi.\n", "line 1: ':: a [b' is not the head"),
        (":: Start\nHi.\n:: Start\nHo.\n", "line 3: there is a passage 'Start' in line 1 already"),
        (":: a\nHi.\n", "has no passage 'Start' to start from"),
        (':: StoryData\n{"start": "x"}\n:: a\nHi.\n', "has no passage 'x'"),
        (":: StoryData\n{nonsense\n:: Start\nHi.\n", "line 2: StoryData is not a JSON object"),
        (":: StoryData\n[1]\n:: Start\nHi.\n", "line 2: StoryData is not a JSON object"),
        (":: Start\nHi.\n\n[[gone]]\n", "line 4: '[[gone]]' in the passage 'Start' has no passage"),
        (":: Start\n[[->x]]\n:: x\n", "line 2: '[[->x]]' in the passage 'Start' is not a link"),
        (":: Start\n\n<<set $x to 1>>\n", "line 3: '<<set' in the passage 'Start' is a macro"),
        (":: Start\n(set: $x to 1)\n", "line 2: '(set:' in the passage 'Start' is a macro"),
        (":: Start\nYou have $gold.\n", "line 2: '$gold' in the passage 'Start' is a macro"),
        (":: Start\n<% s.x = 1 %>\n", "line 2: '<%' in the passage 'Start' is a macro"),
        (":: Start\n[[a|b][f()]]\n:: b\nB.\n", "is not a link that can be read"),
        (":: Start\n[[a]]\n:: a\n[[Start]]\n", "goes round for ever from 'Start' back to itself"),
        (":: Start\n" + "word " * 5000, "has a paragraph of 25000 characters in 'Start'"),
    ],
)
def test_what_cannot_be_told_is_refused(source: str, found: str) -> None:
    assert found in refusal(source)


def test_money_and_plain_parentheses_are_only_words() -> None:
    text = "It cost $5 (or so: who knows)."
    assert twee(f":: Start\n{text}\n").next() == Line(text, (), "Start")


@pytest.mark.parametrize(
    "state", ["", "[]", '{"page": "x", "told": 0}', '{"page": "Start", "told": 9}', "[" * 9000,
              '{"page": "Start", "told": -1}', '{"page": ["Start"], "told": 0}'],
    ids=range(7),
)  # fmt: skip
def test_a_broken_bookmark_is_refused(state: str) -> None:
    with pytest.raises(InputError, match="is damaged or of another edition"):
        twee(":: Start\nHi.\n").load(state)


def test_answers_are_checked() -> None:
    story = twee(STORY)
    with pytest.raises(InputError, match="asks nothing at 'The room' yet"):
        story.choose(0)
    story.next()
    story.next()
    with pytest.raises(InputError, match="expected 1 to 2"):
        story.choose(2)
    with pytest.raises(InputError, match="has no knot 'attic'"):
        story.jump("attic")


def is_plain(text: str) -> bool:
    """Return whether there are words, and no pair of quotes, which is Twine's mark for bold."""
    return bool(text.strip()) and "''" not in text


NAMES = st.text("abcXYZ 01-'é", min_size=1, max_size=12).map(str.strip).filter(is_plain)
WORDS = st.text("abc ,.é'“”", min_size=1, max_size=30).filter(is_plain)


@settings(deadline=None, max_examples=60)
@given(st.lists(NAMES, min_size=1, max_size=6, unique=True), st.data())
def test_what_is_written_is_what_is_read(names: list[str], data: st.DataObject) -> None:
    """Random passages, each linked to two others: words, targets and order come back."""
    names = ["Start", *(name for name in names if name != "Start")]
    links = {
        name: data.draw(st.lists(st.sampled_from(names), min_size=2, max_size=3)) for name in names
    }
    words = {name: data.draw(WORDS) for name in names}
    source = "".join(
        f":: {name}\n{words[name]}\n\n" + "".join(f"[[to {to}->{to}]]\n" for to in links[name])
        for name in names
    )
    story = twee(source)
    assert story.knots == tuple(names)
    for name in names:
        story.jump(name)
        assert story.next() == Line(" ".join(words[name].split()), (), name)
        question = story.next()
        assert isinstance(question, Choices)
        assert [re.sub("^to ", "", option.text) for option in question.options] == [
            " ".join(to.split()) for to in links[name]
        ]


@settings(deadline=None, max_examples=150)
@given(st.text(max_size=120) | st.lists(st.sampled_from([
    ":: Start", ":: a [x]", ":: b {\"q\":1}", ":: StoryData", "{}", "[[a]]", "[[b|a]]", "[[", "]]",
    "->", "# depth: 0.5", "", "Words.", "<!--", "-->", "*a*", "\\", "<b>", "((", "\x01\x02",
])).map("\n".join))  # fmt: skip
def test_anything_is_told_or_refused_in_one_sentence(source: str) -> None:
    refusal = "a.twee"
    try:
        tell(twee(source), [1, 0, 1])
    except InputError as error:
        refusal = str(error)
    assert refusal.startswith("a.twee")
    assert "\n" not in refusal
