"""What tells soundscapes apart: six descriptors, how many spreads lie between two places, and a
blind test on pieces of five seconds, in place of ears that nobody has lent.

The letters: A sharpness (acum), C centroid (octaves), S slope (dB an octave), W correlation, T
tonality (dB), M motion (dB). All but A are measured by
``player.authoring.soundscape_check.descriptors``; so is A in the blind
test, where mosqito would take too long.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from player.audio import RATE, Samples
from player.authoring.soundscape_check import descriptors
from tests.support.measures import sharpness_acum

LETTERS = "ACSWTM"
DEPTHS = {"0": 0.0, "½": 0.5, "1": 1.0}
PIECE_S = 5

Figures = Mapping[str, Mapping[str, Sequence[float]]]  # place, letter: at the three depths
Spreads = Mapping[str, Mapping[str, float]]  # place, letter: between nights
Vectors = NDArray[np.float64]


def describe(x: Samples) -> list[float]:
    """A minute's six figures, in the order of the letters; the centroid in Hz."""
    return [sharpness_acum(x), *_others(x)]


def _others(x: Samples) -> list[float]:
    return [
        descriptors.centroid_hz(x),
        descriptors.slope_db(x),
        descriptors.correlation(x),
        descriptors.tonality_db(x),
        descriptors.motion_db(x),
    ]


def in_octaves(figures: Vectors) -> Vectors:
    """The same, with the centroid as the ear counts it."""
    out = np.array(figures, dtype=np.float64)
    out[..., 1] = np.log2(out[..., 1])
    return out


def spreads_between(figures: Figures, spreads: Spreads, one: str, other: str) -> Vectors:
    """``(3, 6)``: at each depth and by each descriptor, the distance of two places in spreads of
    their own, from night to night."""
    a, b = (in_octaves(np.array([figures[p][k] for k in LETTERS]).T) for p in (one, other))
    own = np.array([[spreads[p][k] for k in LETTERS] for p in (one, other)])
    return np.asarray(np.abs(a - b) / np.sqrt(np.square(own).mean(axis=0)))


def nearest(figures: Figures, spreads: Spreads, one: str, other: str) -> tuple[str, str, float]:
    """The depth where two places are nearest, what tells them apart there, by how many spreads."""
    apart = spreads_between(figures, spreads, one, other)
    depth = int(apart.max(axis=1).argmin())
    return list(DEPTHS)[depth], LETTERS[int(apart[depth].argmax())], float(apart[depth].max())


def pieces(x: Samples) -> Vectors:
    """``(pieces, 6)`` of a minute."""
    size = PIECE_S * RATE
    cut = [x[at : at + size] for at in range(0, len(x) - size + 1, size)]
    return in_octaves(np.array([[descriptors.sharpness_acum(y), *_others(y)] for y in cut]))


@dataclass(frozen=True)
class Ear:
    """It knows each place by the mean of the pieces it has heard, and calls a piece by the nearest
    mean, each descriptor in units of its spread within a place."""

    means: Mapping[str, Vectors]
    scale: Vectors

    @classmethod
    def taught(cls, heard: Mapping[str, Vectors]) -> "Ear":
        within = np.mean([x.var(axis=0, ddof=1) for x in heard.values()], axis=0)
        return cls({name: x.mean(axis=0) for name, x in heard.items()}, np.sqrt(within))

    def call(self, piece: Vectors) -> str:
        return min(
            self.means,
            key=lambda name: float(np.sum(((piece - self.means[name]) / self.scale) ** 2)),
        )


def confusion(ear: Ear, heard: Mapping[str, Vectors]) -> dict[tuple[str, str], int]:
    """How often each place was called by each name."""
    counts: dict[tuple[str, str], int] = {}
    for name, vectors in heard.items():
        for piece in vectors:
            told = name, ear.call(piece)
            counts[told] = counts.get(told, 0) + 1
    return counts


# -- as the guide writes them ----------------------------------------------------------------------


def pair_table(figures: Figures, spreads: Spreads) -> str:
    """Of each pair: what tells it apart at the depth where it is nearest, by how many spreads."""
    names = list(figures)
    rows = ["| | " + " | ".join(names[:-1]) + " |", "|---" * len(names) + "|"]
    for row, name in enumerate(names[1:], start=1):
        found = [nearest(figures, spreads, other, name) for other in names[:row]]
        cells = [f"{letter}{depth} {times:.0f}" for depth, letter, times in found]
        rows.append(f"| {name} | " + " | ".join(cells + [""] * (len(names) - 1 - row)) + " |")
    return "\n".join(rows)


def call_table(names: Sequence[str], counts: Mapping[tuple[str, str], int]) -> str:
    """Rows are what was played, columns what it was called; nothing stands for never."""
    rows = ["| | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
    for name in names:
        cells = [str(counts.get((name, other), "")) for other in names]
        rows.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(rows)
