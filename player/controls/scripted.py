"""Answers that are given beforehand: ``--choices 2,1,default``, or those of another night."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from player.audio import QUANTUM, RATE
from player.controls import Answer
from player.errors import UsageError
from player.script import Ask, Option
from player.session import Choose, Event

THINKING_S = 1.5
"""Time from the end of a question to the answer."""

_DEFAULT = "default"


class ScriptedControls:
    """Controls that answer each question from a list, and then by default."""

    def __init__(self, choices: Sequence[str]) -> None:
        self._choices = list(choices)
        self._thinking = 0

    def poll(self, ask: Ask | None, waiting: bool) -> Answer | None:
        if ask is None or not waiting:
            return None
        self._thinking += 1
        if self._thinking * QUANTUM < THINKING_S * RATE:
            return None
        self._thinking = 0
        choice = self._choices.pop(0) if self._choices else _DEFAULT
        if choice == _DEFAULT:
            return Event.DEFAULT
        return Choose(find(choice, ask.options))


class ReplayedControls:
    """Controls that repeat answers at the frames at which they were given before."""

    def __init__(self, answers: Mapping[int, Answer]) -> None:
        self._answers = dict(answers)
        self._frame = 0

    def poll(self, ask: Ask | None, waiting: bool) -> Answer | None:
        answer = self._answers.get(self._frame)
        self._frame += QUANTUM
        return answer


def find(choice: str, options: Sequence[Option]) -> int:
    """Return the index of an option, given its number from 1, its key, or some of its words.

    Raises ``UsageError`` if no option matches, or more than one does.
    """
    wanted = " ".join(choice.casefold().split())
    if wanted.isdigit() and 1 <= int(wanted) <= len(options):
        return int(wanted) - 1
    for index, option in enumerate(options):
        if wanted in (option.key, option.text.casefold()):
            return index
    part_of = [i for i, option in enumerate(options) if wanted and wanted in option.text.casefold()]
    if len(part_of) == 1:
        return part_of[0]
    offered = ", ".join(f"{i} ({option.text})" for i, option in enumerate(options, 1))
    raise UsageError(f"--choices: '{choice}' is not one of the answers here: give one of {offered}")


def split(choices: str) -> list[str]:
    """Return the parts of a text such as ``"2,1,default"``."""
    return [part.strip() for part in choices.split(",")] if choices.strip() else []
