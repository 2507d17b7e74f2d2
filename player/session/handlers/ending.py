"""How a night ends: the voice takes its leave, the bed stays and fades."""

from __future__ import annotations

from collections.abc import Iterator

from player.script import Ask, Chapter, Finish
from player.session.events import Action, FadeOut, Hush, Place, Stop, Wait
from player.session.lookahead import Ahead
from player.session.state import Standing, State

_CHAPTER_BED_S = 3.0  # after the last chapter that was wanted, before the fade


def passage_is_over(night: Standing, entry: Ahead) -> bool:
    """For one who is asleep: the passage they fell asleep in has been told to its end."""
    if night.last_passage is None:
        return False
    return entry.place.path != night.last_passage or isinstance(entry.step, Ask | Finish)


def take_leave(night: Standing) -> Iterator[Action]:
    """Good night to one who sleeps."""
    softer_db = night.softer_db + night.manner.softer_db
    yield night.narration.words(night.manner.goodnight, night.here, softer_db, pause_s=2.0)
    yield from leave(night, night.manner.asleep_bed_s, night.manner.asleep_fade_s)


def leave(night: Standing, bed_s: float, fade_s: float) -> Iterator[Action]:
    """The voice is done; the bed stays for ``bed_s``."""
    night.ask, night.state = None, State.LEAVING
    night.bed_s, night.fade_s = bed_s, fade_s
    yield Wait(bed_s)


def oasis(night: Standing, _: object) -> Iterator[Action]:
    """The listener lets the voice go."""
    yield Hush()
    yield from leave(night, night.manner.asleep_bed_s, night.manner.asleep_fade_s)


def fade(night: Standing, _: object) -> Iterator[Action]:
    """The bed has stayed long enough."""
    night.state = State.FADING
    yield FadeOut(night.fade_s)


def end_now(night: Standing, _: object) -> Iterator[Action]:
    """The listener, or the system, asked for the end."""
    night.state = State.QUITTING
    yield Hush()
    yield FadeOut(night.manner.quit_fade_s)


def stop(night: Standing, _: object) -> Iterator[Action]:
    """All is silent."""
    night.state = State.OVER
    yield Stop()


def chapters_are_over(night: Standing, entry: Ahead) -> bool:
    """As many chapters as were wanted are told, and ``entry`` begins another."""
    if night.chapters is None or not isinstance(entry.step, Chapter):
        return False
    return entry.step.title not in night.begun and len(night.begun) >= night.chapters


def sleep_here(night: Standing, place: Place) -> Iterator[Action]:
    """The chapters that were wanted are told; tomorrow begins with the next."""
    night.timed_out_at = place
    night.return_to = night.return_to or place
    yield from leave(night, _CHAPTER_BED_S, night.manner.sleep_fade_s)
