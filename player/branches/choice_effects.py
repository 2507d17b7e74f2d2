"""What becomes of a choice: which later lines are told because of it, and which forks only seem.

What follows an answer at once is its branch: the lines up to the first that another answer leads
to as well, else up to the next question. A *consequence* is told after that, and only to those who
gave this answer, all else being equal. Two answers after which the same lines, questions and
endings can follow, whatever was chosen before, are a cosmetic fork.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from player.branches import Leg, Walk
from player.story.model import Line


@dataclass(frozen=True, slots=True)
class Consequence:
    """What comes of one answer to one question."""

    path: str
    """Where the question stands."""
    answer: str
    lines: int
    """Later ones that only this answer leads to, each wording counted."""
    places: tuple[str, ...]
    """Where those stand, in the story's order."""
    first: str
    """The first of them; empty where there is none."""
    endings: tuple[str, ...]
    """Those that only this answer leads to."""


@dataclass(frozen=True, slots=True)
class Consequences:
    """Of every question with more than one answer."""

    named: tuple[Consequence, ...]
    cosmetic: tuple[str, ...]
    """One sentence for each two answers that come to the same."""


def consequences(walk: Walk) -> Consequences:
    """Nothing where the walk is no proof: what was not met would be missed."""
    if not walk.proof:
        return Consequences((), ())
    weigher = _Weigher(walk)
    return Consequences(tuple(weigher.named()), tuple(weigher.cosmetic()))


class _Weigher:
    """Sets of lines, questions and endings are the bits of an ``int``: there are many of them."""

    def __init__(self, walk: Walk) -> None:
        self._walk = walk
        order = {path: number for number, path in enumerate(walk.reached)}
        self._lines = sorted(walk.lines, key=lambda line: order.get(line.path, -1))
        self._bit = {line: 1 << number for number, line in enumerate(self._lines)}
        self._questions = len(self._lines)  # the first question's bit; the endings come after
        self._endings = self._questions + len(walk.questions)
        self._legs: dict[int, list[Leg]] = defaultdict(list)
        for leg in walk.legs:
            self._legs[leg.situation].append(leg)
        self._asked = {legs[0].situation: legs[0].question for legs in self._legs.values()}
        self._told = {id(leg): self._bits(leg.lines) for leg in walk.legs}
        self._ahead: dict[int, int] = {}
        self._follow()
        self._own: dict[tuple[int, int], int] = defaultdict(int)
        self._differ: dict[tuple[int, int, int], bool] = defaultdict(bool)
        for number, legs in self._legs.items():
            question = self._asked[number]
            if question is not None and len(legs) > 1:
                self._weigh(question, legs)

    def named(self) -> Iterator[Consequence]:
        for (question, option), own in sorted(self._own.items()):
            asked = self._walk.questions[question]
            lines = [line for line in self._lines if own & self._bit[line] and line.text]
            yield Consequence(
                path=asked.path,
                answer=asked.options[option].text,
                lines=len(lines),
                places=tuple(dict.fromkeys(line.path for line in lines)),
                first=lines[0].text if lines else "",
                endings=tuple(
                    dict.fromkeys(
                        ending.path
                        for number, ending in enumerate(self._walk.endings)
                        if own >> (self._endings + number) & 1
                    )
                ),
            )

    def cosmetic(self) -> Iterator[str]:
        for (question, one, other), differ in sorted(self._differ.items()):
            if not differ:
                asked = self._walk.questions[question]
                yield (
                    f"{asked.path}: nothing later tells '{asked.options[one].text}' from"
                    f" '{asked.options[other].text}': let a line remember it"
                )

    def _follow(self) -> None:
        """All that can come after each situation is met, until nothing more is added."""
        moved = True
        while moved:
            moved = False
            for number in sorted(self._legs, reverse=True):  # most ways lead to higher numbers
                found = 0
                for leg in self._legs[number]:
                    found |= self._after(leg) | self._told[id(leg)]
                if found != self._ahead.get(number, 0):
                    self._ahead[number], moved = found, True

    def _bits(self, lines: tuple[Line, ...]) -> int:
        found = 0
        for line in lines:
            found |= self._bit[line]
        return found

    def _after(self, leg: Leg) -> int:
        """What can come once the leg's own lines are told."""
        if leg.ending is not None:
            return 1 << (self._endings + leg.ending)
        if leg.to is None:
            return 0
        asked = self._asked.get(leg.to)
        question = 0 if asked is None else 1 << (self._questions + asked)
        return question | self._ahead.get(leg.to, 0)

    def _weigh(self, question: int, legs: list[Leg]) -> None:
        """Compare the answers to one question as it is met with one past."""
        later = {leg.option: self._later(leg, legs) for leg in legs}
        for option, found in later.items():
            others = 0
            for other, also in later.items():
                others |= also if other != option else 0
            self._own[question, option] |= found & ~others
        again = 1 << (self._questions + question)
        for one, other in combinations(sorted(later), 2):
            # One who is asked again may still take the other way: no fork at all.
            comes_back = later[one] & later[other] & again
            differ = later[one] != later[other] or bool(comes_back)
            self._differ[question, one, other] |= differ

    def _later(self, leg: Leg, legs: list[Leg]) -> int:
        """What follows the branch: from the first line that another answer leads to as well."""
        elsewhere = {line for other in legs if other is not leg for line in other.lines}
        merged = next(
            (number for number, line in enumerate(leg.lines) if line in elsewhere), len(leg.lines)
        )
        return self._bits(leg.lines[merged:]) | self._after(leg)
