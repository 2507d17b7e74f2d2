"""Processes, as the system sees them."""

import os
from pathlib import Path


def is_running(pid: int | str) -> bool:
    """Return whether a process is there, and not a mere entry that nobody has collected yet."""
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    try:
        return status.read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:  # it has gone, or the system has no such files
        return not Path("/proc/self/stat").exists()
