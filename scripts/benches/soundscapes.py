"""Every bundled soundscape against every row of the table, over depths and seeds.

The tests hold two seeds; this takes as many as it is given, so that a recipe can be tried on
nights that it was never tuned to. What is measured, and how, is ``tests/support/measures.py``.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from multiprocessing import get_context

from benches.cost import table

MINUTE_S, LONG_S = 60.0, 600.0
LONG_DEPTHS = (0.0, 0.5, 1.0)
SEEDS = (1, 2, 3, 4, 5, 11, 12, 13, 14, 15)
"""The tests' two, and eight others."""
PROCESSES = 2
NEAR = 0.9  # of a limit: what comes nearer has no margin


@dataclass(frozen=True)
class Minute:
    """One minute of one night at one depth."""

    name: str
    depth: float
    seed: int
    sharpness: float
    lufs: float
    rise: float
    slow_rise: float
    range: float
    peak: float
    correlation: float
    edge: float
    click: float
    centroid: float
    slope: float
    tone: float  # dB, the most; nothing below depth 0.5 is asked of the others


@dataclass(frozen=True)
class Long:
    """Ten minutes."""

    name: str
    depth: float
    seed: int
    loop: float


def bench_soundscapes(seeds: Sequence[int], names: Sequence[str]) -> None:
    """One line a soundscape, the worst of all its minutes in each row; then hyper-rest's own."""
    from player.library.soundscapes import bundled_names
    from tests.support.measures import DEPTHS

    names = names or bundled_names()
    begun = time.perf_counter()
    minutes = [(name, depth, seed) for name in names for seed in seeds for depth in DEPTHS]
    longs = [(name, depth, seed) for name in names for seed in seeds for depth in LONG_DEPTHS]
    with get_context("spawn").Pool(PROCESSES, os.nice, (10,)) as pool:
        slept = pool.imap_unordered(ten_minutes, longs, chunksize=1)
        heard = list(pool.imap_unordered(minute, minutes, chunksize=len(DEPTHS)))
        looped = list(slept)
    table(
        f"soundscapes: the worst of {len(DEPTHS)} depths x {len(seeds)} seeds "
        f"({', '.join(map(str, seeds))})",
        ["", *(row.head for row in ROWS), LOOP.head],
        [
            [name, *(row.cell([m for m in heard if m.name == name]) for row in _rows_of(name)),
             LOOP.cell([long for long in looped if long.name == name])]
            for name in names
        ],
        "acum: sharpness, least and most over the seeds; back, step: the most that it rises and",
        "falls from a depth to the next, of one seed. rise, slow: within 1 s, momentary and short-",
        f"term. loop: of {LONG_S:g} s at depths {', '.join(f'{d:g}' for d in LONG_DEPTHS)}.",
        "! beyond its limit; ~ nearer to it than a tenth.",
    )  # fmt: skip
    if "hyper-rest" in names:
        _cold_and_warm([m for m in heard if m.name == "hyper-rest"])
    print(f"\n  {time.perf_counter() - begun:.0f} s, in {PROCESSES} processes", file=sys.stderr)


def minute(job: tuple[str, float, int]) -> Minute:
    from player.authoring.soundscape_check import descriptors
    from tests.support.measures import bed, ebur128, sharpness_acum, tones

    name, depth, seed = job
    x = bed(name, depth, MINUTE_S, seed)
    heard = ebur128(x, peak_s=10)
    return Minute(
        *job,
        sharpness=sharpness_acum(x),
        lufs=heard.integrated,
        rise=descriptors.largest_rise(heard.momentary),
        slow_rise=descriptors.largest_rise(heard.short_term),
        range=heard.range,
        peak=heard.true_peak,
        correlation=descriptors.correlation(x),
        edge=descriptors.edge_score(x),
        click=descriptors.click_score(x),
        centroid=descriptors.centroid_hz(x),
        slope=descriptors.slope_db(x),
        tone=max((ratio for _, ratio, _ in tones(x)), default=0.0) if name == "hyper-rest" else 0.0,
    )


def ten_minutes(job: tuple[str, float, int]) -> Long:
    from player.authoring.soundscape_check import descriptors
    from tests.support.measures import bed

    name, depth, seed = job
    return Long(*job, loop=descriptors.loop_score(bed(name, depth, LONG_S, seed)))


