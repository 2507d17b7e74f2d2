"""Scheduling priority of the player's process and threads, as far as the system allows it."""

from __future__ import annotations

import os
import signal
from contextlib import suppress

_NICE_FOR_SOUND = -11  # what desktops give their sound servers
_MAX_UNBROKEN_CPU_US = 2_000_000
"""Time that a real-time thread may compute without waiting. Playing sound never needs that long."""


def request_priority() -> None:
    """Schedule all threads of this process, and those they start, before ordinary programs.

    A busy processor then causes no gap in the sound. Linux divides the processors between sessions
    first, and niceness counts only within one; so the lowest real-time priority is tried, and
    niceness where it is refused. A thread that computes for two seconds without waiting puts the
    whole process back to normal scheduling.
    """
    if not _request_realtime():
        for thread in _thread_ids():
            _set_nice(_NICE_FOR_SOUND, thread)


def set_normal_priority(nice: int = 0) -> None:
    """Put the calling thread back to normal scheduling, at niceness ``nice``.

    For threads and processes that were started by one with priority, and inherited it.
    """
    _set_normal_scheduling(0)
    _set_nice(nice)


def _request_realtime() -> bool:
    """Try ``SCHED_RR`` for all threads; return whether it was granted."""
    try:
        import resource

        signal.signal(signal.SIGXCPU, _give_up_realtime)
        hard_limit = resource.getrlimit(resource.RLIMIT_RTTIME)[1]
        resource.setrlimit(resource.RLIMIT_RTTIME, (_MAX_UNBROKEN_CPU_US, hard_limit))
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
    except (ImportError, AttributeError, OSError, ValueError):
        return False
    for thread in _thread_ids():
        with suppress(OSError):  # the thread has ended meanwhile
            os.sched_setscheduler(thread, os.SCHED_RR, os.sched_param(1))
    return True


def _give_up_realtime(*_: object) -> None:
    for thread in _thread_ids():
        _set_normal_scheduling(thread)


def _thread_ids() -> list[int]:
    """Return the threads of this process; only the calling one (0) if the system lists none."""
    try:
        return [int(name) for name in os.listdir("/proc/self/task")]
    except OSError:
        return [0]


def _set_normal_scheduling(thread: int) -> None:
    with suppress(AttributeError, OSError):
        os.sched_setscheduler(thread, os.SCHED_OTHER, os.sched_param(0))


def _set_nice(nice: int, thread: int = 0) -> None:
    with suppress(AttributeError, OSError):  # Windows has no niceness; others seldom allow less
        os.setpriority(os.PRIO_PROCESS, thread, nice)
