"""A call in a forked process, so that nothing it does is left in this one. POSIX only."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from typing import NoReturn, TypeVar, cast

import numpy as np

from player.audio import Samples
from player.errors import UnavailableError
from player.workers.framing import BrokenFrameError, Message, read_frame, write_frame

_DEADLINE_S = 20  # the system then ends the process

_Result = TypeVar("_Result")


def run_forked(act: Callable[[], _Result]) -> _Result:
    """Return or raise what ``act`` does in a process forked from this one.

    The result may be samples with their rate, or a value that JSON has. It comes as a frame and not
    pickled, because a library that was led astray must not be able to start anything here. The
    forked process keeps none of our files open, so that our end is noticed even while it is busy.

    Raises:
        UnavailableError: the process ended without an answer, or raised this itself.
        RuntimeError: it raised anything else.
        BrokenFrameError: it wrote nonsense.
    """
    receiver, sender = os.pipe()
    pid = os.fork()
    if not pid:
        _answer_and_exit(act, sender)
    os.close(sender)
    try:
        with open(receiver, "rb") as answer:
            frame = read_frame(answer)
    finally:
        os.waitpid(pid, 0)
    if frame is None:
        raise UnavailableError("The system's voice broke off; `dreamers doctor` says more.")
    return cast(_Result, _unpacked(*frame))


def _answer_and_exit(act: Callable[[], object], sender: int) -> NoReturn:
    try:
        signal.alarm(_DEADLINE_S)
        for descriptor in map(int, os.listdir("/dev/fd")):
            with suppress(OSError):  # the one of the listing itself
                if descriptor != sender:
                    os.close(descriptor)
        null = os.open(os.devnull, os.O_RDWR)  # becomes 0, the lowest free descriptor
        os.dup2(null, 1)
        os.dup2(null, 2)
        with open(sender, "wb") as answer:
            write_frame(answer, *_packed(act))
    finally:
        os._exit(0)


def _packed(act: Callable[[], object]) -> tuple[Message, bytes]:
    """Return the result or the error of ``act`` as a frame."""
    try:
        result = act()
    except UnavailableError as error:
        return {"unavailable": str(error)}, b""
    except Exception as error:  # raised again by `_unpacked`
        return {"failed": f"{type(error).__name__}: {error}"}, b""
    if isinstance(result, tuple):
        samples, rate = cast("tuple[Samples, int]", result)
        return {"rate": rate}, samples.astype(np.float32).tobytes()
    return {"value": result}, b""


def _unpacked(message: Message, payload: bytes) -> object:
    match message:
        case {"rate": int(rate)}:
            return np.frombuffer(payload, np.float32), rate
        case {"unavailable": str(reason)}:
            raise UnavailableError(reason)
        case {"failed": str(reason)}:
            raise RuntimeError(reason)
        case {"value": value}:
            return value
    raise BrokenFrameError(str(message)[:80])
