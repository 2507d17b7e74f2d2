"""Choice of the screen: the dark full screen on a terminal, else plain lines."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from player.cli.ui.fullscreen import FullScreen
from player.cli.ui.plain_text import PlainTextScreen
from player.cli.ui.screen import Screen, Shown
from player.cli.ui.terminal_output import take_escapes
from player.controls.keyboard import KEYS

__all__ = ["Screen", "Shown", "open_screen"]


def open_screen(title: str, plain: bool = False, keys: Mapping[str, str] = KEYS) -> Screen:
    """Return the full screen on a terminal that can be drawn on; else, or if asked, plain lines.

    ``keys`` is the table that the listener's keys are read by: it is what the help shows.
    """
    dumb = os.environ.get("TERM", "") in ("", "dumb") and sys.platform != "win32"
    undo = None if plain or dumb or not sys.stdout.isatty() else take_escapes()
    return FullScreen(title, sys.stdout, keys, undo) if undo else PlainTextScreen(sys.stdout, keys)
