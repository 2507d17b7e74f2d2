"""Keyboard controls: one table of what each key does.

A key that the open question defines for itself comes first, then the digits, then the table.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from types import MappingProxyType

from player.controls import Answer, PlaybackCommand
from player.controls.terminal_keys import read_keys
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
        "pause": PlaybackCommand.PAUSE,
        "repeat": Event.REPEAT,
        "back": Event.BACK,
        "passage-back": Event.PASSAGE_BACK,
        "passage-on": Event.PASSAGE_ON,
        "louder": PlaybackCommand.LOUDER,
        "softer": PlaybackCommand.SOFTER,
        "voice-softer": PlaybackCommand.VOICE_SOFTER,
        "voice-louder": PlaybackCommand.VOICE_LOUDER,
        "more-time": Event.MORE,
        "oasis": Event.OASIS,
        "quit": Event.QUIT,
    }
)
"""Actions that a key can be set to, by their names in the settings file."""

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
"""Action of each key. The settings file may change it."""

_HELP: tuple[tuple[tuple[str, ...], str], ...] = (
    (("default",), "the gentle default"),
    (("pause",), "pause"),
    (("repeat",), "say it again"),
    (("back",), "back one line"),
    (("passage-back", "passage-on"), "back / on one passage"),
    (("louder", "softer"), "louder / softer"),
    (("voice-softer", "voice-louder"), "voice softer / louder"),
    (("more-time",), "more time before sleep"),
    (("oasis",), "only the bed, then silence"),
    (("quit",), "bookmark and good night"),
    ((HELP,), "these keys"),
)
_SIGNS = {"left": "←", "right": "→", "up": "↑", "down": "↓"}


def table(changes: Mapping[str, str]) -> Mapping[str, str]:
    """Return ``KEYS`` with a listener's ``changes`` (key to action). Raises ``UsageError``."""
    for key, action in changes.items():
        if action not in ACTIONS:
            raise UsageError(
                f"keys: '{key}' is set to '{action}', which is not an action: give one of "
                + ", ".join(ACTIONS)
            )
        if len(key) != 1 and key not in KEYS:
            raise UsageError(
                f"keys: '{key}' is not a key: give one character, or enter, space, up…"
            )
    return MappingProxyType({**KEYS, **changes})


def meaning(key: str, ask: Ask | None, keys: Mapping[str, str] = KEYS) -> Answer | None:
    """Return what ``key`` means at the moment; None if nothing."""
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
    """Return the keys of ``action``, as they are shown to a listener."""
    return tuple(_SIGNS.get(key, key) for key, its_action in keys.items() if its_action == action)


def help_lines(keys: Mapping[str, str] = KEYS) -> tuple[tuple[str, str], ...]:
    """Return rows of help: (keys, what they do)."""
    choosing = ", ".join(("1…9", *keys_of(FIRST, keys), *keys_of(SECOND, keys)))
    lines = [(choosing, "choose")]
    for actions, effect in _HELP:
        groups = [", ".join(keys_of(action, keys)) for action in actions]
        if any(groups):
            lines.append((" / ".join(group or "–" for group in groups), effect))
    return tuple(lines)


def choosers(ask: Ask, keys: Mapping[str, str] = KEYS) -> tuple[tuple[str, ...], ...]:
    """Return the keys of each option of ``ask``: its number, its own key, those of the table."""
    option_keys = {option.key for option in ask.options}
    choosing = []
    for index, option in enumerate(ask.options):
        table_keys = [
            _SIGNS.get(key, key)
            for key, action in keys.items()
            if key.lower() not in option_keys
            and (ACTIONS[action] == Choose(index) or (action == "default" and index == ask.default))
        ]
        number = str(index + 1) if index < 9 else None
        choosing.append(tuple(filter(None, (number, option.key, *table_keys))))
    return tuple(choosing)


class Keyboard:
    """Controls by the keys of the terminal on standard input, and by signals."""

    def __init__(self, keys: Mapping[str, str] = KEYS) -> None:
        self.help_wanted = False
        """Toggled by the help key, and read by the screen."""
        self.last_press = 0
        """Number of presses so far; a change wakes the screen."""
        self.has_keyboard = True
        """False when standard input is no terminal; then only signals are read."""
        self.table = keys
        self._waiting: list[str] = []
        self._quit = False

    def poll(self, ask: Ask | None, waiting: bool) -> Answer | None:
        signalled = self.signalled()
        if signalled or not self.has_keyboard:
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
        """Return what a signal asked for, ignoring the keys."""
        quitting, self._quit = self._quit, False
        return Event.QUIT if quitting else None

    def still_here(self) -> bool:
        """Return False once the listener has asked to quit; used while the sound device is lost."""
        if sys.stdin.isatty():
            self._read()
        self._quit |= any(_action(key, self.table) == "quit" for key in self._waiting)
        return not self._quit

    def quit(self) -> None:
        """Ask for the night's end, which the next poll reports; called by a signal handler.

        It goes before any key that waits.
        """
        self._quit = True

    def _read(self) -> None:
        pressed = read_keys()
        self.last_press += len(pressed)
        self._waiting += pressed