# -- the rows -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """A column of the printed table: its values' least and most, and what they may be."""

    head: str
    values: Callable[[Sequence[Minute]], Sequence[float]]
    least: float | None = None
    most: float | None = None
    digits: int = 2
    both: bool = False  # show the least and the most, else only the worse

    def cell(self, heard: Sequence[Minute]) -> str:
        values = self.values(heard)
        low, high = min(values), max(values)
        shown = f"{low:.{self.digits}f}..{high:.{self.digits}f}"
        if not self.both:
            shown = f"{high if self.most is not None else low:.{self.digits}f}"
        return shown + self._mark(low, high)

    def _mark(self, low: float, high: float) -> str:
        """How near they come, as a part of the way from the middle of what may be."""
        least, most = self.least, self.most
        if least is not None and most is not None:
            part = max(high - (least + most) / 2, (least + most) / 2 - low) / ((most - least) / 2)
        elif most is not None:
            part = high / most if most > 0 else 1 - (most - high) / abs(most)
        elif least:
            part = 1 + (least - low) / abs(least)
        else:
            part = 0.0 if least is None or low > 0 else 2.0
        return "!" if part > 1 else "~" if part > NEAR else ""


def _at(depth: float) -> Callable[[Sequence[Minute]], list[float]]:
    return lambda heard: [m.sharpness for m in heard if m.depth == depth]


def _each(field: str) -> Callable[[Sequence[Minute]], list[float]]:
    return lambda heard: [float(getattr(m, field)) for m in heard]


def _steps(heard: Sequence[Minute]) -> list[float]:
    """From each depth to the next, in each night."""
    steps = []
    for seed in {m.seed for m in heard}:
        path = [m.sharpness for m in sorted(heard, key=lambda m: m.depth) if m.seed == seed]
        steps += [after - before for before, after in pairwise(path)]
    return steps


LOOP = Row("loop", _each("loop"), most=0.3)
ROWS = (
    Row("acum 0", _at(0.0), both=True),
    Row("acum 0.5", _at(0.5), both=True),
    Row("acum 1", _at(1.0), most=0.6, both=True),
    Row("back", _steps, most=0.02),
    Row("step", lambda heard: [-step for step in _steps(heard)], most=0.4),
    Row("LUFS", _each("lufs"), -30.5, -29.5, both=True),
    Row("rise", _each("rise"), most=3.0),
    Row("slow", _each("slow_rise"), most=1.5),
    Row("LRA", _each("range"), most=5.0, digits=1),
    Row("dBTP", _each("peak"), most=-9.0, digits=1),
    Row("corr", _each("correlation"), least=0.0),
    Row("edge", _each("edge"), 0.8, 1.2, both=True),
    Row("click", _each("click"), most=9.0, digits=1),
)
LIVELY_ROWS = {
    "acum 1": Row("acum 1", _at(1.0), most=1.25, both=True),
    "LUFS": Row("LUFS", _each("lufs"), -31.0, -29.0, both=True),
    "rise": Row("rise", _each("rise"), most=6.0),
    "slow": Row("slow", _each("slow_rise"), most=4.0),
    "LRA": Row("LRA", _each("range"), most=9.0, digits=1),
    "click": Row("click", _each("click"), digits=1),  # a crackle is a click
}
"""Below depth 1 a wave may come, where it belongs to the place."""


def _rows_of(name: str) -> Sequence[Row]:
    from tests.support.measures import TALE

    return ROWS if name in TALE else [LIVELY_ROWS.get(row.head, row) for row in ROWS]


COLD = (
    Row("acum", _each("sharpness"), least=1.9),
    Row("centroid", _each("centroid"), least=5_000, digits=0),
    Row("slope", _each("slope"), least=-4.0, digits=1),
    Row("corr", _each("correlation"), 0.9, 1.1),
    Row("tone", _each("tone"), least=10.0, digits=1),
)
WARM = (
    Row("acum", _each("sharpness"), most=0.6),
    Row("centroid", _each("centroid"), most=350, digits=0),
    Row("slope", _each("slope"), most=-10.0, digits=1),
    Row("corr", _each("correlation"), 0.0, 0.35, both=True),
    Row("tone", _each("tone"), most=8.0, digits=1),
)
HALF = (
    Row("acum", _each("sharpness"), 1.0, 1.5, both=True),
    Row("centroid", _each("centroid"), digits=0),
    Row("slope", _each("slope"), digits=1),
    Row("corr", _each("correlation")),
    Row("tone", _each("tone"), most=8.0, digits=1),
)


def _cold_and_warm(heard: Sequence[Minute]) -> None:
    ends = ((0.0, COLD), (0.5, HALF), (1.0, WARM))
    table(
        "hyper-rest: the worst of its cold and of its warm end",
        ["depth", *(row.head for row in COLD)],
        [
            [f"{depth:g}", *(row.cell([m for m in heard if m.depth == depth]) for row in rows)]
            for depth, rows in ends
        ],
        "corr at depth 0: at least 0.9. tone: dB over the noise around it (ECMA-74), at most.",
    )
