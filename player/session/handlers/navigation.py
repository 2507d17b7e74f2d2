"""How a listener goes back and on in the story."""

from __future__ import annotations

from collections.abc import Iterator

from player.script import Ask, Chapter, Finish, Glide, SetScene
from player.session.events import Action, Hush, Place
from player.session.handlers.advance import tell
from player.session.state import Standing, State


def again(night: Standing, _: object) -> Iterator[Action]:
    """The line that is heard, once more."""
    yield from _back_to(night, night.here)


def again_from_the_bookmark(night: Standing, _: object) -> Iterator[Action]:
    """For one who was taken to be asleep: from the first question that went unanswered."""
    yield from _back_to(night, night.bookmark)


def back(night: Standing, _: object) -> Iterator[Action]:
    """To the line before."""
    yield from _back_to(night, night.trail.line_before() or night.here)


def passage_back(night: Standing, _: object) -> Iterator[Action]:
    """To the start of this passage, or of the one before."""
    yield from _back_to(night, night.trail.passage_before() or night.here)


def passage_on(night: Standing, _: object) -> Iterator[Action]:
    """To the end of this passage, or to its question; its scenes change on the way."""
    night.awake()
    path = night.reader.peek().place.path
    yield Hush()
    while night.reader.peek().place.path == path:
        if isinstance(night.reader.peek().step, Ask | Finish):
            break
        step = night.reader.pop().step
        if isinstance(step, SetScene | Glide | Chapter):
            yield step
    yield from tell(night)


def _back_to(night: Standing, place: Place) -> Iterator[Action]:
    """Nowhere, where nothing has been said yet."""
    if night.trail:
        yield from go(night, place)


def go(night: Standing, place: Place) -> Iterator[Action]:
    """Tell on from ``place``."""
    night.trail.cut(place)
    night.here, night.finished = place, False
    night.reader.rewind(place)
    night.awake()
    night.ask, night.state, night.asked_in_words = None, State.TELLING, False
    yield Hush()
    yield SetScene(place.scene, 4.0)
    yield Glide(place.depth, 4.0)
    yield from tell(night)
