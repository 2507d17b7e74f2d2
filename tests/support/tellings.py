"""Stories told into transcripts that a writer can read.

A case in ``tests/data/stories/NAME`` is a ``story.ink`` with its compiled ``story.ink.json``, the
answers in ``choices.txt`` (one number a line) and what is told in ``transcript.txt``.
``python -m tests.support.tellings`` writes every transcript anew; read the difference before you
keep it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from pathlib import Path

from player.errors import InputError
from player.story import Choices, End, Item, Line, Story, parse

CASES = sorted(path.parent for path in Path(__file__).parents[1].glob("data/stories/*/story.ink"))


def open_case(case: Path) -> Story:
    return parse("story.ink.json", (case / "story.ink.json").read_text("utf-8"), seed=7)


def answers(case: Path) -> list[int]:
    return [int(word) - 1 for word in (case / "choices.txt").read_text("utf-8").split()]


def tell(
    story: Story, choices: Iterable[int], between: Callable[[Story, Item], None] | None = None
) -> str:
    """The transcript; ``between`` is called after every item."""
    told: list[str] = []
    waiting = iter(choices)
    try:
        for item in itertools.islice(iter(story.next, None), 500):
            told.append(shown(item))
            if between:
                between(story, item)
            if isinstance(item, End):
                break
            if isinstance(item, Choices):
                choice = next(waiting, 0)
                told.append(f"> {choice + 1}")
                story.choose(choice)
    except InputError as error:
        told.append(f"broken: {error}")
    return "\n".join(told) + "\n"


def shown(item: Item) -> str:
    """One item as it stands in a transcript."""
    match item:
        case Line(text, tags, path):
            return f"[{path}] " + " # ".join([text, *tags])
        case Choices(options, path):
            rows = (" # ".join([option.text, *option.tags]) for option in options)
            return "\n".join([f"[{path}]", *(f"  {n}. {row}" for n, row in enumerate(rows, 1))])
        case End(path):
            return f"[{path}] the end"


if __name__ == "__main__":
    for folder in CASES:
        told = tell(open_case(folder), answers(folder))
        (folder / "transcript.txt").write_text(told, "utf-8")
