"""What each bundled soundscape costs: by the minute, at its beginning, and while it is live."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from benches.cost import table

BLOCK = 2_048
PIECE_S, LIVE_S = 20.0, 10.0
TIMES = 3  # the best of them counts: a busy machine only ever adds


def bench_beds(names: Sequence[str]) -> None:
    """CPU time of one core, in this process; numpy and the player are imported already."""
    from player.library.soundscapes import bundled_names

    rows = [[name, *_row(name)] for name in names or bundled_names()]
    table(
        f"beds: at depth 0.5, blocks of {BLOCK} frames, the best of {TIMES}",
        ["", "x real time", "first block ms", "live, % of a core"],
        [["(wanted)", ">= 100", "<= 150", "<= 2"], *rows],
        "first block: a recipe read, built, and its first block made. live: in real time, paced as",
        "a sound card does, so that the caches are cold each time.",
    )


def _row(name: str) -> list[str]:
    from player.audio import RATE
    from player.library.soundscapes import load_soundscape
    from player.soundscape import Bed

    def first() -> Bed:
        scene = Bed(load_soundscape(name).recipe, 7, 0.5)
        scene.block(BLOCK)
        return scene

    def piece(seconds: float, live: bool = False) -> None:
        due = time.monotonic()
        for _ in range(int(seconds * RATE / BLOCK)):
            scene.block(BLOCK)
            due += BLOCK / RATE
            if live:
                time.sleep(max(0.0, due - time.monotonic()))

    begun = _least(first)
    scene = first()
    fast = PIECE_S / _least(lambda: piece(PIECE_S))
    share = _least(lambda: piece(LIVE_S, live=True)) / LIVE_S
    return [f"{fast:.0f}", f"{1_000 * begun:.0f}", f"{100 * share:.1f}"]


def _least(work: Callable[[], object]) -> float:
    """CPU seconds."""
    costs = []
    for _ in range(TIMES):
        begun = time.process_time()
        work()
        costs.append(time.process_time() - begun)
    return min(costs)
