"""Where answers come from: ``keys`` pressed, words ``spoken``, or a script (``scripted``)."""

from __future__ import annotations

from enum import Enum, auto
from typing import Protocol

from player.script import Ask
from player.session import Choose, Event, Understood


class Desk(Enum):
    """What a listener does to the night, whatever the story is at."""

    PAUSE = auto()
    LOUDER = auto()
    SOFTER = auto()
    VOICE_SOFTER = auto()
    VOICE_LOUDER = auto()
    HOLD = auto()
    """In the middle of an answer: a question is not given up for that long."""


STEPS_DB = {
    Desk.LOUDER: (1.5, 0.0),
    Desk.SOFTER: (-1.5, 0.0),
    Desk.VOICE_SOFTER: (0.0, -1.0),
    Desk.VOICE_LOUDER: (0.0, 1.0),
}
"""Each knob's step in dB: (volume, voice against bed)."""


Answer = Event | Choose | Understood | Desk


class Answers(Protocol):
    """Where answers come from: keys, a script, the listener's voice."""

    def poll(self, ask: Ask | None, waiting: bool) -> Answer | None:
        """Asked once a block; ``None`` is "still thinking".

        ``ask`` is the question that is open; ``waiting`` is true once it has been asked in full.
        """
        ...
