"""Words on a map: made fit to be shown, measured and broken into rows."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

_SLENDER, _BROAD = frozenset("fijlrtI.,:;!'’|()[] "), frozenset("mwMWQO@%—")
_UNSEEN = {"Cc", "Cs", "Zl", "Zp"}
_NO_XML = "\ufffe\uffff"
_TURNING = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They turn the direction of what follows them, beyond their own words too."""


def clean(text: str) -> str:
    """``text`` in one row, without what a terminal would obey or XML would refuse."""
    return " ".join("".join(" " if _odd(character) else character for character in text).split())


def _odd(character: str) -> bool:
    turning = character in _TURNING or character in _NO_XML
    return turning or unicodedata.category(character) in _UNSEEN


def readable(path: str) -> str:
    """``"home.blue_room"`` to ``"Blue room"``: a place's name for one who did not write it."""
    name = clean(path if " " in path else path.rpartition(".")[2].replace("_", " "))
    return name[:1].upper() + name[1:]


def minutes(seconds: float) -> str:
    """To the nearest half a minute, below that to five seconds: ``"3½ min"``, ``"20 s"``."""
    if 2.5 <= seconds < 45.0:
        return f"{5 * round(seconds / 5)} s"
    return f"{halves(seconds)} min"


def halves(seconds: float) -> str:
    """Minutes to the nearest half: ``"3½"``; whole ones from ten on."""
    count = round(seconds / 30)
    whole, half = divmod(count, 2) if count < 20 else (round(seconds / 60), 0)
    return f"{whole or ''}½" if half else str(whole)


def columns(text: str) -> int:
    """How many columns of a terminal ``text`` takes."""
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in {"Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def ems(text: str) -> float:
    """About how wide ``text`` is in a broad serif face, in ems: rather too much than too little."""
    return sum(_em(character) for character in text)


def _em(character: str) -> float:
    if not _columns(character):
        return 0.0
    if _columns(character) == 2:
        return 1.05
    if character in _SLENDER:
        return 0.36
    return 0.9 if character in _BROAD else 0.72 if character.isupper() else 0.56


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
