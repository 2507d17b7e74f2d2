"""Follow the depth along every way through a story, and find where it changes too fast.

The timbre of the bed follows the depth. A slow change is not noticed; a jump is heard as a change
of sound, and can wake a listener.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from player.authoring.lint.finding import Finding
from player.branches import BranchSurvey, SituationEdge
from player.script import ChangeDepth, Header, Say, Step, read_item
from player.story.model import Line

MAX_DEPTH_STEP = 0.15
"""Largest change of depth in one glide, of a range from 0 to 1."""
MAX_DEPTH_PER_S = MAX_DEPTH_STEP / 30.0
"""Fastest change of depth, per second."""
_INAUDIBLE = 0.02  # a change this small can be as fast as it likes
_ROUNDING = 1e-9
_MAX_VISITS = 8  # followed for each situation; more depths would only repeat the findings


@dataclass(frozen=True, slots=True)
class StoryDepth:
    """The depth of each line, and the findings where it jumps."""

    deepest: Mapping[Line, float]
    """Depth at which a line is spoken, 0 to 1; the greatest if ways to it differ."""
    jumps: tuple[Finding, ...]


def follow_depth(survey: BranchSurvey, header: Header) -> StoryDepth:
    """Follow the depth along every edge of ``survey``."""
    return _DepthFollower(survey, header).follow()


class _DepthFollower:
    def __init__(self, survey: BranchSurvey, header: Header) -> None:
        self._steps = {line: read_item(line, header).steps for line in survey.lines}
        self._edges: dict[int, list[SituationEdge]] = defaultdict(list)
        for edge in survey.situation_edges:
            self._edges[edge.situation].append(edge)
        self._start = header.depth
        self._deepest: dict[Line, float] = {}
        self._jumps: dict[Finding, None] = {}

    def follow(self) -> StoryDepth:
        waiting = [(0, self._start, False)]
        visited, visits = set(waiting), Counter[int]()
        while waiting:
            situation, depth, has_spoken = waiting.pop()
            for edge in self._edges.get(situation, ()):
                depth_after, has_spoken_after = self._follow_edge(edge, depth, has_spoken)
                if edge.to_situation is None:
                    continue
                ahead = (edge.to_situation, depth_after, has_spoken_after)
                if ahead not in visited and visits[edge.to_situation] < _MAX_VISITS:
                    visits[edge.to_situation] += 1
                    visited.add(ahead)
                    waiting.append(ahead)
        return StoryDepth(self._deepest, tuple(self._jumps))

    def _follow_edge(
        self, edge: SituationEdge, depth: float, has_spoken: bool
    ) -> tuple[float, bool]:
        """Return the depth at the end of ``edge``, and whether a word was spoken by then."""
        for line in edge.lines:
            for step in self._steps[line]:
                if isinstance(step, ChangeDepth):
                    if has_spoken:  # before the first word nobody is asleep
                        self._check(line, depth, step)
                    depth = step.depth
            has_spoken = has_spoken or _speaks(self._steps[line])
            self._deepest[line] = max(depth, self._deepest.get(line, 0.0))
        return depth, has_spoken

    def _check(self, line: Line, depth: float, change: ChangeDepth) -> None:
        distance = abs(change.depth - depth)
        what = f"the depth goes from {depth:g} to {change.depth:g}"
        if distance > MAX_DEPTH_STEP + _ROUNDING:
            message = f"{what} in one glide: {MAX_DEPTH_STEP:g} is the most; put a step in between"
        elif distance > _INAUDIBLE and distance > MAX_DEPTH_PER_S * change.over_s + _ROUNDING:
            seconds = f"{distance / MAX_DEPTH_PER_S:.0f}"
            message = f"{what} in {change.over_s:g} s: give it over={seconds}s"
        else:
            return
        self._jumps[Finding(line.path, message)] = None


def _speaks(steps: tuple[Step, ...]) -> bool:
    return any(isinstance(step, Say) and step.text for step in steps)
