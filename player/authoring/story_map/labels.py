"""Text on a map: times, and widths in print."""

from __future__ import annotations

from player.terminal_text import clean, columns, wrap

__all__ = ["clean", "columns", "ems", "halves", "minutes", "wrap"]

_NARROW, _BROAD = frozenset("fijlrtI.,:;!'’|()[] "), frozenset("mwMWQO@%—")


def minutes(seconds: float) -> str:
    """Round to half a minute, or below 45 seconds to five seconds: ``"3½ min"``, ``"20 s"``."""
    if 2.5 <= seconds < 45.0:
        return f"{5 * round(seconds / 5)} s"
    return f"{halves(seconds)} min"


def halves(seconds: float) -> str:
    """Round to half a minute, from ten minutes on to a minute: ``"3½"``."""
    count = round(seconds / 30)
    whole, half = divmod(count, 2) if count < 20 else (round(seconds / 60), 0)
    return f"{whole or ''}½" if half else str(whole)


def ems(text: str) -> float:
    """Estimate the width of ``text`` in ems of a broad serif face, rather too wide."""
    return sum(_em(character) for character in text)


def _em(character: str) -> float:
    if not columns(character):
        return 0.0
    if columns(character) == 2:
        return 1.05
    if character in _NARROW:
        return 0.36
    return 0.9 if character in _BROAD else 0.72 if character.isupper() else 0.56
