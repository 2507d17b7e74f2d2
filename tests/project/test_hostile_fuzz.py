"""Any text gives a story or an ``InputError``, in bounded steps."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from player.errors import InputError
from player.story import parse
from player.story.model import Choices, End, Line

MARKS = [
    "::",
    ":: Start\n",
    ":: StoryData\n",
    "[[",
    "]]",
    "->",
    "<-",
    "|",
    "#",
    "# depth: 0.5\n",
    "\\",
    "{",
    "}",
    "[",
    "]",
    "<!--",
    "-->",
    "---\n",
    "***\n",
    "===\n",
    "\n",
    "\n\n",
    "title: ",
    "`",
    "*",
    "_",
    "~~",
    "//",
    "''",
    "![",
    "](",
    ")",
    "<a>",
    "&amp;",
    "&#0;",
    "&#xD800;",
    "<<",
    "$a",
    "\x00",
    "\x01",
    "\x02",
    "\x1b",
    "\u202e",
    "\U000f0041",
    "a",
    "Start",
    " ",
    "\t",
    "\u2028",
    "\ufeff",
    "- ",
    "1. ",
    "> ",
    "```\n",
]
soup = st.lists(st.sampled_from(MARKS) | st.text(max_size=4), max_size=40).map("".join)

leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=6)
    | st.sampled_from(
        [
            "^a",
            "\n",
            "end",
            "done",
            "ev",
            "/ev",
            "str",
            "/str",
            "out",
            "#",
            "/#",
            "/",
            "%",
            "+",
            "pop",
            "du",
            "nop",
            "seq",
            "rnd",
            "visit",
            "turn",
            "choiceCnt",
            "thread",
            "->->",
            "~ret",
            "void",
            "<>",
            "G<",
            "G>",
            1,
            0,
            -1,
        ]
    )
)
KEYS = ["->", "*", "flg", "c", "VAR?", "VAR=", "temp=", "re", "^var", "ci", "x()", "exArgs", "f()"]
KEYS += ["->t->", "CNT?", "#n", "#f", "^->", "list", "origins", "var", "a", "k", "global decl"]
things = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=6)
        | st.lists(inner, max_size=6).map(lambda parts: [*parts, None])
        | st.dictionaries(st.sampled_from(KEYS), inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(KEYS),
            st.sampled_from([".^.0", "0", "a", "k.0", "0.1", ".^", "", "a.b.c", ".^.^.^"]),
            max_size=3,
        )
    ),
    max_leaves=30,
)


def tell(name: str, text: str) -> None:
    """Tell a story as far as forty steps, always with the last answer."""
    try:
        story = parse(name, text)
        for _ in range(40):
            item = story.next()
            assert isinstance(item, Line | Choices | End)
            if isinstance(item, End):
                return
            story.situation()
            if isinstance(item, Choices):
                story.load(story.save())
                story.choose(len(item.options) - 1)
    except InputError as error:
        said = str(error)
        assert said
        assert "\n" not in said.partition(name)[2]


@pytest.mark.parametrize("name", ["a.twee", "a.md", "a.txt"])
@settings(max_examples=300)
@given(text=soup | st.text())
def test_any_text(name, text):
    tell(name, text)
    tell(name, f":: Start\n{text}")


@settings(max_examples=200)
@given(
    root=st.lists(things, max_size=8),
    named=st.none() | st.dictionaries(st.sampled_from(KEYS), things),
)
def test_any_compiled_ink(root, named):
    story = {"inkVersion": 21, "root": [*root, named], "listDefs": {}}
    tell("a.ink.json", json.dumps(story))


@settings(max_examples=200)
@given(text=st.text() | things.map(json.dumps))
def test_any_json(text):
    tell("a.ink.json", text)
    tell("a.ink.json", f'{{"inkVersion": 21, "root": {text}, "listDefs": {{}}}}')
