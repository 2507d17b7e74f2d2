"""Stories: compiled Ink, Twee 3 and plain text behind the same three values.

``parse`` takes the text of a story and never touches a file.
"""

from __future__ import annotations

from player.errors import InputError
from player.story.model import Choice, Choices, End, Item, Line, Situation, Story

__all__ = ["Choice", "Choices", "End", "Item", "Line", "Situation", "Story", "parse"]

ENDINGS = (".ink.json", ".json", ".twee", ".tw", ".txt", ".md")
"""Of the names that ``parse`` takes."""
LIMIT = 4_000_000
"""Characters in the longest story: about four days of listening."""


def parse(name: str, text: str, *, seed: int = 0) -> Story:
    """The story in ``text``, in the format that the ending of ``name`` stands for.

    ``seed`` decides what Ink's shuffles and ``RANDOM`` give: the same seed, the same night.
    Raises ``InputError`` with one sentence that begins with ``name``.
    """
    if len(text) > LIMIT:
        raise InputError(
            f"{name} is {len(text) / 1e6:.1f} million characters long, and a story has at most"
            f" {LIMIT / 1e6:.0f} million: is it the right file?"
        )
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        raise InputError(f"{name} holds NUL bytes, so it is not text: save it again as UTF-8")
    # Imported here, so that a night in Ink does not wait for the readers of other formats.
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
