"""Compiled Ink as a ``Story``.

On top of the runtime: global tags are not repeated on the first line, every line has the path of
its knot, and every fault becomes one sentence that names the knot.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from player.errors import InputError
from player.message_text import excerpt
from player.story.ink.compiled import CompiledInk, not_ink
from player.story.ink.runtime import EndlessLine, Runtime, RuntimeFault, TaggedText
from player.story.ink.state_keys import RuntimeState, situation
from player.story.markup import check_choices, check_paragraph
from player.story.model import Choice, Choices, End, Item, Line, Situation
from player.story.validation import (
    broken_state,
    check_index,
    check_knot,
    next_with_words,
    parse_state,
)

_RAN_OUT = "ran out of content"
_AT = re.compile(r"^(?:RUNTIME ERROR: )?(?:\((?P<path>[^()\s]*)\): )?(?P<words>[^\n]*)")

MAX_LINES = 10_000
"""Most lines without a question, about three days: a story with more of them is in a loop."""


class InkStory:
    """A ``Story`` from compiled Ink. A runtime that fails is replaced by a new one."""

    def __init__(self, name: str, text: str, *, seed: int = 0) -> None:
        """Load the JSON of a compiled story; raise ``InputError`` if it is broken."""
        self._name = name
        self._compiled = CompiledInk(name, text)
        self._seed = seed
        self.knots = self._compiled.knots
        self.wordless = self._compiled.wordless
        self.digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        self._begin()
        try:
            self.header = tuple(tag.strip() for tag in self._runtime.global_tags)
        except RuntimeFault:
            raise InputError(
                f"{name} has a tag above its first words that is not plain text: write the value"
                " itself there, without braces"
            ) from None

    def _begin(self) -> None:
        try:
            self._runtime = Runtime(self._compiled.runtime_text, self._seed)
        except RuntimeFault:
            raise not_ink(self._name, "the Ink runtime cannot read what is in it") from None
        if self._runtime.errors:
            raise self._broken(self._runtime.errors[0], "")
        self._stand(path="", fresh=True)

    def _stand(self, path: str, fresh: bool = False, error: str = "") -> None:
        self._path = path
        self._fresh = fresh
        self._error = error
        self._lines = 0
        self._question: Choices | None = None
        self._open: list[int] = []

    def next(self) -> Item:
        """Return the next line, question or end."""
        if self._error:
            raise InputError(self._error)
        with self._faults_as_errors():
            return self._next()

    @contextmanager
    def _faults_as_errors(self) -> Iterator[None]:
        """Turn a fault of the runtime into an ``InputError``, now and at every later call."""
        try:
            yield
            return
        except EndlessLine as fault:
            place = self._compiled.place(str(fault)) or self._path
            self._error = self._error or (
                f"{self._name} never comes back from {_in_words(place)}: it goes round, or calls"
                " itself, without an end"
            )
        except RuntimeFault as fault:
            self._error = self._error or str(self._broken(str(fault), self._path))
        raise InputError(self._error)

    def _next(self) -> Item:
        while self._runtime.can_continue or self._falls_back():
            before = self._runtime.path
            output = self._runtime.advance()
            self._take_errors(before)
            if line := self._line(output, before):
                return line
            if self._error:
                raise InputError(self._error)
        return self._question or End(self._path)

    def _line(self, output: TaggedText, before: str) -> Line | None:
        text = " ".join(output.text.split())
        tags = tuple(tag.strip() for tag in output.tags)
        if self._fresh and tags[: len(self.header)] == self.header:
            tags = tags[len(self.header) :]
        self._lines += 1
        if self._lines > MAX_LINES:
            self._error = self._error or (
                f"{self._name} goes round in {_in_words(self._path)}: {MAX_LINES} lines without"
                " a question; give it one, or an '-> END'"
            )
        if not text and not tags:
            return None
        self._fresh = False
        self._path = self._where(before)
        check_paragraph(self._name, self._path, text)
        return Line(text, tags, self._path)

    def _take_errors(self, before: str) -> None:
        """Raise the runtime's error; only later if just the text after a whole line is missing."""
        if not self._runtime.errors:
            return
        message = self._runtime.errors[0]
        self._runtime.errors.clear()
        self._error = str(self._broken(message, self._where(before)))
        if _RAN_OUT not in message:
            raise InputError(self._error)

    def _broken(self, message: str, place: str) -> InputError:
        match = _AT.match(message)
        place = self._compiled.place(match["path"] or "") if match and match["path"] else place
        if _RAN_OUT in message or "reached end of content" in message:
            fault = "runs out of words"
            remedy = "end it there with '-> END', or divert on ('->->' out of a tunnel)"
        else:
            fault = "breaks"
            remedy = excerpt((match["words"] if match else message).strip().rstrip("."), 200)
        return InputError(f"{self._name} {fault} in {_in_words(place)}: {remedy}")

    def _where(self, before: str) -> str:
        """Return the knot of the last line, which began at the path ``before``.

        The runtime only tells where it continues. That is the same knot, unless it ran ahead to a
        question or to the end: then the text itself is looked up.
        """
        path = self._runtime.path
        if path and not self._compiled.is_function(path):
            return self._compiled.place(path)
        state = RuntimeState(self._runtime.save())
        near = [self._compiled.place(path) for path in self._in_knots([*state.pointers, before])]
        for piece in state.pieces:
            candidates = self._compiled.words.get(piece, ())
            # The same words can be in thousands of places, so the near ones are tried first.
            if here := next((place for place in near if place and place in candidates), ""):
                return here
            if places := self._in_knots(candidates):
                return min(places)
        return near[0] if near else self._path

    def _falls_back(self) -> bool:
        """Take the choice without words if it is the only one; else prepare the question."""
        if self._question is None:
            self._question = self._ask()
        if self._question or not self._runtime.choices():
            return False
        self._runtime.choose(0)
        return True

    def _in_knots(self, paths: Iterable[str]) -> list[str]:
        return [path for path in paths if path and not self._compiled.is_function(path)]

    def _ask(self) -> Choices | None:
        """Return the current question, or None.

        A choice without words is not offered. After ``load`` the runtime no longer knows which
        those are and returns them too, so they are recognised by their paths in the state.
        """
        open_choices = self._runtime.choices()
        state = RuntimeState(self._runtime.save())
        paths = [choice["originalChoicePath"] for choice in state.choices]
        worded = [path not in self._compiled.fallbacks for path in paths]
        if len(open_choices) < len(paths):
            paths = [path for path, with_words in zip(paths, worded, strict=True) if with_words]
            worded = [True] * len(paths)
        self._open = [index for index, with_words in enumerate(worded) if with_words]
        check_choices(self._name, self._path, len(self._open))
        options = tuple(
            Choice(
                text=" ".join(open_choices[index].text.split()),
                tags=tuple(tag.strip() for tag in open_choices[index].tags),
                path=self._compiled.place(paths[index]),
            )
            for index in self._open
        )
        if not options:
            return None
        here = next(iter(self._in_knots(state.pointers)), "")
        return Choices(options, self._compiled.place(here) or options[0].path)

    def choose(self, index: int) -> None:
        """Take a choice of the question that ``next`` returned."""
        options = len(self._question.options) if self._question else 0
        check_index(self._name, index, options, self._path)
        with self._faults_as_errors():
            self._runtime.choose(self._open[index])
        self._lines, self._question = 0, None

    def peek(self, index: int) -> Item:
        """Return the first item with words after a choice."""
        saved = self.save()
        try:
            self.choose(index)
            return next_with_words(self)
        finally:
            self.load(saved)

    def jump(self, knot: str) -> None:
        """Continue at a knot or stitch."""
        check_knot(self._name, knot, self.knots)
        if self._compiled.takes_parameters(knot):
            raise InputError(
                f"{self._name} enters '{excerpt(knot)}' only with values: begin elsewhere"
            )
        with self._faults_as_errors():
            try:
                self._runtime.jump(knot)
            except RuntimeFault:  # it stopped in the middle of an endless line
                self._begin()
                self._runtime.jump(knot)
        self._stand(knot)

    def save(self) -> str:
        """Return one line of JSON with our part of the state, then the runtime's state."""
        ours = {"path": self._path, "fresh": self._fresh, "error": self._error}
        with self._faults_as_errors():
            return f"{json.dumps(ours, ensure_ascii=False)}\n{self._runtime.save()}"

    def load(self, state: str) -> None:
        """Restore a saved state."""
        first, _, runtime = state.partition("\n")
        match parse_state(self._name, first):
            case {"path": str(path), "fresh": bool(fresh), "error": str(error)}:
                pass
            case _:
                raise broken_state(self._name)
        try:
            self._runtime.load(runtime)
        except RuntimeFault:
            self._begin()
            try:
                self._runtime.load(runtime)
            except RuntimeFault:
                self._begin()
                raise broken_state(self._name) from None
        self._runtime.errors.clear()
        self._stand(path, fresh, error)
        with self._faults_as_errors():
            if not self._runtime.can_continue and not error:
                self._question = self._ask()

    def situation(self) -> Situation:
        """Return the situation at the current question."""
        with self._faults_as_errors():
            return situation(self._compiled, RuntimeState(self._runtime.save()))


def _in_words(place: str) -> str:
    """Name a place of the story in a sentence for its author; "" is before the first knot."""
    return f"the knot '{excerpt(place)}'" if place else "the text above the first knot"
