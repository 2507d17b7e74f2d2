"""Processes of our own beside the player's: how each is started, and which goes first."""

from __future__ import annotations

import os
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


_NICE_FOR_SOUND = -11  # what desktops give their sound servers


def go_first() -> None:
    """The calling thread, and those that it starts, before all that merely computes, where the
    system allows it: a processor that is busy then costs no sound."""
    _set_nice(_NICE_FOR_SOUND)


def go_after(nice: int = 0) -> None:
    """In a child that may have been started by such a thread: the sound comes first."""
    _set_nice(nice)


def _set_nice(nice: int) -> None:
    with suppress(AttributeError, OSError):  # Windows has no such thing; others seldom allow it
        os.setpriority(os.PRIO_PROCESS, 0, nice)


def child_command(module: str, *arguments: str) -> list[str]:
    """How a module is run. ``-P``: nothing in the listener's folder is imported."""
    return [sys.executable, "-P", "-m", module, *arguments]


def child_environment() -> dict[str, str]:
    """Our own environment, in which our own package is found."""
    environment = _MALLOC | dict(os.environ)
    if _ROOT.name in ("site-packages", "dist-packages"):  # there it is found anyway
        return environment
    path = os.environ.get("PYTHONPATH")
    return environment | {"PYTHONPATH": f"{_ROOT}{os.pathsep}{path}" if path else str(_ROOT)}
