"""Nights that are killed at random moments: does the next one go on at the right line?"""

from __future__ import annotations

import random
import signal
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from pathlib import Path

from benches.cost import table

SEED = 2045
EACH_KIND = 10
"""Of the signals that a night ends well by."""
KINDLY = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)


def bench_kills(count: int) -> None:
    """``count`` times SIGKILL, then each of the others: half of them in the bundled tale (every
    fourth night with a real voice), half in a small one with a question every few seconds."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # else `nohup` would hold for the nights, too
    with tempfile.TemporaryDirectory(prefix="bench-") as name, ThreadPoolExecutor(2) as pool:
        ours = [signal.SIGKILL] * ((count + 1) // 2), [signal.SIGKILL] * (count // 2)
        kindly = [number for number in KINDLY for _ in range(EACH_KIND // 2)]
        nights = pool.map(
            _killed,
            ("the bundled tale", "a question every few seconds"),
            (Path(name) / "tale", Path(name) / "pond"),
            ([*ours[0], *kindly], [*ours[1], *kindly]),
        )
        rows = [row for chain in nights for row in chain]
    killed = [row for row in rows if row[1] == "SIGKILL"]
    every, right = (sum(int(row[column]) for row in killed) for column in (2, 3))
    table(
        "kills: the next night's first line, answers, state and seed after a kill",
        [*("", "by", "kills", "right", "at the line", "one before", "before a word"),
         *("slowest end s", "left running")],
        rows,
        f"{right} of {every} right after SIGKILL",
        "right: whole, at the line that was sounding or the one before it, where the next night",
        "begins; the same seed; the answers that were given, and the state they lead to",
    )  # fmt: skip


def _killed(title: str, folder: Path, numbers: Sequence[signal.Signals]) -> list[list[str]]:
    from tests.support.kills import TALE, Listener

    folder.mkdir()
    story, voices = "the-dreamers", ["silent", "silent", "silent", "hibari"]
    if title != "the bundled tale":
        (folder / "pond.twee").write_text(TALE)
        story, voices = str(folder / "pond.twee"), ["silent"]
    listener = Listener(story, folder, random.Random(SEED), voices)
    rows = []
    for number, same in groupby(numbers):
        verdicts = [listener.kill(number) for _ in same]
        for verdict in verdicts:
            if verdict.wrong:
                print(f"WRONG, {title}, {number.name}: {verdict.wrong}\n", file=sys.stderr)
        right = [verdict for verdict in verdicts if not verdict.wrong]
        rows.append(
            [
                title,
                number.name,
                str(len(verdicts)),
                str(len(right)),
                str(sum(bool(verdict.heard) and not verdict.behind for verdict in right)),
                str(sum(verdict.behind for verdict in right)),
                str(sum(not verdict.heard for verdict in right)),
                f"{max(verdict.seconds for verdict in verdicts):.2f}",
                str(sum(verdict.left_running for verdict in verdicts)),
            ]
        )
    return rows
