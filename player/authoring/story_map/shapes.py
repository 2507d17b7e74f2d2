"""What a picture is made of: words, dots, threads and chapter marks, in pixels from top left."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

from player.authoring.story_map.labels import ems
from player.authoring.story_map.lanes import Spot

TEXT, NAME, SMALL = 13.0, 15.0, 11.0
"""Sizes of type: answers; names of endings and chapters; minutes."""
ROW = 16.0
"""From a row of words to the next."""
AIR = 5.0
"""Around whatever bears words."""


@dataclass(frozen=True, slots=True)
class Box:
    """What a thing covers."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Whether the two overlap."""
        beside = self.right <= other.left or other.right <= self.left
        return not (beside or self.bottom <= other.top or other.bottom <= self.top)

    def moved(self, down: float) -> Box:
        """The same, ``down`` pixels lower."""
        return replace(self, top=self.top + down, bottom=self.bottom + down)


def around(x: float, y: float, radius: float) -> Box:
    """The box of a circle."""
    return Box(x - radius, y - radius, x + radius, y + radius)


@dataclass(frozen=True, slots=True)
class Words:
    """Rows of words around a middle; ``note`` is the last row, smaller."""

    spot: Spot
    x: float
    y: float
    """Of the first row's base line."""
    rows: tuple[str, ...]
    note: str
    depth: float
    box: Box

    def moved(self, down: float) -> Words:
        """The same, ``down`` pixels lower."""
        return replace(self, y=self.y + down, box=self.box.moved(down))


def set_words(
    spot: Spot, x: float, y: float, rows: Iterable[str], note: str, size: float, depth: float
) -> Words:
    """Words with the room that they take in type of ``size``."""
    rows = tuple(rows)
    half = max([size * ems(row) for row in rows] + [SMALL * ems(note)]) / 2 + AIR
    bottom = y + ROW * (len(rows) - 1) + (ROW if note else 4) + AIR
    return Words(spot, x, y, rows, note, depth, Box(x - half, y - size, x + half, bottom))


@dataclass(frozen=True, slots=True)
class Dot:
    """A question, an ending, a way back or the beginning."""

    spot: Spot
    x: float
    y: float
    depth: float
    box: Box

    def moved(self, down: float) -> Dot:
        """The same, ``down`` pixels lower."""
        return replace(self, y=self.y + down, box=self.box.moved(down))


@dataclass(frozen=True, slots=True)
class Strand:
    """A road as a thread: through its points, upright in each of them."""

    before: Spot
    to: Spot
    points: tuple[tuple[float, float], ...]
    told_from: float
    """The y where the telling begins, below the words of the answer; it goes on to the last."""
    seconds: float
    depths: tuple[tuple[float, float], ...]
    """y and the depth there, downwards."""
    default: bool

    def y_at(self, seconds: float) -> float:
        """How far down it is at this second of its telling."""
        share = min(1.0, seconds / self.seconds) if self.seconds else 0.0
        return self.told_from + (self.points[-1][1] - self.told_from) * share

    def x_at(self, y: float) -> float:
        """Where it is at the height ``y``."""
        for (x0, y0), (x1, y1) in pairwise(self.points):
            if y <= y1:
                return x0 + (x1 - x0) * _across((y - y0) / (y1 - y0)) if y1 > y0 else x1
        return self.points[-1][0]


def swing(t: float) -> float:
    """How far down an upright curve is at ``t``, both from 0 to 1.

    The curve is Bézier's with both handles half way down: y = 3t(1 - t)/2 + t³, x = 3t² - 2t³.
    """
    return 1.5 * t * (1 - t) + t**3


def _across(share: float) -> float:
    """How far across that curve is at this share of its height."""
    low, high = 0.0, 1.0
    for _ in range(30):
        t = (low + high) / 2
        if swing(t) < share:
            low = t
        else:
            high = t
    return 3 * low**2 - 2 * low**3


@dataclass(frozen=True, slots=True)
class Mark:
    """A chapter: its words at the axis and the beads where it begins on a thread."""

    title: str
    rows: tuple[str, ...]
    note: str
    y: float
    """Of the first row's base line."""
    depth: float
    beads: tuple[tuple[float, float], ...]
    box: Box


@dataclass(frozen=True, slots=True)
class Layout:
    """The whole picture."""

    width: float
    height: float
    dots: tuple[Dot, ...]
    words: tuple[Words, ...]
    strands: tuple[Strand, ...]
    marks: tuple[Mark, ...]
