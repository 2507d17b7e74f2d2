"""What a process takes, and how it is shown.

A row is a process of its own: its wall time, its CPU time and the most memory that it held, as the
system counted them.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
BENCH = Path(__file__).resolve().parent.parent / "bench"


@dataclass(frozen=True)
class Cost:
    """What a process took: seconds and MB."""

    wall_s: float
    cpu_s: float
    memory_mb: float

    def __add__(self, other: Cost) -> Cost:
        most = max(self.memory_mb, other.memory_mb)
        return Cost(self.wall_s + other.wall_s, self.cpu_s + other.cpu_s, most)


def measured(command: list[str]) -> tuple[Cost, str]:
    """Run a command to its end: its cost, and what it said on both its outputs."""
    with tempfile.TemporaryFile() as said:
        begun = time.perf_counter()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        text = said.read().decode(errors="replace")
    if process.returncode:
        sys.exit(f"{' '.join(command[:4])} … failed:\n{text[-2_000:]}")
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / unit), text


def cpu_s(number: int) -> float:
    """What a process has used so far; nothing where it is gone (Linux)."""
    try:
        with open(f"/proc/{number}/stat") as stat:
            fields = stat.read().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICK


def own(part: str, *arguments: str) -> Cost:
    """The cost of one part of this script, in a process of its own."""
    return measured([sys.executable, str(BENCH), part, *arguments])[0]


def table(title: str, head: list[str], rows: list[list[str]], *notes: str) -> None:
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    print(f"\n{title}\n")
    for row in (head, *rows):
        cells = [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        print("   ".join([row[0].ljust(widths[0]), *cells]))
    for note in notes:
        print(f"  {note}")
