"""A line and its tags become steps of the night: what to say, where we are, how warm it is.

The story says ``Line``, ``Choices`` or ``End``; this module reads the tags that stand on them
(the table is in ``tags.py``) and answers frozen steps. It keeps no state: the same line always
gives the same steps. What it does not understand it passes over and reports as a ``Problem``.
"""

from player.script.header import Header, read_header
from player.script.prompts import ask_again, spoken_question
from player.script.steps import (
    Ask,
    Chapter,
    Finish,
    Glide,
    Option,
    Problem,
    Reading,
    Say,
    SetScene,
    Sound,
    Step,
    read,
)

__all__ = [
    "Ask",
    "Chapter",
    "Finish",
    "Glide",
    "Header",
    "Option",
    "Problem",
    "Reading",
    "Say",
    "SetScene",
    "Sound",
    "Step",
    "ask_again",
    "read",
    "read_header",
    "spoken_question",
]
