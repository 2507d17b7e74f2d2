"""Open files whose name or content comes from a stranger: stories, recipes, state files.

Only regular files are read: a pipe would block, a device may never end. Links may lead anywhere.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
from contextlib import suppress
from pathlib import Path, PureWindowsPath

_NO_WAITING = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
_BYTES_AS_THEY_ARE = getattr(os, "O_BINARY", 0)


def read_regular_file(path: Path, max_bytes: int) -> bytes:
    """Return the content of a regular file of at most ``max_bytes``.

    Raises ``OSError`` for anything else, with a ``strerror`` that fits behind "cannot be read:".
    """
    _require_regular(path, os.stat(path))  # opening some devices has effects already
    descriptor = os.open(path, os.O_RDONLY | _NO_WAITING | _BYTES_AS_THEY_ARE)
    with open(descriptor, "rb") as file:
        _require_regular(path, os.fstat(descriptor))
        data = file.read(max_bytes + 1)
    if len(data) > max_bytes:
        raise OSError(errno.EFBIG, f"it has over {max_bytes:,} bytes", str(path))
    return data


def _require_regular(path: Path, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "it is not a file but a folder, a pipe or a device", str(path))


def hide_from_others(path: Path) -> None:
    """Take all access to a file from everybody but its owner.

    Links are left as they are, and so are all files on a system without such modes.
    """
    if sys.platform != "win32":  # there, the folders of a profile are private anyway
        with suppress(OSError):
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | _NO_WAITING)
            try:
                mode = stat.S_IMODE(os.fstat(descriptor).st_mode)
                if mode & 0o077:
                    os.fchmod(descriptor, mode & 0o700)
            finally:
                os.close(descriptor)


def is_relative_name(name: str) -> bool:
    """Return whether ``name`` begins with no root, drive or share on any system.

    Call it before a name is given to the system: on Windows, looking for
    ``\\\\host\\share\\rain.wav`` connects to that host.
    """
    windows_path = PureWindowsPath(name)
    return not (windows_path.drive or windows_path.root)


def stays_inside(folder: Path, path: Path) -> bool:
    """Return whether ``path``, all links followed, lies in ``folder`` or below it."""
    real = os.path.realpath(folder)
    return Path(os.path.realpath(path)).is_relative_to(real)
