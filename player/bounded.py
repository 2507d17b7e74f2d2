"""Read files that anybody may have made: ordinary ones only, and never more than a limit."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path


def read_start(path: Path, limit: int) -> bytes:
    """Return at most the first ``limit`` bytes of the ordinary file at ``path``.

    A pipe would be waited for without an end, and a device such as ``/dev/zero`` read without one,
    so both are refused. Raises ``OSError``, whose ``strerror`` says why.
    """
    with open(path, "rb", opener=_open_at_once) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "it is a pipe or a device, not a file", str(path))
        return file.read(limit)


def _open_at_once(path: str, flags: int) -> int:
    """Open without waiting for a writer at the other end of a pipe."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
