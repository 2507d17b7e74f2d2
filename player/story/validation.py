"""Checks of indices, knots and saved states that all story formats share."""

from __future__ import annotations

import json
from collections.abc import Sequence

from player.errors import InputError
from player.message_text import excerpt
from player.story.model import Item, Line, Story


def next_with_words(story: Story) -> Item:
    """Return the next item, skipping lines that are only tags."""
    while True:
        item = story.next()
        if not isinstance(item, Line) or item.text:
            return item


def check_index(name: str, index: int, asked: int, path: str) -> None:
    """Raise ``InputError`` unless ``index`` is one of the ``asked`` options at ``path``."""
    if not asked:
        raise InputError(
            f"{name} asks nothing at '{excerpt(path)}' yet: read on to the next question"
        )
    if not 0 <= index < asked:
        raise InputError(
            f"{name} has no choice {index + 1} at '{excerpt(path)}': expected 1 to {asked}"
        )


def check_knot(name: str, knot: str, knots: Sequence[str]) -> None:
    """Raise ``InputError`` unless the story has this knot."""
    if knot not in knots:
        some = ", ".join(repr(name) for name in knots[:6]) or "none"
        more = ", …" if len(knots) > 6 else ""
        raise InputError(f"{name} has no knot {knot!r}: it has {some}{more}")


def parse_state(name: str, state: str) -> object:
    """Parse the JSON of a saved state; raise ``InputError`` if it is broken."""
    try:
        return json.loads(state)
    except (ValueError, RecursionError):
        raise broken_state(name) from None


def broken_state(name: str) -> InputError:
    """Return the error for a bookmark that cannot be read."""
    return InputError(
        f"a saved place in {name} is damaged or of another edition: begin again with --fresh"
    )
