"""How a question is waited for, asked again, answered, or left to its default."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import partial

from player.errors import DreamersError
from player.script import Ask, Say
from player.script.utterance import Utterance
from player.session.events import Action, Answered, Choose, Hush, Wait
from player.session.handlers.advance import question, tell
from player.session.lookahead import Ahead
from player.session.state import Standing, State


def repeat(night: Standing, _: object) -> Iterator[Action]:
    """Ask in full, at once."""
    night.awake()
    night.state = State.ASKING
    yield Hush()
    yield question(night, night.question.question)


def wait(night: Standing, _: object) -> Iterator[Action]:
    """The question has been asked: let the listener think."""
    first = night.state is State.ASKING
    night.state = State.WAITING if first else State.WAITING_AGAIN
    yield Wait(night.question.timeout_s or night.manner.answer_s)


def wait_longer(night: Standing, _: object) -> Iterator[Action]:
    """The listener asked for time."""
    night.awake()
    night.state = State.WAITING
    yield Hush()
    yield Wait(night.manner.patience_s)


def ask_again(night: Standing, _: object) -> Iterator[Action]:
    """Softer and shorter: somebody may be asleep."""
    night.state = State.ASKING_AGAIN
    yield question(night, night.question.again, night.manner.softer_db)


def nobody_answered(night: Standing, _: object) -> Iterator[Action]:
    """The default, told more quietly; tomorrow begins at the first such question."""
    night.unanswered += 1
    night.return_to = night.return_to or night.asked_at
    night.softer_db = night.manner.softer_db
    yield from answer(night, night.question.default)


def chosen(night: Standing, event: object) -> Iterator[Action]:
    """The listener answered, by a choice or by the default."""
    index = event.index if isinstance(event, Choose) else night.question.default
    if index < len(night.question.options):
        night.awake()
        yield Hush()
        yield from answer(night, index)


def answer(night: Standing, index: int) -> Iterator[Action]:
    """Go on with the option ``index``."""
    asked = night.question
    night.ask, night.state = None, State.TELLING
    night.reader.choose(index)
    if night.unanswered >= night.manner.asleep_after:
        night.last_passage = night.reader.peek().place.path
    yield Answered(asked.options[index].text, index, asked.path)
    yield from tell(night)


def answers_ahead(night: Standing, ask: Ask) -> Iterator[Utterance]:
    """The first sentence of every answer, the default's first: as it will be said to one who
    sleeps, where the question is asked for the second time."""
    again = night.state in (State.ASKING_AGAIN, State.WAITING_AGAIN)
    for number, way in enumerate(ways_on(night, ask)):
        for entry in way:
            if not isinstance(entry.step, Say):
                continue
            said = partial(night.narration.sentences_of, entry.step, entry.place)
            if again and number == 0:
                yield next(said(night.manner.softer_db))
            yield next(said(0.0))


def ways_on(night: Standing, ask: Ask) -> Iterator[list[Ahead]]:
    """What each answer begins with, the default's first; nothing where the story breaks: perhaps
    it is never given."""
    for index in sorted(range(len(ask.options)), key=lambda i: i != ask.default):
        way: list[Ahead] = []
        with suppress(DreamersError):
            way.extend(night.reader.first_steps(index))
        yield way
