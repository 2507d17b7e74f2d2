"""A file that bears its name only when it is whole.

Everything is written to ``.NAME-RANDOM.part`` beside the target and renamed at the end, so that
neither a crash nor a full disk leaves half a night under the target's name. Nobody can know that
name beforehand, and lay a link or a pipe there in a folder that several people share.
"""

import contextlib
import errno
import glob
import io
import os
import secrets
import time
from pathlib import Path

from player.errors import OutputError
from player.outputs.files.file_names import MAX_NAME_BYTES, shortened

BUFFER_BYTES = 1 << 18
ABANDONED_S = 86_400.0  # no night is written for so long without a byte: its player was killed
ANOTHER_PLACE = "choose another folder for it"
REMEDIES = {
    errno.ENOSPC: "make room, or " + ANOTHER_PLACE,
    errno.EDQUOT: "make room, or " + ANOTHER_PLACE,
    errno.EFBIG: "choose a smaller format such as .opus, or a disk that allows larger files",
    errno.EACCES: "choose a folder that you may write to",
    errno.EPERM: "choose a folder that you may write to",
    errno.EROFS: "choose a folder that you may write to",
}


def cannot_write(target: Path, error: OSError) -> OutputError:
    """Return the sentence that tells why `target` could not be written, and what helps."""
    reason = (os.strerror(error.errno) if error.errno else str(error)).lower()
    remedy = REMEDIES.get(error.errno or 0, ANOTHER_PLACE)
    return OutputError(f"cannot write {str(target)!r}: {reason}; {remedy}")


class PartFile:
    """A writable, seekable binary file for the encoders, which takes its name in `publish`.

    Encoders call back from C, which an exception cannot cross. So the first one, an interrupt too,
    is kept, further writes are ignored, and `check` raises it: an OSError as an OutputError.
    """

    def __init__(self, target: Path) -> None:
        self.target = target
        self.path = target.with_name(shortened(f".{target.name}", f"-{secrets.token_hex(4)}.part"))
        self._failure: BaseException | None = None
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
        try:
            # "x": never into something that is there already.
            self._file = open(self.path, "xb", buffering=BUFFER_BYTES)  # noqa: SIM115  # kept open
        except OSError as error:
            raise cannot_write(target, error) from error
        _remove_abandoned(self.path)

    def write(self, data: bytes | bytearray | memoryview) -> int:
        if self._failure is None and not self._file.closed:
            try:
                self._file.write(data)
            except BaseException as error:
                self._failure = error
        return len(data)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if self._file.closed:  # an encoder that is thrown away still sets its head right
            return 0
        try:
            return self._file.seek(offset, whence)
        except BaseException as error:  # seeking writes out the buffer first
            self._failure = self._failure or error
            return 0

    def tell(self) -> int:
        return 0 if self._file.closed else self._file.tell()

    def seekable(self) -> bool:
        return True

    def check(self) -> None:
        """Raise the first failure, an OSError as an OutputError, after removing the part."""
        failure = self._failure
        if failure is None:
            return
        self.discard()
        if isinstance(failure, OSError):
            raise cannot_write(self.target, failure) from failure
        raise failure

    def settle(self) -> None:
        """Close the part, so that a tagger may open `path` itself; `publish` is still to come."""
        if not self._file.closed:
            try:
                self._file.close()
            except OSError as error:
                self._failure = self._failure or error
        self.check()

    def publish(self) -> None:
        """Bring the whole part safely to the disk and give it the target's name."""
        self.settle()
        try:
            with open(self.path, "rb+") as part:
                os.fsync(part.fileno())
            os.replace(self.path, self.target)
        except OSError as error:
            self._failure = error
        self.check()

    def discard(self) -> None:
        """Remove the part; safe at any time, and again."""
        with contextlib.suppress(OSError):  # closing may fail to write what is thrown away
            self._file.close()
        with contextlib.suppress(OSError):
            self.path.unlink()


def write_text(path: Path, text: str) -> None:
    """Write ``text`` to ``path`` as UTF-8; raises ``OutputError``."""
    # Half a character (a file's name may hold one) cannot be written in UTF-8.
    write_bytes(path, text.encode(errors="replace"))


def write_bytes(path: Path, data: bytes) -> None:
    """Write ``data`` to ``path``; raises ``OutputError``."""
    part = PartFile(path)
    part.write(data)
    part.publish()


def _remove_abandoned(part: Path) -> None:
    """Remove older parts of the same target, left by killed players: nobody writes over them."""
    named_alike = glob.escape(part.name[: -len("-01234567.part")]) + "-????????.part"
    with contextlib.suppress(OSError):
        for other in part.parent.glob(named_alike):
            if time.time() - other.lstat().st_mtime > ABANDONED_S:
                other.unlink()
