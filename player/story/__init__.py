"""Stories in compiled Ink, Twee 3 and plain text, all told as lines, choices and an end.

``parse`` takes the text of a story; it opens no file.
"""

from __future__ import annotations

from player.errors import InputError
from player.story.model import Choice, Choices, End, Item, Line, Situation, Story

__all__ = ["Choice", "Choices", "End", "Item", "Line", "Situation", "Story", "parse"]

ENDINGS = (".ink.json", ".json", ".twee", ".tw", ".txt", ".md")
"""File name endings that ``parse`` accepts."""
MAX_CHARACTERS = 4_000_000
"""Length of the longest story: about four days of listening."""


def parse(name: str, text: str, *, seed: int = 0) -> Story:
    """Parse ``text`` in the format that the ending of the file name ``name`` stands for.

    ``seed`` seeds Ink's shuffles and ``RANDOM``: the same seed gives the same night. Raise
    ``InputError`` with one sentence that begins with ``name``.
    """
    if len(text) > MAX_CHARACTERS:
        raise InputError(
            f"{name} is {len(text) / 1e6:.1f} million characters long, and a story has at most"
            f" {MAX_CHARACTERS / 1e6:.0f} million: is it the right file?"
        )
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        raise InputError(f"{name} holds NUL bytes, so it is not text: save it again as UTF-8")
    # Imported here, so that a night in Ink does not wait for the other formats to be imported.
    match name.lower():
        case ink if ink.endswith(".json"):
            from player.story.ink.story import InkStory

            return InkStory(name, text, seed=seed)
        case twee if twee.endswith((".twee", ".tw")):
            from player.story.twee import parse_twee

            return parse_twee(name, text)
        case plain if plain.endswith((".txt", ".md")):
            from player.story.plain_text import parse_text

            return parse_text(name, text)
    raise InputError(
        f"{name} has an ending that no story has: expected {', '.join(ENDINGS[:-1])}"
        f" or {ENDINGS[-1]}"
    )
