"""Words in the cells of a terminal: made fit to be shown, measured, broken into rows.

A story's text is a stranger's: what a terminal would obey rather than show never comes through.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable

_UNSEEN = {"Cc", "Cs", "Zl", "Zp"}
_NO_XML = "\ufffe\uffff"
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They turn the direction of what follows them, beyond their own words too."""


def clean(text: str) -> str:
    """``text`` in one row, without what a terminal would obey or XML would refuse."""
    return " ".join("".join(" " if _odd(character) else character for character in text).split())


def json_text(value: object) -> str:
    """JSON for a program, in which nothing is lost and yet nothing is left for a terminal to obey.

    What would be obeyed is escaped, as JSON may escape any character.
    """
    text = json.dumps(value, ensure_ascii=False, indent=1)
    return "".join(
        json.dumps(character)[1:-1] if character != "\n" and _odd(character) else character
        for character in text
    )


def harmless(text: str) -> str:
    """The same for a text of several rows, which keeps its line feeds and its spaces."""
    text = text.replace("\t", " ")
    return "".join(character for character in text if character == "\n" or not _odd(character))


def _odd(character: str) -> bool:
    turning = character in _TURNING or character in _NO_XML
    return turning or unicodedata.category(character) in _UNSEEN


def columns(text: str) -> int:
    """How many columns of a terminal ``text`` takes."""
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if character == "\N{SOFT HYPHEN}":
        return 1  # a terminal shows it wherever it stands
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def clip(text: str, most: int) -> str:
    """``text``, or as much of it as ``most`` columns hold, ending in an ellipsis."""
    if columns(text) <= most:
        return text
    kept, used = "", 1
    for character in text:
        used += _columns(character)
        if used > most:
            break
        kept += character
    return f"{kept.rstrip()}…" if most > 0 else ""


def wrap(text: str, most: float, measure: Callable[[str], float] = columns) -> tuple[str, ...]:
    """Break ``text`` between words, or within a word that has no room in a row of ``most``."""
    rows, row = list[str](), ""
    for word in text.split():
        if row and measure(f"{row} {word}") <= most:
            row = f"{row} {word}"
            continue
        rows += [row] if row else []
        *whole, row = _broken(word, most, measure)
        rows += whole
    return (*rows, row)


def _broken(word: str, most: float, measure: Callable[[str], float]) -> list[str]:
    pieces, piece, used = list[str](), "", 0.0
    for character in word:
        size = measure(character)
        if piece and used + size > most:
            pieces.append(piece)
            piece, used = "", 0.0
        piece, used = piece + character, used + size
    return [*pieces, piece]
