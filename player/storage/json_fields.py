"""Reads what was kept of other nights: JSON that may be damaged, or anybody's.

All but ``read_file`` raise ``ValueError`` where a value is not what it should be, and nothing else.
"""

from __future__ import annotations

import errno
import json
from pathlib import Path
from typing import Any, NoReturn

from player.storage.file_access import read_regular_file

LARGEST = 16 << 20
"""Bytes of a file that is still read: a bookmark has some ten thousand."""


def read_file(path: Path) -> dict[str, Any]:
    """The object in a file; raises ``OSError`` where there is none to be read."""
    if not path.is_file():
        raise FileNotFoundError(path)
    try:
        data = read_regular_file(path, LARGEST)
    except OSError as error:
        if error.errno == errno.EFBIG:
            raise ValueError("too large") from None
        raise
    return read_object(data.decode())


def read_object(written: str) -> dict[str, Any]:
    """The JSON object in ``written``, without NaN and infinities."""
    try:
        return table(json.loads(written, parse_constant=_refuse))
    except RecursionError:
        raise ValueError("nested without an end") from None


def table(value: object) -> dict[str, Any]:
    """An object of JSON."""
    if not isinstance(value, dict):
        raise ValueError("no object")
    return value


def items(value: object, most: int) -> list[Any]:
    """A list of at most ``most`` entries."""
    if not isinstance(value, list) or len(value) > most:
        raise ValueError("no list, or too long")
    return value


def text(value: object) -> str:
    """A text, which may hold any characters."""
    if not isinstance(value, str):
        raise ValueError("no text")
    return value


def whole(value: object, most: int, least: int = 0) -> int:
    """A whole number from ``least`` to ``most``."""
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise ValueError("no such whole number")
    return value


def number(value: object, most: float) -> float:
    """A number from 0 to ``most``."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("no number")
    if not 0.0 <= value <= most:
        raise ValueError("out of range, or not a number")
    return float(value)


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")
