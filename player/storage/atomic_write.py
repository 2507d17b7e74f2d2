"""Small files kept safe beside a night: written whole, on a thread of their own.

A slow disk must not make the sound late, so the night only says what is to be written; of two
writings to one place the later wins. A file has reached the disk before it takes its name, so that
neither a kill nor a power cut leaves half of one.
"""

from __future__ import annotations

import errno
import os
import secrets
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from player.storage.file_access import hide_from_others

PATIENCE_S = 3.0
"""How long the end of a night waits for a disk that does not answer."""

_STALE_S = 3_600.0  # a part is done within seconds: after an hour whoever wrote it was killed
_NO_SYNC = {errno.EINVAL, errno.ENOTSUP, errno.ENOSYS}  # some network disks have none to offer

Work = Callable[[], None]


class Keeper:
    """Does what it is given on one thread, in order; at one place only what was given last."""

    def __init__(self) -> None:
        self._waiting: dict[Path, Work] = {}
        self._failed: dict[Path, Exception] = {}
        self._closed = False
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    @property
    def trouble(self) -> Exception | None:
        """What went wrong and was not mended since: to be told when it startles nobody."""
        return next(iter(self._failed.values()), None)

    def put(self, place: Path, work: Work) -> None:
        """Let ``work`` be done some time soon, instead of what still waits for ``place``."""
        with self._changed:
            if self._closed:
                return
            self._waiting.pop(place, None)
            self._waiting[place] = work
            if self._thread is None:
                # A daemon only for a disk that hangs: `close` waits for the thread, the end of
                # the program does not.
                self._thread = threading.Thread(target=self._run, name="keeper", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def close(self, patience_s: float = PATIENCE_S) -> bool:
        """Finish what waits; false where that takes longer than ``patience_s``. Again, it is safe.

        What was not written by then is lost; what stood there before stays whole.
        """
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join(patience_s)
        return self._thread is None or not self._thread.is_alive()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._closed)
                if not self._waiting:
                    return
                place = next(iter(self._waiting))
                work = self._waiting.pop(place)
            try:
                work()
            except Exception as error:  # whatever it is, at night it ends nothing
                self._failed[place] = error
            else:
                self._failed.pop(place, None)


def write_whole(path: Path, text: str, before: Path | None = None) -> None:
    """Write ``text`` to ``path`` as UTF-8, whole or not at all; raises ``OSError``.

    Nobody but its owner can read it, at any time, nor what is kept; folders that are made on the
    way are their owner's alone too. What stood there is kept as ``before``. Where a kill comes
    between the two names, ``path`` is missing and ``before`` is there. Two programs may write at
    once: the last one wins.
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
    """Give a file that cannot be read another name, ending in ``.unreadable``."""
    hide_from_others(path)
    with suppress(OSError):
        os.replace(path, path.with_suffix(path.suffix.removesuffix(".json") + ".unreadable"))


def sweep(folder: Path) -> None:
    """Remove the parts that nights left which were killed while they wrote."""
    with suppress(OSError):
        for part in folder.glob(".*.part"):
            if time.time() - part.stat().st_mtime > _STALE_S:
                part.unlink(missing_ok=True)


def _make_private(folder: Path) -> None:
    """Make ``folder`` and those above it that are missing, for their owner alone."""
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
    """Bring the new names to the disk too, where a folder can be opened for that."""
    if os.name == "nt":
        return
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
