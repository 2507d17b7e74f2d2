"""What is said when a night is taken up again: for each chapter a sentence or two, by its writer.

A recap is a TOML file beside the story, ``tale.recap.toml``, with one entry a chapter::

    "The Lantern Stair" = "Last night we went down by lamplight. Below us is a sound of water."
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from player.errors import InputError
from player.toml_text import TomlError, brief, parse_toml

LONGEST = 600
"""Characters of one recap: some forty seconds, and then the story should go on."""


def parse_recap(text: str, name: str) -> Mapping[str, str]:
    """Chapter to what recalls it; ``name`` is what an ``InputError`` calls the file."""
    try:
        entries = parse_toml(text)
    except TomlError as error:
        raise InputError(f"{name} is no TOML file: {error}.") from error
    recap = {}
    for chapter, said in entries.items():
        if not isinstance(said, str) or not any(char.isalnum() for char in said):
            raise InputError(
                f"{name}: {brief(chapter)} is {brief(said)}; write what is said, in quotes,"
                " and a chapter whose name has a space or a dot in quotes too"
                ' ("The Stair" = "Last night …").'
            )
        if len(said) > LONGEST:
            raise InputError(
                f"{name}: {brief(chapter)} has {len(said)} characters;"
                f" a recap has {LONGEST} at most."
            )
        recap[chapter] = " ".join(said.split())
    return MappingProxyType(recap)


def recap_faults(recap: Mapping[str, str], chapters: tuple[str, ...], name: str) -> list[str]:
    """One sentence for each chapter that ``recap`` lacks, and for each that the story lacks."""
    if not recap:
        return []
    lacking = [chapter for chapter in chapters if chapter not in recap]
    unknown = [chapter for chapter in recap if chapter not in chapters]
    return [
        *(f"{name} says nothing of the chapter '{chapter}'" for chapter in lacking),
        *(f"{name} names '{chapter}', which is no chapter of the story" for chapter in unknown),
    ]
