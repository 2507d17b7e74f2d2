"""Handlers of the sleep timer: its fade, the silence after it, and more time."""

from __future__ import annotations

from collections.abc import Iterator

from player.session.events import Action, FadeIn, FadeOut, Hush, MoreTime, Wait
from player.session.handlers.ending import leave
from player.session.handlers.navigation import go_to
from player.session.handlers.story_points import Reached
from player.session.state import NightState

_FADE_IN_S = 2.0


def is_timed_out(night: NightState, _: object) -> bool:
    """Return whether the sleep timer ended the night before the story did."""
    return night.timed_out_at is not None and not night.finished


def fade_for_sleep(night: NightState, _: object) -> Iterator[Action]:
    """Fade while the story goes on, so that no sentence is cut; the next night begins here."""
    night.timed_out_at = night.here
    night.return_to = night.return_to or night.here
    yield FadeOut(night.pacing.sleep_fade_s)


def linger(night: NightState, _: object) -> Iterator[Action]:
    """Stay silent for a while, during which the listener may still ask for more time."""
    # What the listener did during the fade may have cleared it.
    night.return_to = night.return_to or night.timed_out_at
    night.ask = None
    yield Hush()
    yield Wait(night.pacing.linger_s)


def more(night: NightState, _: object) -> Iterator[Action]:
    """Give the night more time and go on as it is."""
    night.timed_out_at = None
    night.awake()
    yield FadeIn(_FADE_IN_S)
    yield from _extend(night)


def _extend(night: NightState) -> Iterator[Action]:
    """Extend the timer: by one chapter where it counts chapters, else by some minutes."""
    if night.chapters is None:
        yield MoreTime(night.pacing.more_s)
    else:
        night.chapters += 1


def come_back(night: NightState, event: object) -> Iterator[Action | Reached]:
    """Continue where the timer's fade began."""
    place, night.timed_out_at = night.timed_out_at or night.bookmark, None
    yield FadeIn(_FADE_IN_S)
    yield from _extend(night)
    yield from go_to(night, place, event)


def more_of_the_bed(night: NightState, _: object) -> Iterator[Action]:
    """Keep the bed for longer after the voice is done."""
    night.timed_out_at = None
    yield Hush()
    yield FadeIn(_FADE_IN_S)
    yield from _extend(night)
    yield from leave(night, max(night.bed_s, night.pacing.more_s), night.fade_s)
