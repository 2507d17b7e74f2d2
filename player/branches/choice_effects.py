"""Effects of each choice on what is told later, and choices between which nothing differs.

The lines right after an answer are its branch: up to the first line that another answer leads to
as well, else up to the next question. An *effect* is told after the branch, and only to a listener
who gave this answer, all else being equal. Two answers after which the same lines, questions and
endings can follow, whatever was chosen before, are a *cosmetic* fork.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from player.branches import BranchSurvey, SituationEdge
from player.message_text import excerpt
from player.story.model import Line


@dataclass(frozen=True, slots=True)
class ChoiceEffect:
    """Later consequences of one answer to one question."""

    path: str
    """Knot or passage of the question."""
    answer: str
    lines: int
    """Number of later lines that only this answer leads to; each wording counts."""
    places: tuple[str, ...]
    """Knots of those lines, in the order of the story."""
    first: str
    """Text of the first of those lines, or an empty string."""
    endings: tuple[str, ...]
    """Paths of the endings that only this answer leads to."""


@dataclass(frozen=True, slots=True)
class ChoiceEffects:
    """Effects of all questions with more than one answer."""

    effects: tuple[ChoiceEffect, ...]
    cosmetic: tuple[str, ...]
    """One sentence for each two answers between which nothing differs later."""


def choice_effects(survey: BranchSurvey) -> ChoiceEffects:
    """Compare the answers to each question.

    Return nothing unless the survey is exhaustive: what was not visited might tell them apart.
    """
    if not survey.exhaustive:
        return ChoiceEffects((), ())
    comparison = _Comparison(survey)
    return ChoiceEffects(tuple(comparison.effects()), tuple(comparison.cosmetic()))


class _Comparison:
    """Compares what can follow each answer.

    A set of lines, questions and endings is an ``int`` with one bit for each: there are many such
    sets, and most operations on them are unions.
    """

    def __init__(self, survey: BranchSurvey) -> None:
        self._survey = survey
        order = {path: number for number, path in enumerate(survey.reached_knots)}
        self._lines = sorted(survey.lines, key=lambda line: order.get(line.path, -1))
        self._bit = {line: 1 << number for number, line in enumerate(self._lines)}
        self._first_question_bit = len(self._lines)
        self._first_ending_bit = self._first_question_bit + len(survey.questions)
        self._edges: dict[int, list[SituationEdge]] = defaultdict(list)
        for edge in survey.situation_edges:
            self._edges[edge.situation].append(edge)
        self._question_of = {
            edges[0].situation: edges[0].question for edges in self._edges.values()
        }
        self._lines_of = {id(edge): self._bits(edge.lines) for edge in survey.situation_edges}
        self._future: dict[int, int] = {}
        self._compute_futures()
        self._exclusive: dict[tuple[int, int], int] = defaultdict(int)
        self._differ: dict[tuple[int, int, int], bool] = defaultdict(bool)
        for situation, edges in self._edges.items():
            question = self._question_of[situation]
            if question is not None and len(edges) > 1:
                self._compare(question, edges)

    def effects(self) -> Iterator[ChoiceEffect]:
        for (question, option), exclusive in sorted(self._exclusive.items()):
            choices = self._survey.questions[question]
            lines = [line for line in self._lines if exclusive & self._bit[line] and line.text]
            endings = (
                ending.path
                for number, ending in enumerate(self._survey.endings)
                if exclusive >> (self._first_ending_bit + number) & 1
            )
            yield ChoiceEffect(
                path=choices.path,
                answer=choices.options[option].text,
                lines=len(lines),
                places=tuple(dict.fromkeys(line.path for line in lines)),
                first=lines[0].text if lines else "",
                endings=tuple(dict.fromkeys(endings)),
            )

    def cosmetic(self) -> Iterator[str]:
        for (question, one, other), differ in sorted(self._differ.items()):
            if not differ:
                choices = self._survey.questions[question]
                yield (
                    f"{excerpt(choices.path)}: nothing later tells"
                    f" '{choices.options[one].text}' from '{choices.options[other].text}':"
                    " let a line remember it"
                )

    def _compute_futures(self) -> None:
        """Compute what can follow each situation, as a fixed point over all edges."""
        changed = True
        while changed:
            changed = False
            for situation in sorted(self._edges, reverse=True):  # most edges lead to higher numbers
                future = 0
                for edge in self._edges[situation]:
                    future |= self._after(edge) | self._lines_of[id(edge)]
                if future != self._future.get(situation, 0):
                    self._future[situation], changed = future, True

    def _bits(self, lines: tuple[Line, ...]) -> int:
        bits = 0
        for line in lines:
            bits |= self._bit[line]
        return bits

    def _after(self, edge: SituationEdge) -> int:
        """Return what can follow once the lines of ``edge`` are told."""
        if edge.to_ending is not None:
            return 1 << (self._first_ending_bit + edge.to_ending)
        if edge.to_situation is None:
            return 0
        question = self._question_of.get(edge.to_situation)
        bit = 0 if question is None else 1 << (self._first_question_bit + question)
        return bit | self._future.get(edge.to_situation, 0)

    def _compare(self, question: int, edges: list[SituationEdge]) -> None:
        """Compare the answers to one question in one situation."""
        later = {edge.option: self._later(edge, edges) for edge in edges}
        for option, future in later.items():
            others = 0
            for other, other_future in later.items():
                others |= other_future if other != option else 0
            self._exclusive[question, option] |= future & ~others
        asked_again = 1 << (self._first_question_bit + question)
        for one, other in combinations(sorted(later), 2):
            # A listener who is asked again can still take the other way: that is no fork.
            returns = later[one] & later[other] & asked_again
            self._differ[question, one, other] |= later[one] != later[other] or bool(returns)

    def _later(self, edge: SituationEdge, edges: list[SituationEdge]) -> int:
        """Return what follows the branch: all from the first line that another answer shares."""
        elsewhere = {line for other in edges if other is not edge for line in other.lines}
        shared = (number for number, line in enumerate(edge.lines) if line in elsewhere)
        return self._bits(edge.lines[next(shared, len(edge.lines)) :]) | self._after(edge)
