"""A story made of pages: lines, then links to other pages. Twee and plain text come to this."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from player.errors import InputError
from player.story.model import Choice, Choices, End, Item, Line, Situation
from player.story.validation import broken_state, check_index, check_knot, first_worded, parse_state


@dataclass(frozen=True, slots=True)
class Link:
    """A way from one page to another, and the words that stand on it."""

    text: str
    tags: tuple[str, ...]
    target: str


@dataclass(frozen=True, slots=True)
class Page:
    """A passage or a chapter: several links are a question, one goes on, none is the end."""

    name: str
    lines: tuple[Line, ...]
    links: tuple[Link, ...]


class PageStory:
    """A ``Story`` over pages. Its state is a page and how many of its lines have been told."""

    def __init__(
        self, name: str, source: str, header: Sequence[str], pages: Mapping[str, Page], start: str
    ) -> None:
        """Every link's target must be in ``pages``; ``InputError`` where they lead in a circle."""
        self.header = tuple(header)
        self.knots = tuple(pages)
        self.wordless = tuple(
            page.name for page in pages.values() if not page.lines and len(page.links) == 1
        )
        self.digest = hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()
        self._name = name
        self._pages = pages
        self._page = pages[start]
        self._told = 0
        self._refuse_circles()

    def _refuse_circles(self) -> None:
        """A circle of single links would be told for ever, with nothing asked."""
        seen: set[str] = set()
        for first in self._pages.values():
            page, trail = first, set[str]()
            while len(page.links) == 1 and page.name not in seen:
                if page.name in trail:
                    raise InputError(
                        f"{self._name} goes round for ever from '{page.name}' back to itself"
                        " without a question: give one of its passages a second link, or none"
                    )
                trail.add(page.name)
                page = self._pages[page.links[0].target]
            seen |= trail

    def next(self) -> Item:
        """The next line, question or end."""
        while self._told == len(self._page.lines) and len(self._page.links) == 1:
            self._page, self._told = self._pages[self._page.links[0].target], 0
        page = self._page
        if self._told < len(page.lines):
            self._told += 1
            return page.lines[self._told - 1]
        if not page.links:
            return End(page.name)
        options = (Choice(link.text, link.tags, page.name) for link in page.links)
        return Choices(tuple(options), page.name)

    def choose(self, index: int) -> None:
        """Follow a link of the question that the story stands at."""
        page = self._page
        asked = len(page.links) if self._told == len(page.lines) and len(page.links) > 1 else 0
        check_index(self._name, index, asked, page.name)
        self._page, self._told = self._pages[page.links[index].target], 0

    def peek(self, index: int) -> Item:
        """The first item with words after a choice."""
        here = self._page, self._told
        try:
            self.choose(index)
            return first_worded(self)
        finally:
            self._page, self._told = here

    def jump(self, knot: str) -> None:
        """Go on from the top of a page."""
        check_knot(self._name, knot, self.knots)
        self._page, self._told = self._pages[knot], 0

    def save(self) -> str:
        """The state as a small JSON object."""
        return json.dumps({"page": self._page.name, "told": self._told}, ensure_ascii=False)

    def load(self, state: str) -> None:
        """Back to a saved state; a state of another story is refused."""
        match parse_state(self._name, state):
            case {"page": str(name), "told": int(told)} if name in self._pages and 0 <= told <= len(
                self._pages[name].lines
            ):
                self._page, self._told = self._pages[name], told
            case _:
                raise broken_state(self._name)

    def situation(self) -> Situation:
        """The page and the line: nothing else is remembered."""
        return Situation(self.save(), exact=True)
