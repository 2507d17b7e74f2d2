"""How deep each line is heard, on every way to it, and where the depth moves so fast that it shows.

The bed's timbre follows the depth. What moves slowly is not noticed; what jumps is heard as a
change of sound, and wakes.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from player.authoring.lint.finding import Finding
from player.branches import BranchSurvey, SituationEdge
from player.script import ChangeDepth, Header, Say, Step, read_item
from player.story.model import Line

MOST = 0.15
"""Of the whole way from 0 to 1, in one glide."""
FASTEST = MOST / 30.0
"""Depth a second."""
_NOT_HEARD = 0.02  # a step this small may take as little time as it likes
_ROUNDING = 1e-9
_PASTS = 8  # depths at which one situation is followed: more only tell the same again


@dataclass(frozen=True, slots=True)
class Depths:
    """What the depth does in a story."""

    deepest: Mapping[Line, float]
    """The depth at which a line is said, 0 to 1: the deepest, where ways to it differ."""
    jumps: tuple[Finding, ...]


def depths(survey: BranchSurvey, header: Header) -> Depths:
    """Follow the depth along every leg of ``survey``."""
    return _Follower(survey, header).depths()


class _Follower:
    def __init__(self, survey: BranchSurvey, header: Header) -> None:
        self._steps = {line: read_item(line, header).steps for line in survey.lines}
        self._legs: dict[int, list[SituationEdge]] = defaultdict(list)
        for leg in survey.situation_edges:
            self._legs[leg.situation].append(leg)
        self._start = header.depth
        self._deepest: dict[Line, float] = {}
        self._jumps: dict[Finding, None] = {}

    def depths(self) -> Depths:
        waiting = [(0, self._start, False)]
        met, pasts = set(waiting), Counter[int]()
        while waiting:
            situation, depth, told = waiting.pop()
            for leg in self._legs.get(situation, ()):
                if leg.to_situation is None:
                    self._along(leg, depth, told)
                    continue
                ahead = (leg.to_situation, *self._along(leg, depth, told))
                if ahead not in met and pasts[leg.to_situation] < _PASTS:
                    pasts[leg.to_situation] += 1
                    met.add(ahead)
                    waiting.append(ahead)
        return Depths(self._deepest, tuple(self._jumps))

    def _along(self, leg: SituationEdge, depth: float, told: bool) -> tuple[float, bool]:
        """The depth at the end of ``leg``, and whether a word was said by then."""
        for line in leg.lines:
            for step in self._steps[line]:
                if isinstance(step, ChangeDepth) and told:  # before the first word nobody is asleep
                    self._judge(line, depth, step)
                depth = step.depth if isinstance(step, ChangeDepth) else depth
            told = told or _says_a_word(self._steps[line])
            self._deepest[line] = max(depth, self._deepest.get(line, 0.0))
        return depth, told

    def _judge(self, line: Line, depth: float, glide: ChangeDepth) -> None:
        way = abs(glide.depth - depth)
        what = f"the depth goes from {depth:g} to {glide.depth:g}"
        if way > MOST + _ROUNDING:
            message = f"{what} in one glide: {MOST:g} is the most; put a step in between"
        elif way > _NOT_HEARD and way > FASTEST * glide.over_s + _ROUNDING:
            message = f"{what} in {glide.over_s:g} s: give it over={way / FASTEST:.0f}s"
        else:
            return
        self._jumps[Finding(line.path, message)] = None


def _says_a_word(steps: tuple[Step, ...]) -> bool:
    return any(isinstance(step, Say) and step.text for step in steps)
