"""Keys, read without enter: one table of what each does, and the terminal that gives them.

A key that the question has as its own wins; then the digits; then the table.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from types import MappingProxyType

from player.answers import Answer, Desk
from player.errors import UsageError
from player.script import Ask
from player.session import Choose, Event

FIRST, SECOND, HELP = "first", "second", "help"

ACTIONS: Mapping[str, Answer | None] = MappingProxyType(
    {
        FIRST: Choose(0),
        SECOND: Choose(1),
        HELP: None,
        "default": Event.DEFAULT,
        "pause": Desk.PAUSE,
        "repeat": Event.REPEAT,
        "back": Event.BACK,
        "passage-back": Event.PASSAGE_BACK,
        "passage-on": Event.PASSAGE_ON,
        "louder": Desk.LOUDER,
        "softer": Desk.SOFTER,
        "voice-softer": Desk.VOICE_SOFTER,
        "voice-louder": Desk.VOICE_LOUDER,
        "more-time": Event.MORE,
        "oasis": Event.OASIS,
        "quit": Event.QUIT,
    }
)
"""What a key can be set to do, by the name it has in the config file."""

KEYS: Mapping[str, str] = MappingProxyType(
    {
        "f": FIRST,
        "j": SECOND,
        "enter": "default",
        "space": "pause",
        "r": "repeat",
        "b": "back",
        "left": "passage-back",
        "right": "passage-on",
        "up": "louder",
        "down": "softer",
        "[": "voice-softer",
        "]": "voice-louder",
        "t": "more-time",
        "o": "oasis",
        "q": "quit",
        "?": HELP,
    }
)
"""Key to action: the contract's table, which the config file may change."""

HELP_LINES = (
    ("1…9, f, j", "choose"),
    ("enter", "the gentle default"),
    ("space", "pause"),
    ("r", "say it again"),
    ("b", "back one line"),
    ("← →", "back, on one passage"),
    ("↑ ↓", "volume"),
    ("[ ]", "voice against bed"),
    ("t", "fifteen more minutes"),
    ("o", "only the bed, then silence"),
    ("q", "bookmark and good night"),
)

_ESCAPES = {
    "[A": "up", "[B": "down", "[C": "right", "[D": "left",
    "OA": "up", "OB": "down", "OC": "right", "OD": "left",
}  # fmt: skip
_NAMED = {"\r": "enter", "\n": "enter", " ": "space", "\x04": "q"}


def table(changes: Mapping[str, str]) -> Mapping[str, str]:
    """``KEYS`` with a listener's own ``changes`` (key to action); raises ``UsageError``."""
    for key, action in changes.items():
        if action not in ACTIONS:
            raise UsageError(
                f"keys: '{key}' is set to '{action}', which is no action: give one of "
                + ", ".join(ACTIONS)
            )
        if len(key) != 1 and key not in KEYS:
            raise UsageError(f"keys: '{key}' is no key: give one character, or enter, space, up…")
    return MappingProxyType({**KEYS, **changes})


def meaning(key: str, ask: Ask | None, keys: Mapping[str, str] = KEYS) -> Answer | None:
    """What ``key`` does now; ``None`` for nothing."""
    if ask is not None:
        for index, option in enumerate(ask.options):
            if option.key == key.lower():
                return Choose(index)
        if key in "123456789":
            return Choose(int(key) - 1)
    action = keys.get(key) or keys.get(key.lower())
    answer = ACTIONS[action] if action else None
    return None if isinstance(answer, Choose) and ask is None else answer


class Keys:
    """Answers from the terminal on standard input."""

    def __init__(self, keys: Mapping[str, str] = KEYS) -> None:
        self.help_wanted = False
        """Turned by the help key: the screen looks at it."""
        self.last_press = 0
        """Counts presses, so that a screen can wake."""
        self._keys = keys
        self._waiting: list[str] = []
        self._quit = False

    def poll(self, ask: Ask | None, waiting: bool) -> Answer | None:
        if signalled := self.signalled():
            return signalled
        self._waiting += read_keys()
        while self._waiting:
            key = self._waiting.pop(0)
            self.last_press += 1
            if self._keys.get(key) == HELP:
                self.help_wanted = not self.help_wanted
                continue
            answer = meaning(key, ask, self._keys)
            if answer is not None:
                return answer
        return None

    def signalled(self) -> Answer | None:
        """What a signal asked for, and no key."""
        quitting, self._quit = self._quit, False
        return Event.QUIT if quitting else None

    def still_here(self) -> bool:
        """While nothing can be heard: false once the listener has asked to leave."""
        if sys.stdin.isatty():
            self._waiting += read_keys()
        self._quit |= any(self._keys.get(key) == "quit" for key in self._waiting)
        return not self._quit

    def quit(self) -> None:
        """From a signal: as if the listener had pressed the key."""
        self._quit = True


def decode(text: str) -> Iterator[str]:
    """Characters as a terminal sends them to names of keys; what is unknown is passed over."""
    at = 0
    while at < len(text):
        if text[at] == "\x1b":
            name = _ESCAPES.get(text[at + 1 : at + 3])
            if name:
                yield name
            at += 3 if text[at + 1 : at + 2] in ("[", "O") else 1
            continue
        character = text[at]
        at += 1
        if character in _NAMED:
            yield _NAMED[character]
        elif character.isprintable():
            yield character


if sys.platform == "win32":
    import msvcrt

    _WINDOWS = {"H": "\x1b[A", "P": "\x1b[B", "M": "\x1b[C", "K": "\x1b[D"}

    def read_keys() -> list[str]:
        """Every key pressed since the last call; never waits."""
        text = ""
        while msvcrt.kbhit():
            character = msvcrt.getwch()
            if character in "\x00\xe0":
                character = _WINDOWS.get(msvcrt.getwch(), "")
            text += character
        return list(decode(text))

    @contextmanager
    def terminal() -> Iterator[None]:
        """Nothing to prepare: ``msvcrt`` reads keys as they are."""
        yield

else:
    import os
    import select
    import termios
    import tty

    def read_keys() -> list[str]:
        """Every key pressed since the last call; never waits."""
        text = b""
        with suppress(OSError, ValueError):  # a terminal that went away presses no keys
            while select.select([sys.stdin], [], [], 0)[0]:
                more = os.read(sys.stdin.fileno(), 64)
                if not more:
                    break
                text += more
        return list(decode(text.decode(errors="ignore")))

    @contextmanager
    def terminal() -> Iterator[None]:
        """Keys come without enter and without echo; the terminal is put back at the end."""
        before = termios.tcgetattr(sys.stdin)
        try:
            tty.setcbreak(sys.stdin)
            yield
        finally:
            with suppress(termios.error):
                termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)
