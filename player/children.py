"""Processes of our own beside the player's: how each is started."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
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


def child_command(module: str, *arguments: str) -> list[str]:
    """How a module is run. ``-P``: nothing in the listener's folder is imported."""
    return [sys.executable, "-P", "-m", module, *arguments]


def child_environment() -> dict[str, str]:
    """Our own environment, in which our own package is found."""
    if _ROOT.name in ("site-packages", "dist-packages"):  # there it is found anyway
        return dict(os.environ)
    path = os.environ.get("PYTHONPATH")
    return os.environ | {"PYTHONPATH": f"{_ROOT}{os.pathsep}{path}" if path else str(_ROOT)}
