"""Remove the markup of Markdown and Twine from text that will be spoken."""

from __future__ import annotations

import html
import re

from player.errors import InputError
from player.message_text import excerpt

MAX_PARAGRAPH = 20_000
"""Characters in the longest paragraph: half an hour without a pause."""
MAX_CHOICES = 50
"""Most choices at one question. Nine can be answered by a key."""
TAG = re.compile(r"[a-z]+(?::.*)?")
"""Content of a comment or a ``#`` line that is one of our tags: ``pause: 2s``."""

# Mark-up is at most this long. Searching for a missing partner to the end of the text would take
# time with the square of its length.
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
_HIDDEN = 0xF0000  # escaped marks are moved to a private plane until the real ones are removed
_SHOWN = re.compile(f"[{chr(_HIDDEN)}-{chr(_HIDDEN + 0x7F)}]")


def split_comments(text: str, *, keep_tags: bool = False) -> tuple[str, tuple[str, ...]]:
    """Remove the comments ``<!-- … -->``; return the text and the tags found in comments.

    Line breaks of removed comments are kept. With ``keep_tags``, comments that are tags stay.
    """
    parts: list[str] = []
    tags: list[str] = []
    position = 0
    while (begin := text.find("<!--", position)) >= 0:
        end = text.find("-->", begin + 4)
        if end < 0:
            break
        inside = text[begin + 4 : end].strip()
        is_tag = TAG.fullmatch(inside)
        parts.append(text[position:begin])
        parts.append(text[begin : end + 3] if is_tag and keep_tags else "\n" * inside.count("\n"))
        position = end + 3
        if is_tag:
            tags.append(inside)
    return "".join(parts) + text[position:], tuple(tags)


def plain(text: str) -> str:
    """Return ``text`` as it is spoken: without markup, with single spaces."""
    text = _ESCAPE.sub(lambda match: chr(_HIDDEN + ord(match[1])), text)
    for pattern, replacement in _MARKS:
        text = pattern.sub(replacement, text)
    text = _SHOWN.sub(lambda match: chr(ord(match[0]) - _HIDDEN), html.unescape(text))
    return " ".join(text.replace("\0", " ").split())


def check_paragraph(name: str, path: str, text: str) -> None:
    """Raise ``InputError`` if a paragraph is too long."""
    if len(text) > MAX_PARAGRAPH:
        raise InputError(
            f"{name} has a paragraph of {len(text)} characters in '{excerpt(path)}', which begins"
            f" {' '.join(text[:40].split())!r}: divide it, the limit is {MAX_PARAGRAPH}"
        )


def check_choices(name: str, path: str, count: int) -> None:
    """Raise ``InputError`` if a question has more choices than anybody could listen to."""
    if count > MAX_CHOICES:
        raise InputError(
            f"{name} asks a question with {count:,} choices in '{excerpt(path)}': divide it,"
            f" the limit is {MAX_CHOICES}"
        )


def words(text: str) -> int:
    """Count the words that a voice would say."""
    return sum(any(char.isalnum() for char in word) for word in text.split())
