"""A story made of pages: each has lines, then links to other pages. For Twee and plain text."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from player.errors import InputError
from player.message_text import excerpt
from player.story.model import Choice, Choices, End, Item, Line, Situation
from player.story.validation import (
    broken_state,
    check_index,
    check_knot,
    next_with_words,
    parse_state,
)


@dataclass(frozen=True, slots=True)
class Link:
    """A link to another page, with its words."""

    text: str
    tags: tuple[str, ...]
    target: str


@dataclass(frozen=True, slots=True)
class StoryPage:
    """A passage or chapter. Several links ask a question, one is followed, none is the end."""

    name: str
    lines: tuple[Line, ...]
    links: tuple[Link, ...]


class PageStory:
    """A ``Story`` over pages. Its state is a page and the number of its lines told so far."""

    def __init__(
        self,
        name: str,
        source: str,
        header: Sequence[str],
        pages: Mapping[str, StoryPage],
        start: str,
    ) -> None:
        """Begin at ``start``; raise ``InputError`` if single links lead in a circle.

        The target of every link must be in ``pages``.
        """
        self.header = tuple(header)
        self.knots = tuple(pages)
        self.wordless = tuple(
            page.name for page in pages.values() if not page.lines and len(page.links) == 1
        )
        self.digest = hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()
        self._name = name
        self._pages = pages
        self._page = pages[start]
        self._lines_told = 0
        self._refuse_circles()

    def _refuse_circles(self) -> None:
        """Refuse a circle of single links: it would be told for ever without a question."""
        visited: set[str] = set()
        for first in self._pages.values():
            page, trail = first, set[str]()
            while len(page.links) == 1 and page.name not in visited:
                if page.name in trail:
                    raise InputError(
                        f"{self._name} goes round for ever from '{excerpt(page.name)}' back to"
                        " itself without a question: give one of its passages a second link,"
                        " or none"
                    )
                trail.add(page.name)
                page = self._pages[page.links[0].target]
            visited |= trail

    def next(self) -> Item:
        """Return the next line, question or end."""
        while self._lines_told == len(self._page.lines) and len(self._page.links) == 1:
            self._page, self._lines_told = self._pages[self._page.links[0].target], 0
        page = self._page
        if self._lines_told < len(page.lines):
            self._lines_told += 1
            return page.lines[self._lines_told - 1]
        if not page.links:
            return End(page.name)
        options = (Choice(link.text, link.tags, page.name) for link in page.links)
        return Choices(tuple(options), page.name)

    def choose(self, index: int) -> None:
        """Follow a link of the current question."""
        page = self._page
        at_question = self._lines_told == len(page.lines) and len(page.links) > 1
        check_index(self._name, index, len(page.links) if at_question else 0, page.name)
        self._page, self._lines_told = self._pages[page.links[index].target], 0

    def peek(self, index: int) -> Item:
        """Return the first item with words after a choice."""
        position = self._page, self._lines_told
        try:
            self.choose(index)
            return next_with_words(self)
        finally:
            self._page, self._lines_told = position

    def jump(self, knot: str) -> None:
        """Continue at the top of a page."""
        check_knot(self._name, knot, self.knots)
        self._page, self._lines_told = self._pages[knot], 0

    def save(self) -> str:
        """Return the state as a small JSON object."""
        return json.dumps({"page": self._page.name, "told": self._lines_told}, ensure_ascii=False)

    def load(self, state: str) -> None:
        """Restore a saved state; refuse one of another story."""
        match parse_state(self._name, state):
            case {"page": str(name), "told": int(count)} if self._has_line(name, count):
                self._page, self._lines_told = self._pages[name], count
            case _:
                raise broken_state(self._name)

    def _has_line(self, page: str, count: int) -> bool:
        return page in self._pages and 0 <= count <= len(self._pages[page].lines)

    def situation(self) -> Situation:
        """Return the page and line, which are the whole state."""
        return Situation(self.save(), exact=True)
