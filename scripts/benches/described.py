"""The tables of docs/measured.md, as they should stand: run after a recipe has changed."""

from __future__ import annotations

import os
from multiprocessing import get_context

import numpy as np

SHOWN = 7  # the night whose figures the guide gives
NIGHTS = (SHOWN, 21, 22, 23, 24, 25, 26, 27)
"""The spreads are between these, and the blind test's ear is taught with them."""

FRESH = (31, 32, 33, 34, 35)
"""Nights that the ear is then asked about."""

FORMATS = {"A": ".2f", "C": ",.0f", "S": ".1f", "W": ".2f", "T": ".2f", "M": ".2f"}

Job = tuple[str, float, int]
Heard = tuple[Job, list[float], "np.ndarray"]


def bench_described(processes: int = 2) -> None:
    from player.library.soundscapes import bundled_names
    from tests.support.descriptors import (
        DEPTHS,
        LETTERS,
        Ear,
        call_table,
        confusion,
        in_octaves,
        pair_table,
    )

    names = bundled_names()
    jobs = [(n, d, s) for n in names for d in DEPTHS.values() for s in (*NIGHTS, *FRESH)]
    with get_context("spawn").Pool(processes, os.nice, (10,)) as pool:
        heard = {job: (six, vectors) for job, six, vectors in pool.map(hear, jobs, chunksize=4)}
    figures, spreads = {}, {}
    for n in names:
        shown = np.array([heard[n, d, SHOWN][0] for d in DEPTHS.values()])
        nights = np.array([[heard[n, d, s][0] for s in NIGHTS] for d in DEPTHS.values()])
        own = np.sqrt(in_octaves(nights).var(axis=1, ddof=1).mean(axis=0))
        figures[n] = {
            k: [_rounded(v, FORMATS[k]) for v in shown[:, i]] for i, k in enumerate(LETTERS)
        }
        spreads[n] = {k: max(round(own[i], 3), 0.001) for i, k in enumerate(LETTERS)}
    print(*(_row(n, figures[n], spreads[n]) for n in names), sep="\n", end="\n\n")
    print(pair_table(figures, spreads), end="\n\n")
    counts: dict[tuple[str, str], int] = {}
    for d in DEPTHS.values():
        ear = Ear.taught({n: np.concatenate([heard[n, d, s][1] for s in NIGHTS]) for n in names})
        asked = {n: np.concatenate([heard[n, d, s][1] for s in FRESH]) for n in names}
        for told, times in confusion(ear, asked).items():
            counts[told] = counts.get(told, 0) + times
            if told[0] != told[1]:
                print(f"  depth {d:g}: {told[0]} called {told[1]}, {times} times")
    print(call_table(names, counts))


def hear(job: Job) -> Heard:
    from tests.support.descriptors import describe, pieces
    from tests.support.measures import bed

    name, depth, seed = job
    x = bed(name, depth, 60, seed)
    return job, describe(x), pieces(x)


def _rounded(value: float, shown: str) -> float:
    return float(format(value, shown).replace(",", ""))


def _row(name: str, own: dict[str, list[float]], spreads: dict[str, float]) -> str:
    cells = [
        " / ".join(format(v, FORMATS[k]) for v in path).replace("-", "−") + f" ± {spreads[k]:.3f}"
        for k, path in own.items()
    ]
    return f"| `{name}` | " + " | ".join(cells) + " |"
