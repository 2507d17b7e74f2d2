"""The top of a story: its title, its sound at the start and its cast."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from player.script.tags import HEADER, TagError, Value, parse_tag
from player.script.utterance import VoiceShading

NARRATOR = "narrator"


@dataclass(frozen=True, slots=True)
class Header:
    """What holds for the whole story."""

    title: str = "A story"
    author: str = ""
    lang: str = "en"
    voice: str | None = None
    """The voice that the writer had in mind for the narrator."""
    soundscape: str = "hyper-rest"
    depth: float = 0.0
    cast: Mapping[str, VoiceShading] = field(default_factory=dict)
    problems: tuple[str, ...] = ()

    def shading(self, name: str) -> VoiceShading:
        """Of a member of the cast; the narrator's own for anybody unknown."""
        return self.cast.get(name, VoiceShading())


def read_header(tags: tuple[str, ...]) -> Header:
    """Global tags to a ``Header``; what is not understood is in ``problems``."""
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
        else:
            values[tag.name] = tag.value
    return Header(**values, cast=cast, problems=tuple(problems))  # type: ignore[arg-type]  # likewise
