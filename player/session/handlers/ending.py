"""Handlers that end a night: the voice says goodnight, the bed stays and fades."""

from __future__ import annotations

from collections.abc import Iterator

from player.script import Ask, BeginChapter, Finish
from player.session.events import Action, FadeOut, Hush, Stop, Wait
from player.session.handlers.story_points import Reached
from player.session.lookahead import UpcomingStep
from player.session.state import NightState

_CHAPTER_BED_S = 3.0  # between the last chapter and the fade
_GOODNIGHT_PAUSE_S = 2.0


def is_after_last_passage(night: NightState, entry: UpcomingStep) -> bool:
    """Return whether the listener is asleep and ``entry`` lies past the passage they slept in."""
    if night.last_passage is None:
        return False
    return entry.place.path != night.last_passage or isinstance(entry.step, Ask | Finish)


def is_after_last_chapter(night: NightState, entry: UpcomingStep) -> bool:
    """Return whether ``entry`` begins a chapter more than were asked for."""
    if night.chapters is None or not isinstance(entry.step, BeginChapter):
        return False
    is_new = entry.step.title not in night.begun_chapters
    return is_new and len(night.begun_chapters) >= night.chapters


def leave_at_the_end(night: NightState, _: object) -> Iterator[Action]:
    """Leave after the story's last line."""
    night.finished = night.return_to is None
    yield from leave(night, night.pacing.ending_bed_s, night.pacing.ending_fade_s)


def say_goodnight(night: NightState, _: object) -> Iterator[Action]:
    """Say goodnight to a listener who is asleep, and leave."""
    yield night.utterances.words(
        night.pacing.goodnight,
        night.here,
        softer_db=night.softer_db + night.pacing.softer_db,
        pause_s=_GOODNIGHT_PAUSE_S,
    )
    yield from leave(night, night.pacing.asleep_bed_s, night.pacing.asleep_fade_s)


def leave_after_chapters(night: NightState, event: object) -> Iterator[Action]:
    """Leave after the last chapter that was asked for.

    The next night begins with the chapter after it, or at a question that went unanswered before.
    """
    assert isinstance(event, Reached)
    night.timed_out_at = event.entry.place
    night.return_to = night.return_to or event.entry.place
    yield from leave(night, _CHAPTER_BED_S, night.pacing.sleep_fade_s)


def leave(night: NightState, bed_s: float, fade_s: float) -> Iterator[Action]:
    """Let the bed stay for ``bed_s`` without the voice; it then fades within ``fade_s``."""
    night.ask = None
    night.bed_s, night.fade_s = bed_s, fade_s
    yield Wait(bed_s)


def oasis(night: NightState, _: object) -> Iterator[Action]:
    """Drop the voice at the listener's wish and keep the bed."""
    yield Hush()
    yield from leave(night, night.pacing.asleep_bed_s, night.pacing.asleep_fade_s)


def fade(night: NightState, _: object) -> Iterator[Action]:
    """Fade the bed after it has stayed long enough."""
    yield FadeOut(night.fade_s)


def quit_now(night: NightState, _: object) -> Iterator[Action]:
    """Fade everything out quickly, since the listener or the system asked for the end."""
    yield Hush()
    yield FadeOut(night.pacing.quit_fade_s)


def stop(_night: NightState, _: object) -> Iterator[Action]:
    """End the night after the silence."""
    yield Stop()
