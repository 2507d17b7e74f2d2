"""Place everything on the picture, in pixels: time runs downwards, into sleep.

The distance between two nodes is proportional to the time between them, or a little larger if the
labels need the room. No label ever covers another: what finds its place occupied moves down.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from player.authoring.story_map.labels import ems, minutes, wrap
from player.authoring.story_map.lanes import START, MapNode, assign_lanes, map_graph
from player.authoring.story_map.model import MapEdge, StoryMap
from player.authoring.story_map.routing import (
    AXIS,
    MARK_HEIGHT,
    RADIUS,
    chapter_marks,
    route_threads,
    start_labels,
)
from player.authoring.story_map.shapes import (
    AIR,
    NAME,
    SMALL,
    TEXT,
    Box,
    Label,
    Layout,
    Marker,
    circle_box,
    make_label,
)

TOP = 140.0
"""y of the beginning."""
MIN_WIDTH = 900.0

_RIGHT, _BOTTOM = 22.0, 72.0
_MIN_LANE = 112.0  # width of a lane
_MAX_PITCH = 216.0  # between neighbouring answers that meet again at once
_MINUTE, _MAX_HEIGHT = 20.0, 1600.0  # heights of one minute, and of the whole map
_FORK = 44.0  # height between a question's centre and its answers
_MEET = 32.0  # height between the lowest of the answers and what follows all of them
_CLEAR = 36.0  # below an obstacle, so that threads fit in between
_LEVEL = 28.0  # nodes that are closer in height than this are put side by side


def lay_out(story_map: StoryMap) -> Layout:
    """Return the layout of ``story_map``.

    It is made twice: the second time, nodes at nearly the same height are put on one level.
    """
    first = _Placement(story_map, {})
    return _Placement(story_map, _levels(first.markers.values())).layout()


def _levels(markers: Iterable[Marker]) -> dict[MapNode, float]:
    """Return one y for all nodes at nearly the same height."""
    levels: dict[MapNode, float] = {}
    group: list[Marker] = []
    for marker in sorted(markers, key=lambda marker: -marker.y):
        if group and group[0].y - marker.y > _LEVEL:
            group = []
        group.append(marker)
        levels[marker.node] = group[0].y
    return levels


class _Placement:
    """One pass over all nodes, each placed at its height in ``levels`` or below it."""

    def __init__(self, story_map: StoryMap, levels: Mapping[MapNode, float]) -> None:
        self._map, self._levels = story_map, levels
        self._graph = map_graph(story_map)
        self._lanes = assign_lanes(self._graph)
        room = MIN_WIDTH - AXIS - _RIGHT
        self._lane = max(_MIN_LANE, room / self._lanes.count)
        latest = max((ending.at_s for ending in story_map.endings), default=0.0)
        self._second = min(_MINUTE, 60 * _MAX_HEIGHT / (latest or 1.0)) / 60
        self._before: dict[MapNode, list[tuple[MapNode, MapEdge]]] = {
            node: [] for node in self._graph
        }
        for node, after in self._graph.items():
            for to, edge in after:
                if edge is not None:
                    self._before[to].append((node, edge))
        self._x = {node: self._middle(node) for node in self._graph}
        self.markers: dict[MapNode, Marker] = {}
        self._words: dict[MapNode, Label] = {}
        self._taken: list[Box] = []
        for node in self._graph:
            if node.kind == "question":
                self._pull_together(node)
            if node.kind != "answer":
                self._place(node)

    def layout(self) -> Layout:
        threads = route_threads(self._map, self._graph, self.markers, self._words)
        chapters = chapter_marks(self._map, self._graph, threads)
        boxes = [*self._taken, *(mark.box for mark in chapters)]
        return Layout(
            width=AXIS + self._lane * self._lanes.count + _RIGHT,
            height=max(box.bottom for box in boxes) + _BOTTOM,
            markers=tuple(self.markers.values()),
            labels=(*start_labels(threads, self._taken), *self._words.values()),
            threads=threads,
            chapter_marks=chapters,
        )

    # -- across -----------------------------------------------------------------------------------

    def _middle(self, node: MapNode) -> float:
        left, right = self._lanes.shares[node]
        return AXIS + self._lane * (left + right) / 2

    def _pull_together(self, question: MapNode) -> None:
        """Move answers closer together if their lanes are empty otherwise."""
        answers = [to for to, _ in self._graph[question]]
        if len(answers) < 2 or not self._lanes.occupied.isdisjoint(answers):
            return
        middle = (self._x[answers[0]] + self._x[answers[-1]]) / 2
        pitch = (self._x[answers[-1]] - self._x[answers[0]]) / (len(answers) - 1)
        factor = min(1.0, _MAX_PITCH / pitch)
        for answer in answers:
            moved = middle + factor * (self._x[answer] - middle)
            back = [to for to, _ in self._graph[answer] if to.kind == "loop"]
            for to in back:
                self._x[to] += moved - self._x[answer]
            self._x[answer] = moved

    def _room(self, node: MapNode) -> float:
        left, right = self._lanes.shares[node]
        return min(_MAX_PITCH, self._lane * (right - left)) - 2 * AIR

    # -- downwards --------------------------------------------------------------------------------

    def _place(self, node: MapNode) -> None:
        """Place ``node`` below all that lead to it; a stop with the words of its answers."""
        heights = [self._below(before, edge) for before, edge in self._before[node]]
        marker, words = self._shapes(node, max([self._levels.get(node, TOP), *heights]))
        boxes = [marker.box, *(word.box for word in words)]
        down = self._distance_down(boxes)
        self._taken += [box.moved(down) for box in boxes]
        self.markers[node] = marker.moved(down)
        self._words |= {word.node: word.moved(down) for word in words}

    def _below(self, before: MapNode, edge: MapEdge) -> float:
        """Return the smallest y for the target of ``edge``."""
        chapters_height = MARK_HEIGHT * len(edge.chapters)
        if before == START:
            return TOP + max(self._second * edge.seconds, 56.0, chapters_height)
        question = self.markers[MapNode("question", before.index)].y
        fork = self._words[before].box.bottom - question
        return question + max(self._second * edge.seconds, fork + max(_MEET, chapters_height))

    def _distance_down(self, boxes: list[Box]) -> float:
        """Return how far ``boxes`` must move down to overlap nothing."""
        left, right = min(box.left for box in boxes), max(box.right for box in boxes)
        near = [box for box in self._taken if box.left < right and left < box.right]
        down = 0.0
        while True:
            pairs = ((box, box.moved(down)) for box in boxes)
            lows = [o.bottom - box.top for box, now in pairs for o in near if now.overlaps(o)]
            if not lows:
                return down
            down = min(lows) + _CLEAR

    def _shapes(self, node: MapNode, y: float) -> tuple[Marker, list[Label]]:
        x = self._x[node]
        match node.kind:
            case "start":
                depth = self._map.depth
                return Marker(node=node, x=x, y=y, depth=depth, box=circle_box(x, y, 6.0)), []
            case "question":
                depth = self._map.questions[node.index].depth
                words = [self._answer(answer, y + _FORK) for answer, _ in self._graph[node]]
                return Marker(node=node, x=x, y=y, depth=depth, box=circle_box(x, y, RADIUS)), words
            case "loop":
                depth = self._map.questions[node.index].depth
                words = [
                    make_label(
                        node,
                        x,
                        y + 24,
                        rows=(),
                        note=f"back to {node.back_to + 1}",
                        size=SMALL,
                        depth=depth,
                    )
                ]
            case _:
                ending = self._map.endings[node.index]
                rows, depth = wrap(ending.name, self._room(node) / NAME, ems), ending.depth
                note = minutes(ending.at_s)
                words = [make_label(node, x, y + 34, rows=rows, note=note, size=NAME, depth=depth)]
        return Marker(node=node, x=x, y=y, depth=depth, box=circle_box(x, y, RADIUS)), words

    def _answer(self, node: MapNode, y: float) -> Label:
        question = self._map.questions[node.index]
        answer = question.answers[node.option]
        rows = wrap(answer.text, self._room(node) / TEXT, ems)
        return make_label(
            node, self._x[node], y, rows=rows, note=answer.time, size=TEXT, depth=question.depth
        )
