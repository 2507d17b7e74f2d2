"""Marks that the eye reads and the ear does not, Markdown's and Twine's, taken out."""

from __future__ import annotations

import html
import re

from player.errors import InputError

MOST = 20_000
"""Characters in the longest paragraph: half an hour without a breath."""
MAX_CHOICES = 50
"""At one question. Nine can be answered by a key; what compares answers compares each two."""
TAG = re.compile(r"[a-z]+(?::.*)?")
"""What a comment or a ``#`` line holds where it is a tag of ours: ``pause: 2s``."""

# No mark-up runs longer than this: a mark without its partner is not looked for to the end, which
# would take time with the square of the length.
_SPAN = r"(\S(?:.{0,400}?\S)?)"

_MARKS = (
    (re.compile(r"!\[[^\]]{0,400}+\]\([^)]{0,2000}+\)"), ""),  # a picture
    (re.compile(r"\[([^\[\]]{0,400}+)\]\([^()]{0,2000}+\)"), r"\1"),  # a link
    (re.compile(r"</?[A-Za-z][^<>]{0,2000}+>"), " "),
    (re.compile(r"`+([^`]*)`+"), r"\1"),
    (re.compile(rf"~~{_SPAN}~~"), r"\1"),
    (re.compile(rf"(?<!:)//{_SPAN}(?<!:)//"), r"\1"),  # Twine's italics
    (re.compile(rf"''{_SPAN}''"), r"\1"),  # Twine's bold
    (re.compile(rf"(\*{{1,3}}){_SPAN}\1"), r"\2"),
    (re.compile(rf"(?<!\w)(_{{1,3}}){_SPAN}\1(?!\w)"), r"\2"),
)
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_HIDDEN = 0xF0000  # a private plane, where an escaped mark waits until the real ones are gone
_SHOWN = re.compile(f"[{chr(_HIDDEN)}-{chr(_HIDDEN + 0x7F)}]")


def split_comments(text: str, *, keep_tags: bool = False) -> tuple[str, tuple[str, ...]]:
    """The text without its ``<!-- … -->``, whose line breaks stay, and the tags found in them.

    With ``keep_tags``, comments that are tags stay where they are.
    """
    kept: list[str] = []
    tags: list[str] = []
    position = 0
    while (begin := text.find("<!--", position)) >= 0:
        end = text.find("-->", begin + 4)
        if end < 0:
            break
        inside = text[begin + 4 : end].strip()
        own = TAG.fullmatch(inside)
        kept.append(text[position:begin])
        kept.append(text[begin : end + 3] if own and keep_tags else "\n" * inside.count("\n"))
        position = end + 3
        if own:
            tags.append(inside)
    return "".join(kept) + text[position:], tuple(tags)


def plain(text: str) -> str:
    """``text`` as it is said: no emphasis marks, no markup, single spaces."""
    text = _ESCAPE.sub(lambda match: chr(_HIDDEN + ord(match[1])), text)
    for pattern, kept in _MARKS:
        text = pattern.sub(kept, text)
    text = _SHOWN.sub(lambda match: chr(ord(match[0]) - _HIDDEN), html.unescape(text))
    return " ".join(text.replace("\0", " ").split())


def check_paragraph(name: str, path: str, text: str) -> None:
    """Raise ``InputError`` where a paragraph is too long to be one."""
    if len(text) > MOST:
        raise InputError(
            f"{name} has a paragraph of {len(text)} characters in '{path}', which begins"
            f" {' '.join(text[:40].split())!r}: divide it, {MOST} are the most"
        )


def check_choices(name: str, path: str, count: int) -> None:
    """Raise ``InputError`` where a question has more choices than anybody could listen to."""
    if count > MAX_CHOICES:
        raise InputError(
            f"{name} asks a question with {count:,} choices in '{brief(path)}': divide it,"
            f" {MAX_CHOICES} are the most"
        )


def brief(text: str, limit: int = 60) -> str:
    """``text``, cut to be quoted in a message."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def words(text: str) -> int:
    """How many words a voice would say."""
    return sum(any(char.isalnum() for char in word) for word in text.split())
