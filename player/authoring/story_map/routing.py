"""The threads between the spots of a picture, and the chapters that begin on them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise, product

from player.authoring.story_map.labels import ems, minutes, wrap
from player.authoring.story_map.lanes import START, Graph, Spot
from player.authoring.story_map.model import Chart, Road
from player.authoring.story_map.shapes import (
    AIR,
    NAME,
    ROW,
    SMALL,
    Box,
    Dot,
    Mark,
    Strand,
    Words,
    set_words,
    swing,
)

AXIS = 196.0
"""Left of it stand the chapters."""
RADIUS = 12.0
"""Of a stop."""
MARK_HEIGHT = 44.0
"""What a chapter mark of two rows takes; a road is made at least so long for each of its own."""

_MARGIN = 24.0  # on both sides of the chapters
_TURNS = (84.0, 46.0, 30.0)  # a thread keeps upright until so far above where it leads
_ASIDE = tuple(sign * 14.0 * step for step in range(1, 17) for sign in (1, -1))
_BERTH = 4.0  # what a thread keeps from words that it passes
_GAP = 10.0  # between two chapter marks

_Point = tuple[float, float]


def strands(
    chart: Chart, graph: Graph, dots: Mapping[Spot, Dot], words: Mapping[Spot, Words]
) -> tuple[Strand, ...]:
    """A thread for each road, and for each answer of which the walk saw no more."""
    found: list[Strand] = []
    taken = [*(dot.box for dot in dots.values()), *(word.box for word in words.values())]
    for before, after in graph.items():
        if before == START:
            fork = [(dots[START].x, dots[START].y)]
            default, depth = True, chart.depth
        elif before.what == "way":
            stop = chart.stops[before.index]
            fork = _fork(dots[Spot("stop", before.index)], words[before])
            default, depth = stop.ways[before.option].default, stop.depth
        else:
            continue
        for to, road in after:
            if road is not None:
                points = _route(fork, dots[to], taken)
                found.append(_strand(before, to, road, points, fork[-1][1], default))
        if not after:
            depths = tuple((y, depth) for _, y in fork)
            found.append(Strand(before, before, tuple(fork), fork[-1][1], 0.0, depths, default))
    return tuple(found)


def _fork(stop: Dot, words: Words) -> list[_Point]:
    """From a question down to the words of an answer and through them."""
    return [(stop.x, stop.y + RADIUS), (words.x, words.box.top), (words.x, words.box.bottom - AIR)]


def _route(fork: list[_Point], to: Dot, taken: Iterable[Box]) -> list[_Point]:
    """From the fork on to where a road leads, past as many words and dots as may be."""
    x, y = fork[-1]
    end = to.y - (RADIUS if to.spot.what == "stop" else 10.0)
    inside = [box for box in taken if box.top < end - 1 and y + 1 < box.bottom]
    best, fewest = [(to.x, end)], len(inside) + 1
    for way in _ways(x, y, to.x, end):
        struck = hits([(x, y), *way], inside, fewest)
        if struck < fewest:
            best, fewest = way, struck
        if not fewest:
            break
    return [*fork, *best]


def _ways(x: float, y: float, to_x: float, end: float) -> Iterator[list[_Point]]:
    """Ways down, the simplest first: at once, upright in the lane and then over, or aside of it."""
    length = end - y
    if x == to_x or length < 1.5 * _TURNS[0]:
        yield [(to_x, end)]
    for turn in _TURNS:
        if x != to_x and length > 1.5 * turn:
            yield [(x, end - turn), (to_x, end)]
    for down, up, run in ((0.5, 1.0, x), (1.0, 0.5, to_x)):
        for aside, turn in product(_ASIDE, _TURNS):
            if length > 2.0 * turn:
                lane = run + aside
                yield [(lane, y + down * turn), (lane, end - up * turn), (to_x, end)]


def hits(points: list[_Point], boxes: Iterable[Box], enough: int) -> int:
    """How many boxes a thread through ``points`` runs behind, counted up to ``enough``."""
    left, right = min(points)[0] - _BERTH, max(points)[0] + _BERTH
    near = [box for box in boxes if box.left < right and left < box.right]
    found = 0
    for leg in sorted(pairwise(points), key=lambda leg: leg[0][0] != leg[1][0]):
        within = [box for box in near if box.top < leg[1][1] and leg[0][1] < box.bottom]
        pieces = list(_trace(*leg)) if within else []
        struck = [box for box in within if any(box.meets(piece) for piece in pieces)]
        found += len(struck)
        if found >= enough:
            return enough
        near = [box for box in near if box not in struck] if struck else near
    return found


def _trace(start: _Point, end: _Point) -> Iterator[Box]:
    """The boxes around the pieces of a thread from one point to the next."""
    (x0, y0), (x1, y1) = start, end
    pieces = 1 if x0 == x1 else 12
    before = start
    for piece in range(1, pieces + 1):
        t = piece / pieces
        after = (x0 + (x1 - x0) * (3 * t**2 - 2 * t**3), y0 + (y1 - y0) * swing(t))
        left, right = sorted((before[0], after[0]))
        yield Box(left - _BERTH, before[1] + 0.5, right + _BERTH, after[1])
        before = after


def _strand(
    before: Spot, to: Spot, road: Road, points: list[_Point], told_from: float, default: bool
) -> Strand:
    bare = Strand(before, to, tuple(points), told_from, road.seconds, (), default)
    start = (points[0][1], road.depths[0][1])
    told = ((bare.y_at(at), depth) for at, depth in road.depths)
    return replace(bare, depths=(start, *told))


def beginnings(threads: Iterable[Strand]) -> Iterator[Words]:
    """The minutes beside a road that no answer leads to, where it leads to a question."""
    for strand in threads:
        if strand.before == START and strand.to.what == "stop":
            y = (strand.points[0][1] + strand.points[-1][1]) / 2
            note = minutes(strand.seconds)
            x = strand.x_at(y) + 10 + SMALL * ems(note) / 2
            yield set_words(START, x, y + 5, (), note, SMALL, strand.depths[0][1])


@dataclass(frozen=True, slots=True)
class _Bead:
    x: float
    y: float
    at_s: float
    depth: float


def marks(chart: Chart, graph: Graph, threads: Iterable[Strand]) -> tuple[Mark, ...]:
    """The chapters, in the order in which they stand, none over another."""
    told = {(before, to): road for before, after in graph.items() for to, road in after if road}
    beads: dict[str, list[_Bead]] = {}
    for strand in threads:
        start = 0.0 if strand.before == START else chart.stops[strand.before.index].at_s
        road = told.get((strand.before, strand.to))
        for at, title in road.chapters if road else ():
            y = strand.y_at(at)
            bead = _Bead(strand.x_at(y), y, start + at, road.depth_at(at) if road else 0.0)
            beads.setdefault(title, []).append(bead)
    found, free = list[Mark](), 0.0
    for title, places in sorted(beads.items(), key=lambda item: min(b.y for b in item[1])):
        found.append(_mark(title, places, free))
        free = found[-1].box.bottom + _GAP
    return tuple(found)


def _mark(title: str, beads: list[_Bead], free: float) -> Mark:
    rows = wrap(title, (AXIS - 2 * _MARGIN) / NAME, ems)
    first = min(beads, key=lambda bead: bead.y)
    top = max(first.y - 10, free)
    bottom = top + ROW * len(rows) + SMALL + 2
    return Mark(
        title=title,
        rows=rows,
        note=minutes(min(bead.at_s for bead in beads)),
        y=top + 14,
        depth=first.depth,
        beads=tuple((bead.x, bead.y) for bead in beads),
        box=Box(_MARGIN, top, AXIS - _MARGIN, bottom),
    )
