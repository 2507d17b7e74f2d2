"""Read text files that a listener or a writer made; every failure is one sentence."""

from __future__ import annotations

import errno
from pathlib import Path

from player.errors import InputError, InputNotFound
from player.storage.file_access import read_regular_file


def read_text_file(path: Path, *, max_bytes: int, too_large: str, name: str = "") -> str:
    """Return the text of a UTF-8 file, without its byte order mark and with its line ends.

    Messages call the file ``name``; ``too_large`` says what to do if it has over ``max_bytes``.
    Raises ``InputNotFound`` if the file cannot be read, and ``InputError`` if it is no such text.
    """
    try:
        data = read_regular_file(path, max_bytes)
    except OSError as error:
        if error.errno == errno.EFBIG:
            raise InputError(f"{name or path} has over {max_bytes:,} bytes: {too_large}.") from None
        raise InputNotFound(f"{path} cannot be read: {error.strerror}.") from None
    return decode_utf8(data, name or str(path))


def decode_utf8(data: bytes, name: str) -> str:
    """Return the text in ``data`` without a byte order mark. Raises ``InputError``."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{name} is not UTF-8 (byte {error.start}): save it as UTF-8.") from None
