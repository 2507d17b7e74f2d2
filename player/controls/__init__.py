"""Controls of the listener: a keyboard, spoken answers, or a list of answers."""

from __future__ import annotations

from enum import Enum, auto
from typing import Protocol

from player.script import Ask
from player.session import Choose, Event, Understood


class PlaybackCommand(Enum):
    """A command to the playback itself, allowed at any place in the story."""

    PAUSE = auto()
    LOUDER = auto()
    SOFTER = auto()
    VOICE_SOFTER = auto()
    VOICE_LOUDER = auto()
    HOLD = auto()
    """The listener is in the middle of an answer, so the question stays open."""


STEPS_DB = {
    PlaybackCommand.LOUDER: (1.5, 0.0),
    PlaybackCommand.SOFTER: (-1.5, 0.0),
    PlaybackCommand.VOICE_SOFTER: (0.0, -1.0),
    PlaybackCommand.VOICE_LOUDER: (0.0, 1.0),
}
"""Change in dB for each command: (volume, voice relative to bed)."""


Answer = Event | Choose | Understood | PlaybackCommand


class ControlsPort(Protocol):
    """A source of answers and commands."""

    def poll(self, ask: Ask | None, waiting: bool) -> Answer | None:
        """Return the next answer or command, or None; called once per block, and never waits.

        ``ask`` is the open question; ``waiting`` is true once it has been asked in full.
        """
        ...
