"""A calm, dark screen: title, chapter, the line being said, the choices, depth and time.

It is black, whatever the terminal's own ground. It dims in steps to nothing, and nothing is written
that has not changed.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable, Mapping
from typing import TextIO

from player.audio import QUANTUM, RATE
from player.cli.ui.dimming import DARK, Dimmer
from player.cli.ui.page_layout import Page, Row, lay_out, margin
from player.cli.ui.screen import Shown
from player.cli.ui.terminal_output import TerminalOutput
from player.controls.keyboard import HELP, choosers, help_lines, keys_of
from player.cues import Cue
from player.engine.performance import Performance
from player.script import Ask
from player.session import State
from player.terminal_text import clean, clip, columns

COLOURS = ((137, 240), (94, 238), (238, 236), (235, 234))
"""Numbers in the palette of 256, for each darkness below ``DARK``: of main and of minor text."""

NOTICE_S = 4.0

_BLACK = "\x1b[0;48;5;16m"  # from the colour cube, which a terminal's theme does not change
_PLAIN = "\x1b[0m"
_ENTER, _LEAVE = "\x1b[?1049h\x1b[?25l\x1b[?7l", "\x1b[2J\x1b[H\x1b[?7h\x1b[?25h\x1b[?1049l"
"""Switch to the alternate screen without cursor and line wrap; and back."""

_ASKED_TWICE = (State.ASKING_AGAIN, State.WAITING_AGAIN)


class FullScreen:
    """The dark screen; ``undo`` is called when it is closed."""

    def __init__(
        self, title: str, out: TextIO, keys: Mapping[str, str], undo: Callable[[], None]
    ) -> None:
        self._console, self._keys, self._undo = TerminalOutput(out), keys, undo
        self._title, self._chapter, self._line = _without_emoji(title), "", ""
        self._ground = "" if os.environ.get("NO_COLOR") else _BLACK
        self._dimmer = Dimmer()
        self._ask: Ask | None = None
        self._choices: tuple[tuple[tuple[str, ...], str], ...] = ()
        self._notice, self._last_notice, self._notice_left = "", "", 0
        self._drawn: tuple[Page, int, tuple[int, int]] | None = None
        self._rows: tuple[str, ...] = ()
        self._size = (0, 0)
        self._draw(Page("", ""), DARK, self._console.size(), opening=f"{self._ground}{_ENTER}")

    def show(self, cue: Cue) -> None:
        if cue.kind == "chapter":
            self._chapter, self._line = _without_emoji(cue.text), ""
        elif cue.kind in ("line", "choice"):
            self._line = _without_emoji(cue.text)

    def refresh(self, performance: Performance, shown: Shown) -> None:
        session = performance.session
        is_fading = performance.sleep_s <= session.pacing.sleep_fade_s
        ask = None if is_fading else session.ask  # during the last fade no question lights it
        darkness = self._dimmer.advance(shown.presses, ask, session.state in _ASKED_TWICE)
        self._hold_notice(shown.notice)
        page = self._page(performance, shown) if darkness < DARK else Page("", "")
        size = self._console.size()
        if (page, darkness, size) != self._drawn:
            self._drawn = page, darkness, size
            self._draw(page, darkness, size)

    def close(self) -> None:
        self._console.write(f"{_PLAIN}{_LEAVE}{_PLAIN}")
        self._undo()

    # -- content ----------------------------------------------------------------------------------

    def _page(self, performance: Performance, shown: Shown) -> Page:
        self._update_choices(performance.session.ask)
        states = (
            "paused" if performance.paused else "",
            "listening" if shown.listening else "",
            self._notice,
        )
        return Page(
            title=f"{self._title} · {self._chapter}" if self._chapter else self._title,
            line=self._line,
            choices=self._choices,
            help=help_lines(self._keys) if shown.help_wanted else (),
            minutes=performance.frame // (60 * RATE),
            warmth=round(10 * performance.depth),
            state="   ".join(filter(None, states)),
            hint="".join(f"{key} keys" for key in keys_of(HELP, self._keys)[:1]),
        )

    def _update_choices(self, ask: Ask | None) -> None:
        if ask is not self._ask:
            self._ask, self._choices = ask, ()
        if ask is not None and not self._choices:
            labels = choosers(ask, self._keys)
            self._choices = tuple(
                (keys or ("",), _without_emoji(option.text))
                for keys, option in zip(labels, ask.options, strict=True)
            )

    def _hold_notice(self, notice: str) -> None:
        """Keep a new notice for its time, even if it is taken back meanwhile."""
        if notice and notice != self._last_notice:
            self._notice, self._notice_left = _without_emoji(notice), round(NOTICE_S * RATE)
        self._last_notice = notice
        self._notice_left -= QUANTUM
        if self._notice_left <= 0:
            self._notice = ""

    # -- drawing ----------------------------------------------------------------------------------

    def _draw(self, page: Page, darkness: int, size: tuple[int, int], opening: str = "") -> None:
        width, height = size
        page_rows = lay_out(page, width, height) if darkness < DARK else (Row(),) * height
        rows = tuple(self._painted(row, width, darkness) for row in page_rows)
        redraw = size != self._size
        changed = [
            f"\x1b[{number};1H{row}"
            for number, row in enumerate(rows, 1)
            if redraw or self._rows[number - 1] != row
        ]
        self._rows, self._size = rows, size
        if changed:
            clear = f"{self._ground}\x1b[2J" if redraw else ""
            self._console.write("".join((opening, clear, *changed)))

    def _painted(self, row: Row, width: int, darkness: int) -> str:
        """Return the row, padded with black, since some terminals erase with their own colour."""
        indent = " " * margin(width)
        text = clip(row.text, width - len(indent))
        if not self._ground:
            return f"\x1b[2K{indent}{text}" if text else "\x1b[2K"
        colour = f"\x1b[38;5;{COLOURS[darkness][row.aside]}m" if text else ""
        blank = " " * max(0, width - len(indent) - columns(text))
        return f"{self._ground}\x1b[2K{colour}{indent}{text}{blank}"


def _without_emoji(text: str) -> str:
    """Return ``text`` without emoji, whose colours are too bright."""
    return clean("".join(" " if _is_emoji(character) else character for character in text))


def _is_emoji(character: str) -> bool:
    if "\u2300" <= character <= "\u2bff":
        return unicodedata.east_asian_width(character) == "W"
    return character == "\ufe0f" or "\U0001f000" <= character <= "\U0001faff"
