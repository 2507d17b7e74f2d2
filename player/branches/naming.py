"""Names of places and endings for people who did not write the story."""

from __future__ import annotations

from collections import Counter

from player.branches.model import BranchSurvey
from player.terminal_text import clean


def readable(path: str) -> str:
    """Turn a path into a name: ``"home.blue_room"`` becomes ``"Blue room"``.

    A path with spaces is a passage's title already, and only gets a capital letter.
    """
    name = clean(path if " " in path else path.rpartition(".")[2].replace("_", " "))
    return name[:1].upper() + name[1:]


def ending_name(survey: BranchSurvey, index: int) -> str:
    """Return a name for ``survey.endings[index]`` by which it can be told from the others.

    It is the name of its place, followed by its last line if several endings share that place.
    """
    ending = survey.endings[index]
    name = readable(ending.path)
    if len(survey.endings) == 1 and not survey.questions:
        name = ""  # a linear story ends wherever its last chapter is: that names nothing
    if Counter(other.path for other in survey.endings)[ending.path] > 1:
        return f"{name}: {clean(ending.last_line)}".removeprefix(": ")
    return name or "The end"
