"""Text for a terminal: remove control characters, measure width in columns, clip and wrap.

A story is written by a stranger: nothing in it may reach a terminal as a command.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable

from rich.cells import cell_len, split_graphemes

_CONTROL_CATEGORIES = {"Cc", "Cs", "Zl", "Zp"}
_REFUSED_BY_XML = "\ufffe\uffff"
_BIDI_CONTROLS = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
"""They can reorder the text that follows, also what is not part of the story."""


def clean(text: str) -> str:
    """Return ``text`` as one row with single spaces, without what a terminal or XML would obey."""
    return " ".join("".join(" " if _is_control(char) else char for char in text).split())


def harmless(text: str) -> str:
    """Remove control characters from a text of several rows; keep its line feeds and spaces."""
    text = text.replace("\t", " ")
    return "".join(char for char in text if char == "\n" or not _is_control(char))


def escape_controls(text: str) -> str:
    """Return ``text`` with each control character and line break as ``\\n`` or ``\\u2028``."""
    return "".join(json.dumps(char)[1:-1] if _is_control(char) else char for char in text)


def json_text(value: object) -> str:
    """Return ``value`` as indented JSON in which every control character is escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=1)
    return "\n".join(escape_controls(row) for row in text.split("\n"))


def _is_control(char: str) -> bool:
    unwanted = char in _BIDI_CONTROLS or char in _REFUSED_BY_XML
    return unwanted or unicodedata.category(char) in _CONTROL_CATEGORIES


def columns(text: str) -> int:
    """Return the number of terminal columns that ``text`` takes.

    A combining mark takes none, a CJK character or an emoji sequence takes two.
    """
    return cell_len(text)


def graphemes(text: str) -> list[str]:
    """Split ``text`` where a terminal can break it: never inside an emoji or before an accent."""
    spans, _ = split_graphemes(text)
    return [text[begin:end] for begin, end, _ in spans]


def clip(text: str, width: int) -> str:
    """Return ``text``, or as much of it as fits in ``width`` columns, ending in an ellipsis."""
    if columns(text) <= width:
        return text
    if width <= 0:
        return ""
    start, used = "", 1
    for grapheme in graphemes(text):
        used += columns(grapheme)
        if used > width:
            break
        start += grapheme
    return f"{start.rstrip()}…"


def wrap(
    text: str,
    width: float,
    measure: Callable[[str], float] = columns,
    *,
    break_words: bool = True,
) -> tuple[str, ...]:
    """Break ``text`` between words into rows that ``measure`` at most ``width``.

    A word that is wider than a row is broken too, or with ``break_words=False`` left whole in a
    row by itself. Return at least one row.
    """
    rows, row = list[str](), ""
    for word in text.split():
        if row and measure(f"{row} {word}") <= width:
            row = f"{row} {word}"
            continue
        if row:
            rows.append(row)
        *full_rows, row = _break_word(word, width, measure) if break_words else [word]
        rows += full_rows
    return (*rows, row)


def _break_word(word: str, width: float, measure: Callable[[str], float]) -> list[str]:
    pieces, piece, used = list[str](), "", 0.0
    for grapheme in graphemes(word):
        size = measure(grapheme)
        if piece and used + size > width:
            pieces.append(piece)
            piece, used = "", 0.0
        piece, used = piece + grapheme, used + size
    return [*pieces, piece]
