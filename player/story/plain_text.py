"""Parse plain text and Markdown: a linear story.

- A heading (``# …`` to ``###### …``, or underlined with ``===`` or ``---``) begins a chapter; a
  single first-level heading at the very top is the title instead.
- A paragraph is a line, however it is wrapped; so are each item of a list, each row of a table
  and, where lines are not wrapped, each line. Verses end with at least a comma. Emphasis, notes,
  pictures and other signs for the eye are taken out.
- A row of ``***``, ``---`` or other signs without a word between paragraphs is a longer pause.
- In a text without such headings, the usual ones of a book are found (``CHAPTER I. The Lamp``,
  ``The First Chapter``, a series of bare numbers); a library's licence, the contents and the title
  page are left out.
- ``<!-- pause: 2s -->`` is a tag of the paragraph that it stands in or before; any other comment
  is ignored. (``#`` cannot begin a tag here, since it makes headings.)
- Tags of the whole story, such as ``title: …`` or ``soundscape: …``, can stand at the top between
  two lines of ``---``, one in each line. Keys of other programs are passed over.

The depth glides from 0 at the first word to 1 at the last line, unless the text sets a depth.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from difflib import get_close_matches

from player.errors import InputError
from player.message_text import excerpt
from player.story.book_text import (
    chapter_headings,
    heading_key,
    is_contents,
    is_front_matter,
    join_broken_words,
    split_book,
    without_pictures,
)
from player.story.markup import check_paragraph, plain, split_comments, without_unseen, words
from player.story.model import Line
from player.story.pages import Link, PageStory, StoryPage

BREAK_TAG = "pause: 3s"
OPENING = "opening"
"""Path of the lines above the first chapter."""

WRAPPED = 120
"""Longest line of a wrapped text, in characters: a longer line is a paragraph by itself."""

_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*")
_RULE = re.compile(r"\s*([-*_•~⁂#])(?:[ \t]*\1){2,}[ \t]*|\s*⁂\s*")
_FENCE = re.compile(r" {0,3}(```|~~~)")
_ITEM = re.compile(r"\A {0,3}(?:(\d{1,3})[.)]|([-*+]))[ \t]+(?:\[[ xX]\][ \t]+)?")
_QUOTE = re.compile(r"\A(?: {0,3}>[ \t]?)+")
_CALLOUT = re.compile(r"\A\s*\[![\w-]{1,40}\]")
_BEGINS = re.compile(r"\A\s*\[![\w-]{1,40}\][+-]?[ \t]*|\A: (?=\S)")
"""Heads of a callout, and the mark of a definition: what follows is a paragraph by itself."""
_ROW = re.compile(r"\s*\|.*\|\s*")
_ROW_RULE = re.compile(r"\s*\|[\s|:-]+|(?=[^|]+\|)[\s|:-]+")
_DEFINITION = re.compile(r" {0,3}(?:\[[^\]\s][^\]]{0,200}+\]:[ \t]*\S|\*\[[^\]]{1,200}+\]:)")
_NOTE = re.compile(r" {0,3}\[(\d{1,3})\][ \t]")
_MARK = re.compile(r"[^\s\[]\s?\[(\d{1,3})\]")
_FRONT = re.compile(r"([A-Za-z]++)\s*+[:=]\s*+(.+)")
_FRONT_KEY = re.compile(r"[\w.\"-]{1,60}\s*[:=]|#|\[")
_FRONT_LINE = re.compile(r"\s*$|\s+\S|[\w.\"-]{1,60}\s*[:=]|- |#|\[|\]|\}|\.\.\.")
_QUOTES = "\"'"
_TAGS = ("title", "author", "lang", "voice", "soundscape", "depth", "cast")


@dataclass(frozen=True, slots=True)
class _Block:
    """A heading (level 1 to 6), a rule (level 0 and no text) or a paragraph (level 0)."""

    text: str
    level: int = 0


def parse_text(name: str, source: str) -> PageStory:
    """Parse a plain text; raise ``InputError`` if its front matter is broken or it has no words."""
    header, body = _front_matter(name, source)
    tags, body = split_book(body)
    header += [tag for tag in tags if _key(tag) not in map(_key, header)]
    body, _ = split_comments(body, keep_tags=True)
    body = without_pictures(join_broken_words(without_unseen(body)))
    is_book = bool(tags)
    blocks = list(_blocks(_without_notes(body.split("\n"))))
    header, blocks = _take_title(header, blocks)
    if not any(block.level for block in blocks):
        blocks = _book_blocks(blocks, header, is_book=is_book)
    if not any(_key(tag) == "title" for tag in header):
        header.append(f"title: {name.rpartition('.')[0] or name}")
    chapters = _chapters(name, blocks)
    if not any(line.text for _, lines in chapters for line in lines):
        raise InputError(f"{name} has no words to tell: write a paragraph or two")
    pages = {}
    followers = [chapter for chapter, _ in chapters[1:]]
    for (chapter, lines), after in zip(_glide(chapters), [*followers, None], strict=True):
        links = (Link("", (), after),) if after else ()
        pages[chapter] = StoryPage(chapter, tuple(lines), links)
    return PageStory(name, source, header, pages, start=chapters[0][0])


def _key(tag: str) -> str:
    return tag.partition(":")[0]


def _front_matter(name: str, source: str) -> tuple[list[str], str]:
    """Return our tags in the front matter, and the text below it; other keys are passed over."""
    lines = source.split("\n")
    fence = lines[0].rstrip()
    end = next((i for i, line in enumerate(lines[1:2_000], 1) if line.rstrip() == fence), 0)
    if fence not in ("---", "+++") or not end:
        return [], source
    first = next((line for line in lines[1:end] if line.strip()), "")
    if not _FRONT_KEY.match(first):
        return [], source  # prose between two rules
    header = []
    for number, line in enumerate(lines[1:end], 2):
        if not _FRONT_LINE.match(line):
            raise InputError(
                f"{name}, line {number}: '{excerpt(line.strip())}' is not 'key: value', which is"
                " what stands between the '---' lines at the top"
            )
        match = _FRONT.fullmatch(line.rstrip())
        if match and _is_ours(match[1].lower()):
            header.append(f"{match[1].lower()}: {match[2].strip().strip(_QUOTES)}")
    return header, "\n".join(lines[end + 1 :])


def _is_ours(key: str) -> bool:
    """Return whether a key is a tag of ours, or looks like a misspelt one, which is reported."""
    return bool(get_close_matches(key, _TAGS, 1, 0.8))


def _without_notes(lines: Iterable[str]) -> Iterator[str]:
    """Leave out definitions of notes, links and abbreviations, which nobody sees."""
    marks: set[str] = set()
    in_note = False
    after_space = True
    for line in lines:
        if _DEFINITION.match(line):
            in_note = line.lstrip().startswith("[^")
            continue
        note = _NOTE.match(line) if after_space else None
        in_note = bool(line.strip()) and (in_note or (note is not None and note[1] in marks))
        after_space = not line.strip()
        if not in_note:
            marks.update(_MARK.findall(line))
            yield line


def _blocks(lines: Iterable[str]) -> Iterator[_Block]:
    """Split at empty lines, headings, rules and list items; leave paragraphs unchanged."""
    open_lines: list[str] = []
    item = 0  # number of the list item that is open

    def close() -> Iterator[_Block]:
        if open_lines:
            yield _Block("\n".join(open_lines))
            open_lines.clear()

    for raw in lines:
        line = _QUOTE.sub("", raw.expandtabs(4))
        if len(open_lines) == 1 and _UNDERLINE.fullmatch(line):
            yield _Block(open_lines.pop(), 1 if "=" in line else 2)
        elif (mark := _mark(line)) is not None:
            yield from close()
            yield from mark
            item = 0 if line.strip() else item
        else:
            number = _item_number(line, item, open_lines)
            begins = number is not None or _BEGINS.match(line)
            alone = len(line) > WRAPPED or _CALLOUT.match(line)
            if alone or begins:
                yield from close()
            if begins or not open_lines:
                item = number or 0
            if number is not None:
                line = _ITEM.sub("", line)
            open_lines.append(_BEGINS.sub("", line))
            if alone:
                yield from close()
    yield from close()


def _mark(line: str) -> list[_Block] | None:
    """Return the blocks of a line that is no part of a paragraph, or None if it is part of one."""
    if not line.strip() or _FENCE.match(line) or _ROW_RULE.fullmatch(line):
        return []
    if _RULE.fullmatch(line):
        return [_Block("")]
    if _ROW.fullmatch(line):
        return [_Block(", ".join(cell.strip() for cell in line.strip().strip("|").split("|")))]
    heading = _HEADING.fullmatch(line) if len(line) < WRAPPED else None
    return [_Block(heading[2] or "", len(heading[1]))] if heading else None


def _item_number(line: str, item: int, above: list[str]) -> int | None:
    """Return the number of the list item that ``line`` begins (0 for a bullet), or None.

    A number begins a list only if it is one, and goes on with it if it is the next. A bullet that
    goes on with a sentence is a dash.
    """
    match = _ITEM.match(line)
    if not match:
        return None
    if match[1]:
        number = int(match[1])
        return number if number == 1 or number == item + 1 else None
    after = line[match.end() :].lstrip()[:1]
    unfinished = above and above[-1].rstrip()[-1:].isalnum() and not _ITEM.match(above[-1])
    is_dash = match[2] == "-" and unfinished and after.islower() and not item
    return None if is_dash else 0


def _book_blocks(blocks: list[_Block], header: list[str], *, is_book: bool) -> list[_Block]:
    """Find headings without marks; leave out the contents, and what a book has above them."""
    headings = chapter_headings([block.text for block in blocks])
    last = {heading_key(blocks[index].text): index for index in headings}
    first = min(last.values(), default=0)
    values = {_key(tag): tag.partition(":")[2].strip() for tag in header}
    title, author = values.get("title", ""), values.get("author", "")
    kept = []
    for index, block in enumerate(blocks):
        if index in headings:
            if last[heading_key(block.text)] == index:
                kept.append(_Block(" ".join(block.text.split()), 2))
        elif is_contents(block.text) and (is_book or headings):
            continue
        elif not (
            is_book and index < max(first, 12) and is_front_matter(block.text, title, author)
        ):
            kept.append(block)
    return kept


def _take_title(header: list[str], blocks: list[_Block]) -> tuple[list[str], list[_Block]]:
    """Take a lone first-level heading above everything as the title of the story."""
    if not blocks or [b.level for b in blocks].count(1) != 1 or blocks[0].level != 1:
        return header, blocks
    if not any(tag.startswith("title:") for tag in header):
        header = [f"title: {plain(blocks[0].text)}", *header]
    return header, blocks[1:]


def _chapters(name: str, blocks: list[_Block]) -> list[tuple[str, list[Line]]]:
    """Return chapters as unique names with lines. Tags without words go to the next line."""
    chapters: list[tuple[str, list[Line]]] = [(OPENING, [])]
    used = Counter({OPENING: 1})
    waiting: list[str] = []
    for block in blocks:
        path, lines = chapters[-1]
        check_paragraph(name, path, block.text)
        text, tags = split_comments(block.text)
        spoken = plain(text)
        if block.level and spoken:
            chapters.append((_unused(spoken, used), []))
            waiting.append(f"chapter: {spoken}")
            continue
        waiting += tags
        if words(spoken):
            lines.append(Line(spoken, tuple(waiting), path))
            waiting.clear()
        elif (spoken or not block.text) and lines:
            lines[-1] = _with_break(lines[-1])
    chapters = [chapter for chapter in chapters if chapter[1]]
    left = [tag for tag in waiting if not tag.startswith("chapter:")]
    if left and chapters:
        path, lines = chapters[-1]
        lines.append(Line("", tuple(left), path))
    return chapters


def _unused(title: str, used: Counter[str]) -> str:
    """Return the title, with a number if it was used before."""
    name = title
    while used[name]:
        used[title] += 1
        name = f"{title} ({used[title]})"
    used[name] += 1
    return name


def _with_break(line: Line) -> Line:
    if any(tag.startswith("pause:") for tag in line.tags):
        return line
    return replace(line, tags=(*line.tags, BREAK_TAG))


def _glide(chapters: list[tuple[str, list[Line]]]) -> list[tuple[str, list[Line]]]:
    """Give each line its depth: the share of the story's words before it."""
    lines = [line for _, chapter in chapters for line in chapter]
    if any(tag.startswith("depth:") for line in lines for tag in line.tags):
        return chapters
    total = max(sum(words(line.text) for line in lines) - words(lines[-1].text), 1)
    words_before = 0
    gliding = []
    for name, chapter in chapters:
        deeper = []
        for line in chapter:
            depth = 1.0 if line is lines[-1] and words_before else min(words_before / total, 1.0)
            deeper.append(replace(line, tags=(*line.tags, f"depth: {depth:.3f}")))
            words_before += words(line.text)
        gliding.append((name, deeper))
    return gliding
