"""Keep C libraries off the screen while they look for a sound card."""

import contextlib
import ctypes
import os
import sys
import threading
from collections.abc import Iterator

_one_at_a_time = threading.Lock()


@contextlib.contextmanager
def silent_stderr() -> Iterator[None]:
    """Send what ALSA, JACK and others write to file descriptor 2 to nowhere for a while."""
    with _one_at_a_time:
        try:
            saved = os.dup(2)
        except OSError:  # there is no standard error: nothing to keep quiet
            yield
            return
        nowhere = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(nowhere, 2)
            yield
        finally:
            os.dup2(saved, 2)
            os.close(saved)
            os.close(nowhere)


def quiet_alsa() -> None:
    """Let ALSA's library report nothing by itself, as it does from its thread at an underrun."""
    if sys.platform != "linux":
        return
    with contextlib.suppress(OSError, AttributeError):
        # The reporter is a function of C: one of Python's could be called while Python ends. Any
        # that takes no notice of what it is given will do.
        silent = ctypes.cast(ctypes.CDLL(None).getpid, ctypes.c_void_p)
        ctypes.CDLL("libasound.so.2").snd_lib_error_set_handler(silent)
