"""Where everything stands on the picture, in pixels: time runs downwards, into sleep.

A spot stands as far below the one before it as that road takes to be told, or a little farther
where its words need the room. Nothing that bears words ever covers another such thing: what finds
its place taken goes farther down.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from player.authoring.story_map.labels import ems, minutes, wrap
from player.authoring.story_map.lanes import START, Spot, part, roads
from player.authoring.story_map.model import Chart, Road
from player.authoring.story_map.routing import AXIS, MARK_HEIGHT, RADIUS, beginnings, marks, strands
from player.authoring.story_map.shapes import (
    AIR,
    NAME,
    SMALL,
    TEXT,
    Box,
    Dot,
    Layout,
    Words,
    around,
    set_words,
)

TOP = 140.0
"""Where the beginning is."""
LEAST_WIDTH = 900.0

_RIGHT, _BOTTOM = 22.0, 72.0
_LANE = 112.0  # the least width of a lane
_APART = 216.0  # of answers beside each other that meet again at once
_A_MINUTE, _TALLEST = 20.0, 1600.0
_FORK, _MEET = 44.0, 32.0  # from a stop's middle to its answers; from those to the next stop
_CLEAR = 36.0  # below what stood in the way, so that threads come in between
_LEVEL = 28.0  # what is nearer than this in height is put side by side


def lay_out(chart: Chart) -> Layout:
    """A place for everything on ``chart``."""
    first = _Desk(chart, {})
    return _Desk(chart, _levels(first.dots.values())).layout()


def _levels(dots: Iterable[Dot]) -> dict[Spot, float]:
    """One height for what stands at nearly one height."""
    levels: dict[Spot, float] = {}
    group: list[Dot] = []
    for dot in sorted(dots, key=lambda dot: -dot.y):
        if group and group[0].y - dot.y > _LEVEL:
            group = []
        group.append(dot)
        levels[dot.spot] = group[0].y
    return levels


class _Desk:
    """Everything put down once, each at the height in ``levels`` or below it."""

    def __init__(self, chart: Chart, levels: Mapping[Spot, float]) -> None:
        self._chart, self._levels = chart, levels
        self._graph = roads(chart)
        self._lanes = part(self._graph)
        room = LEAST_WIDTH - AXIS - _RIGHT
        self._lane = max(_LANE, room / self._lanes.count)
        latest = max((close.at_s for close in chart.closes), default=0.0)
        self._a_second = min(_A_MINUTE, 60 * _TALLEST / (latest or 1.0)) / 60
        self._before: dict[Spot, list[tuple[Spot, Road]]] = {spot: [] for spot in self._graph}
        for spot, after in self._graph.items():
            for to, road in after:
                if road is not None:
                    self._before[to].append((spot, road))
        self._x = {spot: self._middle(spot) for spot in self._graph}
        self.dots: dict[Spot, Dot] = {}
        self._words: dict[Spot, Words] = {}
        self._taken: list[Box] = []
        for spot in self._graph:
            if spot.what == "stop":
                self._gather(spot)
            if spot.what != "way":
                self._put(spot)

    def layout(self) -> Layout:
        threads = strands(self._chart, self._graph, self.dots, self._words)
        chapters = marks(self._chart, self._graph, threads)
        boxes = [*self._taken, *(mark.box for mark in chapters)]
        return Layout(
            width=AXIS + self._lane * self._lanes.count + _RIGHT,
            height=max(box.bottom for box in boxes) + _BOTTOM,
            dots=tuple(self.dots.values()),
            words=(*beginnings(threads), *self._words.values()),
            strands=threads,
            marks=chapters,
        )

    # -- across -----------------------------------------------------------------------------------

    def _middle(self, spot: Spot) -> float:
        left, right = self._lanes.shares[spot]
        return AXIS + self._lane * (left + right) / 2

    def _gather(self, stop: Spot) -> None:
        """Bring answers nearer to each other whose lanes have nothing else in them."""
        ways = [to for to, _ in self._graph[stop]]
        if len(ways) < 2 or not self._lanes.bearing.isdisjoint(ways):
            return
        middle = (self._x[ways[0]] + self._x[ways[-1]]) / 2
        pitch = (self._x[ways[-1]] - self._x[ways[0]]) / (len(ways) - 1)
        nearer = min(1.0, _APART / pitch)
        for way in ways:
            moved = middle + nearer * (self._x[way] - middle)
            back = [to for to, _ in self._graph[way] if to.what == "round"]
            for to in back:
                self._x[to] += moved - self._x[way]
            self._x[way] = moved

    def _room(self, spot: Spot) -> float:
        left, right = self._lanes.shares[spot]
        return min(_APART, self._lane * (right - left)) - 2 * AIR

    # -- downwards --------------------------------------------------------------------------------

    def _put(self, spot: Spot) -> None:
        """Place ``spot`` below all that lead to it; a stop with the words of its answers."""
        least = [self._below(before, road) for before, road in self._before[spot]]
        dot, words = self._draft(spot, max([self._levels.get(spot, TOP), *least]))
        boxes = [dot.box, *(word.box for word in words)]
        down = self._push(boxes)
        self._taken += [box.moved(down) for box in boxes]
        self.dots[spot] = dot.moved(down)
        self._words |= {word.spot: word.moved(down) for word in words}

    def _below(self, before: Spot, road: Road) -> float:
        """The least y of what ``road`` leads to."""
        told = MARK_HEIGHT * len(road.chapters)
        if before == START:
            return TOP + max(self._a_second * road.seconds, 56.0, told)
        stop = self.dots[Spot("stop", before.index)].y
        fork = self._words[before].box.bottom - stop
        return stop + max(self._a_second * road.seconds, fork + max(_MEET, told))

    def _push(self, boxes: list[Box]) -> float:
        """How far down ``boxes`` must go to be clear of all that is there."""
        left, right = min(box.left for box in boxes), max(box.right for box in boxes)
        near = [box for box in self._taken if box.left < right and left < box.right]
        down = 0.0
        while True:
            pairs = ((box, box.moved(down)) for box in boxes)
            lows = [o.bottom - box.top for box, now in pairs for o in near if now.meets(o)]
            if not lows:
                return down
            down = min(lows) + _CLEAR

    def _draft(self, spot: Spot, y: float) -> tuple[Dot, list[Words]]:
        x = self._x[spot]
        match spot.what:
            case "start":
                depth = self._chart.depth
                return Dot(spot, x, y, depth, around(x, y, 6.0)), []
            case "stop":
                depth = self._chart.stops[spot.index].depth
                words = [self._answer(way, y + _FORK) for way, _ in self._graph[spot]]
                return Dot(spot, x, y, depth, around(x, y, RADIUS)), words
            case "round":
                depth = self._chart.stops[spot.index].depth
                words = [set_words(spot, x, y + 24, (), f"back to {spot.to + 1}", SMALL, depth)]
            case _:
                close = self._chart.closes[spot.index]
                rows, depth = wrap(close.name, self._room(spot) / NAME, ems), close.depth
                note = minutes(close.at_s)
                words = [set_words(spot, x, y + 34, rows, note, NAME, depth)]
        return Dot(spot, x, y, depth, around(x, y, RADIUS)), words

    def _answer(self, spot: Spot, y: float) -> Words:
        stop = self._chart.stops[spot.index]
        way = stop.ways[spot.option]
        rows = wrap(way.text, self._room(spot) / TEXT, ems)
        return set_words(spot, self._x[spot], y, rows, way.time, TEXT, stop.depth)
