"""Parts of messages for people: quoted text in one row, and guesses at a misspelt name."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from player.terminal_text import escape_controls

EXCERPT = 60
"""Characters of a quoted text: enough to find it by."""


def excerpt(text: str, limit: int = EXCERPT) -> str:
    """Return the first ``limit`` characters of ``text`` in one row, to be quoted in a message.

    Line breaks and other control characters are escaped, so that a message stays one line.
    """
    return escape_controls(text if len(text) <= limit else f"{text[: limit - 1]}…")


def did_you_mean(word: str, names: Iterable[str], *, limit: int = 1, likeness: float = 0.6) -> str:
    """Return ``"did you mean 'moon' or 'noon'?"`` with the ``names`` most like ``word``.

    Return an empty string if no name is alike; ``likeness`` is difflib's ratio, from 0 to 1.
    """
    return guess(get_close_matches(word, list(names), limit, likeness))


def guess(names: Iterable[str]) -> str:
    """Return the question ``"did you mean …?"`` for these names, empty if there are none."""
    quoted = " or ".join(f"'{excerpt(name)}'" for name in names)
    return f"did you mean {quoted}?" if quoted else ""
