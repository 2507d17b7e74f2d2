"""Handlers that go back and forward in the story."""

from __future__ import annotations

from collections.abc import Iterator

from player.script import Ask, BeginChapter, ChangeDepth, ChangeSoundscape, Finish
from player.session.events import Action, Hush, Place
from player.session.handlers.advance import tell
from player.session.handlers.story_points import Reached
from player.session.state import NightState

_RETURN_S = 4.0  # for the crossfade and the glide back to another place


def has_been_heard(night: NightState, _: object) -> bool:
    """Return whether any line has sounded yet, so that there is something to go back to."""
    return len(night.back_stack) > 0


def repeat_line(night: NightState, event: object) -> Iterator[Action | Reached]:
    """Say the line that is sounding once more."""
    yield from go_to(night, night.here, event)


def return_to_bookmark(night: NightState, event: object) -> Iterator[Action | Reached]:
    """Return to the bookmark, for a listener who was not asleep after all.

    That is the first unanswered question, or the place where the sleep timer began its fade.
    """
    yield from go_to(night, night.bookmark, event)


def back(night: NightState, event: object) -> Iterator[Action | Reached]:
    """Go back one line."""
    yield from go_to(night, night.back_stack.previous_line() or night.here, event)


def passage_back(night: NightState, event: object) -> Iterator[Action | Reached]:
    """Go back to the start of this passage, or of the one before."""
    yield from go_to(night, night.back_stack.previous_passage() or night.here, event)


def passage_on(night: NightState, event: object) -> Iterator[Action | Reached]:
    """Skip the speech up to the end of this passage or its question.

    The changes of soundscape, depth and chapter on the way are carried out.
    """
    night.awake()
    path = night.lookahead.peek().place.path
    yield Hush()
    while night.lookahead.peek().place.path == path:
        if isinstance(night.lookahead.peek().step, Ask | Finish):
            break
        step = night.lookahead.pop().step
        if isinstance(step, ChangeSoundscape | ChangeDepth | BeginChapter):
            yield step
    yield from tell(night, event)


def go_to(night: NightState, place: Place, event: object) -> Iterator[Action | Reached]:
    """Continue telling from ``place``."""
    night.back_stack.cut_after(place)
    night.here, night.finished = place, False
    night.lookahead.rewind(place)
    night.awake()
    night.ask, night.asked_in_words = None, False
    yield Hush()
    yield ChangeSoundscape(place.scene, _RETURN_S)
    yield ChangeDepth(place.depth, _RETURN_S)
    yield from tell(night, event)
