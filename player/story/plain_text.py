"""Parse plain text and Markdown: a linear story.

- A heading (``# …`` to ``###### …``, or underlined with ``===`` or ``---``) begins a chapter; a
  single first-level heading at the very top is the title instead.
- A paragraph is a line, however it is wrapped; so are each item of a list and, where lines are
  not wrapped, each line. Emphasis is taken out.
- A row of ``***``, ``---`` or ``* * *`` between paragraphs is a longer pause.
- ``<!-- pause: 2s -->`` is a tag of the paragraph that it stands in or before; any other comment
  is ignored. (``#`` cannot begin a tag here, since it makes headings.)
- Tags of the whole story, such as ``title: …`` or ``soundscape: …``, can stand at the top between
  two lines of ``---``, one in each line.

The depth glides from 0 at the first word to 1 at the last line, unless the text sets a depth.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from player.errors import InputError
from player.message_text import excerpt
from player.story.markup import check_paragraph, plain, split_comments, words
from player.story.model import Line
from player.story.pages import Link, PageStory, StoryPage

BREAK_TAG = "pause: 3s"
OPENING = "opening"
"""Path of the lines above the first chapter."""

WRAPPED = 120
"""Longest line of a wrapped text, in characters: a longer line is a paragraph by itself."""

_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*")
_RULE = re.compile(r" {0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*")
_FENCE = re.compile(r" {0,3}(```|~~~)")
_ITEM = re.compile(r"\A {0,3}(?:[-*+]|\d{1,3}[.)])[ \t]+")
_QUOTE = re.compile(r"\A(?: {0,3}>[ \t]?)+")
_FRONT = re.compile(r"([A-Za-z]++)\s*+:\s*+(.+)")


@dataclass(frozen=True, slots=True)
class _Block:
    """A heading (level 1 to 6), a rule (level 0 and no text) or a paragraph (level 0)."""

    text: str
    level: int = 0


def parse_text(name: str, source: str) -> PageStory:
    """Parse a plain text; raise ``InputError`` if its front matter is broken or it has no words."""
    header, body = _front_matter(name, source)
    body, _ = split_comments(body, keep_tags=True)
    blocks = list(_blocks(body.split("\n")))
    header, blocks = _take_title(header, blocks)
    chapters = _chapters(name, blocks)
    if not any(line.text for _, lines in chapters for line in lines):
        raise InputError(f"{name} has no words to tell: write a paragraph or two")
    pages = {}
    followers = [chapter for chapter, _ in chapters[1:]]
    for (chapter, lines), after in zip(_glide(chapters), [*followers, None], strict=True):
        links = (Link("", (), after),) if after else ()
        pages[chapter] = StoryPage(chapter, tuple(lines), links)
    return PageStory(name, source, header, pages, start=chapters[0][0])


def _front_matter(name: str, source: str) -> tuple[list[str], str]:
    lines = source.split("\n")
    end = next((i for i, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), 0)
    if lines[0].rstrip() != "---" or not end:
        return [], source
    header = []
    for number, line in enumerate(lines[1:end], 2):
        match = _FRONT.fullmatch(line)
        if match:
            header.append(f"{match[1].lower()}: {match[2].strip().strip(chr(34))}")
        elif line.strip():
            raise InputError(
                f"{name}, line {number}: '{excerpt(line.strip())}' is not 'key: value', which is"
                " what stands between the '---' lines at the top"
            )
    return header, "\n".join(lines[end + 1 :])


def _blocks(lines: Iterable[str]) -> Iterator[_Block]:
    """Split at empty lines, headings, rules and list items; leave paragraphs unchanged."""
    open_lines: list[str] = []

    def close() -> Iterator[_Block]:
        if open_lines:
            yield _Block("\n".join(open_lines))
            open_lines.clear()

    for raw in lines:
        line = _QUOTE.sub("", raw.expandtabs(4))
        heading = _HEADING.fullmatch(line) if len(line) < WRAPPED else None
        if heading or _RULE.fullmatch(line) or _FENCE.match(line) or not line.strip():
            if len(open_lines) == 1 and _UNDERLINE.fullmatch(line):
                yield _Block(open_lines.pop(), 2)
            yield from close()
            if heading:
                yield _Block(heading[2] or "", len(heading[1]))
            elif _RULE.fullmatch(line):
                yield _Block("")
        elif len(open_lines) == 1 and _UNDERLINE.fullmatch(line):
            yield _Block(open_lines.pop(), 1 if "=" in line else 2)
        else:
            alone = len(line) > WRAPPED
            if alone or _ITEM.match(line):
                yield from close()
            open_lines.append(_ITEM.sub("", line))
            if alone:
                yield from close()
    yield from close()


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
        if spoken:
            lines.append(Line(spoken, tuple(waiting), path))
            waiting.clear()
        elif not block.text and lines:
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
    told = 0
    gliding = []
    for name, chapter in chapters:
        deeper = []
        for line in chapter:
            depth = 1.0 if line is lines[-1] and told else min(told / total, 1.0)
            deeper.append(replace(line, tags=(*line.tags, f"depth: {depth:.3f}")))
            told += words(line.text)
        gliding.append((name, deeper))
    return gliding
