"""The night as a state machine: a state and an event give the next state and actions.

- ``events``: what may happen to a night, and the actions that follow.
- ``transitions``: the table, one row per state and event, each with its next state.
- ``handlers``: the rows' actions, by subject.
- ``state``: the mutable state that the handlers share.
- ``lookahead``, ``utterances``, ``back_stack``, ``pacing``: reading ahead, wording, going back,
  times and levels.
- ``session``: the machine itself.
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
from player.session.pacing import Pacing
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
    "MoreTime",
    "Pacing",
    "Place",
    "Session",
    "Speak",
    "State",
    "Stop",
    "Understood",
    "Wait",
]
