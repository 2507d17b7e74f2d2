"""Signals: the first asks for a clean stop, the second raises KeyboardInterrupt."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")


@contextmanager
def handle_signals(heed: Callable[[int], None]) -> Iterator[None]:
    """Call ``heed`` with the number of a first interrupt; a second is a KeyboardInterrupt.

    A hang-up is none where it is to be survived, as ``nohup`` asks.
    """
    come = False

    def handler(number: int, _frame: object) -> None:
        nonlocal come
        if come:
            raise KeyboardInterrupt
        come = True
        heed(number)

    before = {number: signal.signal(number, handler) for number in _interrupts()}
    try:
        yield
    finally:
        for number, usual in before.items():
            signal.signal(number, usual)


def _interrupts() -> list[signal.Signals]:
    named = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]
    survived = "SIGHUP", signal.SIG_IGN
    return [number for number in named if (number.name, signal.getsignal(number)) != survived]


@contextmanager
def defer_interrupts() -> Iterator[Callable[[], None]]:
    """Hold a first interrupt back until the yielded function is called, which then raises it.

    An encoder calls back from C, where a KeyboardInterrupt would be lost or taken for a broken
    file.
    """
    come: list[int] = []

    def check() -> None:
        if come:
            raise KeyboardInterrupt

    with handle_signals(come.append):
        yield check
