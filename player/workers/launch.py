"""Processes of our own beside the player's: how each is started, and which goes first."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
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
    """Return the command that runs a module of ours. ``-P`` keeps the current folder out of it."""
    return [sys.executable, "-P", "-m", module, *arguments]


def start_child(
    command: Sequence[str],
    *,
    environment: Mapping[str, str] | None = None,
    own_group: bool = True,
    **streams: Any,
) -> subprocess.Popen[bytes]:
    """Start a process beside the player's: every child of ours is started here.

    Nothing that lies in the current folder is run in its place (`child_environment`). With
    ``own_group``, Ctrl-C in the terminal reaches the player alone. ``streams`` are those of
    ``Popen``. Raises ``OSError`` where it cannot be started.
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
    """Start a child, and return its exit code and all that it wrote once it has ended.

    Raises ``OSError`` where it cannot be started, ``subprocess.TimeoutExpired`` where it takes
    longer than ``deadline_s``.
    """
    nothing, pipe = subprocess.DEVNULL, subprocess.PIPE
    with start_child(
        command, environment=environment, stdin=nothing, stdout=pipe, stderr=pipe
    ) as process:
        try:
            output, errors = process.communicate(timeout=deadline_s)
        except BaseException:
            process.kill()
            raise
    return subprocess.CompletedProcess(command, process.returncode, output, errors)


def child_environment() -> dict[str, str]:
    """Return the caller's environment, made fit for a child.

    ``PYTHONPATH`` names our own package alone, and ``PATH`` no current folder: what lies there may
    be a stranger's. The child then finds programs as `find_program` does.
    """
    environment = _MALLOC | dict(os.environ) | _ONE_THREAD
    environment.pop("PYTHONPATH", None)
    if _ROOT.name not in ("site-packages", "dist-packages"):  # there it is found anyway
        environment["PYTHONPATH"] = str(_ROOT)
    return environment | {"PATH": program_path()}


def find_program(name: str, besides: Path | None = None) -> str | None:
    """Return the path of an installed program, or None.

    The folders of ``PATH`` are searched, except relative ones, the current folder and ``besides``
    (the folder of a story): a program that lies there came with a stranger's file. ``shutil.which``
    alone would look in the current folder first on Windows.
    """
    endings = os.environ.get("PATHEXT", ".EXE").split(os.pathsep) if os.name == "nt" else [""]
    for folder in program_path(besides).split(os.pathsep):
        for ending in endings:
            if program := shutil.which(os.path.join(folder, name + ending)):
                return program
    return None


def is_trusted_folder(folder: str, besides: Path | None = None) -> bool:
    """Return whether ``folder`` is absolute, and neither the current folder nor ``besides``."""
    if not os.path.isabs(folder):
        return False
    real = os.path.realpath(folder)
    return real not in (os.path.realpath(os.curdir), os.path.realpath(besides or os.curdir))


def program_path(besides: Path | None = None) -> str:
    """Return ``PATH`` with its trusted folders alone, as `find_program` searches them.

    Where none is left, it is Python's own folder: an empty ``PATH`` means the current one.
    """
    folders = os.environ.get("PATH", "").split(os.pathsep)
    trusted = [folder for folder in folders if is_trusted_folder(folder, besides)]
    return os.pathsep.join(trusted or [os.path.dirname(sys.executable)])
