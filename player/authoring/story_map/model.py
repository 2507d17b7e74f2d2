"""A chart of a story: the questions in the order of the night, joined by roads.

Questions are a graph, not a tree, for nights part and meet again. Where a story goes round, the
roads that lead back are told apart, and the rest has an order: each question stands at the end of
the longest way to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

from player.authoring.story_map.labels import minutes


class Kind(Enum):
    """Where a road leads."""

    STOP = "to a question"
    CLOSE = "to an ending or a dead end"
    ROUND = "back to a question that was met on the way"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a road leads: ``index`` counts from 0 in ``Chart.stops`` or ``Chart.closes``."""

    kind: Kind
    index: int


@dataclass(frozen=True, slots=True)
class Road:
    """What is told from an answer (or the beginning) to the next question or end."""

    to: Place
    seconds: float
    chapters: tuple[tuple[float, str], ...]
    """Those that begin on it: seconds from its start, and the title."""
    depths: tuple[tuple[float, float], ...]
    """Seconds from its start and the depth there, 0 to 1; straight between; at least two."""

    def depth_at(self, seconds: float) -> float:
        """The depth there; where a glide begins, what it begins from."""
        for (at, depth), (until, after) in pairwise(self.depths):
            if seconds <= until:
                share = (seconds - at) / (until - at) if until > at else 0.0
                return depth + share * (after - depth)
        return self.depths[-1][1]


@dataclass(frozen=True, slots=True)
class Way:
    """One answer to a question."""

    text: str
    default: bool
    roads: tuple[Road, ...]
    """More than one where what came before decides; none where the walk did not come so far."""

    @property
    def time(self) -> str:
        """``"3 min"``, or ``"3 min to 5½ min"`` where its roads differ."""
        times = sorted(road.seconds for road in self.roads)
        shown = dict.fromkeys(minutes(one) for one in (*times[:1], *times[-1:]))
        return " to ".join(shown)


@dataclass(frozen=True, slots=True)
class Stop:
    """A question."""

    path: str
    at_s: float
    """After the longest way to it."""
    depth: float
    """0 to 1; the mean of the ways to it."""
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class Close:
    """An ending, or a place where the story breaks."""

    name: str
    dead: bool
    at_s: float
    depth: float


@dataclass(frozen=True, slots=True)
class Chart:
    """A story's branches."""

    title: str
    depth: float
    """At the beginning."""
    beginning: tuple[Road, ...]
    stops: tuple[Stop, ...]
    closes: tuple[Close, ...]
    words: int
    shortest_s: float
    longest_s: float
    nights: int
    whole: bool
    """Whether the walk came everywhere."""

    @property
    def facts(self) -> str:
        """``"11,506 words · 12 choices · 6 endings · 36 to 38 minutes"``."""
        endings = sum(not close.dead for close in self.closes)
        parts = [_count(self.words, "word")]
        parts += [_count(len(self.stops), "choice")] if self.stops else []
        parts += [_count(endings, "ending")] if endings > 1 or self.stops else []
        least, most = round(self.shortest_s / 60), round(self.longest_s / 60)
        if least < most:
            parts.append(
                f"{least} to {most} minutes" if least else f"up to {_count(most, 'minute')}"
            )
        elif most:
            parts.append(_count(most, "minute"))
        if not self.whole:
            parts.append("as far as it was walked")
        return " · ".join(parts)


def _count(number: int, name: str) -> str:
    return f"{number:,} {name}{'' if number == 1 else 's'}"
