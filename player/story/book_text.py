"""Find the story in the text of a printed book: without its licence, contents and apparatus.

Books typed for libraries have their own signs: ``*** START OF …`` and ``*** END OF …`` around the
book, headings in words (``CHAPTER I. The Lamp``), words broken at line ends, and notes by number.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from player.story.numerals import NUMBER_WORDS, roman

_START = re.compile(r"^\*{3} ?START OF (?:THE|THIS) PROJECT GUTENBERG.*$", re.M | re.I)
_END = re.compile(
    r"^(?:\*{3} ?END OF (?:THE|THIS) PROJECT GUTENBERG|"
    r"End of (?:the |this )?Project Gutenberg).*$",
    re.M | re.I,
)
_HEAD = re.compile(r"^(Title|Author):[ \t]+(\S.*)$", re.M)
_CREDIT = re.compile(
    r"(?:e-?text )?(?:produced|prepared|transcribed) by\b|transcriber['’]s notes?\b|\[?illustrat"
    r"|copyright\b|all rights reserved|\[?frontispiece",
    re.I,
)
_CONTENTS = re.compile(r"(?:the |table of )?contents\W*|list of illustrations\W*", re.I)
_PICTURE = re.compile(
    r"\[(?:Illustration|Frontispiece|Footnote|Sidenote|Transcriber)\b[^\]]{0,4000}+\]"
)

_BROKEN = re.compile(r"(?<![^\W\d_])([^\W\d_]{1,40})-\n[ \t]*([^\W\d_]{1,40})(\S{0,40})[ \t]*\n?")
_JOINED_TO = frozenset(
    "well self half ill all ever non ex semi quasi cross great good so to mother father sister"
    " brother son daughter old new long short low red blue white black dark deep hot cold soft fair"
    " full open wide left right twenty thirty forty fifty sixty seventy eighty ninety one two three"
    " four five six seven eight nine ten".split()
)
"""Words that usually keep the hyphen after them."""
_SUFFIXES = frozenset("ness ly ing ed er est ful less ment en ened ening ish".split())

_NUMBER = rf"(?:[IVXLC]+|[ivxlc]+|\d{{1,3}}|{'|'.join(NUMBER_WORDS)})"
_NAMED = re.compile(
    rf"(?:the )?(?:chapter|book|part|act|canto|stave|letter|section|story|night|tale)"
    rf"\s+(?:the\s+)?{_NUMBER}(?![\w'’])(?:\s*[.:—–-]+\s*.*|\s*\n.*|\s*)",
    re.I,
)
_FIRST = re.compile(
    rf"the (?:{'|'.join(NUMBER_WORDS)}) (?:chapter|book|part|night|story|tale|letter)\b.{{0,60}}",
    re.I,
)
_BARE = re.compile(r"([IVXLC]{1,8}|\d{1,3})(?:\.|\.?[ \t]*\n.{1,60}|\.[ \t]+[A-Z].{0,60})?")
_ALONE = re.compile(
    r"(?:prologue|epilogue|prelude|interlude|introduction|preface|afterword)\W*", re.I
)
_PAGE = re.compile(r"[ .]{2,}\d{1,4}$")


def split_book(source: str) -> tuple[list[str], str]:
    """Return the tags (title, author) and the body of a book, without a licence around it."""
    start = _START.search(source)
    end = _END.search(source, start.end() if start else 0)
    if not start and not end:
        return [], source
    above = source[: start.start()] if start else source[:4_000]
    tags = {key.lower(): value.strip() for key, value in reversed(_HEAD.findall(above))}
    body = source[start.end() if start else 0 : end.start() if end else None]
    return [f"{key}: {value}" for key, value in sorted(tags.items(), reverse=True)], body


def without_pictures(text: str) -> str:
    """Remove ``[Illustration: …]`` and the like."""
    return _PICTURE.sub("", text)


def join_broken_words(text: str) -> str:
    """Join words that are broken at the end of a line; compounds keep their hyphen."""
    if "-\n" not in text:
        return text
    words = set(re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)?", text.lower()))

    def join(match: re.Match[str]) -> str:
        first, second = match[1], match[2]
        whole, compound = (first + second).lower(), f"{first}-{second}".lower()
        keeps = compound in words or (
            whole not in words
            and (first.lower() in _JOINED_TO or second[0].isupper())
            and second.lower() not in _SUFFIXES
        )
        return f"{first}{'-' if keeps else ''}{second}{match[3]}\n"

    return _BROKEN.sub(join, text)


def chapter_headings(blocks: Sequence[str]) -> set[int]:
    """Return the indices of the paragraphs that are headings of chapters.

    A bare number is one only in a series that counts from one.
    """
    named, bare = set(), []
    for index, block in enumerate(blocks):
        text = block.strip()
        if not 0 < len(text) < 100 or text.count("\n") > 1:
            continue
        if _NAMED.fullmatch(text) or _FIRST.fullmatch(text) or _ALONE.fullmatch(text):
            named.add(index)
        elif match := _BARE.fullmatch(text):
            bare.append((index, _value(match[1])))
    if any(not _ALONE.fullmatch(blocks[index].strip()) for index in named):
        return named
    series, expected = [], 1
    for index, value in bare:
        if value == expected:
            series.append(index)
            expected += 1
    return named | set(series if len(series) > 1 else ())


def _value(number: str) -> int:
    return int(number) if number.isdigit() else roman(number)


def is_contents(block: str) -> bool:
    """Return whether a paragraph is a table of contents or its heading."""
    if _CONTENTS.fullmatch(block.strip()):
        return True
    rows = [row.strip() for row in block.strip().split("\n")]
    entries = sum(bool(_PAGE.search(row) or _NAMED.fullmatch(row)) for row in rows)
    return len(rows) > 1 and entries == len(rows)


def is_front_matter(block: str, title: str, author: str) -> bool:
    """Return whether a paragraph above the first chapter is title, author or credits."""
    text = " ".join(block.replace("_", " ").split()).strip(" .").casefold()
    return (
        text in {title.casefold(), author.casefold(), "by", f"by {author.casefold()}"}
        or is_contents(block)
        or _PAGE.search(block.strip()) is not None
        or _CREDIT.match(text) is not None
        or (text.startswith("by ") and len(text) < 60)
    )


def heading_key(heading: str) -> str:
    """Return a heading without case, spaces and page number, to compare it with the contents."""
    return " ".join(_PAGE.sub("", heading.strip()).split()).casefold().strip(" .")
