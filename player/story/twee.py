"""Parse Twee 3, as Twine and Tweego write it: passages and the links between them.

- ``:: Name [tags] {"json": "…"}`` begins a passage; ``\\[``, ``\\{`` and the like stand for the
  sign itself. ``StoryTitle`` holds the title, and below it ``# author: …`` and the other tags of
  the whole story; ``StoryData`` may name the passage to start from, else that is ``Start``.
- A paragraph, between empty lines, is a line. A line ``# depth: 0.4`` is a tag of the
  paragraph that it stands in or before; a passage tag ``depth:0.4`` is one of its first line.
- ``[[a]]``, ``[[a->b]]``, ``[[b<-a]]`` and ``[[a|b]]`` are the choices, asked at the end of the
  passage. A line with nothing but links is not spoken; a link inside a sentence keeps its words
  there as well, so that the sentence stays whole. ``[[Follow # key: w # default->stair]]`` gives
  a choice our tags. A single link is followed without a question; a passage without links ends
  the story.
- Variables and macros are not supported; they are refused by name and line number.
"""

from __future__ import annotations

import json
import re
from collections.abc import Container, Iterator
from dataclasses import dataclass

from player.errors import InputError
from player.message_text import excerpt
from player.story.markup import TAG, check_choices, check_paragraph, plain, split_comments
from player.story.model import Line
from player.story.pages import Link, PageStory, StoryPage

_HEADER = re.compile(
    # Possessive repetitions, so that matching never backtracks.
    r"::\s*+(?P<name>(?:\\.|[^\\\[\]{}])*+)"
    r"(?:\[(?P<tags>(?:\\.|[^\\\[\]])*+)\]\s*+)?(?P<data>\{.*\})?\s*"
)
_ESCAPED = re.compile(r"\\(.)")
_LINK = re.compile(r"\[\[((?:(?!\[\[).){1,400}?)\]\]", re.DOTALL)
_MACRO = re.compile(
    r"<<\s*[^\s>]*|<%|\([A-Za-z][\w-]*:"
    r"|\$[A-Za-z_]\w*"
)
_SILENT_TAGS = {"script", "stylesheet", "widget", "annotation"}
_SILENT_NAMES = {
    "StoryTitle", "StoryData", "StorySubtitle", "StoryAuthor", "StoryMenu", "StorySettings",
    "StoryIncludes", "StoryBanner", "StoryCaption", "StoryInit", "StoryShare", "StoryInterface",
    "StoryDisplayTitle", "PassageHeader", "PassageFooter", "PassageReady", "PassageDone",
    "UserScript", "UserStylesheet",
}  # fmt: skip
_OPEN, _SHUT = "\x01", "\x02"  # mark a link's words until it is decided whether they are spoken
_SHOWN = re.compile(f"{_OPEN}([^{_OPEN}{_SHUT}]*){_SHUT}")
_BETWEEN_LINKS = " \t-–—*+•·|/,;.0123456789)"


@dataclass(frozen=True, slots=True)
class _Passage:
    name: str
    tags: tuple[str, ...]
    line: int
    """Line number of its header in the file, from 1."""
    text: str


def parse_twee(name: str, source: str) -> PageStory:
    """Parse a Twee file; raise ``InputError`` that names the passage and the line."""
    passages = {passage.name: passage for passage in _passages(name, source)}
    story_passages = {
        passage.name: passage
        for passage in passages.values()
        if passage.name not in _SILENT_NAMES
        and not any(tag in _SILENT_TAGS or tag.startswith("Twine.") for tag in passage.tags)
    }
    start = _start(name, passages.get("StoryData"))
    if start not in story_passages:
        shown = excerpt(start)
        raise InputError(
            f"{name} has no passage '{shown}' to start from: add ':: {shown}', or name another"
            ' as "start" in StoryData'
        )
    pages = {
        passage.name: _page(name, passage, story_passages.keys())
        for passage in story_passages.values()
    }
    header = _header(name, passages.get("StoryTitle"), passages.get("StoryAuthor"))
    return PageStory(name=name, source=source, header=header, pages=pages, start=start)


