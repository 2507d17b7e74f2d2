"""``dreamers read``: a night as text, a sentence a line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from player.cli.console import print_notice, print_result
from player.controls.scripted import ScriptedControls, split
from player.engine.estimate import night_actions
from player.errors import InputError
from player.library.stories import find_story
from player.script import BeginChapter
from player.script.sentences import sentences
from player.session import Session, Speak
from player.session.events import Answered
from player.terminal_text import json_text


@dataclass(frozen=True, slots=True)
class Sentence:
    """One row of a night: a sentence, or the heading of a chapter."""

    kind: str
    """``chapter``, ``line``, ``choice`` (a question) or ``answer``."""
    text: str
    speaker: str = ""
    path: str = ""


def read(story: str, choices: str, *, spoken: bool, as_json: bool) -> None:
    """Print the night of ``story`` with these answers.

    With ``spoken``, the sentences are those that a voice is given.
    """
    session = Session(find_story(story).open())
    rows = _rows(session, choices, spoken)
    if as_json:
        print_result(json_text([asdict(row) for row in rows]))
    else:
        last = ""
        for row in rows:
            gap = "\n" if last and row.kind != last and "line" != row.kind != "answer" else ""
            print_result(f"{gap}{_PRINTED[row.kind].format(row.text)}")
            last = row.kind
    for problem in session.problems:
        print_notice(problem)


_PRINTED = {"chapter": "{}\n", "line": "{}", "choice": "{}", "answer": "> {}\n"}


def _rows(session: Session, choices: str, spoken: bool) -> Iterator[Sentence]:
    words = False
    for action in night_actions(session, ScriptedControls(split(choices))):
        match action:
            case BeginChapter():
                yield Sentence("chapter", action.title)
            case Answered():
                yield Sentence("answer", action.text, path=action.path)
            case Speak():
                to_voice = (utterance.text for utterance in action.utterances)
                for text in to_voice if spoken else sentences(action.text):
                    words = True
                    yield Sentence(action.kind, text, action.speaker, action.place.path)
    if not words:
        raise InputError("the story has no words before its end: begin with a line to tell.")
