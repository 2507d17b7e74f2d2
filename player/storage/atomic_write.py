"""Writes a small file of the listener's whole or not at all, for its owner alone.

It has reached the disk before it takes its name, so that neither a kill nor a power cut leaves half
of one.
"""

from __future__ import annotations

import errno
import os
import secrets
import time
from contextlib import suppress
from pathlib import Path

from player.storage.file_access import hide_from_others

_STALE_S = 3_600.0  # a part is written within seconds; an hour later its writer is gone
_NO_SYNC = {errno.EINVAL, errno.ENOTSUP, errno.ENOSYS}  # some network disks have none to offer


def write_whole(path: Path, text: str, before: Path | None = None) -> None:
    """Write ``text`` to ``path`` as UTF-8, whole or not at all; raise ``OSError``.

    Only its owner can ever read it; missing folders are made for their owner alone too. The old
    file is kept as ``before``: after a kill between the two renames, ``path`` is missing and
    ``before`` is there. If two programs write at once, the last one wins.
    """
    _make_private(path.parent)
    part = path.with_name(f".{path.stem}-{os.getpid()}-{secrets.token_hex(4)}.part")
    try:
        with open(part, "xb", opener=_open_private) as file:
            file.write(text.encode())
            file.flush()
            _sync(file.fileno())
        if before is not None:
            with suppress(FileNotFoundError):
                hide_from_others(path)  # written by an older player, others could read it
                os.replace(path, before)
        os.replace(part, path)
    except OSError:
        with suppress(OSError):
            part.unlink()
        raise
    _sync_folder(path.parent)


def set_aside(path: Path) -> None:
    """Rename a damaged file, so that its name ends in ``.unreadable``."""
    hide_from_others(path)
    with suppress(OSError):
        os.replace(path, path.with_suffix(path.suffix.removesuffix(".json") + ".unreadable"))


def sweep(folder: Path) -> None:
    """Remove the parts that killed nights left in ``folder``."""
    with suppress(OSError):
        for part in folder.glob(".*.part"):
            if time.time() - part.stat().st_mtime > _STALE_S:
                part.unlink(missing_ok=True)


def _make_private(folder: Path) -> None:
    """Make ``folder`` and the missing ones above it, for their owner alone."""
    if folder.is_dir():
        return
    # Path.mkdir would make the folders above it with the usual mode, which others may read.
    _make_private(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)


def _open_private(path: str, flags: int) -> int:
    """Open a file that only its owner can read from its first moment on."""
    return os.open(path, flags, 0o600)


def _sync(descriptor: int) -> None:
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _NO_SYNC:
            raise


def _sync_folder(folder: Path) -> None:
    """Flush the new names to the disk, on systems where a folder can be opened for that."""
    if os.name == "nt":
        return
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
