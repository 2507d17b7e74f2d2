"""Items of a story (line, question, end), and the protocol that all story formats share.

A story knows no clock and no voice: it is asked for its next item, and told which choice was made.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph to be spoken."""

    text: str
    """Plain words with single spaces; empty if there are only tags."""
    tags: tuple[str, ...]
    """Tags as written, without ``#``: ``("depth: 0.4", "pause: 2s")``."""
    path: str
    """``knot`` or ``knot.stitch``, passage or chapter; empty above the first of them."""


@dataclass(frozen=True, slots=True)
class Choice:
    """An answer that a listener can give."""

    text: str
    tags: tuple[str, ...]
    path: str
    """Knot or passage in which the choice is written."""


@dataclass(frozen=True, slots=True)
class Choices:
    """A question: the story waits until one of its options, at least one, is chosen."""

    options: tuple[Choice, ...]
    path: str


@dataclass(frozen=True, slots=True)
class End:
    """The story is over."""

    path: str
    """Knot or passage of the last line."""


Item = Line | Choices | End


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything at a question that can change what follows it."""

    key: str
    """Two equal keys have the same future."""
    exact: bool
    """False if chance, a turn counter or a high count can still make two futures differ."""


class Story(Protocol):
    """A story being told. Every method can raise ``InputError`` with one sentence.

    ``next`` returns the same ``Choices`` until ``choose`` is called, and ``End`` for ever.
    """

    @property
    def header(self) -> tuple[str, ...]:
        """Tags of the whole story: ``("title: The Dreamers", …)``."""

    @property
    def knots(self) -> tuple[str, ...]:
        """Every path that ``jump`` accepts, in the writer's order."""

    @property
    def wordless(self) -> tuple[str, ...]:
        """The ``knots`` without words, which only lead elsewhere."""

    @property
    def digest(self) -> str:
        """SHA-256 of the source in hexadecimal, by which a bookmark recognises its edition."""

    def next(self) -> Item:
        """Return the next line, the question at which the story waits, or the end."""

    def choose(self, index: int) -> None:
        """Answer the question that ``next`` returned; ``index`` counts from 0."""

    def peek(self, index: int) -> Item:
        """Return the first item with words that would follow ``choose(index)``.

        The story stays where it is.
        """

    def jump(self, knot: str) -> None:
        """Continue at the top of ``knot``, with all variables and counts as they are."""

    def save(self) -> str:
        """Return the whole state as text, at a question or between two lines."""

    def load(self, state: str) -> None:
        """Restore a state that ``save`` returned."""

    def situation(self) -> Situation:
        """Return the situation at a question, by which branches are told apart."""
