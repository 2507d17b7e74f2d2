"""Which real sounds the places are like, on nights that nobody tuned a recipe by."""

from __future__ import annotations

import os
from collections import Counter
from multiprocessing import get_context

from benches.cost import table

DEPTHS = (0.0, 0.5, 1.0)
SEEDS = (71, 72, 73, 74, 75, 76, 77, 78, 79, 80)
PROCESSES = 2

Job = tuple[str, float, int]
Distances = dict[str, float]


def bench_textures() -> None:
    """A row for each place and depth, then how pieces of fifteen seconds are named."""
    from tests.support.textures import MODELS, PIECE_S

    jobs = [(name, depth, seed) for name in MODELS for depth in DEPTHS for seed in SEEDS]
    with get_context("spawn").Pool(PROCESSES, os.nice, (10,)) as pool:
        heard = dict(zip(jobs, pool.map(minute, jobs, chunksize=2), strict=True))
    rows = []
    for name, model in MODELS.items():
        for depth in DEPTHS:
            nights = [heard[name, depth, seed][0] for seed in SEEDS]
            nearest = Counter(_nearest(night, with_noise=depth < 1.0) for night in nights)
            rows.append(
                [
                    f"{name} {depth:g}",
                    model,
                    _span([night[model] for night in nights]),
                    _span([night["noise"] for night in nights]),
                    ", ".join(f"{family} {count}" for family, count in nearest.most_common()),
                ]
            )
    table(
        f"textures: a minute of each of {len(SEEDS)} nights",
        ["", "model", "distance to it", "from noise", "nearest"],
        rows,
        "nearest: at depth 1 of all but noise.",
    )
    pieces = {
        name: Counter(
            piece for seed in SEEDS for depth in DEPTHS[:2] for piece in heard[name, depth, seed][1]
        )
        for name in MODELS
    }
    table(
        f"textures: what pieces of {PIECE_S} s are nearest to, at depths 0 and 0.5",
        ["", "pieces", "named as"],
        [
            [name, str(sum(named.values())), ", ".join(f"{f} {n}" for f, n in named.most_common())]
            for name, named in pieces.items()
        ],
    )


def minute(job: Job) -> tuple[Distances, list[str]]:
    """Return the distances of a minute, and the family nearest to each of its pieces."""
    from tests.support.measures import bed
    from tests.support.textures import distances_of, named_pieces

    x = bed(job[0], job[1], 60, job[2])
    return distances_of(x), named_pieces(x)


def _nearest(distances: Distances, *, with_noise: bool) -> str:
    return next(family for family in distances if with_noise or family != "noise")


def _span(values: list[float]) -> str:
    return f"{min(values):.2f} .. {max(values):.2f}"
