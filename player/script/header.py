"""Header of a story: its title, its sound at the beginning and its cast."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from player.script.tags import HEADER, TagError, Value, parse_tag
from player.script.utterance import VoiceShading

NARRATOR = "narrator"


@dataclass(frozen=True, slots=True)
class Header:
    """Settings for the whole story. A tag ``lang`` is accepted, but has no effect yet."""

    title: str = "A story"
    author: str = ""
    voice: str | None = None
    """Name of the voice that the writer wants for the narrator."""
    soundscape: str = "hyper-rest"
    depth: float = 0.0
    cast: Mapping[str, VoiceShading] = field(default_factory=dict)
    problems: tuple[str, ...] = ()

    def shading(self, name: str) -> VoiceShading:
        """Return the shading of a member of the cast; the narrator's for an unknown name."""
        return self.cast.get(name, VoiceShading())


def read_header(tags: tuple[str, ...]) -> Header:
    """Read the tags at the top of a story; list those that cannot be read in ``problems``."""
    values: dict[str, Value] = {}
    cast: dict[str, VoiceShading] = {}
    problems: list[str] = []
    for text in tags:
        try:
            tag = parse_tag(text, HEADER)
        except TagError as error:
            problems.append(str(error))
            continue
        if tag.name == "cast":
            cast[str(tag.value)] = VoiceShading(**dict(tag.options))  # type: ignore[arg-type]  # checked by the tag's rule
        elif tag.name != "lang":
            values[tag.name] = tag.value
    return Header(**values, cast=cast, problems=tuple(problems))  # type: ignore[arg-type]  # likewise
