"""File names made from a story's words, which never decide where a file goes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from player.storage.atomic_file import shorten_name

_SEPARATORS = frozenset('/\\:*?"<>|')
_INVISIBLE = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
_DEVICES = re.compile(r"(?:con|prn|aux|nul|clock\$|conin\$|conout\$|(?:com|lpt)[0-9¹²³])", re.I)
"""Names of devices on Windows, whatever ending they have."""


def file_name(words: str, ending: str, instead: str = "story") -> str:
    """Return a file name made from ``words`` and ``ending`` (with its dot).

    It has no separator, control or direction character, no dot or space at either end of the words,
    no device name, and at most 255 bytes. If no words are left, they are ``instead``.
    """
    return shorten_name(_stem(words) or instead, ending)


def file_names(titles: Iterable[str], ending: str, instead: str = "story") -> list[str]:
    """Return a `file_name` for each title; all differ, also where case does not count."""
    names: list[str] = []
    taken: set[str] = set()
    for title in titles:
        stem = _stem(title) or instead
        name, number = shorten_name(stem, ending), 1
        while name.casefold() in taken:
            number += 1
            name = shorten_name(stem, f"-{number}{ending}")
        taken.add(name.casefold())
        names.append(name)
    return names


def _stem(words: str) -> str:
    text = "".join(
        " " if _is_forbidden(character) else character
        for character in unicodedata.normalize("NFC", words)
    )
    stem = " ".join(text.split()).strip(". ")
    device = _DEVICES.fullmatch(stem.partition(".")[0].rstrip())
    return f"_{stem}" if device else stem


def _is_forbidden(character: str) -> bool:
    return character in _SEPARATORS or unicodedata.category(character) in _INVISIBLE
