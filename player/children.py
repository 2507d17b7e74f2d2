"""Processes of our own beside the player's: how each is started, and which goes first."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parents[1]
_OWN_GROUP_ON_WINDOWS = int(
    getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0) | getattr(subprocess, "CREATE_NO_WINDOW", 0)
)
OWN_GROUP: Mapping[str, Any] = {
    "creationflags": _OWN_GROUP_ON_WINDOWS,
    "process_group": None if _OWN_GROUP_ON_WINDOWS else 0,
}
"""For ``Popen``: Ctrl-C goes to every process of the terminal's group, and not to such a one."""


_MALLOC = dict.fromkeys(("MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_"), str(4 << 20))
"""glibc gives large blocks back at once, and no longer keeps room for the longest sentence: 40 MB
less of the voice after half an hour. Nothing else reads them."""
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""For each numeric library: the player has other work."""


_NICE_FOR_SOUND = -11  # what desktops give their sound servers
_MOST_AT_A_STRETCH_US = 2_000_000  # of a processor, without ever waiting: no sound needs that


def go_first() -> None:
    """All threads of this process, and those that they start, before what merely computes, where
    the system allows it: a processor that is busy then costs no sound.

    Linux shares the processors out by sessions first, and niceness counts only within one; real
    time, at its lowest, goes before all of them. A night that would never wait again loses it.
    """
    if not _in_real_time():
        for thread in _threads():
            _set_nice(_NICE_FOR_SOUND, thread)


def go_after(nice: int = 0) -> None:
    """The calling thread, which such a one has started, in this process or as another."""
    _go_ordinarily(0)
    _set_nice(nice)


def _in_real_time() -> bool:
    """Whether the system has let us."""
    try:
        import resource

        signal.signal(signal.SIGXCPU, _in_no_hurry)
        hardest = resource.getrlimit(resource.RLIMIT_RTTIME)[1]
        resource.setrlimit(resource.RLIMIT_RTTIME, (_MOST_AT_A_STRETCH_US, hardest))
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
    except (ImportError, AttributeError, OSError, ValueError):
        return False
    for thread in _threads():
        with suppress(OSError):  # it has ended meanwhile
            os.sched_setscheduler(thread, os.SCHED_RR, os.sched_param(1))
    return True


def _in_no_hurry(*_: object) -> None:
    for thread in _threads():
        _go_ordinarily(thread)


def _threads() -> list[int]:
    """The threads of this process; only the calling one (0) where the system lists none."""
    try:
        return [int(name) for name in os.listdir("/proc/self/task")]
    except OSError:
        return [0]


def _go_ordinarily(thread: int) -> None:
    with suppress(AttributeError, OSError):
        os.sched_setscheduler(thread, os.SCHED_OTHER, os.sched_param(0))


def _set_nice(nice: int, thread: int = 0) -> None:
    with suppress(AttributeError, OSError):  # Windows has no such thing; others seldom allow it
        os.setpriority(os.PRIO_PROCESS, thread, nice)


def child_command(module: str, *arguments: str) -> list[str]:
    """How a module is run. ``-P``: nothing in the listener's folder is imported."""
    return [sys.executable, "-P", "-m", module, *arguments]


def child_environment() -> dict[str, str]:
    """Our own environment, in which our own package is found."""
    environment = _MALLOC | dict(os.environ) | _ONE_THREAD
    if _ROOT.name in ("site-packages", "dist-packages"):  # there it is found anyway
        return environment
    path = os.environ.get("PYTHONPATH")
    return environment | {"PYTHONPATH": f"{_ROOT}{os.pathsep}{path}" if path else str(_ROOT)}
