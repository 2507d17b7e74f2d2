"""Route the threads between the nodes of a picture, and mark the chapters on them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise, product

from player.authoring.story_map.labels import ems, minutes, wrap
from player.authoring.story_map.lanes import START, MapGraph, MapNode
from player.authoring.story_map.model import MapEdge, StoryMap
from player.authoring.story_map.shapes import (
    AIR,
    NAME,
    ROW,
    SMALL,
    Box,
    ChapterMark,
    Label,
    Marker,
    Thread,
    bezier_y,
    make_label,
)

AXIS = 196.0
"""x of the left border of the threads; chapters stand left of it."""
RADIUS = 12.0
"""Radius of a question's circle."""
MARK_HEIGHT = 44.0
"""Height of a chapter mark of two rows: each chapter makes its thread at least this much longer."""

_MARGIN = 24.0  # left and right of the chapter marks
# A thread runs straight down, and bends this far above its target. Shifts aside, the least first,
# and bends are tried until it is clear of every label.
_TURNS = (84.0, 46.0, 30.0)
_ASIDE = tuple(sign * 14.0 * step for step in range(1, 17) for sign in (1, -1))
_CLEARANCE = 4.0  # between a thread and a label
_GAP = 10.0  # between two chapter marks
_LABEL_SHARES = (1 / 2, 2 / 3, 1 / 3, 3 / 4, 1 / 4, 4 / 5, 1 / 5)  # of the height of a thread

_Point = tuple[float, float]


def route_threads(
    story_map: StoryMap,
    graph: MapGraph,
    markers: Mapping[MapNode, Marker],
    words: Mapping[MapNode, Label],
) -> tuple[Thread, ...]:
    """Return a thread for each edge, and for each answer that was not explored further."""
    threads: list[Thread] = []
    taken = [*(marker.box for marker in markers.values()), *(word.box for word in words.values())]
    for before, after in graph.items():
        if before == START:
            fork = [(markers[START].x, markers[START].y)]
            default, depth = True, story_map.depth
        elif before.kind == "answer":
            question = story_map.questions[before.index]
            fork = _stem(markers[MapNode("question", before.index)], words[before])
            default, depth = question.answers[before.option].is_default, question.depth
        else:
            continue
        for to, edge in after:
            if edge is not None:
                points = _route(fork, markers[to], taken)
                threads.append(
                    _thread(
                        before,
                        to,
                        edge=edge,
                        points=points,
                        text_start=fork[-1][1],
                        default=default,
                    )
                )
        if not after:
            depths = tuple((y, depth) for _, y in fork)
            threads.append(
                Thread(
                    before=before,
                    to=before,
                    points=tuple(fork),
                    text_start=fork[-1][1],
                    seconds=0.0,
                    depths=depths,
                    default=default,
                )
            )
    return tuple(threads)


def _stem(question: Marker, words: Label) -> list[_Point]:
    """Return the points from a question down to an answer's label and through it."""
    return [
        (question.x, question.y + RADIUS),
        (words.x, words.box.top),
        (words.x, words.box.bottom - AIR),
    ]


def _route(fork: list[_Point], to: Marker, taken: Iterable[Box]) -> list[_Point]:
    """Return the path from ``fork`` to ``to`` that crosses the fewest boxes in ``taken``."""
    x, y = fork[-1]
    end = to.y - (RADIUS if to.node.kind == "question" else 10.0)
    inside = [box for box in taken if box.top < end - 1 and y + 1 < box.bottom]
    best, fewest = [(to.x, end)], len(inside) + 1
    for path in _paths(x, y, to.x, end):
        crossings = count_hits([(x, y), *path], inside, fewest)
        if crossings < fewest:
            best, fewest = path, crossings
        if not fewest:
            break
    return [*fork, *best]


def _paths(x: float, y: float, to_x: float, end: float) -> Iterator[list[_Point]]:
    """Yield paths, the simplest first: direct, straight down then across, beside the lane."""
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


def count_hits(points: list[_Point], boxes: Iterable[Box], enough: int) -> int:
    """Count the boxes that a thread through ``points`` crosses, up to ``enough``."""
    left, right = min(points)[0] - _CLEARANCE, max(points)[0] + _CLEARANCE
    near = [box for box in boxes if box.left < right and left < box.right]
    count = 0
    for section in sorted(pairwise(points), key=lambda section: section[0][0] != section[1][0]):
        within = [box for box in near if box.top < section[1][1] and section[0][1] < box.bottom]
        pieces = list(_trace(*section)) if within else []
        crossed = [box for box in within if any(box.overlaps(piece) for piece in pieces)]
        count += len(crossed)
        if count >= enough:
            return enough
        near = [box for box in near if box not in crossed] if crossed else near
    return count