def _passages(name: str, source: str) -> Iterator[_Passage]:
    lines = source.split("\n")
    heads = [number for number, line in enumerate(lines) if line.startswith("::")]
    above = "".join(lines[: heads[0] if heads else None]).strip()
    if above or not heads:
        raise InputError(
            f"{name} begins with {above[:40]!r}, and a Twee file with a passage: write"
            " ':: Start' above it"
        )
    line_of: dict[str, int] = {}
    for head, end in zip(heads, [*heads[1:], len(lines)], strict=True):
        match = _HEADER.fullmatch(lines[head]) if len(lines[head]) < 1_000 else None
        title = _ESCAPED.sub(r"\1", match["name"]).strip() if match else ""
        if not match or not title:
            raise InputError(
                f"{name}, line {head + 1}: {lines[head].strip()[:60]!r} is not the head of a"
                " passage: expected ':: Name [tags] {…}'"
            )
        if title in line_of:
            raise InputError(
                f"{name}, line {head + 1}: there is a passage '{excerpt(title)}' in line"
                f" {line_of[title]} already: rename one of the two"
            )
        line_of[title] = head + 1
        tags = (_ESCAPED.sub(r"\1", tag) for tag in (match["tags"] or "").split())
        body = (re.sub(r"^\\(?=::)", "", line) for line in lines[head + 1 : end])
        yield _Passage(title, tuple(tags), head + 1, "\n".join(body))


def _start(name: str, data: _Passage | None) -> str:
    if data is None:
        return "Start"
    try:
        match json.loads(data.text):
            case {"start": str(start)}:
                return start
            case {}:
                return "Start"
    except (ValueError, RecursionError):
        pass
    raise InputError(f"{name}, line {data.line + 1}: StoryData is not a JSON object: fix it")


def _header(name: str, title: _Passage | None, author: _Passage | None) -> list[str]:
    header = []
    for passage, key in ((title, "title"), (author, "author")):
        for line in passage.text.split("\n") if passage else ():
            if tag := _tag_of(line):
                header.append(tag)
            elif line.strip():
                check_paragraph(name, passage.name if passage else "", line)
                header.append(f"{key}: {plain(line)}")
    return header


def _tag_of(line: str) -> str | None:
    """Return the tag if the line is one, such as ``# depth: 0.4``."""
    tag = line.strip()[1:].strip() if line.lstrip().startswith("#") else ""
    return tag if TAG.fullmatch(tag) else None


def _page(name: str, passage: _Passage, targets: Container[str]) -> StoryPage:
    text, _ = split_comments(passage.text)
    for macro in _MACRO.finditer(text):
        shown = macro[0].strip()
        raise InputError(
            f"{name}, line {_line_of(passage, text, macro)}: {shown!r} in the passage"
            f" '{excerpt(passage.name)}' is a macro or a variable, which only Twine can run: write"
            " the story without it, or in Ink"
        )
    links = []
    for match in _LINK.finditer(text):
        link = _link(match[1])
        if link is None or link.target not in targets:
            fault = "is not a link that can be read"
            if link:
                fault = f"has no passage '{excerpt(link.target)}'"
            raise InputError(
                f"{name}, line {_line_of(passage, text, match)}: {match[0][:60]!r} in the passage"
                f" '{excerpt(passage.name)}' {fault}: expected [[words->passage]]"
            )
        links.append(link)
    check_choices(name, passage.name, len(links))
    return StoryPage(passage.name, tuple(_lines(name, passage, text)), tuple(links))


def _line_of(passage: _Passage, text: str, match: re.Match[str]) -> int:
    return passage.line + 1 + text.count("\n", 0, match.start())


def _link(inside: str) -> Link | None:
    if "->" in inside:
        shown, _, target = inside.rpartition("->")
    elif "<-" in inside:
        target, _, shown = inside.partition("<-")
    else:
        shown, bar, target = inside.partition("|")
        target = target if bar else re.split(r"\s#", shown)[0]
    shown, *tags = re.split(r"\s#\s*", shown)
    target, shown = _ESCAPED.sub(r"\1", target.strip()), plain(shown)
    if not shown or not target or "][" in inside:
        return None
    return Link(shown, tuple(tag.strip() for tag in tags if tag.strip()), target)


def _words_of(inside: str) -> str:
    link = _link(inside)
    return link.text if link else ""


def _lines(name: str, passage: _Passage, text: str) -> Iterator[Line]:
    """Yield the paragraphs; a link keeps its words if there are other words on its line."""
    text = _LINK.sub(lambda match: f"{_OPEN}{_words_of(match[1])}{_SHUT}", text)
    waiting = [
        tag.replace(":", ": ", 1) for tag in passage.tags if TAG.fullmatch(tag) and ":" in tag
    ]
    for block in re.split(r"\n[ \t]*\n", text):
        check_paragraph(name, passage.name, block)
        rows = []
        for line in block.split("\n"):
            if tag := _tag_of(line):
                waiting.append(tag)
            elif _SHOWN.sub("", line).strip(_BETWEEN_LINKS) or not _SHOWN.search(line):
                rows.append(line)
        if spoken := plain(_SHOWN.sub(r"\1", "\n".join(rows))):
            yield Line(spoken, tuple(waiting), passage.name)
            waiting.clear()
    if waiting:
        yield Line("", tuple(waiting), passage.name)
