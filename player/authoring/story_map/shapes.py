"""Shapes of the picture: labels, markers, threads and chapter marks, in pixels from top left."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

from player.authoring.story_map.labels import ems
from player.authoring.story_map.lanes import MapNode

TEXT, NAME, SMALL = 13.0, 15.0, 11.0
"""Font sizes: answers; names of endings and chapters; times."""
ROW = 16.0
"""Line height of a label."""
AIR = 5.0
"""Margin around a label."""


@dataclass(frozen=True, slots=True)
class Box:
    """The rectangle that a shape covers."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Box) -> bool:
        """Return whether the two overlap."""
        beside = self.right <= other.left or other.right <= self.left
        return not (beside or self.bottom <= other.top or other.bottom <= self.top)

    def moved(self, down: float) -> Box:
        """Return a copy that is ``down`` pixels lower."""
        return replace(self, top=self.top + down, bottom=self.bottom + down)


def circle_box(x: float, y: float, radius: float) -> Box:
    """Return the box of a circle."""
    return Box(x - radius, y - radius, x + radius, y + radius)


@dataclass(frozen=True, slots=True)
class Label:
    """Centred rows of text, and a ``note`` in small type below."""

    node: MapNode
    x: float
    y: float
    """y of the first baseline."""
    rows: tuple[str, ...]
    note: str
    depth: float
    box: Box

    def moved(self, down: float) -> Label:
        """Return a copy that is ``down`` pixels lower."""
        return replace(self, y=self.y + down, box=self.box.moved(down))


def make_label(
    node: MapNode, x: float, y: float, rows: Iterable[str], note: str, size: float, depth: float
) -> Label:
    """Return a label with its box, for text of font size ``size``."""
    rows = tuple(rows)
    half = max([size * ems(row) for row in rows] + [SMALL * ems(note)]) / 2 + AIR
    bottom = y + ROW * (len(rows) - 1) + (ROW if note else 4) + AIR
    return Label(
        node=node,
        x=x,
        y=y,
        rows=rows,
        note=note,
        depth=depth,
        box=Box(x - half, y - size, x + half, bottom),
    )


@dataclass(frozen=True, slots=True)
class Marker:
    """Marker of a question, an ending, a loop back or the beginning."""

    node: MapNode
    x: float
    y: float
    depth: float
    box: Box

    def moved(self, down: float) -> Marker:
        """Return a copy that is ``down`` pixels lower."""
        return replace(self, y=self.y + down, box=self.box.moved(down))


@dataclass(frozen=True, slots=True)
class Thread:
    """An edge as a curve that is vertical in each of its points."""

    before: MapNode
    to: MapNode
    points: tuple[tuple[float, float], ...]
    text_start: float
    """y at which the edge's text begins, below the answer's label; it ends at the last point."""
    seconds: float
    depths: tuple[tuple[float, float], ...]
    """Points of y and depth, downwards."""
    default: bool

    def y_at(self, seconds: float) -> float:
        """Return y at this second of the edge's text."""
        share = min(1.0, seconds / self.seconds) if self.seconds else 0.0
        return self.text_start + (self.points[-1][1] - self.text_start) * share

    def x_at(self, y: float) -> float:
        """Return x at the height ``y``."""
        for (x0, y0), (x1, y1) in pairwise(self.points):
            if y <= y1:
                return x0 + (x1 - x0) * _bezier_x_at((y - y0) / (y1 - y0)) if y1 > y0 else x1
        return self.points[-1][0]


def bezier_y(t: float) -> float:
    """Return y of a vertical Bézier curve at the parameter ``t``, both from 0 to 1.

    Both handles are half way down: y = 3t(1 - t)/2 + t³, x = 3t² - 2t³.
    """
    return 1.5 * t * (1 - t) + t**3


def _bezier_x_at(share: float) -> float:
    """Return x of that curve where its y is ``share``."""
    low, high = 0.0, 1.0
    for _ in range(30):
        t = (low + high) / 2
        if bezier_y(t) < share:
            low = t
        else:
            high = t
    return 3 * low**2 - 2 * low**3


@dataclass(frozen=True, slots=True)
class ChapterMark:
    """A chapter: its title beside the axis, and beads where it begins on a thread."""

    title: str
    rows: tuple[str, ...]
    note: str
    y: float
    """y of the first baseline."""
    depth: float
    beads: tuple[tuple[float, float], ...]
    box: Box


@dataclass(frozen=True, slots=True)
class Layout:
    """All shapes of the picture."""

    width: float
    height: float
    markers: tuple[Marker, ...]
    labels: tuple[Label, ...]
    threads: tuple[Thread, ...]
    chapter_marks: tuple[ChapterMark, ...]
