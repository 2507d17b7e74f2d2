"""Map of a story: its questions in the order of the night, joined by edges.

The questions form a graph and not a tree, for branches part and meet again. Edges that lead back
to an earlier question are marked as loops. Without them the graph has an order, and each question
is placed at the end of the longest way to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

from player.authoring.story_map.labels import minutes


class TargetKind(Enum):
    """Kind of thing that an edge leads to."""

    QUESTION = "a question"
    ENDING = "an ending or a dead end"
    LOOP = "a question that was asked on the way"


@dataclass(frozen=True, slots=True)
class MapTarget:
    """Target of an edge: an index, from 0, in ``StoryMap.questions`` or ``StoryMap.endings``."""

    kind: TargetKind
    index: int


@dataclass(frozen=True, slots=True)
class MapEdge:
    """The text between an answer (or the beginning) and the next question or ending."""

    target: MapTarget
    seconds: float
    chapters: tuple[tuple[float, str], ...]
    """Chapters that begin on this edge: seconds from its start, and title."""
    depths: tuple[tuple[float, float], ...]
    """At least two points (seconds from the start, depth 0 to 1), with straight lines between."""

    def depth_at(self, seconds: float) -> float:
        """Return the depth at this time; at the start of a glide, the depth before it."""
        for (at, depth), (until, after) in pairwise(self.depths):
            if seconds <= until:
                share = (seconds - at) / (until - at) if until > at else 0.0
                return depth + share * (after - depth)
        return self.depths[-1][1]


@dataclass(frozen=True, slots=True)
class MapAnswer:
    """One answer to a question."""

    text: str
    is_default: bool
    edges: tuple[MapEdge, ...]
    """Several if earlier choices decide what follows; none if the exploration ended here."""

    @property
    def time(self) -> str:
        """``"3 min"``, or ``"3 min to 5½ min"`` if the edges differ."""
        times = sorted(edge.seconds for edge in self.edges)
        shown = dict.fromkeys(minutes(one) for one in (*times[:1], *times[-1:]))
        return " to ".join(shown)


@dataclass(frozen=True, slots=True)
class MapQuestion:
    """A question."""

    path: str
    at_s: float
    """Seconds from the beginning by the longest way."""
    depth: float
    """0 to 1: the mean over the ways to it."""
    answers: tuple[MapAnswer, ...]


@dataclass(frozen=True, slots=True)
class MapEnding:
    """An ending, or a dead end at which the story breaks."""

    name: str
    is_dead_end: bool
    at_s: float
    """Seconds from the beginning by the longest way."""
    depth: float


@dataclass(frozen=True, slots=True)
class StoryMap:
    """All branches of a story."""

    title: str
    depth: float
    """Depth at the beginning."""
    start_edges: tuple[MapEdge, ...]
    questions: tuple[MapQuestion, ...]
    endings: tuple[MapEnding, ...]
    word_count: int
    shortest_s: float
    longest_s: float
    exhaustive: bool
    """True if every branch was explored."""

    @property
    def facts(self) -> str:
        """``"11,506 words · 12 choices · 6 endings · 36 to 38 minutes"``."""
        endings = sum(not ending.is_dead_end for ending in self.endings)
        parts = [_count(self.word_count, "word")]
        parts += [_count(len(self.questions), "choice")] if self.questions else []
        parts += [_count(endings, "ending")] if endings > 1 or self.questions else []
        shortest, longest = round(self.shortest_s / 60), round(self.longest_s / 60)
        if shortest < longest:
            range_ = f"{shortest} to {longest} minutes"
            parts.append(range_ if shortest else f"up to {_count(longest, 'minute')}")
        elif longest:
            parts.append(_count(longest, "minute"))
        if not self.exhaustive:
            parts.append("as far as it was walked")
        return " · ".join(parts)


def _count(number: int, name: str) -> str:
    return f"{number:,} {name}{'' if number == 1 else 's'}"
