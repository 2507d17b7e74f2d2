"""The child's side of its pipes: frames of requests come in, frames of answers go out."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from typing import BinaryIO

from player.workers.framing import BrokenFrameError, Message, read_frame


def open_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Return the stream of requests and the stream of answers, for frames alone.

    From now on, whatever a library prints goes to standard error, and Ctrl-C is ignored.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return sys.stdin.buffer, answers


def read_in_background(
    requests: BinaryIO,
    handle: Callable[[Message], None],
    on_end: Callable[[], None] = lambda: None,
    *,
    exit_after_s: float = 0.0,
) -> None:
    """Give each request to ``handle``, from a thread.

    When the input ends, so has the player. Then ``on_end`` is called, and the process is ended
    ``exit_after_s`` later, whatever it is doing.
    """

    def read() -> None:
        try:
            while frame := read_frame(requests):
                handle(frame[0])
        except BrokenFrameError:
            pass  # the player has a fault: as if it had ended
        on_end()
        time.sleep(exit_after_s)
        os._exit(0)

    threading.Thread(target=read, daemon=True).start()
