"""Broken compiled Ink: written by hand, and made at random from the test stories."""

from __future__ import annotations

import copy
import json
import random
from typing import Any

from player.errors import InputError
from player.story import parse
from tests.support.tellings import CASES, tell

DIVERT: list[Any] = ["ev", {"^var": "x", "ci": -1}, "/ev", {"->": "t"}, None]

TEMP_X: list[Any] = ["ev", 1, "/ev", {"temp=": "x"}]


def compiled(version: object = 21, **knots: list[Any]) -> str:
    """Return compiled Ink that begins at the first knot."""
    start: list[Any] = [{"->": next(iter(knots), "nowhere")}, ["done", {"#n": "g-0"}], None]
    return json.dumps({"inkVersion": version, "root": [start, "done", knots], "listDefs": {}})


def refusal(text: str) -> str:
    """Return the message with which a story is refused or broken off."""
    try:
        told = tell(parse("bad.ink.json", text), [])
    except InputError as error:
        told = f"broken: {error}"
    sentence = told.strip().split("\n")[-1]
    assert sentence.startswith("broken: bad.ink.json"), told
    return sentence


LOOPS = {
    "a divert to itself": compiled(a=[{"->": "a"}, None]),
    "two diverts": compiled(b=[{"->": "a"}, None], a=[{"->": "b"}, None]),
    "a line that never ends": compiled(a=["^Hi ", "<>", {"->": "a"}, None]),
    "recursion": compiled(
        a=["ev", {"f()": "f"}, "out", "/ev", "\n", "end", None],
        f=["ev", {"f()": "f"}, "/ev", "~ret", None],
    ),
    "mutual recursion": compiled(
        a=["ev", {"f()": "f"}, "out", "/ev", "\n", "end", None],
        f=["ev", {"f()": "g"}, "/ev", "~ret", None],
        g=["ev", {"f()": "f"}, "/ev", "~ret", None],
    ),
    "a tunnel in itself": compiled(a=[{"->t->": "a"}, "end", None]),
    "a thread of itself": compiled(a=["thread", {"->": "a"}, "done", None]),
    "a reference handed on": compiled(
        a=[*TEMP_X, "ev", {"^var": "x", "ci": -1}, {"f()": "f"}, "out", "/ev", "\n", "end", None],
        f=[{"temp=": "x"}, "ev", {"^var": "x", "ci": -1}, {"f()": "f"}, "/ev", "~ret", None],
    ),
    "a text that doubles": compiled(
        a=["ev", {"VAR?": "s"}, {"VAR?": "s"}, "+", "/ev", {"VAR=": "s", "re": True},
           {"->": "a"}, None],
        **{"global decl": ["ev", "str", "^abc", "/str", {"VAR=": "s"}, "/ev", "end", None]},
    ),
}  # fmt: skip

ODD: tuple[Any, ...] = (
    None, True, 0, -1, 1.5, "", "^", "^x", "\n", "ev", "/ev", "out", "pop", "->->", "~ret", "end",
    "visit", "seq", "/", "+", [], [None], {}, {"->": ""}, {"->": "gone"}, {"->": ".^.^.^.^"},
    {"CNT?": "z"}, {"VAR?": "z"}, {"temp=": "x"}, {"^var": "x", "ci": 0},
    {"*": ".^.c-0", "flg": 31},
)  # fmt: skip


def mutated(seed: int) -> str:
    """Return a test story with one to three of its parts replaced, removed or doubled."""
    dice = random.Random(seed)
    data = json.loads((dice.choice(CASES) / "story.ink.json").read_text("utf-8"))
    for _ in range(dice.randint(1, 3)):
        spots: list[tuple[Any, Any]] = []
        waiting: list[Any] = [data]
        while waiting:
            part = waiting.pop()
            keys = range(len(part)) if isinstance(part, list) else list(part)
            spots += [(part, key) for key in keys]
            waiting += [part[key] for key in keys if isinstance(part[key], list | dict)]
        part, key = dice.choice(spots)
        other, other_key = dice.choice(spots)
        what = dice.random()
        if what < 0.3 and isinstance(part, list):
            del part[key]
        else:
            part[key] = copy.deepcopy(dice.choice(ODD) if what < 0.7 else other[other_key])
    return json.dumps(data)


def play_mutated(seeds: range) -> int:
    """Tell each story until it ends or is refused; return how many were refused."""
    refused = 0
    for seed in seeds:
        try:
            told = tell(parse("m.ink.json", mutated(seed)), [seed % 2, 0, 1, 1])
        except InputError as error:
            told = f"broken: {error}"
        last = told.rstrip("\n").split("\n")[-1]
        refused += last.startswith("broken: m.ink.json")
        assert "\nbroken" not in told or last.startswith("broken: "), "more than one sentence"
    return refused
