"""Files that take their names only when they are whole.

Everything is written to ``.NAME-RANDOM.part`` beside the target and renamed at the end. So neither
a crash, a power cut nor a full disk leaves half a file under the target's name. The random part of
the name keeps others, in a folder that several people share, from planting a link or a pipe there.
"""

from __future__ import annotations

import errno
import glob
import os
import secrets
import time
from contextlib import suppress
from pathlib import Path

from player.storage.file_access import hide_from_others

MAX_NAME_BYTES = 255
"""The longest file name that common file systems take, in UTF-8."""

_BUFFER_BYTES = 1 << 18
_ENDING = "-{}.part"  # with a random number of four bytes in hexadecimal
_NO_SYNC = {errno.EINVAL, errno.ENOTSUP, errno.ENOSYS}  # some network disks cannot sync


class AtomicFile:
    """A new binary file beside `target`, which replaces it in `publish`.

    A `private` file can be read by its owner alone from its first moment on; others get the usual
    mode. All methods raise ``OSError``; `file` is the open part, at `path`.
    """

    def __init__(self, target: Path, *, private: bool = False) -> None:
        self.target = target
        ending = _ENDING.format(secrets.token_hex(4))
        self.path = target.with_name(shorten_name(f".{target.name}", ending))
        opener = _open_private if private else None
        # Mode "x" never opens something that is there already, and follows no link.
        self.file = open(self.path, "xb", buffering=_BUFFER_BYTES, opener=opener)  # noqa: SIM115

    def publish(self, backup: Path | None = None) -> None:
        """Bring the part to the disk and give it the target's name.

        The old file is kept as `backup`: after a crash between the two renames the target is
        missing and `backup` is there. If this fails, call `discard`.
        """
        self.file.flush()
        _sync(self.file.fileno())
        self.file.close()
        if backup is not None:
            with suppress(FileNotFoundError):
                hide_from_others(self.target)  # an older version left it readable by others
                os.replace(self.target, backup)
        os.replace(self.path, self.target)
        _sync_folder(self.target.parent)

    def discard(self) -> None:
        """Remove the part, if it is still there. Raise nothing; may be called again."""
        with suppress(OSError):  # closing may fail to write what is thrown away
            self.file.close()
        with suppress(OSError):
            self.path.unlink()

    def remove_abandoned(self, age_s: float) -> None:
        """Remove parts of the same target, untouched for `age_s`, that killed players left."""
        stem = self.path.name[: -len(_ENDING.format("01234567"))]
        pattern = glob.escape(stem) + _ENDING.format("????????")
        remove_old_files(self.path.parent, pattern, age_s)


def remove_old_files(folder: Path, pattern: str, age_s: float) -> None:
    """Remove what matches `pattern` in `folder` and was not written to for `age_s` seconds."""
    with suppress(OSError):
        for path in folder.glob(pattern):
            if time.time() - path.lstat().st_mtime > age_s:
                path.unlink(missing_ok=True)


def shorten_name(stem: str, ending: str) -> str:
    """Return ``stem + ending``, with `stem` cut so that the name has at most `MAX_NAME_BYTES`."""
    room = MAX_NAME_BYTES - len(ending.encode())
    data = stem.encode(errors="surrogateescape")
    if len(data) <= room:
        return stem + ending
    return data[:room].decode(errors="ignore").rstrip(". ") + ending


def _open_private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _sync(descriptor: int) -> None:
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _NO_SYNC:
            raise


def _sync_folder(folder: Path) -> None:
    """Bring the new names to the disk, on systems where a folder can be opened for that."""
    if os.name == "nt":
        return
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
