"""A long night on a machine that is busy with other things: what is lost, and what it costs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from benches.cost import cpu_s, table

DREAMERS = [sys.executable, "-m", "player"]
CARD_RATE = 48_000
GAP_FRAMES = 48  # the bed is never exactly silent for a thousandth of a second
SETTINGS = "[night]\nending_bed_s = 7200.0\nquit_fade_s = 0.5\n"


@dataclass
class Samples:
    """Processor seconds and memory of a night's processes, read now and then."""

    at: list[float] = field(default_factory=list)
    cpu_s: list[float] = field(default_factory=list)
    memory_mb: list[float] = field(default_factory=list)

    def read(self, root: int) -> None:
        family = _family(root)
        self.at.append(time.monotonic())
        self.cpu_s.append(sum(cpu_s(number) for number in family))
        self.memory_mb.append(sum(_memory_mb(number) for number in family))


def bench_long(minutes: float, burners: int) -> None:
    """The bundled tale, played to a virtual card beside ``burners`` that never rest."""
    from tests.support.terminal import Terminal
    from tests.support.virtual_card import VirtualCard

    busy = [sys.executable, "-c", "while True: pass"]
    burn = [subprocess.Popen(busy, start_new_session=True) for _ in range(burners)]
    try:
        with (
            tempfile.TemporaryDirectory(prefix="bench-") as name,
            VirtualCard(name, urgent=True) as card,
        ):
            home = Path(name) / "home"
            (home / "config").mkdir(parents=True)
            (home / "config" / "config.toml").write_text(SETTINGS)
            sheet = Path(name) / "cues.json"
            command = [*DREAMERS, "play", "--fresh", "--choices", "default", "--cues", str(sheet)]
            recorder, samples = card.record(), Samples()
            with Terminal(command, {**card.env, "DREAMERS_HOME": str(home)}) as night:
                while time.monotonic() - night.started < minutes * 60:
                    night.read(0.5)
                    samples.read(night.process.pid)
                night.press("q")
                code = night.wait(30)
            heard = recorder.stop()
            times = recorder.time_of(0) + np.arange(len(heard)) / CARD_RATE
            cues = json.loads(sheet.read_text())
            _report(
                heard,
                times,
                sheet=cues,
                samples=samples,
                code=code,
                minutes=minutes,
                burners=burners,
            )
            print("  it said that it was too busy" if "too busy" in night.text else "  it was calm")
    finally:
        for process in burn:
            process.kill()


def _report(
    heard: np.ndarray,
    times: np.ndarray,
    sheet: dict,
    samples: Samples,
    code: int,
    minutes: float,
    burners: int,
) -> None:
    loud = np.flatnonzero(heard.any(axis=1))
    night = heard[loud[0] : loud[-1] + 1]
    gaps = [(start, length) for start, length in _gaps(night) if start >= CARD_RATE]
    speaking, silent = _shares(samples, sheet["cues"], float(times[loud[0]]))
    rows = [
        ["exit code", "0", f"{code}"],
        ["heard, min", f"{minutes:.0f}", f"{len(night) / CARD_RATE / 60:.1f}"],
        ["told, min", "", f"{sheet['frames'] / CARD_RATE / 60:.1f}"],
        ["dropped samples after the first second", "0", f"{sum(length for _, length in gaps)}"],
        ["gaps", "0", f"{len(gaps)}"],
        ["CPU of one core while speaking, %", "15", f"{100 * speaking:.1f}"],
        ["CPU of one core between sentences, %", "5", f"{100 * silent:.1f}"],
        ["most memory, MB (all its processes)", "350", f"{max(samples.memory_mb):.0f}"],
    ]
    table(f"long: {minutes:g} minutes beside {burners} busy processes", ["", "asked", "seen"], rows)
    for start, length in gaps:
        print(f"  {length} samples at {start / CARD_RATE:.1f} s")


def _gaps(night: np.ndarray) -> list[tuple[int, int]]:
    """Where nothing sounds at all, and for how long: in samples."""
    silent = np.concatenate([[False], ~night.any(axis=1), [False]])
    edges = np.flatnonzero(np.diff(silent.astype(np.int8)))
    starts, lengths = edges[::2], edges[1::2] - edges[::2]
    spans = zip(starts.tolist(), lengths.tolist(), strict=True)
    return [(start, length) for start, length in spans if length >= GAP_FRAMES]


def _shares(samples: Samples, cues: list[dict], began: float) -> tuple[float, float]:
    """Of one core: while somebody speaks, and while only the bed is heard."""
    lines = [(cue["start"] / CARD_RATE, cue["end"] / CARD_RATE) for cue in cues if cue["voice"]]
    at = np.array(samples.at) - began
    used, passed = np.diff(samples.cpu_s), np.diff(at)
    middle = (at[1:] + at[:-1]) / 2
    speaks = np.array([any(start <= t <= end for start, end in lines) for t in middle])
    late = middle > 5.0

    def share(which: np.ndarray) -> float:
        return float(used[which].sum() / max(passed[which].sum(), 1e-9))

    return share(speaks & late), share(~speaks & late)


def _family(root: int) -> list[int]:
    """A process and all that it started."""
    found = [root]
    for number in found:
        try:
            tasks = os.listdir(f"/proc/{number}/task")
            for task in tasks:
                with open(f"/proc/{number}/task/{task}/children") as children:
                    found += [int(child) for child in children.read().split()]
        except OSError:
            continue
    return found


def _memory_mb(number: int) -> float:
    try:
        with open(f"/proc/{number}/smaps_rollup") as rollup:
            kilobytes = [line.split()[1] for line in rollup if line.startswith("Pss:")]
    except OSError:
        return 0.0
    return int(kilobytes[0]) / 1024 if kilobytes else 0.0
