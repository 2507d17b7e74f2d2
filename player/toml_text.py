"""Parse TOML from strangers: with bounded depth and cost, and one kind of error."""

from __future__ import annotations

import re
import tomllib
from typing import Any

MAX_DEPTH = 20
"""Deepest nesting of tables and lists. Settings, recipes and lexicons need four."""
MAX_BYTES = 1_000_000
"""Largest size of a settings file, or of a file beside a story."""

# The parser's work grows with the square of the number of parts of a dotted key. A possessive
# repetition never backtracks, so this search itself is linear.
_LONG_KEY = re.compile(r"""(?<![\w-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){100}""")


class TomlError(ValueError):
    """Text that is not TOML or nests too deeply; the message is a clause without a full stop."""


def parse_toml(text: str) -> dict[str, Any]:
    """Return the tables in ``text``; raise no other error than ``TomlError``."""
    if _LONG_KEY.search(text):
        raise TomlError("a key has over 100 parts between dots")
    try:
        tables = tomllib.loads(text)
    except RecursionError:
        raise TomlError(f"it nests more than {MAX_DEPTH} levels deep") from None
    except tomllib.TOMLDecodeError as error:
        raise TomlError(str(error).strip().rstrip(".")) from None
    except ValueError:  # Python refuses to read a whole number of more than 4,300 digits
        raise TomlError("a number has far too many digits") from None
    if _depth(tables) > MAX_DEPTH:
        raise TomlError(f"it nests more than {MAX_DEPTH} levels deep")
    return tables


def _depth(tables: dict[str, Any]) -> int:
    """Count the levels of tables and lists; without recursion, since there may be many."""
    level: list[Any] = [tables]
    depth = 0
    while level:
        depth += 1
        inner: list[Any] = []
        for value in level:
            parts = value.values() if isinstance(value, dict) else value
            inner += [part for part in parts if isinstance(part, dict | list)]
        level = inner
    return depth


def brief(value: object, limit: int = 60) -> str:
    """Return ``repr(value)``, shortened to ``limit`` characters for a message."""
    try:
        written = repr(value)
    except ValueError:  # Python refuses to write a whole number of more than 4,300 digits
        return "a number of far too many digits"
    return written if len(written) <= limit else f"{written[: limit - 1]}…"
