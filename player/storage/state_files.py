"""Reads and writes the listener's state: JSON that may be damaged, or made by anybody."""

from __future__ import annotations

import errno
import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import msgspec

from player.storage.atomic_write import write_atomically
from player.storage.file_access import read_regular_file

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

MAX_BYTES = 16 << 20
"""The largest file that is read; a bookmark has some ten thousand bytes."""
SCHEMA = 1

T = TypeVar("T")


def read_state(path: Path, kind: type[T]) -> T:
    """Return the value of type ``kind`` that is stored at ``path``.

    Raises ``OSError`` if there is no file to read, ``ValueError`` if it holds anything else, such
    as another version's state.
    """
    if not path.is_file():
        raise FileNotFoundError(path)
    try:
        data = read_regular_file(path, MAX_BYTES)
    except OSError as error:
        if error.errno == errno.EFBIG:
            raise ValueError("too large") from None
        raise
    return parse_state(data.decode(), kind)


def parse_state(text: str, kind: type[T]) -> T:
    """Return the value of type ``kind`` in a JSON text. Raises ``ValueError``."""
    try:
        # The standard reader, unlike msgspec's own, takes half characters, as in a file's name.
        stored = json.loads(text, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(stored, dict) or stored.get("schema") != SCHEMA:
        raise ValueError("another version's state")
    try:
        return msgspec.convert(stored, kind)
    except msgspec.ValidationError as error:  # before msgspec 0.20 it is not a ValueError
        raise ValueError(str(error)) from None


def write_state(path: Path, value: DataclassInstance, before: Path | None = None) -> None:
    """Write a dataclass as `read_state` reads it; see `write_atomically`. Raises ``OSError``."""
    write_atomically(path, _json(value), before)


def state_json(value: DataclassInstance) -> dict[str, Any]:
    """Return a dataclass as it is stored, in JSON's own types."""
    stored: dict[str, Any] = json.loads(_json(value))
    return stored


def _json(value: DataclassInstance) -> str:
    return json.dumps({"schema": SCHEMA, **asdict(value)}, default=_in_utc)


def _in_utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")
