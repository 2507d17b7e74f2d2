"""The terminal on standard output: its size, and writing to it without ever failing."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from typing import TextIO

from player.cli.console import printable, terminal_size


class TerminalOutput:
    """Writes to ``out``. If that is closed, the text is lost and the night goes on."""

    def __init__(self, out: TextIO) -> None:
        self.stream = out

    def write(self, text: str) -> None:
        """Write ``text`` at once."""
        with suppress(OSError, ValueError):
            self.stream.write(printable(text, self.stream))
            self.stream.flush()

    def size(self) -> tuple[int, int]:
        """Return its present columns and rows."""
        return terminal_size(self.stream)


if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    _STANDARD_OUTPUT = -11
    _PROCESSED, _ESCAPES = 0x0001, 0x0004  # ENABLE_{PROCESSED_OUTPUT,VIRTUAL_TERMINAL_PROCESSING}

    def take_escapes() -> Callable[[], None] | None:
        """Enable escapes in the console (Windows 10 and newer); return a function that undoes it.

        Returns None if the console refuses.
        """
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.GetStdHandle.restype = wintypes.HANDLE
        kernel.GetConsoleMode.argtypes = (wintypes.HANDLE, ctypes.POINTER(wintypes.DWORD))
        kernel.SetConsoleMode.argtypes = (wintypes.HANDLE, wintypes.DWORD)
        console = kernel.GetStdHandle(_STANDARD_OUTPUT)
        mode = wintypes.DWORD()
        if not kernel.GetConsoleMode(console, ctypes.byref(mode)):
            return None
        before = mode.value
        if not kernel.SetConsoleMode(console, before | _PROCESSED | _ESCAPES):
            return None

        def give_back() -> None:
            kernel.SetConsoleMode(console, before)

        return give_back

else:

    def take_escapes() -> Callable[[], None] | None:
        """Return a function that does nothing: other terminals obey escapes anyway."""
        return lambda: None
