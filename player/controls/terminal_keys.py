"""Read single keys from a terminal, without waiting for enter and without showing them."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

OTHER = "other"
"""A key that has no name here. It does nothing, but it shows that somebody is awake."""

_KEY = re.compile(r"\x1b\[\[[A-E]|\x1b\[[0-?]*[ -/]*[@-~]|\x1bO[A-Za-z]|.", re.DOTALL)
"""One whole key as a terminal sends it, so that the digits inside F5 or ctrl-→ choose nothing."""
_ESCAPES = {
    "[A": "up", "[B": "down", "[C": "right", "[D": "left",
    "OA": "up", "OB": "down", "OC": "right", "OD": "left",
}  # fmt: skip
_NAMES = {"\r": "enter", "\n": "enter", " ": "space", "\x04": "q"}


def decode(text: str) -> Iterator[str]:
    """Yield the name of each key in the characters that a terminal sent; unknown ones are OTHER."""
    for match in _KEY.finditer(text):
        key = match[0]
        if key.startswith("\x1b"):
            yield _ESCAPES.get(key[1:], OTHER)
        else:
            yield _NAMES.get(key, key if key.isprintable() else OTHER)


if sys.platform == "win32":
    import msvcrt

    _WINDOWS = {"H": "\x1b[A", "P": "\x1b[B", "M": "\x1b[C", "K": "\x1b[D"}

    def read_keys() -> list[str]:
        """Return all keys pressed since the last call, without waiting."""
        text = ""
        while msvcrt.kbhit():
            character = msvcrt.getwch()
            if character in "\x00\xe0":
                character = _WINDOWS.get(msvcrt.getwch(), "\x00")
            text += character
        return list(decode(text))

    @contextmanager
    def terminal() -> Iterator[None]:
        """Do nothing, since ``msvcrt`` reads keys without preparation."""
        yield

else:
    import os
    import select
    import termios
    import tty

    def read_keys() -> list[str]:
        """Return all keys pressed since the last call, without waiting."""
        text = b""
        with suppress(OSError, ValueError):  # the terminal has gone
            while select.select([sys.stdin], [], [], 0)[0]:
                more = os.read(sys.stdin.fileno(), 64)
                if not more:
                    break
                text += more
        return list(decode(text.decode(errors="ignore")))

    @contextmanager
    def terminal() -> Iterator[None]:
        """Deliver keys without enter and without echo; restore the terminal at the end."""
        before = termios.tcgetattr(sys.stdin)
        try:
            tty.setcbreak(sys.stdin)
            _disable_stop_keys()
            yield
        finally:
            with suppress(termios.error):
                termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)

    def _disable_stop_keys() -> None:
        """Disable ctrl-S and ctrl-Z, which would stop the sound when pressed by accident."""
        mode = termios.tcgetattr(sys.stdin)
        mode[0] &= ~termios.IXON
        mode[6][termios.VSUSP] = bytes([os.fpathconf(sys.stdin.fileno(), "PC_VDISABLE")])
        termios.tcsetattr(sys.stdin, termios.TCSANOW, mode)
