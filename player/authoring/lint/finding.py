"""One finding in a story, and definitions that several checks share."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from player.terminal_text import escape_controls

SpeechDuration = Callable[[str, float], float]
"""Seconds that the narrator takes for a text at a rate (1.0 is the bedtime pace)."""

WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
"""A spoken word: "wasn't" and "jam-jar" are one each; a number does not count."""

_MAX_QUOTED = 60  # characters


@dataclass(frozen=True, slots=True)
class Finding:
    """A path in the story, and one sentence about it."""

    path: str
    message: str

    def __str__(self) -> str:
        return escape_controls(f"{self.path}: {self.message}" if self.path else self.message)


def quoted(text: str) -> str:
    """Quote the beginning of ``text``, enough to find it by."""
    if len(text) <= _MAX_QUOTED:
        return f"“{text}”"
    return f"“{text[:_MAX_QUOTED].rsplit(' ', 1)[0]} …”"
