"""One thing that was heard in a story, and what the checks share."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

Spoken = Callable[[str, float], float]
"""Seconds that the narrator takes for a text at a rate (1.0 = bedtime pace)."""

WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
"""A word as it is spoken: "wasn't" and "jam-jar" are one each; a number is none."""

_QUOTED = 60  # characters


@dataclass(frozen=True, slots=True)
class Finding:
    """Where, and one sentence."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


def quoted(text: str) -> str:
    """The beginning of ``text``, enough to find it by."""
    if len(text) <= _QUOTED:
        return f"“{text}”"
    return f"“{text[:_QUOTED].rsplit(' ', 1)[0]} …”"
