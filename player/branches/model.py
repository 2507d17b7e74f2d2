"""What a walk finds."""

from __future__ import annotations

from dataclasses import dataclass

from player.story.model import Choices, Line


@dataclass(frozen=True, slots=True)
class Ending:
    """One way for the story to be over: its last line and where that stands."""

    path: str
    last: str
    answers: tuple[int, ...]
    """One list of choices that leads there, each counted from 1."""


@dataclass(frozen=True, slots=True)
class DeadEnd:
    """Where the story breaks instead of ending."""

    path: str
    message: str
    answers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """What is told between a question (or the beginning) and the next (or an end)."""

    question: int | None
    """In ``Walk.questions``; none at the beginning."""
    option: int
    """Which of its options, counted from 0."""
    to_question: int | None
    to_ending: int | None
    """In ``Walk.endings``. Both are none at a dead end."""
    seconds: float
    """The longest where it is told in several ways."""
    lines: tuple[Line, ...]
    """What is told in that one; ``seconds`` has the question that follows too."""


@dataclass(frozen=True, slots=True)
class Leg:
    """What follows one answer in one situation (a question as it is met with one past)."""

    situation: int
    """0 is the beginning."""
    question: int | None
    """In ``Walk.questions``; none at the beginning."""
    option: int
    lines: tuple[Line, ...]
    to: int | None
    """The next situation."""
    ending: int | None
    """In ``Walk.endings``. Both are none at a dead end."""


@dataclass(frozen=True, slots=True)
class Walk:
    """What a walk found."""

    reached: tuple[str, ...]
    unreached: tuple[str, ...]
    questions: tuple[Choices, ...]
    endings: tuple[Ending, ...]
    dead_ends: tuple[DeadEnd, ...]
    stretches: tuple[Stretch, ...]
    legs: tuple[Leg, ...]
    """Of every situation that was walked on from; those of ``stretches``, told apart."""
    lines: tuple[Line, ...]
    """Every line that was heard, once."""
    words: int
    """In all of those."""
    shortest_s: float
    longest_s: float
    """Of the nights that end, each round taken once; both 0 where none does."""
    nights: int
    """Ways through, counted as ``longest_s`` is."""
    goes_round: bool
    """Whether a listener can come back to a question for as long as they like."""
    situations: int
    proof: bool
