"""Files that the listener asked for by name: written atomically, with errors in one sentence."""

import errno
import io
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from player.errors import OutputError
from player.storage.atomic_file import MAX_NAME_BYTES, AtomicFile

ABANDONED_S = 86_400.0  # a part untouched for a day belongs to a player that was killed
ANOTHER_PLACE = "choose another folder for it"
REMEDIES = {
    errno.ENOSPC: "make room, or " + ANOTHER_PLACE,
    errno.EDQUOT: "make room, or " + ANOTHER_PLACE,
    errno.EFBIG: "choose a smaller format such as .opus, or a disk that allows larger files",
    errno.EACCES: "choose a folder that you may write to",
    errno.EPERM: "choose a folder that you may write to",
    errno.EROFS: "choose a folder that you may write to",
}

SIGNALS = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]


def cannot_write(target: Path, error: OSError) -> OutputError:
    """Return an error that says why `target` could not be written, and what helps."""
    reason = (os.strerror(error.errno) if error.errno else str(error)).lower()
    remedy = REMEDIES.get(error.errno or 0, ANOTHER_PLACE)
    return OutputError(f"cannot write {str(target)!r}: {reason}; {remedy}")


class PartFile:
    """A writable, seekable binary file for encoders, which takes its name in `publish`.

    Encoders call back from C, which an exception cannot cross. So the first OSError is kept,
    further writes are ignored, and `check` raises it as an OutputError.
    """

    def __init__(self, target: Path) -> None:
        self.target = target
        self._failure: OSError | None = None
        _require_usable_name(target)
        try:
            self._atomic = AtomicFile(target)
        except OSError as error:
            raise cannot_write(target, error) from error
        self._file = self._atomic.file
        self._atomic.remove_abandoned(ABANDONED_S)

    @property
    def path(self) -> Path:
        """The part's present path, beside the target."""
        return self._atomic.path

    def write(self, data: bytes | bytearray | memoryview) -> int:
        if self._failure is None and not self._file.closed:
            try:
                self._file.write(data)
            except OSError as error:
                self._failure = error
        return len(data)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if self._file.closed:  # an encoder that is thrown away still completes its header
            return 0
        try:
            return self._file.seek(offset, whence)
        except OSError as error:  # seeking writes out the buffer first
            self._failure = self._failure or error
            return 0

    def tell(self) -> int:
        return 0 if self._file.closed else self._file.tell()

    def seekable(self) -> bool:
        return True

    def check(self) -> None:
        """Raise the first failure as an OutputError, after removing the part."""
        if self._failure is not None:
            self.discard()
            raise cannot_write(self.target, self._failure) from self._failure

    def publish(self) -> None:
        """Bring the whole part to the disk and give it the target's name."""
        self.check()
        try:
            self._atomic.publish()
        except OSError as error:
            self._failure = error
        self.check()

    def discard(self) -> None:
        """Remove the part; safe at any time, and again."""
        self._atomic.discard()


@contextmanager
def deferred_signals() -> Iterator[None]:
    """Hold back signals that come while C code calls Python, and deliver them afterwards.

    FFmpeg's libraries would lose the KeyboardInterrupt that a signal raises in a callback. Only the
    main thread handles signals, so nothing is done in others.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    pending: list[int] = []
    handlers = {number: signal.getsignal(number) for number in SIGNALS}
    handlers = {number: handler for number, handler in handlers.items() if callable(handler)}
    for number in handlers:
        signal.signal(number, lambda number, _frame: pending.append(number))
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        for number in pending:
            signal.raise_signal(number)


def write_text(path: Path, text: str) -> None:
    """Write ``text`` to ``path`` as UTF-8; raises ``OutputError``."""
    # A file name may hold a lone surrogate, which UTF-8 cannot express.
    write_bytes(path, text.encode(errors="replace"))


def write_bytes(path: Path, data: bytes) -> None:
    """Write ``data`` to ``path``; raises ``OutputError``."""
    part = PartFile(path)
    try:
        part.write(data)
        part.publish()
    finally:
        part.discard()  # where it has not been published


def _require_usable_name(target: Path) -> None:
    """Raise OutputError for a name that no file can have here."""
    if (size := len(os.fsencode(target.name))) > MAX_NAME_BYTES:
        raise OutputError(
            f"cannot write a file whose name has {size} bytes: at most {MAX_NAME_BYTES} are"
            " possible; choose a shorter one"
        )
    if target.is_dir():
        raise OutputError(f"cannot write {str(target)!r}: it is a folder; add a file's name")
    if not target.parent.is_dir():
        raise OutputError(
            f"cannot write {str(target)!r}: there is no folder {str(target.parent)!r}; "
            "make it first"
        )
