"""Signals: the first asks for a clean stop, the second raises KeyboardInterrupt."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")


@contextmanager
def handle_signals(on_first: Callable[[int], None]) -> Iterator[None]:
    """Call ``on_first`` with the number of the first signal; raise KeyboardInterrupt at the second.

    A hang-up is ignored under ``nohup``.
    """
    is_first = True

    def handler(number: int, _frame: object) -> None:
        nonlocal is_first
        if not is_first:
            raise KeyboardInterrupt
        is_first = False
        on_first(number)

    earlier_handlers = {number: signal.signal(number, handler) for number in _interrupts()}
    try:
        yield
    finally:
        for number, earlier in earlier_handlers.items():
            signal.signal(number, earlier)


def _interrupts() -> list[signal.Signals]:
    numbers = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]
    nohup = "SIGHUP", signal.SIG_IGN
    return [number for number in numbers if (number.name, signal.getsignal(number)) != nohup]


@contextmanager
def defer_interrupts() -> Iterator[Callable[[], None]]:
    """Defer a first interrupt until the yielded function is called, which then raises it.

    An encoder calls back from C, where a KeyboardInterrupt would be lost or mistaken for a broken
    file.
    """
    signals: list[int] = []

    def check() -> None:
        if signals:
            raise KeyboardInterrupt

    with handle_signals(signals.append):
        yield check
