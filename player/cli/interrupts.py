"""Ctrl-C while sound is written to a file."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")


@contextmanager
def held_back() -> Iterator[Callable[[], None]]:
    """Hold a first interrupt back until the function that is handed over is called, and raises it.

    An encoder calls back from C, where a KeyboardInterrupt would be lost or taken for a broken
    file. A second interrupt is raised at once.
    """
    held = False

    def hold(_number: int, _frame: object) -> None:
        nonlocal held
        if held:
            raise KeyboardInterrupt
        held = True

    def check() -> None:
        if held:
            raise KeyboardInterrupt

    numbers = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]
    before = {number: signal.signal(number, hold) for number in numbers}
    try:
        yield check
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
