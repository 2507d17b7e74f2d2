"""The night as a state machine: (state, event) gives actions, by one table.

``events`` are the words in which the night is told and steered; ``reader`` reads the story ahead;
``table`` says what is done when; its rows are in ``telling``, ``asking``, ``moving``, ``ending``
and ``sleeping``, and ``standing`` is what they share; ``machine`` is the session itself.
"""

from player.session.events import (
    Action,
    Answered,
    Choose,
    Ease,
    Event,
    FadeIn,
    FadeOut,
    Hush,
    MoreTime,
    Place,
    Speak,
    Stop,
    Understood,
    Wait,
)
from player.session.pacing import Manner
from player.session.session import Session
from player.session.state import State

__all__ = [
    "Action",
    "Answered",
    "Choose",
    "Ease",
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
    "Understood",
    "Wait",
]
