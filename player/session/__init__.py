"""The night as a state machine: (state, event) gives actions, by one table.

``events`` are the words in which the night is told and steered, ``reader`` reads the story ahead,
``machine`` holds the table.
"""

from player.session.events import (
    Action,
    Answered,
    Choose,
    Event,
    FadeIn,
    FadeOut,
    Hush,
    MoreTime,
    Place,
    Speak,
    Stop,
    Wait,
)
from player.session.machine import QUESTION, Session, State
from player.session.manner import Manner

__all__ = [
    "QUESTION",
    "Action",
    "Answered",
    "Choose",
    "Event",
    "FadeIn",
    "FadeOut",
    "Hush",
    "Manner",
    "MoreTime",
    "Place",
    "Session",
    "Speak",
    "State",
    "Stop",
    "Wait",
]
