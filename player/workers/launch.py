"""Start child processes, safely: nothing from the current folder is run in their place."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parents[2]
_OWN_GROUP_ON_WINDOWS = int(
    getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0) | getattr(subprocess, "CREATE_NO_WINDOW", 0)
)
OWN_GROUP: Mapping[str, Any] = {
    "creationflags": _OWN_GROUP_ON_WINDOWS,
    "process_group": None if _OWN_GROUP_ON_WINDOWS else 0,
}
"""Arguments of ``Popen`` for a process group of its own, which Ctrl-C in the terminal misses."""

_MALLOC = dict.fromkeys(("MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_"), str(4 << 20))
"""Makes glibc return large blocks to the system at once instead of keeping room for the longest
sentence. It saves 40 MB of the voice's memory after half an hour; nothing else reads these."""
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""One thread for each numeric library, since the player needs the other processors."""


def child_command(module: str, *arguments: str) -> list[str]:
    """Return the command that runs one of our modules in this Python.

    ``-P`` keeps the current folder out of the module search path.
    """
    return [sys.executable, "-P", "-m", module, *arguments]


def start_child(
    command: Sequence[str],
    *,
    environment: Mapping[str, str] | None = None,
    own_group: bool = True,
    **streams: Any,
) -> subprocess.Popen[bytes]:
    """Start a child process. All of the player's children are started here.

    Nothing in the current folder is run in its place (see `child_environment`). With
    ``own_group``, Ctrl-C in the terminal reaches only the player. ``streams`` are the arguments
    of ``Popen`` with that meaning. Raises ``OSError`` if it cannot be started.
    """
    return subprocess.Popen(
        command,
        env=child_environment() | dict(environment or {}),
        **(OWN_GROUP if own_group else {}),
        **streams,
    )


def run_child(
    command: Sequence[str], deadline_s: float, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run a child to its end; return its exit code and everything that it wrote.

    Raises ``OSError`` if it cannot be started, and ``subprocess.TimeoutExpired`` if it takes longer
    than ``deadline_s``.
    """
    with start_child(
        command,
        environment=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        try:
            output, errors = process.communicate(timeout=deadline_s)
        except BaseException:
            process.kill()
            raise
    return subprocess.CompletedProcess(command, process.returncode, output, errors)


def child_environment() -> dict[str, str]:
    """Return the environment of this process, made safe for a child.

    ``PYTHONPATH`` names only our own package, and ``PATH`` never the current folder, since files
    there may come from a stranger. The child then finds programs as `find_program` does.
    """
    environment = _MALLOC | dict(os.environ) | _ONE_THREAD
    environment.pop("PYTHONPATH", None)
    if _ROOT.name not in ("site-packages", "dist-packages"):  # installed: found anyway
        environment["PYTHONPATH"] = str(_ROOT)
    return environment | {"PATH": program_path()}


def find_program(name: str, besides: Path | None = None) -> str | None:
    """Return the path of an installed program, or None.

    The folders of ``PATH`` are searched, except relative ones, the current folder and ``besides``
    (the folder of a story), because a program there may have come with a stranger's file. On
    Windows, ``shutil.which`` alone would look in the current folder first.
    """
    suffixes = os.environ.get("PATHEXT", ".EXE").split(os.pathsep) if os.name == "nt" else [""]
    for folder in program_path(besides).split(os.pathsep):
        for suffix in suffixes:
            if program := shutil.which(os.path.join(folder, name + suffix)):
                return program
    return None


def is_trusted_folder(folder: str, besides: Path | None = None) -> bool:
    """Return whether ``folder`` is absolute, and neither the current folder nor ``besides``."""
    if not os.path.isabs(folder):
        return False
    real = os.path.realpath(folder)
    return real not in (os.path.realpath(os.curdir), os.path.realpath(besides or os.curdir))


def program_path(besides: Path | None = None) -> str:
    """Return ``PATH`` reduced to its trusted folders, as `find_program` searches them.

    If none is left, return Python's own folder, because an empty ``PATH`` means the current one.
    """
    folders = os.environ.get("PATH", "").split(os.pathsep)
    trusted = [folder for folder in folders if is_trusted_folder(folder, besides)]
    return os.pathsep.join(trusted or [os.path.dirname(sys.executable)])
