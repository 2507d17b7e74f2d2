"""How a night is told: a prelude, last night, line after line up to a question or the end."""

from __future__ import annotations

from collections.abc import Iterator

from player.script import Ask, Chapter, Finish, Say
from player.session.events import Action, Ease, Event, Hush, Place, Speak, Wait
from player.session.handlers.ending import (
    chapters_are_over,
    leave,
    passage_is_over,
    sleep_here,
    take_leave,
)
from player.session.state import Standing, State

_RECAP_SOFTER_DB = 1.0  # within what may differ from one line to the next


def begin(night: Standing) -> Iterator[Action]:
    """With last night, where the night is taken up again; else with what comes next."""
    night.state = State.TELLING
    if night.recap:
        night.state = State.RECALLING
        yield recall(night)


def prelude_is_over(night: Standing, event: object) -> Iterator[Action]:
    """The story begins; by a key, the rest of the prelude is passed over."""
    if event is Event.PASSAGE_ON:
        yield Hush()
        yield Ease(0.0, 2.0)
    yield from begin(night)
    if night.state is State.TELLING:
        yield from tell(night)


def recall(night: Standing) -> Speak:
    """What happened last night, a little softer than the line that it leads to."""
    return night.narration.words(
        night.recap, night.here, _RECAP_SOFTER_DB, night.manner.recap_pause_s
    )


def recall_again(night: Standing, _: object) -> Iterator[Action]:
    """Last night, once more."""
    yield Hush()
    yield recall(night)


def recalled(night: Standing, event: object) -> Iterator[Action]:
    """The story goes on; at once, for one who remembers."""
    night.state = State.TELLING
    if event is Event.PASSAGE_ON:
        yield Hush()
    yield from tell(night)


def tell(night: Standing, _: object = None) -> Iterator[Action]:
    """What comes next, up to a line that takes its time."""
    while True:
        entry = night.reader.peek()
        if passage_is_over(night, entry):
            yield from take_leave(night)
            return
        if chapters_are_over(night, entry):
            yield from sleep_here(night, entry.place)
            return
        night.reader.pop()
        match entry.step:
            case Say():
                night.asked_in_words = entry.step.asks
                yield night.narration.line(entry.step, entry.place, night.softer_db)
                return
            case Ask():
                yield from pose(night, entry.step, entry.place)
                return
            case Finish():
                night.finished = night.return_to is None
                yield from leave(night, night.manner.ending_bed_s, night.manner.ending_fade_s)
                return
            case Chapter() as chapter:
                night.begun.add(chapter.title)
                yield chapter
            case action:
                yield action


def pose(night: Standing, ask: Ask, place: Place) -> Iterator[Action]:
    """Ask in full, unless the writer's own words have just asked."""
    night.ask, night.state, night.asked_at = ask, State.ASKING, place
    yield Wait(0.0) if night.asked_in_words else question(night, ask.question)
    night.asked_in_words = False


def question(night: Standing, text: str, softer_db: float = 0.0) -> Speak:
    """Words that ask."""
    return night.narration.words(text, night.asked_at, night.softer_db + softer_db, kind="choice")
