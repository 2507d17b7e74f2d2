"""A line and its tags become steps of the night: what to say, where we are, how warm it is.

The story says ``Line``, ``Choices`` or ``End``; this module reads the tags that stand on them
(the table is in ``tags.py``) and answers frozen steps. It keeps no state: the same line always
gives the same steps. What it does not understand it passes over and reports as a ``Problem``.
"""

from player.script.header import Header, read_header
from player.script.prompts import ask_again, spoken_question
from player.script.steps import (
    Ask,
    BeginChapter,
    ChangeDepth,
    ChangeSoundscape,
    Finish,
    ItemSteps,
    Option,
    PlaySound,
    Problem,
    Say,
    Step,
    read_item,
)

__all__ = [
    "Ask",
    "BeginChapter",
    "ChangeDepth",
    "ChangeSoundscape",
    "Finish",
    "Header",
    "ItemSteps",
    "Option",
    "PlaySound",
    "Problem",
    "Say",
    "Step",
    "ask_again",
    "read_header",
    "read_item",
    "spoken_question",
]
