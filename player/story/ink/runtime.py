"""A narrow wrapper of the Ink runtime. No other module imports ``bink``.

``cont()`` would never return from an endless loop, so each line gets a time limit, which the
runtime measures itself; a normal line takes about ten microseconds. There are two such slices,
because a busy machine may pause once; not more, because an endless text that doubles itself takes
twice the memory each time.
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
    """The runtime failed; it must be created again."""


class EndlessLine(RuntimeFault):
    """A line did not end within its time limit."""


@dataclass(frozen=True, slots=True)
class TaggedText:
    """Text and tags of a line or a choice."""

    text: str
    tags: tuple[str, ...]


class Runtime:
    """One running story. Every method raises ``RuntimeFault`` if the runtime fails."""

    def __init__(self, compiled: str, seed: int) -> None:
        """Load the JSON text ``compiled`` and seed its random numbers."""
        self.errors: list[str] = []
        """Errors of the story itself, in the runtime's words."""
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
        """Tags above the first words."""
        return tuple(self._call("get_global_tags"))

    @property
    def can_continue(self) -> bool:
        """True if there can be another line."""
        return bool(self._call("can_continue"))

    @property
    def path(self) -> str:
        """Path of the next content; empty at a question and at the end."""
        return str(self._call("get_current_path"))

    def advance(self) -> TaggedText:
        """Run to the end of the next line, which may be empty, and return it."""
        for _ in range(SLICES):
            if self._call("continue_async", SLICE_MS):
                return TaggedText(
                    self._call("get_current_text"), tuple(self._call("get_current_tags"))
                )
        raise EndlessLine(self.path)

    def choices(self) -> list[TaggedText]:
        """Return the text and tags of each open choice."""
        choices = self._call("get_current_choices")
        try:
            return [TaggedText(choices[i], tuple(choices.get_tags(i))) for i in range(len(choices))]
        except RuntimeError as error:  # text with a NUL, from a forged state
            raise RuntimeFault(str(error)) from None

    def choose(self, index: int) -> None:
        """Take a choice."""
        self._call("choose_choice_index", index)

    def jump(self, path: str) -> None:
        """Continue at a path, leaving every tunnel."""
        self._call("choose_path_string", path)

    def save(self) -> str:
        """Return the whole state as JSON text."""
        return str(self._call("save_state"))

    def load(self, state: str) -> None:
        """Restore a saved state."""
        self._call("load_state", state)

    def _call(self, method: str, *arguments: object) -> Any:
        try:
            return getattr(self._story, method)(*arguments)
        except (RuntimeError, UnicodeEncodeError) as error:  # the latter: half of a surrogate pair
            raise RuntimeFault(str(error)) from None

    def _on_error(self, message: str, is_error: bool) -> None:
        if is_error:
            self.errors.append(message)

    def _divide(self, operator: str, left: object, right: object) -> int | float:
        """Divide as Ink's ``/`` and ``%`` do: whole numbers are truncated towards zero."""
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
