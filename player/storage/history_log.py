"""Record a night in the history while it runs: at its first words, each minute, at its end.

So a night that a kill or an empty battery ends is recorded too. A night without a word is not.
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
    MAX_ANSWERS,
    MAX_CHAPTERS,
    GivenAnswer,
    History,
    Night,
    Outcome,
    ReachedEnding,
    add_night,
    short,
)

_INTERVAL = timedelta(minutes=1)

_ENDS: Mapping[State, Outcome] = {
    State.LEAVING: Outcome.ASLEEP,
    State.LINGERING: Outcome.TIMER,
    State.QUITTING: Outcome.STOPPED,
}
"""State → how the night counts if it stops there; any other state means "broken off"."""

_WITHOUT_VOICE = frozenset({*_ENDS, State.FADING, State.OVER})


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
    """The record of one night. Everything is written in the background."""

    def __init__(
        self,
        writer: BackgroundWriter,
        path: Path,
        history: History,
        night: Night,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Record ``night``, as it is before its first word, in the story's ``history``."""
        self._writer, self._path, self._history = writer, path, history
        self._night, self._now = night, now
        self._last_place: ReachedEnding | None = None

    def record_cue(self, cue: Cue) -> None:
        """Record a line, a chapter or an answer that begins to sound."""
        night = self._night
        match cue.kind:
            case "chapter" if cue.text:
                chapters = _with_chapter(night.chapters, short(cue.text))
                self._night = replace(night, chapters=chapters)
            case "answer":
                answer = GivenAnswer(short(cue.text), int(cue.value or 0))
                self._night = replace(night, answers=(*night.answers, answer)[-MAX_ANSWERS:])
            case "line" | "choice":
                is_first = self._last_place is None
                self._last_place = ReachedEnding(short(cue.path), short(cue.text))
                if is_first:
                    self._write()

    def update(self, state: State, frame: int, finished: bool) -> None:
        """Update the record after a block that ends at ``frame``.

        ``finished`` means that the story has been told to its end.
        """
        night, how = self._night, self._how(state, finished)
        self._night = replace(
            night,
            seconds=night.seconds if state in _WITHOUT_VOICE else round(frame / RATE, 1),
            how=how,
            ending=self._last_place if how is Outcome.END else None,
        )
        if how is not night.how or abs(self._now() - night.ended) >= _INTERVAL:
            self._write()

    def end(self) -> None:
        """Record that the night is over without a fault."""
        if self._night.how is Outcome.BROKEN_OFF:
            self._night = replace(self._night, how=Outcome.STOPPED)
        self._write()

    def _how(self, state: State, finished: bool) -> Outcome:
        """Return how the night counts if it stops in this state."""
        if finished:
            return Outcome.END
        if state in (State.FADING, State.OVER):
            return self._night.how  # decided by the state before
        return _ENDS.get(state, Outcome.BROKEN_OFF)

    def _write(self) -> None:
        if self._last_place is None:
            return
        self._night = night = replace(self._night, ended=self._now())
        path, history = self._path, self._history
        self._writer.put(path, lambda: add_night(path, history, night))


def _with_chapter(chapters: tuple[str, ...], title: str) -> tuple[str, ...]:
    """Append a chapter, unless it is the last one already."""
    return chapters if chapters[-1:] == (title,) else (*chapters, title)[-MAX_CHAPTERS:]
