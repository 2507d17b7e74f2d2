"""What a story says, whatever it was written in: a line, a question or the end.

``Story`` is the one contract for compiled Ink, Twee and plain text. A story has no clock and no
voice; it is asked for its next item, and told which choice was made.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph to be said."""

    text: str
    """Plain words, single spaces; empty where tags stand alone: then nothing is said."""
    tags: tuple[str, ...]
    """As written, without ``#``: ``("depth: 0.4", "pause: 2s")``."""
    path: str
    """Where it stands: ``knot`` or ``knot.stitch``, passage or chapter; empty above them."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the answers that a listener may give."""

    text: str
    tags: tuple[str, ...]
    path: str
    """Where the choice stands."""


@dataclass(frozen=True, slots=True)
class Choices:
    """The story waits until one of the options is chosen; there is at least one."""

    options: tuple[Choice, ...]
    path: str


@dataclass(frozen=True, slots=True)
class End:
    """The story is over."""

    path: str
    """Where its last line stood."""


Item = Line | Choices | End


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything at a question that can shape what comes after it."""

    key: str
    """Two equal keys have the same future."""
    exact: bool
    """False where chance, a turn counter or a high count may still tell them apart."""


class Story(Protocol):
    """A story being told. Every method may raise ``InputError`` with one sentence.

    ``next`` gives the same ``Choices`` again until ``choose``, and the same ``End`` for ever.
    """

    @property
    def header(self) -> tuple[str, ...]:
        """The tags of the whole story: ``("title: The Dreamers", …)``."""

    @property
    def knots(self) -> tuple[str, ...]:
        """Every place that ``jump`` can go to, in the writer's order."""

    @property
    def wordless(self) -> tuple[str, ...]:
        """Those of ``knots`` that only lead elsewhere, so that nothing is ever heard in them."""

    @property
    def digest(self) -> str:
        """SHA-256 of the source, in hexadecimal: a bookmark of another edition is known by it."""

    def next(self) -> Item:
        """The next line, the question that the story waits at, or the end."""

    def choose(self, index: int) -> None:
        """Answer the question that ``next`` gave; ``index`` counts from 0."""

    def peek(self, index: int) -> Item:
        """What ``next`` would give after ``choose(index)``, its first item that is not wordless.

        The story stays where it is.
        """

    def jump(self, knot: str) -> None:
        """Go on from the top of ``knot``; what the story remembers is kept."""

    def save(self) -> str:
        """The whole state, as text, also between two lines."""

    def load(self, state: str) -> None:
        """Go back to a state that ``save`` gave."""

    def situation(self) -> Situation:
        """Where the story stands at a question, for those who walk every branch."""
