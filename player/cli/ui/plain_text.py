"""The night as plain lines of text, each printed once, for pipes and screen readers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TextIO

from player.cli.console import wrapped
from player.cli.ui.screen import Shown
from player.cli.ui.terminal_output import TerminalOutput
from player.controls.keyboard import choosers, help_lines
from player.cues import Cue
from player.engine.performance import Performance
from player.script import Ask
from player.session import State
from player.terminal_text import clean


class PlainTextScreen:
    """A screen without escapes or carriage returns: nothing is written over."""

    def __init__(self, out: TextIO, keys: Mapping[str, str]) -> None:
        self._console, self._keys = TerminalOutput(out), keys
        self._ask: Ask | None = None
        self._asked = False
        self._paused = False
        self._shown = Shown()

    def show(self, cue: Cue) -> None:
        if cue.kind in ("chapter", "line", "choice"):
            self._print(cue.text)
        elif cue.kind == "answer":
            self._print(f"chosen: {cue.text}")
        self._asked |= cue.kind == "choice"

    def refresh(self, performance: Performance, shown: Shown) -> None:
        self._offer(performance)
        before, self._shown = self._shown, shown
        if performance.paused != self._paused:
            self._paused = performance.paused
            self._print("paused" if self._paused else "going on")
        if shown.listening and not before.listening:
            self._print("listening")
        if shown.notice != before.notice:
            self._print(shown.notice)
        if shown.help_wanted and not before.help_wanted:
            for keys, what in help_lines(self._keys):
                self._print(f"{keys}: {what}")

    def close(self) -> None:
        """Do nothing."""

    def _offer(self, performance: Performance) -> None:
        """Print the choices once, after the question or the line that asked it."""
        session = performance.session
        if session.ask is None:
            self._ask, self._asked = None, False
        elif session.ask is not self._ask and (self._asked or session.state is not State.ASKING):
            self._ask = session.ask
            for keys, option in zip(
                choosers(self._ask, self._keys), self._ask.options, strict=True
            ):
                self._print(f"{', '.join(keys)}: {option.text}")

    def _print(self, text: str) -> None:
        if text := clean(text):
            self._console.write(f"{wrapped(text, self._console.stream)}\n")
