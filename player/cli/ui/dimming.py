"""Dimming of the screen. Its clock is blocks of ``QUANTUM`` frames, which also pass in a pause."""

from __future__ import annotations

from player.audio import QUANTUM, RATE
from player.script import Ask

STEPS_S = (10.0, 20.0, 25.0, 30.0)
"""Seconds without a key after which it is one step darker; after the last, there is nothing."""

DARK = len(STEPS_S)
_AWAKE = 1  # what a key brings back: never again as bright as the first step
_LEGIBLE = 2  # as dark as it gets while a question is open that may still be looked at
_STEPS = tuple(round(seconds * RATE) for seconds in STEPS_S)


class Dimmer:
    """A counter of the time without a key, which gives a darkness from 0 to ``DARK``."""

    def __init__(self) -> None:
        self._idle = 0  # frames
        self._least = 0
        self._presses: int | None = None
        self._ask: Ask | None = None
        self._drowsy = False

    def advance(self, presses: int, ask: Ask | None, again: bool) -> int:
        """Advance by one block and return the darkness.

        ``presses`` counts keys; ``ask`` is the question that may be shown, if one is open;
        ``again``, whether it has been asked twice. Whoever has let that happen may be asleep:
        until a key is pressed, no further question wakes the screen.
        """
        self._idle += QUANTUM
        if ask is not None and ask is not self._ask and not self._drowsy:
            self._idle = 0
        self._drowsy |= again
        if self._presses not in (None, presses):
            self._idle, self._drowsy = 0, False
        self._presses, self._ask = presses, ask
        if ask is not None and not self._drowsy:
            self._idle = min(self._idle, _STEPS[_LEGIBLE] - QUANTUM)
        darkness = max(self._least, sum(self._idle >= step for step in _STEPS))
        self._least = min(darkness, _AWAKE)
        return darkness
