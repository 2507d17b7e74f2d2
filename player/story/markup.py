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
_SPAN = r"(\S(?:.{0,400}?\S)??)"

_HIDDEN = 0xF0000  # escaped marks are moved to a private plane until the real ones are removed
_BREAK = "\x03"  # a line end that the writer made: a verse, or <br>
_MARKS = (
    (re.compile(r"(?<=[A-Za-z])`(?=[A-Za-z])"), "'"),
    (re.compile(r"!\[\[[^\[\]\n]{0,400}+\]\]"), ""),  # a picture of a note
    (re.compile(r"\[\[(?:[^\[\]|\n]{0,400}+\|)?([^\[\]|\n]{1,400}+)\]\]"), r"\1"),
    (re.compile(r"%%.{0,2000}?%%", re.DOTALL), ""),
    (re.compile(r"!\[[^\]]{0,400}+\](?:\([^)]{0,2000}+\)|\[[^\]]{0,400}+\])"), ""),  # a picture
    # A mark that points at a note, also inside a link.
    (re.compile(r"\[\^[^\]\s]{1,60}+\]"), ""),
    (
        re.compile(
            rf"\[{chr(_HIDDEN + ord('['))}?\d{{1,3}}{chr(_HIDDEN + ord(']'))}?\]"
            r"\([^()\s]{0,400}+\)"
        ),
        "",
    ),
    (re.compile(r"(?<=[\w.,;:!?\"'”’*_)])\s?\[(?:\d{1,3}|[*†‡a-z])\](?![(\[])"), ""),
    (
        re.compile(
            r"<sup\b[^<>]{0,400}+>[\s\d*†‡\[\](),]{0,20}+(?:<a\b[^<>]{0,400}+>[^<]{0,20}</a>\s?)?</sup>",
            re.I,
        ),
        "",
    ),
    (re.compile(r"(?<=[a-zA-Z]{3})[⁰¹²³⁴-⁹]{1,3}|(?<=[.,;:!?\"”’)])[⁰¹²³⁴-⁹]{1,3}"), ""),
    (
        re.compile(
            r"\[([^\[\]]{0,400}+)\]"
            r"(?:\((?:[^()\"]|\([^()]{0,400}+\)|\"[^\"]{0,400}+\"){0,2000}+\)|\[[^\[\]]{0,400}+\])"
        ),
        r"\1",
    ),  # a link
    (re.compile(r"<((?:https?|mailto):[^<>\s]{1,2000}+)>"), r"\1"),
    (re.compile(r"<br\b[^<>]{0,400}+>\s*", re.I), _BREAK),
    (
        re.compile(
            r"</?(?:a|abbr|b|bdi|cite|code|em|font|i|kbd|mark|q|s|small|span|strong|sub|sup|u|wbr)\b[^<>]{0,2000}+>",
            re.I,
        ),
        "",
    ),
    (re.compile(r"</?[A-Za-z][^<>]{0,2000}+>"), " "),
    (re.compile(r"`+([^`]*)`+"), r"\1"),
    (re.compile(rf"~~{_SPAN}~~"), r"\1"),
    (re.compile(rf"=={_SPAN}=="), r"\1"),
    (re.compile(r"(?<=\w)([~^])(\w{1,20})\1"), r"\2"),
    (re.compile(r"\$([^$\s](?:[^$\n]{0,100}[^$\s])?)\$(?!\d)"), r"\1"),  # mathematics
    (re.compile(r"\{[:#.][^{}\n]{1,200}+\}"), ""),  # attributes
    (re.compile(r"(?<!\S):[a-z][a-z_]{1,40}:(?!\S)"), ""),  # an emoji by its name
    (re.compile(r"(?m)[ \t]\^[A-Za-z0-9-]{1,60}$"), ""),  # the name of a block
    (re.compile(rf"(?<!:)//{_SPAN}(?<!:)//"), r"\1"),  # Twine's italics
    (re.compile(rf"''{_SPAN}''"), r"\1"),  # Twine's bold
    (re.compile(rf"(?<![\d*])(\*{{1,3}})(?!\*){_SPAN}(?<!\*)\1(?![\d*])"), r"\2"),
    (re.compile(rf"(?<!\w)(_{{1,3}}){_SPAN}\1(?!\w)"), r"\2"),
)
_UNSEEN = re.compile(
    r"<(?:(script|style|template)\b[^<>]{0,2000}+|(\w{1,20}+)\b[^<>]{0,400}?\shidden\b[^<>]{0,400}+)>",
    re.I,
)
_INVISIBLE = re.compile(r"[\u00ad\u200c\u200d\u2060\ufeff]")
_HARD_BREAK = re.compile(r"(?:[ ]{2,}|\\)\n")
_VERSE = re.compile(r"[\"'“‘«(_*—]{0,4}[^\W\d_a-zß-ÿ]")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
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


def without_unseen(text: str) -> str:
    """Remove scripts, styles and hidden elements; keep their line breaks, for line numbers."""
    parts: list[str] = []
    position = 0
    unclosed: set[str] = set()  # searched for to the end once, and not again
    lower = text.lower() if "<" in text else ""
    for match in _UNSEEN.finditer(text):
        name = (match[1] or match[2]).lower()
        if match.start() < position or name in unclosed:
            continue
        end = lower.find(f"</{name}", match.end())
        close = text.find(">", end) if end >= 0 else -1
        if close < 0:
            unclosed.add(name)
            continue
        parts += text[position : match.start()], "\n" * text.count("\n", match.start(), close)
        position = close + 1
    return "".join(parts) + text[position:]


def plain(text: str) -> str:
    """Return ``text`` as it is spoken: without markup, with single spaces.

    The end of a verse, and a line break that the writer made, become at least a comma.
    """
    text = _HARD_BREAK.sub(_BREAK, text.strip())
    if is_verse(text):
        text = text.replace("\n", _BREAK)
    text = _ESCAPE.sub(lambda match: chr(_HIDDEN + ord(match[1])), text)
    for pattern, replacement in _MARKS:
        text = pattern.sub(replacement, text)
    text = _SHOWN.sub(lambda match: chr(ord(match[0]) - _HIDDEN), html.unescape(text))
    text = _INVISIBLE.sub("", text)
    if _BREAK in text:
        text = _with_commas(text)
    return " ".join(text.replace("\0", " ").split())


def is_verse(text: str) -> bool:
    """Return whether the lines of a paragraph are verses: short, and each with a capital."""
    rows = text.split("\n", 200)
    longest = 45 if len(rows) == 2 else 60
    return len(rows) > 1 and all(
        len(row.strip()) <= longest and _VERSE.match(row.strip()) for row in rows
    )


def _with_commas(text: str) -> str:
    rows = [" ".join(row.split()) for row in text.split(_BREAK)]
    rows = [row for row in rows if row]
    return " ".join(
        f"{row}," if index + 1 < len(rows) and row.rstrip("\"'”’»)")[-1:].isalnum() else row
        for index, row in enumerate(rows)
    )


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
