"""Keys, read without enter: one table of what each does, and the terminal that gives them.

A key that the question has as its own wins; then the digits; then the table.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from types import MappingProxyType

from player.controls import Answer, Desk
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

_HELP: tuple[tuple[tuple[str, ...], str], ...] = (
    (("default",), "the gentle default"),
    (("pause",), "pause"),
    (("repeat",), "say it again"),
    (("back",), "back one line"),
    (("passage-back", "passage-on"), "back / on one passage"),
    (("louder", "softer"), "louder / softer"),
    (("voice-softer", "voice-louder"), "voice softer / louder"),
    (("more-time",), "fifteen more minutes"),
    (("oasis",), "only the bed, then silence"),
    (("quit",), "bookmark and good night"),
    ((HELP,), "these keys"),
)
_SIGNS = {"left": "←", "right": "→", "up": "↑", "down": "↓"}

OTHER = "other"
"""Any key without a name here: it does nothing, but somebody pressed it."""

_KEY = re.compile(r"\x1b\[\[[A-E]|\x1b\[[0-?]*[ -/]*[@-~]|\x1bO[A-Za-z]|.", re.DOTALL)
"""One key as a terminal sends it, whole: the digits inside F5 or ctrl-→ are no answers."""
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
    action = _action(key, keys)
    answer = ACTIONS[action] if action else None
    return None if isinstance(answer, Choose) and ask is None else answer


def _action(key: str, keys: Mapping[str, str]) -> str | None:
    return keys.get(key) or keys.get(key.lower())


def keys_of(action: str, keys: Mapping[str, str] = KEYS) -> tuple[str, ...]:
    """The keys that do ``action``, as a listener is shown them."""
    return tuple(_SIGNS.get(key, key) for key, does in keys.items() if does == action)


def help_lines(keys: Mapping[str, str] = KEYS) -> tuple[tuple[str, str], ...]:
    """What there is to press, as ``keys`` has it: (keys, what they do)."""
    choosing = ", ".join(("1…9", *keys_of(FIRST, keys), *keys_of(SECOND, keys)))
    lines = [(choosing, "choose")]
    for actions, what in _HELP:
        found = [", ".join(keys_of(action, keys)) for action in actions]
        if any(found):
            lines.append((" / ".join(one or "–" for one in found), what))
    return tuple(lines)


def choosers(ask: Ask, keys: Mapping[str, str] = KEYS) -> tuple[tuple[str, ...], ...]:
    """The keys that choose each option of ``ask``: its number, its own, the table's."""
    own = {option.key for option in ask.options}
    found = []
    for index, option in enumerate(ask.options):
        table_keys = [
            _SIGNS.get(key, key)
            for key, action in keys.items()
            if key.lower() not in own
            and (ACTIONS[action] == Choose(index) or (action == "default" and index == ask.default))
        ]
        number = str(index + 1) if index < 9 else None
        found.append(tuple(filter(None, (number, option.key, *table_keys))))
    return tuple(found)


class Keys:
    """Answers from the terminal on standard input."""

    def __init__(self, keys: Mapping[str, str] = KEYS) -> None:
        self.help_wanted = False
        """Turned by the help key: the screen looks at it."""
        self.last_press = 0
        """Counts presses, so that a screen can wake."""
        self.deaf = False
        """Nobody is there to press any: only signals are answers."""
        self.table = keys
        self._waiting: list[str] = []
        self._quit = False

    def poll(self, ask: Ask | None, waiting: bool) -> Answer | None:
        signalled = self.signalled()
        if signalled or self.deaf:
            return signalled
        self._read()
        while self._waiting:
            key = self._waiting.pop(0)
            answer = meaning(key, ask, self.table)
            if answer is not None:
                return answer
            if _action(key, self.table) == HELP:
                self.help_wanted = not self.help_wanted
        return None

    def signalled(self) -> Answer | None:
        """What a signal asked for, and no key."""
        quitting, self._quit = self._quit, False
        return Event.QUIT if quitting else None

    def still_here(self) -> bool:
        """While nothing can be heard: false once the listener has asked to leave."""
        if sys.stdin.isatty():
            self._read()
        self._quit |= any(_action(key, self.table) == "quit" for key in self._waiting)
        return not self._quit

    def quit(self) -> None:
        """From a signal: as if the listener had pressed the key."""
        self._quit = True

    def _read(self) -> None:
        pressed = read_keys()
        self.last_press += len(pressed)
        self._waiting += pressed


def decode(text: str) -> Iterator[str]:
    """Characters as a terminal sends them to names of keys; what is unknown is ``OTHER``."""
    for match in _KEY.finditer(text):
        key = match[0]
        if key.startswith("\x1b"):
            yield _ESCAPES.get(key[1:], OTHER)
        else:
            yield _NAMED.get(key, key if key.isprintable() else OTHER)


if sys.platform == "win32":
    import msvcrt

    _WINDOWS = {"H": "\x1b[A", "P": "\x1b[B", "M": "\x1b[C", "K": "\x1b[D"}

    def read_keys() -> list[str]:
        """Every key pressed since the last call; never waits."""
        text = ""
        while msvcrt.kbhit():
            character = msvcrt.getwch()
            if character in "\x00\xe0":
                character = _WINDOWS.get(msvcrt.getwch(), "\x00")
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
            _keep_going()
            yield
        finally:
            with suppress(termios.error):
                termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)

    def _keep_going() -> None:
        """Ctrl-S and ctrl-Z, hit in the dark, would stop the sound without a word."""
        mode = termios.tcgetattr(sys.stdin)
        mode[0] &= ~termios.IXON
        mode[6][termios.VSUSP] = bytes([os.fpathconf(sys.stdin.fileno(), "PC_VDISABLE")])
        termios.tcsetattr(sys.stdin, termios.TCSANOW, mode)
