"""Messages about a story are one line, whatever line breaks the words that they quote have."""

import json
from collections.abc import Callable

import pytest

from player.errors import InputError
from player.script.tags import CHOICE, HEADER, LINE, TagError, parse_tag
from player.story import parse
from player.story.lexicon import parse_lexicon
from player.story.recap import parse_recap, recap_faults
from tests.support.bad_ink import compiled, refusal

BREAKS = ("\n", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029")
"""Where ``str.splitlines`` ends a line."""


def refused(call: Callable[..., object], *arguments: object) -> str:
    """Return the message with which ``call`` refuses its arguments."""
    with pytest.raises(InputError) as caught:
        call(*arguments)
    return str(caught.value)


def is_one_line(message: str) -> bool:
    return len(message.splitlines()) == 1


@pytest.mark.parametrize("line_break", BREAKS)
@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("a.twee", ":: Start\nHi.\n\n[[Go down->the|stair]]\n"),
        ("a.twee", ":: Start\nHi.\n\n[[Go|down]]\n"),
        ("a.twee", ":: Start\nHi.\n\n[[][|]]\n"),
        ("a.twee", ":: Start\nHi <<set|x>>.\n"),
        ("a.twee", ":: Start\n" + "Hi | there. " * 2_000),
        ("a.twee", ':: StoryData\n{"start": "the\\n|stair"}\n:: Start\nHi.\n'),
        ("a.twee", ":: StoryData\n[|]\n:: Start\nHi.\n"),
        ("a.twee", "Above | it.\n:: Start\nHi.\n"),
        ("a.twee", ":: A|b\nOne.\n:: A|b\nTwo.\n:: Start\nHi.\n"),
        ("a.twee", ":: Start\nHi.\n[[A b]]\n:: A b\n[[Start]]\n".replace("A b", "A|b")),
        ("a.txt", "---\ntitle: A\nOnce |upon a time\n---\nHi.\n"),
        ("a.txt", "Hi | there. " * 2_000),
        ("a.ink.json", '{"inkVersion": "2|1"}'),
        ("a.docx", "Hi."),
    ],
)
def test_a_refusal_is_one_line(name: str, source: str, line_break: str) -> None:
    assert is_one_line(refused(parse, name, source.replace("|", line_break)))


@pytest.mark.parametrize("line_break", BREAKS)
@pytest.mark.parametrize(
    "knot",
    [
        [{"->": "go|ne"}, None],
        [{"->": 7, "a|b": 1}, None],
        ["ev", {"x()": "ri|ng", "exArgs": 0}, "/ev", None],
        ["ev", 1, "/ev", {"temp=": "x|y"}, "ev", {"^var": "x|y", "ci": -1}, "/ev", None],
        ["^Hi.", "\n", None],
    ],
    ids=["a divert", "an object", "a function", "a reference", "no end"],
)
def test_a_refusal_of_ink_is_one_line(knot: list[object], line_break: str) -> None:
    text = compiled(**{"a|b": knot})
    assert is_one_line(refusal(text.replace("|", json.dumps(line_break)[1:-1])))


@pytest.mark.parametrize("line_break", BREAKS)
def test_an_unknown_knot_or_choice_is_named_in_one_line(line_break: str) -> None:
    story = parse("a.twee", ":: Start\nHi.\n")
    assert is_one_line(refused(story.jump, f"the{line_break}stair"))


@pytest.mark.parametrize("line_break", BREAKS)
@pytest.mark.parametrize("place", [HEADER, LINE, CHOICE])
@pytest.mark.parametrize(
    "tag", ["de|pth: 1", "depth: a|b", "depth: 1 o|ver=1s", "key: a|b", "ask: a|b"]
)
def test_a_problem_with_a_tag_is_one_line(tag: str, place: str, line_break: str) -> None:
    with pytest.raises(TagError) as caught:
        parse_tag(tag.replace("|", line_break), place)
    assert is_one_line(str(caught.value))


@pytest.mark.parametrize("line_break", BREAKS)
def test_a_problem_with_a_side_file_is_one_line(line_break: str) -> None:
    key = json.dumps(f"the{line_break}stair")
    for text in (f"[phonemes]\n{key} = 'a'", f"{key} = 1", key):
        assert is_one_line(refused(parse_lexicon, text, "a.lexicon.toml"))
    for text in (f"{key} = 1", f"{key} = '...'", f'{key} = "{"a" * 700}"'):
        assert is_one_line(refused(parse_recap, text, "a.recap.toml"))
    recap = parse_recap(f"{key} = 'We went down.'", "a.recap.toml")
    faults = recap_faults(recap, (f"a{line_break}b",), "a.recap.toml")
    assert len(faults) == 2
    assert all(map(is_one_line, faults))
