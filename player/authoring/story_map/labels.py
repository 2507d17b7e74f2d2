"""Words on a map: names, minutes, and how wide they are in print; in cells, as ``cells`` says."""

from __future__ import annotations

from player.terminal_text import clean, columns, wrap

__all__ = ["clean", "columns", "ems", "halves", "minutes", "wrap"]

_SLENDER, _BROAD = frozenset("fijlrtI.,:;!'’|()[] "), frozenset("mwMWQO@%—")


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


def ems(text: str) -> float:
    """About how wide ``text`` is in a broad serif face, in ems: rather too much than too little."""
    return sum(_em(character) for character in text)


def _em(character: str) -> float:
    if not columns(character):
        return 0.0
    if columns(character) == 2:
        return 1.05
    if character in _SLENDER:
        return 0.36
    return 0.9 if character in _BROAD else 0.72 if character.isupper() else 0.56
