"""Parse recaps: a sentence or two for each chapter, spoken when a night is resumed.

They are in a TOML file beside the story, ``tale.recap.toml``, with one entry for each chapter::

    "The Lantern Stair" = "Last night we went down by lamplight. Below us is a sound of water."
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from player.errors import InputError
from player.message_text import excerpt
from player.toml_text import TomlError, brief, parse_toml

MAX_CHARACTERS = 600
"""Length of one recap: about forty seconds."""


def parse_recap(text: str, name: str) -> Mapping[str, str]:
    """Return recaps by chapter; an ``InputError`` calls the file ``name``."""
    try:
        entries = parse_toml(text)
    except TomlError as error:
        raise InputError(f"{name} is not a TOML file: {error}.") from error
    recap = {}
    for chapter, recalled in entries.items():
        if not isinstance(recalled, str) or not any(char.isalnum() for char in recalled):
            raise InputError(
                f"{name}: {brief(chapter)} is {brief(recalled)}; write what is said, in quotes,"
                " and a chapter whose name has a space or a dot in quotes too"
                ' ("The Stair" = "Last night …").'
            )
        if len(recalled) > MAX_CHARACTERS:
            raise InputError(
                f"{name}: {brief(chapter)} has {len(recalled)} characters;"
                f" a recap has {MAX_CHARACTERS} at most."
            )
        recap[chapter] = " ".join(recalled.split())
    return MappingProxyType(recap)


def recap_faults(recap: Mapping[str, str], chapters: tuple[str, ...], name: str) -> list[str]:
    """Return a sentence for each chapter without a recap, and for each recap without a chapter."""
    if not recap:
        return []
    lacking = [chapter for chapter in chapters if chapter not in recap]
    unknown = [chapter for chapter in recap if chapter not in chapters]
    return [
        *(f"{name} says nothing of the chapter '{excerpt(chapter)}'" for chapter in lacking),
        *(
            f"{name} names '{excerpt(chapter)}', which is not a chapter of the story"
            for chapter in unknown
        ),
    ]
