"""Handlers of a question: asked, waited for, asked again, answered or left to its default.

Which of them follows, and after how much silence, stands in the table in ``transitions``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from player.errors import DreamersError
from player.script import Ask, Say
from player.script.utterance import Utterance
from player.session.events import Action, Answered, Choose, Hush, Speak, Wait
from player.session.handlers.advance import tell
from player.session.handlers.story_points import Reached
from player.session.lookahead import UpcomingStep
from player.session.state import NightState, State


def pose(night: NightState, event: object) -> Iterator[Action]:
    """Ask in full, unless the last line has asked in the writer's own words."""
    assert isinstance(event, Reached)
    ask = event.entry.step
    assert isinstance(ask, Ask)
    night.ask, night.asked_at = ask, event.entry.place
    yield Wait(0.0) if night.asked_in_words else _question(night, ask.question)
    night.asked_in_words = False


def repeat(night: NightState, _: object) -> Iterator[Action]:
    """Ask in full again, at once."""
    night.awake()
    yield Hush()
    yield _question(night, night.question.question)


def wait(night: NightState, _: object) -> Iterator[Action]:
    """Give the listener time to answer."""
    yield Wait(night.question.timeout_s or night.pacing.answer_s)


def wait_longer(night: NightState, _: object) -> Iterator[Action]:
    """Give more time to a listener who asked for it."""
    night.awake()
    yield Hush()
    yield Wait(night.pacing.patience_s)


def ask_again(night: NightState, _: object) -> Iterator[Action]:
    """Ask again, shorter and softer, since the listener may be asleep."""
    yield _question(night, night.question.again, night.pacing.softer_db)


def take_default_unasked(night: NightState, _: object) -> Iterator[Action | Reached]:
    """Take the default after no answer came, and tell more softly.

    The next night begins at the first such question.
    """
    night.unanswered += 1
    night.return_to = night.return_to or night.asked_at
    night.softer_db = night.pacing.softer_db
    yield from _answer(night, night.question.default)


def is_offered(night: NightState, event: object) -> bool:
    """Return whether the open question has the option that was chosen."""
    return isinstance(event, Choose) and event.index < len(night.question.options)


def take_answer(night: NightState, event: object) -> Iterator[Action | Reached]:
    """Take the option that the listener chose, or the default that they asked for."""
    index = event.index if isinstance(event, Choose) else night.question.default
    night.awake()
    yield Hush()
    yield from _answer(night, index)


def _answer(night: NightState, index: int) -> Iterator[Action | Reached]:
    """Continue the story with the option at ``index``."""
    question, night.ask = night.question, None
    night.lookahead.choose(index)
    if night.unanswered >= night.pacing.asleep_after:
        night.last_passage = night.lookahead.peek().place.path
    yield Answered(question.options[index].text, index, question.path)
    yield from tell(night, None)


def _question(night: NightState, text: str, softer_db: float = 0.0) -> Speak:
    return night.utterances.words(
        text, night.asked_at, softer_db=night.softer_db + softer_db, kind="choice"
    )


def sentences_after_each_answer(night: NightState, ask: Ask) -> Iterator[Utterance]:
    """Yield the first sentence after every answer, the default's first.

    While the question is asked for the second time, the default's comes as it will be said to a
    listener who is asleep, too.
    """
    asked_again = night.state in (State.ASKING_AGAIN, State.WAITING_AGAIN)
    for number, steps in enumerate(steps_after_each_answer(night, ask)):
        for entry in steps:
            if not isinstance(entry.step, Say):
                continue
            if asked_again and number == 0:
                yield _first_sentence(night, entry.step, entry, night.pacing.softer_db)
            yield _first_sentence(night, entry.step, entry, 0.0)


def _first_sentence(
    night: NightState, say: Say, entry: UpcomingStep, softer_db: float
) -> Utterance:
    return next(night.utterances.sentences_of(say, entry.place, softer_db))


def steps_after_each_answer(night: NightState, ask: Ask) -> Iterator[list[UpcomingStep]]:
    """Yield the first steps after every answer, the default's first.

    A list is empty where the story breaks: the answer may never be given.
    """
    for index in sorted(range(len(ask.options)), key=lambda i: i != ask.default):
        steps: list[UpcomingStep] = []
        with suppress(DreamersError):
            steps.extend(night.lookahead.first_steps(index))
        yield steps
