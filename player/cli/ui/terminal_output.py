"""The terminal on standard output: its size, its signs, and writing to it without ever failing."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import TextIO

_PLAINER = str.maketrans("…·—–−×‘’“”←→↑↓", "..---x" + "''" + '""' + "<>^v")
"""Signs that an old code page lacks, each by another of the same width."""


class Console:
    """Writes to ``out``. Where that is gone, what is written is lost, and the night goes on."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._encoding = out.encoding or "utf-8"
        self._size = (80, 24)

    def write(self, text: str) -> None:
        with suppress(OSError, ValueError):
            self._out.write(self._sayable(text))
            self._out.flush()

    def size(self) -> tuple[int, int]:
        """Columns and rows as they are now; as they last were, where nobody can say."""
        with suppress(OSError, ValueError):
            columns, rows = os.get_terminal_size(self._out.fileno())
            self._size = (columns, rows) if columns and rows else shutil.get_terminal_size()
        return self._size

    def _sayable(self, text: str) -> str:
        try:
            text.encode(self._encoding)
        except UnicodeEncodeError:
            text = text.translate(_PLAINER).encode(self._encoding, "replace").decode(self._encoding)
        return text


if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    _STANDARD_OUTPUT = -11
    _PROCESSED, _ESCAPES = 0x0001, 0x0004  # ENABLE_{PROCESSED_OUTPUT,VIRTUAL_TERMINAL_PROCESSING}

    def take_escapes() -> Callable[[], None] | None:
        """Let the console obey escapes (Windows 10 and newer); answers what undoes it.

        ``None`` where the console refuses.
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
        """Other terminals obey escapes unasked, and nothing needs to be undone."""
        return lambda: None
