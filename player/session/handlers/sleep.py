"""The sleep timer: its fade, the silence after it, and more time."""

from __future__ import annotations

from collections.abc import Iterator

from player.session.events import Action, FadeIn, FadeOut, Hush, MoreTime, Wait
from player.session.handlers.ending import leave, stop
from player.session.handlers.navigation import go
from player.session.state import Standing, State


def sleep(night: Standing, _: object) -> Iterator[Action]:
    """The story goes on while it fades: nothing is cut, and tomorrow begins here."""
    night.timed_out_at = night.here
    night.return_to = night.return_to or night.here
    yield FadeOut(night.manner.sleep_fade_s)


def faded(night: Standing, _: object) -> Iterator[Action]:
    """All is silent: for good, unless the timer did it, and somebody may still be awake."""
    if night.timed_out_at is None or night.finished:
        yield from stop(night, None)
        return
    night.return_to = night.return_to or night.timed_out_at  # whatever was done as it faded
    night.ask, night.state = None, State.LINGERING
    yield Hush()
    yield Wait(night.manner.linger_s)


def more(night: Standing, _: object) -> Iterator[Action]:
    """More time: the night goes on as it is."""
    night.timed_out_at = None
    night.awake()
    yield FadeIn(2.0)
    yield from later(night)


def later(night: Standing) -> Iterator[Action]:
    """The timer of a night is asked for one more chapter, or for more minutes."""
    if night.chapters is None:
        yield MoreTime(night.manner.more_s)
    else:
        night.chapters += 1


def come_back(night: Standing, _: object) -> Iterator[Action]:
    """The timer has ended the night: it goes on where its fade began."""
    place, night.timed_out_at = night.timed_out_at or night.bookmark, None
    yield FadeIn(2.0)
    yield from later(night)
    yield from go(night, place)


def more_of_the_bed(night: Standing, _: object) -> Iterator[Action]:
    """More time, when the voice is done: for the story where the timer ended it."""
    if night.timed_out_at is not None and not night.finished:
        yield from come_back(night, None)
        return
    night.timed_out_at = None
    yield Hush()
    yield FadeIn(2.0)
    yield from later(night)
    yield from leave(night, max(night.bed_s, night.manner.more_s), night.fade_s)