def _trace(start: _Point, end: _Point) -> Iterator[Box]:
    """Yield boxes around the pieces of a thread from one point to the next."""
    (x0, y0), (x1, y1) = start, end
    pieces = 1 if x0 == x1 else 12
    before = start
    for piece in range(1, pieces + 1):
        t = piece / pieces
        after = (x0 + (x1 - x0) * (3 * t**2 - 2 * t**3), y0 + (y1 - y0) * bezier_y(t))
        left, right = sorted((before[0], after[0]))
        yield Box(left - _CLEARANCE, before[1] + 0.5, right + _CLEARANCE, after[1])
        before = after


def _thread(
    before: MapNode,
    to: MapNode,
    edge: MapEdge,
    points: list[_Point],
    text_start: float,
    default: bool,
) -> Thread:
    bare = Thread(
        before=before,
        to=to,
        points=tuple(points),
        text_start=text_start,
        seconds=edge.seconds,
        depths=(),
        default=default,
    )
    start = (points[0][1], edge.depths[0][1])
    depths = ((bare.y_at(at), depth) for at, depth in edge.depths)
    return replace(bare, depths=(start, *depths))


def start_labels(threads: Iterable[Thread], occupied: Iterable[Box]) -> list[Label]:
    """Return the time beside each thread from the beginning to a question.

    A label stands at the first of ``_LABEL_SHARES`` where it overlaps no other; it is left out if
    there is no such place.
    """
    labels: list[Label] = []
    boxes = list(occupied)
    for thread in threads:
        if thread.before == START and thread.to.kind == "question":
            candidates = (_time_label(thread, share) for share in _LABEL_SHARES)
            free = (label for label in candidates if not any(map(label.box.overlaps, boxes)))
            if label := next(free, None):
                labels.append(label)
                boxes.append(label.box)
    return labels


def _time_label(thread: Thread, share: float) -> Label:
    """Return the time of ``thread`` beside it, at this share of its height."""
    y = thread.points[0][1] * (1 - share) + thread.points[-1][1] * share
    note = minutes(thread.seconds)
    x = thread.x_at(y) + 10 + SMALL * ems(note) / 2
    return make_label(START, x, y + 5, rows=(), note=note, size=SMALL, depth=thread.depths[0][1])


@dataclass(frozen=True, slots=True)
class _Bead:
    x: float
    y: float
    at_s: float
    depth: float


def chapter_marks(
    story_map: StoryMap, graph: MapGraph, threads: Iterable[Thread]
) -> tuple[ChapterMark, ...]:
    """Return the chapters from top to bottom, none over another."""
    edge_of = {(before, to): edge for before, after in graph.items() for to, edge in after if edge}
    beads: dict[str, list[_Bead]] = {}
    for thread in threads:
        start = 0.0 if thread.before == START else story_map.questions[thread.before.index].at_s
        edge = edge_of.get((thread.before, thread.to))
        for at, title in edge.chapters if edge else ():
            y = thread.y_at(at)
            bead = _Bead(thread.x_at(y), y, start + at, edge.depth_at(at) if edge else 0.0)
            beads.setdefault(title, []).append(bead)
    marks, free = list[ChapterMark](), 0.0
    for title, places in sorted(beads.items(), key=lambda item: min(b.y for b in item[1])):
        marks.append(_mark(title, places, free))
        free = marks[-1].box.bottom + _GAP
    return tuple(marks)


def _mark(title: str, beads: list[_Bead], free: float) -> ChapterMark:
    rows = wrap(title, (AXIS - 2 * _MARGIN) / NAME, ems)
    first = min(beads, key=lambda bead: bead.y)
    top = max(first.y - 10, free)
    bottom = top + ROW * len(rows) + SMALL + 2
    return ChapterMark(
        title=title,
        rows=rows,
        note=minutes(min(bead.at_s for bead in beads)),
        y=top + 14,
        depth=first.depth,
        beads=tuple((bead.x, bead.y) for bead in beads),
        box=Box(_MARGIN, top, AXIS - _MARGIN, bottom),
    )
