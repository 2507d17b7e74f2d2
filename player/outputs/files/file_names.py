"""Makes the names of files from a story's words: a stranger's words never say where a file goes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

MAX_NAME_BYTES = 255
"""The longest name of a file that common file systems take, in UTF-8."""

_SEPARATORS = frozenset('/\\:*?"<>|')
_INVISIBLE = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
_DEVICES = re.compile(r"(?:con|prn|aux|nul|clock\$|conin\$|conout\$|(?:com|lpt)[0-9¹²³])", re.I)
"""Windows gives a device for such a name, whatever ending it bears."""


def file_name(words: str, ending: str, instead: str = "story") -> str:
    """Return a name for a file from ``words`` and ``ending`` (with its dot).

    It has no separator, control or direction character, no dot or space at either end of the words,
    no name of a device, and at most `MAX_NAME_BYTES`. Where nothing is left, it is ``instead``.
    """
    return shortened(_stem(words) or instead, ending)


def file_names(titles: Iterable[str], ending: str, instead: str = "story") -> list[str]:
    """Return a `file_name` for each title, no two alike even where capitals do not count."""
    names: list[str] = []
    taken: set[str] = set()
    for title in titles:
        stem = _stem(title) or instead
        name, number = shortened(stem, ending), 1
        while name.casefold() in taken:
            number += 1
            name = shortened(stem, f"-{number}{ending}")
        taken.add(name.casefold())
        names.append(name)
    return names


def _stem(words: str) -> str:
    text = "".join(
        " " if _does_not_belong(character) else character
        for character in unicodedata.normalize("NFC", words)
    )
    stem = " ".join(text.split()).strip(". ")
    device = _DEVICES.fullmatch(stem.partition(".")[0].rstrip())
    return f"_{stem}" if device else stem


def _does_not_belong(character: str) -> bool:
    return character in _SEPARATORS or unicodedata.category(character) in _INVISIBLE


def shortened(stem: str, ending: str) -> str:
    """Return both as one name, with as much of ``stem`` as `MAX_NAME_BYTES` leave room for."""
    room = MAX_NAME_BYTES - len(ending.encode())
    whole = stem.encode(errors="surrogateescape")
    if len(whole) <= room:
        return stem + ending
    return whole[:room].decode(errors="ignore").rstrip(". ") + ending
