"""Who stands beside whom: each question, answer and ending gets a share of the width.

After a question the width is parted into lanes, one an answer. What is reached by one answer alone
stays in its lane; where lanes meet again, what follows has the width of all of them. In the words
of the trade: the lanes follow the dominator tree of the graph (found as by Cooper, Harvey and
Kennedy, "A Simple, Fast Dominance Algorithm", 2001, which for a graph without rounds takes one
pass).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from player.authoring.story_map.model import Chart, Kind, Place, Road


@dataclass(frozen=True, slots=True)
class Spot:
    """A thing on the map: the beginning, a stop, one of its ways, a close, or a way back."""

    what: str
    """``"start"``, ``"stop"``, ``"way"``, ``"close"`` or ``"round"``."""
    index: int = 0
    """Of the stop or the close."""
    option: int = 0
    """Of the way."""
    to: int = 0
    """The stop that a way back leads to."""


START = Spot("start")


@dataclass(frozen=True, slots=True)
class Lanes:
    """The share of each spot, left and right, in lanes; and how many lanes there are."""

    shares: Mapping[Spot, tuple[float, float]]
    count: float
    bearing: frozenset[Spot]
    """Those with a stop or a close in their own lane."""


Graph = Mapping[Spot, Sequence[tuple[Spot, Road | None]]]
"""Every spot, in an order in which all roads lead onwards, with where its roads lead.

From a stop to its ways there is no road: nothing is told between them.
"""


def roads(chart: Chart) -> Graph:
    """``chart`` as a graph of spots."""
    spots: list[tuple[float, int, Spot]] = [
        *((stop.at_s, 0, Spot("stop", number)) for number, stop in enumerate(chart.stops)),
        *((close.at_s, 1, Spot("close", number)) for number, close in enumerate(chart.closes)),
    ]
    found: dict[Spot, list[tuple[Spot, Road | None]]] = {START: _leads(chart.beginning, 0, 0)}
    for _, _, spot in sorted(spots, key=lambda one: (*one[:2], one[2].index)):
        found[spot] = []
        if spot.what == "close":
            continue
        for option, way in enumerate(chart.stops[spot.index].ways):
            here = Spot("way", spot.index, option)
            found[spot].append((here, None))
            found[here] = _leads(way.roads, spot.index, option)
            found |= {to: [] for to, _ in found[here] if to.what == "round"}
    return found


def _leads(ways: Sequence[Road], index: int, option: int) -> list[tuple[Spot, Road | None]]:
    return [(_spot(road.to, index, option), road) for road in ways]


def _spot(place: Place, index: int, option: int) -> Spot:
    match place.kind:
        case Kind.STOP:
            return Spot("stop", place.index)
        case Kind.CLOSE:
            return Spot("close", place.index)
        case Kind.ROUND:
            return Spot("round", index, option, place.index)


class _Tree:
    """The dominator tree: over each spot, the last one that every way to it comes through."""

    def __init__(self, graph: Graph) -> None:
        self.before: dict[Spot, list[Spot]] = {spot: [] for spot in graph}
        for spot, after in graph.items():
            for to, _ in after:
                self.before[to].append(spot)
        self.over: dict[Spot, Spot] = {}
        self._height = {START: 0}
        for spot in graph:
            if spot != START:
                self._hang(spot)
        self.lanes: dict[Spot, list[Spot]] = {spot: [] for spot in graph}
        self.meetings: dict[Spot, list[Spot]] = {spot: [] for spot in graph}
        for spot, over in self.over.items():
            alone = all(before == over for before in self.before[spot])
            (self.lanes if alone else self.meetings)[over].append(spot)

    def _hang(self, spot: Spot) -> None:
        first, *others = self.before[spot]
        for other in others:
            while first != other:
                if self._height[first] >= self._height[other]:
                    first = self.over[first]
                else:
                    other = self.over[other]  # noqa: PLW2901  # both climb until they meet
        self.over[spot] = first
        self._height[spot] = self._height[first] + 1

    def child(self, spot: Spot, over: Spot) -> Spot | None:
        """The spot right below ``over`` that ``spot`` hangs on; none where it is ``over``."""
        while spot != over:
            if self.over[spot] == over:
                return spot
            spot = self.over[spot]
        return None


def part(graph: Graph) -> Lanes:
    """The share of the width for each spot of ``graph`` (see ``roads``)."""
    tree = _Tree(graph)
    inside: dict[Spot, dict[Spot, tuple[float, float]]] = {}
    width: dict[Spot, float] = {}
    for spot in reversed(list(graph)):
        inside[spot], width[spot] = _inside(spot, tree, width)
    shares = {START: (0.0, width[START])}
    for spot in graph:
        left, right = shares[spot]
        scale = (right - left) / width[spot]
        for child, (low, high) in inside[spot].items():
            shares[child] = left + low * scale, left + high * scale
    bearing = {tree.over[spot] for spot in graph if spot.what in {"stop", "close"}}
    return Lanes(shares, width[START], frozenset(bearing))


def _inside(
    spot: Spot, tree: _Tree, width: Mapping[Spot, float]
) -> tuple[dict[Spot, tuple[float, float]], float]:
    """The shares of all that hangs on ``spot``, in lanes from its left, and its width."""
    lanes = tree.lanes[spot]
    widths = [width[lane] for lane in lanes] or [1.0]
    spans: dict[Spot, tuple[int, int]] = {lane: (at, at + 1) for at, lane in enumerate(lanes)}
    for meeting in tree.meetings[spot]:
        children = {tree.child(before, spot) for before in tree.before[meeting]}
        met = [spans[child] for child in children if child is not None]
        low = min((first for first, _ in met), default=0)
        high = max((last for _, last in met), default=len(widths))
        spans[meeting] = low, high
        factor = width[meeting] / sum(widths[low:high])
        if factor > 1.0:
            widths[low:high] = [factor * one for one in widths[low:high]]
    edges = [sum(widths[:at]) for at in range(len(widths) + 1)]
    return {child: (edges[low], edges[high]) for child, (low, high) in spans.items()}, edges[-1]
