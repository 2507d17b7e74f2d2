"""Turn lines and their tags into steps of the night: speech, soundscapes, depth, questions.

A story yields ``Line``, ``Choices`` or ``End``. ``read_item`` reads the tags on them (``tags.py``
has the table) and returns frozen steps. It keeps no state: the same line always gives the same
steps. A tag that cannot be read is skipped and reported as a ``Problem``.
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
