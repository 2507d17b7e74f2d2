"""Horizontal layout: assign each question, answer and ending a share of the width.

Below a question the width is divided into lanes, one for each answer. What only one answer leads
to stays in its lane; where lanes meet again, what follows has the width of all of them. So the
lanes follow the dominator tree of the graph, found with the algorithm of Cooper, Harvey and
Kennedy ("A Simple, Fast Dominance Algorithm", 2001), which takes one pass without loops.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from player.authoring.story_map.model import MapEdge, MapTarget, StoryMap, TargetKind


@dataclass(frozen=True, slots=True)
class MapNode:
    """A node of the drawing: the beginning, a question, an answer, an ending, or a loop back."""

    kind: str
    """``"start"``, ``"question"``, ``"answer"``, ``"ending"`` or ``"loop"``."""
    index: int = 0
    """Index of the question (for an answer or a loop: the one it belongs to) or of the ending."""
    option: int = 0
    """Index of the answer."""
    back_to: int = 0
    """Index of the question that a loop leads back to."""


START = MapNode("start")


@dataclass(frozen=True, slots=True)
class LaneShares:
    """Left and right of each node's share, in lanes, and the number of lanes."""

    shares: Mapping[MapNode, tuple[float, float]]
    count: float
    occupied: frozenset[MapNode]
    """Nodes with a question or an ending in their lane."""


MapGraph = Mapping[MapNode, Sequence[tuple[MapNode, MapEdge | None]]]
"""Outgoing edges of every node, in an order in which all edges lead onwards.

From a question to its answers there is no ``MapEdge``: nothing is told between them.
"""


def map_graph(story_map: StoryMap) -> MapGraph:
    """Return ``story_map`` as a graph of the nodes to be drawn."""
    timed: list[tuple[float, int, MapNode]] = [
        *(
            (question.at_s, 0, MapNode("question", number))
            for number, question in enumerate(story_map.questions)
        ),
        *(
            (ending.at_s, 1, MapNode("ending", number))
            for number, ending in enumerate(story_map.endings)
        ),
    ]
    graph: dict[MapNode, list[tuple[MapNode, MapEdge | None]]] = {
        START: _targets(story_map.start_edges, 0, 0)
    }
    for _, _, node in sorted(timed, key=lambda item: (*item[:2], item[2].index)):
        graph[node] = []
        if node.kind == "ending":
            continue
        for option, answer in enumerate(story_map.questions[node.index].answers):
            answer_node = MapNode("answer", node.index, option)
            graph[node].append((answer_node, None))
            graph[answer_node] = _targets(answer.edges, node.index, option)
            graph |= {target: [] for target, _ in graph[answer_node] if target.kind == "loop"}
    return graph


def _targets(
    edges: Sequence[MapEdge], index: int, option: int
) -> list[tuple[MapNode, MapEdge | None]]:
    return [(_target_node(edge.target, index, option), edge) for edge in edges]


def _target_node(target: MapTarget, index: int, option: int) -> MapNode:
    match target.kind:
        case TargetKind.QUESTION:
            return MapNode("question", target.index)
        case TargetKind.ENDING:
            return MapNode("ending", target.index)
        case TargetKind.LOOP:
            return MapNode("loop", index, option, target.index)


class _DominatorTree:
    """The dominator tree of a graph: every way to a node passes through its parent."""

    def __init__(self, graph: MapGraph) -> None:
        self.predecessors: dict[MapNode, list[MapNode]] = {node: [] for node in graph}
        for node, edges in graph.items():
            for target, _ in edges:
                self.predecessors[target].append(node)
        self.parent: dict[MapNode, MapNode] = {}
        self._height = {START: 0}
        for node in graph:
            if node != START:
                self._attach(node)
        self.own_children: dict[MapNode, list[MapNode]] = {node: [] for node in graph}
        """Children to which only their parent has an edge."""
        self.joins: dict[MapNode, list[MapNode]] = {node: [] for node in graph}
        """Children at which branches below their parent meet again."""
        for node, parent in self.parent.items():
            alone = all(predecessor == parent for predecessor in self.predecessors[node])
            (self.own_children if alone else self.joins)[parent].append(node)

    def _attach(self, node: MapNode) -> None:
        """Attach ``node`` below the nearest common ancestor of its predecessors."""
        first, *others = self.predecessors[node]
        for other in others:
            while first != other:
                if self._height[first] >= self._height[other]:
                    first = self.parent[first]
                else:
                    other = self.parent[other]  # noqa: PLW2901  # both climb until they meet
        self.parent[node] = first
        self._height[node] = self._height[first] + 1

    def child_above(self, node: MapNode, ancestor: MapNode) -> MapNode | None:
        """Return the child of ``ancestor`` at or above ``node``; None if they are the same."""
        while node != ancestor:
            if self.parent[node] == ancestor:
                return node
            node = self.parent[node]
        return None


def assign_lanes(graph: MapGraph) -> LaneShares:
    """Assign each node of ``graph`` (see ``map_graph``) a span of the map's width, in lanes.

    Branches stand side by side; where they meet again, the node spans all of them.
    """
    tree = _DominatorTree(graph)
    inner: dict[MapNode, dict[MapNode, tuple[float, float]]] = {}
    width: dict[MapNode, float] = {}
    for node in reversed(list(graph)):
        inner[node], width[node] = _inner_shares(node, tree, width)
    shares = {START: (0.0, width[START])}
    for node in graph:
        left, right = shares[node]
        scale = (right - left) / width[node]
        for child, (low, high) in inner[node].items():
            shares[child] = left + low * scale, left + high * scale
    occupied = {tree.parent[node] for node in graph if node.kind in {"question", "ending"}}
    return LaneShares(shares, width[START], frozenset(occupied))


def _inner_shares(
    node: MapNode, tree: _DominatorTree, width: Mapping[MapNode, float]
) -> tuple[dict[MapNode, tuple[float, float]], float]:
    """Return the span of each child of ``node`` and the width of ``node``, both in lanes.

    Spans count from the left edge of ``node``.
    """
    lanes = tree.own_children[node]
    widths = [width[lane] for lane in lanes] or [1.0]
    spans: dict[MapNode, tuple[int, int]] = {lane: (at, at + 1) for at, lane in enumerate(lanes)}
    for join in tree.joins[node]:
        children = {tree.child_above(source, node) for source in tree.predecessors[join]}
        joined = [spans[child] for child in children if child is not None]
        low = min((first for first, _ in joined), default=0)
        high = max((last for _, last in joined), default=len(widths))
        spans[join] = low, high
        factor = width[join] / sum(widths[low:high])
        if factor > 1.0:
            widths[low:high] = [factor * lane_width for lane_width in widths[low:high]]
    borders = [sum(widths[:at]) for at in range(len(widths) + 1)]
    return {child: (borders[low], borders[high]) for child, (low, high) in spans.items()}, borders[
        -1
    ]
