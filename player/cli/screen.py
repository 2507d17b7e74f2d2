"""A calm, dark screen: title, chapter, the line being said, the choices, depth and time.

Nothing bright, and nothing redrawn that has not changed. Where standard output is no terminal, the
lines are printed as they are said.
"""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
from collections.abc import Sequence
from typing import Protocol, TextIO

from player.answers.keys import HELP_LINES
from player.audio import RATE
from player.cues import Cue
from player.perform import Performance
from player.script import Ask

_DIM, _DIMMER, _RESET = "\x1b[38;5;137m", "\x1b[38;5;240m", "\x1b[0m"
_ENTER, _LEAVE = "\x1b[?1049h\x1b[?25l\x1b[2J", "\x1b[?25h\x1b[?1049l"
_WIDEST = 72


class Screen(Protocol):
    """What a night is shown on."""

    def show(self, cue: Cue) -> None:
        """Something begins to be heard."""
        ...

    def refresh(self, performance: Performance, help_wanted: bool) -> None:
        """A block has passed."""
        ...

    def close(self) -> None:
        """Leave the terminal as it was."""
        ...


def open_screen(title: str) -> Screen:
    """The calm screen on a terminal, else plain lines."""
    dumb = os.environ.get("TERM", "") in ("", "dumb") and sys.platform != "win32"
    return Lines(sys.stdout) if dumb or not sys.stdout.isatty() else Calm(title, sys.stdout)


class Lines:
    """What is said, a line each: for a pipe, or a screen reader."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def show(self, cue: Cue) -> None:
        if cue.kind == "chapter":
            print(f"\n{cue.text}\n", file=self._out, flush=True)
        elif cue.kind in ("line", "choice"):
            print(cue.text, file=self._out, flush=True)

    def refresh(self, performance: Performance, help_wanted: bool) -> None:
        """A line once printed stays as it is."""

    def close(self) -> None:
        """There is nothing to put back."""


class Calm:
    """The dark screen. It is written as a whole, and only when something on it has changed."""

    def __init__(self, title: str, out: TextIO) -> None:
        self._title, self._chapter, self._line = title, "", ""
        self._out = out
        self._shown: list[str] = []
        self._colours = not os.environ.get("NO_COLOR")
        self._write(_ENTER)

    def show(self, cue: Cue) -> None:
        if cue.kind == "chapter":
            self._chapter, self._line = cue.text, ""
        elif cue.kind in ("line", "choice"):
            self._line = cue.text

    def refresh(self, performance: Performance, help_wanted: bool) -> None:
        width, height = shutil.get_terminal_size()
        rows = self._rows(performance, help_wanted, max(16, min(width - 4, _WIDEST)))[: height - 1]
        if rows == self._shown:
            return
        changed = [
            f"\x1b[{number};1H\x1b[2K  {row}"
            for number, row in enumerate(rows, 1)
            if self._shown[number - 1 : number] != [row]
        ]
        changed += [
            f"\x1b[{number};1H\x1b[2K" for number in range(len(rows) + 1, len(self._shown) + 1)
        ]
        self._shown = rows
        self._write("".join(changed))

    def close(self) -> None:
        self._write(_LEAVE)

    def _rows(self, performance: Performance, help_wanted: bool, width: int) -> list[str]:
        where = f"{self._title} · {self._chapter}" if self._chapter else self._title
        rows = ["", self._dim(textwrap.shorten(where, width, placeholder="…"), _DIMMER), ""]
        rows += [self._dim(row, _DIM) for row in textwrap.wrap(self._line, width)]
        rows += ["", *self._choices(performance.session.ask, width)]
        if help_wanted:
            rows += ["", *(self._dim(f"{keys:<12}{what}", _DIMMER) for keys, what in HELP_LINES)]
        return [*rows, "", self._dim(self._status(performance), _DIMMER)]

    def _choices(self, ask: Ask | None, width: int) -> Sequence[str]:
        if ask is None:
            return ()
        rows = []
        for number, option in enumerate(ask.options, 1):
            key = f" or {option.key}" if option.key else ""
            mark = "  (enter)" if number - 1 == ask.default else ""
            rows += textwrap.wrap(
                f"{number}{key}   {option.text}{mark}", width, subsequent_indent="    "
            )
        return [self._dim(row, _DIM) for row in rows]

    def _status(self, performance: Performance) -> str:
        minutes, seconds = divmod(performance.frame // RATE, 60)
        warmth = "·" * round(10 * performance.depth)
        state = "   paused" if performance.paused else ""
        return f"{minutes:02}:{seconds:02}   {warmth:<10}{state}   ? keys"

    def _dim(self, text: str, colour: str) -> str:
        return f"{colour}{text}{_RESET}" if self._colours and text else text

    def _write(self, text: str) -> None:
        try:
            self._out.write(text)
            self._out.flush()
        except (OSError, ValueError):
            pass  # the terminal has gone; the night goes on
