"""Writes a night down while it runs: at its first words, once a minute, and when it ends.

So a night that was broken off, by a kill or an empty battery, is in the history too. One of which
no word was heard was none.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from player.audio import RATE
from player.cues import Cue
from player.session import State
from player.storage.background_writer import BackgroundWriter
from player.storage.history import (
    MOST_ANSWERS,
    MOST_CHAPTERS,
    Given,
    History,
    How,
    Night,
    Reached,
    add_night,
    short,
)

_EVERY = timedelta(minutes=1)

_ENDS: Mapping[State, How] = {
    State.LEAVING: How.ASLEEP,
    State.LINGERING: How.TIMER,
    State.QUITTING: How.STOPPED,
}
"""How the night ends that ends from there; from every other state, nobody meant it to."""

_VOICELESS = frozenset({*_ENDS, State.FADING, State.OVER})


def new_night(*, seed: int, voice: str, digest: str, chapter: str, began: datetime) -> Night:
    """Return a night that begins at ``began`` (local time); a resumed one begins in ``chapter``."""
    offset = began.utcoffset() or timedelta(0)
    began = began.astimezone(UTC)
    return Night(
        key=secrets.token_hex(6),
        began=began,
        ended=began,
        utc_offset_s=round(offset.total_seconds()),
        seed=seed,
        voice=voice,
        digest=digest,
        chapters=(short(chapter),) if chapter else (),
    )


class NightLog:
    """One night of one story. Nothing that it does waits for the disk."""

    def __init__(
        self,
        writer: BackgroundWriter,
        path: Path,
        history: History,
        night: Night,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """``history`` names the story; ``night`` is what is known before the first word."""
        self._writer, self._path, self._history = writer, path, history
        self._night, self._now = night, now
        self._last: Reached | None = None

    def heard(self, cue: Cue) -> None:
        """A line, a chapter or an answer begins to be heard."""
        night = self._night
        match cue.kind:
            case "chapter" if cue.text:
                self._night = replace(night, chapters=_with(night.chapters, short(cue.text)))
            case "answer":
                given = Given(short(cue.text), int(cue.value or 0))
                self._night = replace(night, answers=(*night.answers, given)[-MOST_ANSWERS:])
            case "line" | "choice":
                first, self._last = self._last is None, Reached(short(cue.path), short(cue.text))
                if first:
                    self._keep()

    def follow(self, state: State, frame: int, finished: bool) -> None:
        """A block was given, the night's ``frame`` is the next; ``finished``: to its very end."""
        night, how = self._night, self._how(state, finished)
        self._night = replace(
            night,
            seconds=night.seconds if state in _VOICELESS else round(frame / RATE, 1),
            how=how,
            ending=self._last if how is How.END else None,
        )
        if how is not night.how or abs(self._now() - night.ended) >= _EVERY:
            self._keep()

    def end(self) -> None:
        """It is over, and not by a fault: what has not ended by itself was stopped."""
        if self._night.how is How.BROKEN_OFF:
            self._night = replace(self._night, how=How.STOPPED)
        self._keep()

    def _how(self, state: State, finished: bool) -> How:
        """How it would end if nothing more happened."""
        if finished:
            return How.END
        if state in (State.FADING, State.OVER):
            return self._night.how  # whatever led there
        return _ENDS.get(state, How.BROKEN_OFF)

    def _keep(self) -> None:
        if self._last is None:
            return
        self._night = night = replace(self._night, ended=self._now())
        path, history = self._path, self._history
        self._writer.put(path, lambda: add_night(path, history, night))


def _with(chapters: tuple[str, ...], title: str) -> tuple[str, ...]:
    """``chapters`` and another; one that is entered again from itself counts once."""
    return chapters if chapters[-1:] == (title,) else (*chapters, title)[-MOST_CHAPTERS:]
