"""Compiled Ink as a ``Story``.

What the runtime leaves open is settled here: global tags do not repeat on the first line, every
line knows its knot, and whatever goes wrong is one sentence that names the knot.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from player.errors import InputError
from player.story.ink.compiled import Compiled, not_ink
from player.story.ink.runtime import Endless, Runtime, RuntimeFault, Told
from player.story.ink.state_keys import Moment, situation
from player.story.markup import check_choices, check_paragraph
from player.story.model import Choice, Choices, End, Item, Line, Situation
from player.story.validation import broken_state, check_index, check_knot, first_worded, parse_state

_RAN_OUT = "ran out of content"
_AT = re.compile(r"^(?:RUNTIME ERROR: )?(?:\((?P<path>[^()\s]*)\): )?(?P<words>[^\n]*)")

MOST_LINES = 10_000
"""Lines without a question: three days. A story that goes on longer goes round."""


class InkStory:
    """A ``Story`` from compiled Ink. Between two calls its runtime is whole, or started anew."""

    def __init__(self, name: str, text: str, *, seed: int = 0) -> None:
        """``text`` is the JSON that a compiler wrote; raises ``InputError``."""
        self._name = name
        self._compiled = Compiled(name, text)
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
        """The next line, question or end."""
        if self._error:
            raise InputError(self._error)
        with self._faults_told():
            return self._next()

    @contextmanager
    def _faults_told(self) -> Iterator[None]:
        """Says a fault of the runtime in a sentence, and again whenever the story is asked."""
        try:
            yield
            return
        except Endless as fault:
            place = self._compiled.place(str(fault)) or self._path
            self._error = self._error or (
                f"{self._name} never comes back from {_quoted(place)}: it goes round, or calls"
                " itself, without an end"
            )
        except RuntimeFault as fault:
            self._error = self._error or str(self._broken(str(fault), self._path))
        raise InputError(self._error)

    def _next(self) -> Item:
        while self._runtime.can_continue or self._falls_back():
            before = self._runtime.path
            told = self._runtime.advance()
            self._take_errors(before)
            if line := self._line(told, before):
                return line
            if self._error:
                raise InputError(self._error)
        return self._question or End(self._path)

    def _line(self, told: Told, before: str) -> Line | None:
        text = " ".join(told.text.split())
        tags = tuple(tag.strip() for tag in told.tags)
        if self._fresh and tags[: len(self.header)] == self.header:
            tags = tags[len(self.header) :]
        self._lines += 1
        if self._lines > MOST_LINES:
            self._error = self._error or (
                f"{self._name} goes round in {_quoted(self._path)}: {MOST_LINES} lines without"
                " a question; give it one, or an '-> END'"
            )
        if not text and not tags:
            return None
        self._fresh = False
        self._path = self._where(before)
        check_paragraph(self._name, self._path, text)
        return Line(text, tags, self._path)

    def _take_errors(self, before: str) -> None:
        """A whole line is still told where only what follows it is missing; else raise at once."""
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
            found = "runs out of words"
            remedy = "end it there with '-> END', or divert on ('->->' out of a tunnel)"
        else:
            found = "breaks"
            remedy = (match["words"] if match else message).strip().rstrip(".")[:200]
        return InputError(f"{self._name} {found} in {_quoted(place)}: {remedy}")

    def _where(self, before: str) -> str:
        """The knot of the line just told, which was begun at the path ``before``.

        The runtime shows where it goes on, which is in the same knot, unless it ran ahead to a
        question or to the end: then the words themselves are looked up.
        """
        path = self._runtime.path
        if path and not self._compiled.is_function(path):
            return self._compiled.place(path)
        moment = Moment(self._runtime.save())
        near = [self._compiled.place(path) for path in self._in_knots([*moment.pointers, before])]
        for piece in moment.pieces:
            known = self._compiled.words.get(piece, ())
            # The same words may stand in many thousand places, and are seldom looked for far.
            if here := next((place for place in near if place and place in known), ""):
                return here
            if places := self._in_knots(known):
                return min(places)
        return near[0] if near else self._path

    def _falls_back(self) -> bool:
        """Take the choice without words where no other is left; else settle what is asked."""
        if self._question is None:
            self._question = self._ask()
        if self._question or not self._runtime.choices():
            return False
        self._runtime.choose(0)
        return True

    def _in_knots(self, paths: Iterable[str]) -> list[str]:
        return [path for path in paths if path and not self._compiled.is_function(path)]

    def _ask(self) -> Choices | None:
        """The question that the story stands at.

        A choice without words is not offered. The runtime forgets after ``load`` which those
        are, and then shows them: so the state is asked for all of them, and the story for theirs.
        """
        told = self._runtime.choices()
        moment = Moment(self._runtime.save())
        paths = [choice["originalChoicePath"] for choice in moment.choices]
        worded = [path not in self._compiled.fallbacks for path in paths]
        if len(told) < len(paths):
            paths = [path for path, with_words in zip(paths, worded, strict=True) if with_words]
            worded = [True] * len(paths)
        self._open = [index for index, with_words in enumerate(worded) if with_words]
        check_choices(self._name, self._path, len(self._open))
        options = tuple(
            Choice(
                text=" ".join(told[index].text.split()),
                tags=tuple(tag.strip() for tag in told[index].tags),
                path=self._compiled.place(paths[index]),
            )
            for index in self._open
        )
        if not options:
            return None
        here = next(iter(self._in_knots(moment.pointers)), "")
        return Choices(options, self._compiled.place(here) or options[0].path)

    def choose(self, index: int) -> None:
        """Take a choice of the question that ``next`` gave."""
        asked = len(self._question.options) if self._question else 0
        check_index(self._name, index, asked, self._path)
        with self._faults_told():
            self._runtime.choose(self._open[index])
        self._lines, self._question = 0, None

    def peek(self, index: int) -> Item:
        """The first item with words after a choice: see ``Story.peek``."""
        here = self.save()
        try:
            self.choose(index)
            return first_worded(self)
        finally:
            self.load(here)

    def jump(self, knot: str) -> None:
        """Go on from a knot or stitch."""
        check_knot(self._name, knot, self.knots)
        if self._compiled.takes_parameters(knot):
            raise InputError(f"{self._name} enters '{knot}' only with values: begin elsewhere")
        with self._faults_told():
            try:
                self._runtime.jump(knot)
            except RuntimeFault:  # it was left in the middle of an endless line
                self._begin()
                self._runtime.jump(knot)
        self._stand(knot)

    def save(self) -> str:
        """What we know of the place as one line of JSON, then the runtime's own state."""
        ours = {"path": self._path, "fresh": self._fresh, "error": self._error}
        with self._faults_told():
            return f"{json.dumps(ours, ensure_ascii=False)}\n{self._runtime.save()}"

    def load(self, state: str) -> None:
        """Back to a saved state."""
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
        with self._faults_told():
            if not self._runtime.can_continue and not error:
                self._question = self._ask()

    def situation(self) -> Situation:
        """What of the state can shape what comes."""
        with self._faults_told():
            return situation(self._compiled, Moment(self._runtime.save()))


def _quoted(place: str) -> str:
    return f"the knot '{' '.join(place.split())}'" if place else "what stands above the first knot"
