"""Result of exploring a story: its situations and questions as two graphs, and its endings."""

from __future__ import annotations

from dataclasses import dataclass

from player.story.model import Choices, Line


@dataclass(frozen=True, slots=True)
class Ending:
    """An ending of the story."""

    path: str
    """Knot or passage of the last line."""
    last_line: str
    answers: tuple[int, ...]
    """A list of choices that leads here, each counted from 1."""


@dataclass(frozen=True, slots=True)
class DeadEnd:
    """A point at which the story fails instead of ending."""

    path: str
    message: str
    answers: tuple[int, ...]
    """A list of choices that leads here, each counted from 1."""


@dataclass(frozen=True, slots=True)
class QuestionEdge:
    """The text between a question (or the beginning) and the next question, ending or dead end."""

    question: int | None
    """Index in ``BranchSurvey.questions``; None at the beginning."""
    option: int
    """Index of the chosen option, from 0."""
    to_question: int | None
    to_ending: int | None
    """Index in ``BranchSurvey.endings``. Both are None at a dead end."""
    seconds: float
    """Duration with the next question; the longest if the text varies with what came before."""
    lines: tuple[Line, ...]
    """The lines of that longest variant."""


@dataclass(frozen=True, slots=True)
class SituationEdge:
    """The text that follows one answer in one situation.

    A situation is a question together with everything from the past that can change what follows.
    """

    situation: int
    """0 is the beginning."""
    question: int | None
    """Index in ``BranchSurvey.questions``; None at the beginning."""
    option: int
    lines: tuple[Line, ...]
    to_situation: int | None
    to_ending: int | None
    """Index in ``BranchSurvey.endings``. Both are None at a dead end."""


@dataclass(frozen=True, slots=True)
class BranchSurvey:
    """Everything that the exploration of a story found."""

    reached_knots: tuple[str, ...]
    unreached_knots: tuple[str, ...]
    questions: tuple[Choices, ...]
    endings: tuple[Ending, ...]
    dead_ends: tuple[DeadEnd, ...]
    question_edges: tuple[QuestionEdge, ...]
    situation_edges: tuple[SituationEdge, ...]
    """Edges of every situation that was explored further."""
    lines: tuple[Line, ...]
    """Every different line, once."""
    word_count: int
    """Words in ``lines``."""
    shortest_s: float
    longest_s: float
    """Durations of the nights that end, each loop taken at most once; 0 if no night ends."""
    path_count: int
    """Number of ways from the beginning to an ending, without loops."""
    has_loop: bool
    """True if a listener can come back to an earlier question."""
    situations: int
    exhaustive: bool
    """True if every situation was visited, and told apart from all others exactly."""
