"""The Ink runtime, kept behind what a story needs of it. Nothing else imports ``bink``.

``cont()`` would never return from an endless loop, so a line is given a time, which the runtime
measures itself: a real one takes some ten microseconds. It is given it twice, because a machine
that stops for a moment stops once; not more often, because a text that doubles itself for ever
takes twice the memory each time.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

from bink.story import Story as BinkStory

from player.story.ink.compiled import DIVIDE, MODULO

SLICES, SLICE_MS = 2, 150.0

_SEED = re.compile(r'"storySeed":-?\d+')
_INT32 = range(-(2**31), 2**31)


class RuntimeFault(Exception):
    """The runtime gave up; it can only be started anew."""


class Endless(RuntimeFault):
    """A line that would never be finished."""


@dataclass(frozen=True, slots=True)
class Told:
    """What one step forward gave."""

    text: str
    tags: tuple[str, ...]


class Runtime:
    """One story being run. Every method raises ``RuntimeFault`` where the runtime cannot go on."""

    def __init__(self, compiled: str, seed: int) -> None:
        """``compiled`` is the JSON text; ``seed`` is what its chance comes from."""
        self.errors: list[str] = []
        """What the story itself did wrong, in the runtime's words."""
        try:
            self._story = BinkStory(compiled)
            self._story.set_error_handler(self._on_error)
            self._story.set_allow_external_function_fallbacks(True)
            for operator in (DIVIDE, MODULO):
                self._story.bind_external_function(operator, self._divide, lookahead_safe=True)
            state = self._story.save_state()
            self._story.load_state(_SEED.sub(f'"storySeed":{seed % 2**31}', state, count=1))
        except RuntimeError as error:
            raise RuntimeFault(str(error)) from None

    @property
    def global_tags(self) -> tuple[str, ...]:
        """The tags above the first words."""
        return tuple(self._call("get_global_tags"))

    @property
    def can_continue(self) -> bool:
        """Whether there may be another line."""
        return bool(self._call("can_continue"))

    @property
    def path(self) -> str:
        """Where the next thing stands; empty at a question and at the end."""
        return str(self._call("get_current_path"))

    def advance(self) -> Told:
        """Go forward by one line, which may be empty."""
        for _ in range(SLICES):
            if self._call("continue_async", SLICE_MS):
                return Told(self._call("get_current_text"), tuple(self._call("get_current_tags")))
        raise Endless(self.path)

    def choices(self) -> list[Told]:
        """The words and tags of each choice that is open."""
        choices = self._call("get_current_choices")
        try:
            return [Told(choices[i], tuple(choices.get_tags(i))) for i in range(len(choices))]
        except RuntimeError as error:  # words with a NUL in them, from a state that nobody saved
            raise RuntimeFault(str(error)) from None

    def choose(self, index: int) -> None:
        """Take a choice."""
        self._call("choose_choice_index", index)

    def jump(self, path: str) -> None:
        """Go on from a path, out of every tunnel."""
        self._call("choose_path_string", path)

    def save(self) -> str:
        """The whole state as JSON text."""
        return str(self._call("save_state"))

    def load(self, state: str) -> None:
        """Back to a saved state."""
        self._call("load_state", state)

    def _call(self, method: str, *arguments: object) -> Any:
        try:
            return getattr(self._story, method)(*arguments)
        except (RuntimeError, UnicodeEncodeError) as error:  # the latter: half a character
            raise RuntimeFault(str(error)) from None

    def _on_error(self, message: str, is_error: bool) -> None:
        if is_error:
            self.errors.append(message)

    def _divide(self, operator: str, left: object, right: object) -> int | float:
        """Ink's ``/`` and ``%``: whole numbers are cut towards zero."""
        if not isinstance(left, int | float) or not isinstance(right, int | float):
            self.errors.append("only numbers can be divided")
        elif right == 0:
            self.errors.append(f"{left} is divided by zero")
        elif isinstance(left, int) and isinstance(right, int):
            whole = abs(left) // abs(right) * (1 if (left < 0) == (right < 0) else -1)
            value = whole if operator == DIVIDE else left - right * whole
            if value in _INT32:
                return value
            self.errors.append(f"{left} divided by {right} is too large")
        else:
            return left / right if operator == DIVIDE else math.fmod(left, right)
        return 0
