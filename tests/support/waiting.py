"""Waiting for what another thread or process is about to do."""

import time
from collections.abc import Callable


def soon(
    happens: Callable[[], object], missed: str = "it was not made ready", within_s: float = 10.0
) -> None:
    """Return as soon as ``happens``; fail with ``missed`` where it does not ``within_s``."""
    until = time.monotonic() + within_s
    while not happens():
        assert time.monotonic() < until, missed
        time.sleep(0.001)
