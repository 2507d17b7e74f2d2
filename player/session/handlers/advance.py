"""Handlers that tell the story: prelude, recap, then line after line."""

from __future__ import annotations

from collections.abc import Iterator

from player.script import Ask, BeginChapter, Finish, Say
from player.session.events import Action, Ease, Event, Hush, Speak
from player.session.handlers.ending import is_after_last_chapter, is_after_last_passage
from player.session.handlers.story_points import Reached, StoryPoint
from player.session.state import NightState

_RECAP_SOFTER_DB = 1.0  # within the range by which one line may differ from the next
_PRELUDE_SKIP_S = 2.0


def has_recap(night: NightState, _: object) -> bool:
    """Return whether the night begins with a recap."""
    return bool(night.recap)


def begin_with_recap(night: NightState, event: object) -> Iterator[Action]:
    """End the prelude and say the recap."""
    yield from _end_prelude(event)
    yield recap(night)


def begin_story(night: NightState, event: object) -> Iterator[Action | Reached]:
    """End the prelude and tell the story."""
    yield from _end_prelude(event)
    yield from tell(night, event)


def _end_prelude(event: object) -> Iterator[Action]:
    if event is Event.PASSAGE_ON:  # the listener skips the rest of it
        yield Hush()
        yield Ease(0.0, _PRELUDE_SKIP_S)


def recap(night: NightState) -> Speak:
    """Return the recap of last night, a little softer than the line that follows it."""
    return night.utterances.words(
        night.recap,
        night.here,
        softer_db=_RECAP_SOFTER_DB,
        pause_s=night.pacing.recap_pause_s,
    )


def repeat_recap(night: NightState, _: object) -> Iterator[Action]:
    """Say the recap once more."""
    yield Hush()
    yield recap(night)


def continue_after_recap(night: NightState, event: object) -> Iterator[Action | Reached]:
    """Tell the story after the recap; at once, for a listener who skips it."""
    if event is Event.PASSAGE_ON:
        yield Hush()
    yield from tell(night, event)


def tell(night: NightState, _: object) -> Iterator[Action | Reached]:
    """Carry out the next steps, up to a line or a point at which telling stops."""
    while True:
        entry = night.lookahead.peek()
        if is_after_last_passage(night, entry):
            yield Reached(StoryPoint.END_OF_LAST_PASSAGE, entry)
            return
        if is_after_last_chapter(night, entry):
            yield Reached(StoryPoint.END_OF_LAST_CHAPTER, entry)
            return
        night.lookahead.pop()
        match entry.step:
            case Say():
                night.asked_in_words = entry.step.asks
                yield night.utterances.line(entry.step, entry.place, night.softer_db)
                return
            case Ask():
                yield Reached(StoryPoint.QUESTION, entry)
                return
            case Finish():
                yield Reached(StoryPoint.END, entry)
                return
            case BeginChapter() as chapter:
                night.begun_chapters.add(chapter.title)
                yield chapter
            case action:
                yield action
