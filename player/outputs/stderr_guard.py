"""Keep messages of C libraries off the terminal while they look for a sound card."""

import contextlib
import ctypes
import os
import sys
import threading
from collections.abc import Iterator

_lock = threading.Lock()


@contextlib.contextmanager
def silent_stderr() -> Iterator[None]:
    """Discard what ALSA, JACK and others write to file descriptor 2 in the meantime."""
    with _lock:
        try:
            saved = os.dup(2)
        except OSError:  # there is no standard error
            yield
            return
        null_device = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(null_device, 2)
            yield
        finally:
            os.dup2(saved, 2)
            os.close(saved)
            os.close(null_device)


def quiet_alsa() -> None:
    """Stop ALSA's library from printing errors, as it does from its thread at an underrun."""
    if sys.platform != "linux":
        return
    with contextlib.suppress(OSError, AttributeError):
        # The handler must be a C function, since a Python one could be called while Python ends.
        # Any that ignores its arguments will do.
        handler = ctypes.cast(ctypes.CDLL(None).getpid, ctypes.c_void_p)
        ctypes.CDLL("libasound.so.2").snd_lib_error_set_handler(handler)
