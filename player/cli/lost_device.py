"""The decision whether to wait for a sound device that is gone."""

from __future__ import annotations

from typing import Protocol

from player.controls.keyboard import Keyboard


class WaitingNight(Protocol):
    """A night that can wait for its device, and show that it does."""

    def keep_waiting(self) -> bool:
        """Show that the device is gone; return False if the listener leaves."""
        ...


class LostDevice:
    """Asks the night whether to wait for its device; before there is a night, the keyboard.

    The output is opened before the night is, so it gets this object first.
    """

    def __init__(self, keyboard: Keyboard) -> None:
        self.night: WaitingNight | None = None
        self._keyboard = keyboard

    def keep_waiting(self) -> bool:
        """Return whether to go on waiting; an output calls this while its device is gone."""
        return self.night.keep_waiting() if self.night else self._keyboard.still_here()
