"""Dimming of the screen. Its clock is blocks of ``QUANTUM`` frames, which also pass in a pause."""

from __future__ import annotations

from player.audio import QUANTUM, RATE
from player.script import Ask

STEPS_S = (10.0, 20.0, 25.0, 30.0)
"""Seconds without a key after which the screen is one step darker; after the last it is black."""

DARK = len(STEPS_S)
_AWAKE = 1  # darkness after a key press: the screen never gets as bright as at first again
_LEGIBLE = 2  # maximum darkness while a question is open that the listener may still look at
_STEPS = tuple(round(seconds * RATE) for seconds in STEPS_S)


class Dimmer:
    """Turns the time without a key press into a darkness from 0 to ``DARK``."""

    def __init__(self) -> None:
        self._idle = 0  # frames
        self._minimum = 0
        self._presses: int | None = None
        self._ask: Ask | None = None
        self._drowsy = False

    def advance(self, presses: int, ask: Ask | None, asked_twice: bool) -> int:
        """Advance by one block and return the darkness.

        ``presses`` is the number of key presses so far, ``ask`` the question that is open, if any.
        A listener who lets a question be asked twice may be asleep: until a key is pressed, no
        further question lights the screen.
        """
        self._idle += QUANTUM
        if ask is not None and ask is not self._ask and not self._drowsy:
            self._idle = 0
        self._drowsy |= asked_twice
        if self._presses not in (None, presses):
            self._idle, self._drowsy = 0, False
        self._presses, self._ask = presses, ask
        if ask is not None and not self._drowsy:
            self._idle = min(self._idle, _STEPS[_LEGIBLE] - QUANTUM)
        darkness = max(self._minimum, sum(self._idle >= step for step in _STEPS))
        self._minimum = min(darkness, _AWAKE)
        return darkness
