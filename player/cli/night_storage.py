"""What is kept of a night while it runs: the place, the history, the levels that a key changed."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from player.cli.assembly import Night
from player.cli.console import say
from player.cli.options import Evening
from player.cues import Cue
from player.storage.atomic_write import Keeper, sweep
from player.storage.bookmarks import Bookmark, clear_bookmark, keep_bookmark
from player.storage.history import History, nights_path
from player.storage.history_log import NightLog, new_night
from player.storage.paths import home
from player.storage.volume import Levels, keep_levels, levels_path, load_levels


class Memory:
    """Of one night. Nothing that it does waits for the disk, but ``close``."""

    def __init__(self, evening: Evening, night: Night, live: bool) -> None:
        """Of a night that nobody hears as it is told, neither place nor history is kept."""
        self._evening, self._night = evening, night
        self._keeper = Keeper()
        self._bookmark = evening.bookmark_path if live else None
        self._log = self._new_log() if self._bookmark else None
        self._levels_path = levels_path(home().state)
        self._levels = Levels()

    def _new_log(self) -> NightLog:
        source, telling = self._evening.source, self._evening.telling
        session = self._night.session
        path = nights_path(home().state, source.name, source.origin)
        history = History(source.name, source.origin, session.header.title)
        now = datetime.now().astimezone()
        voice, chapter = telling.voice or "", session.here.chapter
        for folder in {path.parent, self._bookmark.parent} if self._bookmark else ():
            self._keeper.put(folder, partial(sweep, folder))
        night = new_night(telling.seed, voice, self._night.digest, chapter, now)
        return NightLog(self._keeper, path, history, night)

    def set_levels(self, volume_db: float | None) -> None:
        """As asked for; else as they were left another night; else as in the settings."""
        left = load_levels(self._levels_path)
        usual_db = left.volume_db if left else self._evening.volume_db
        mixer = self._night.mixer
        mixer.volume_db = usual_db if volume_db is None else volume_db
        mixer.balance_db = left.balance_db if left else 0.0
        self._levels = self._levels_now()

    def heard(self, cue: Cue) -> None:
        """Something begins to be heard."""
        if self._log:
            self._log.heard(cue)
        if cue.kind in ("line", "choice", "answer"):
            self._keep_place()

    def follow(self) -> str:
        """A block was given: what a key has changed in it, in words; or nothing."""
        if self._log:
            session, frame = self._night.session, self._night.performance.frame
            self._log.follow(session.state, frame, session.finished)
        before, now = self._levels, self._levels_now()
        if now == before:
            return ""
        self._levels = now
        keep_levels(self._keeper, self._levels_path, now)
        if now.volume_db != before.volume_db:
            return f"volume {now.volume_db:+.1f} dB".replace("-", "−")
        return f"voice {now.balance_db:+.0f} dB".replace("-", "−")

    def end(self) -> None:
        """The night ended, and not by a fault."""
        if self._log:
            self._log.end()
        if self._bookmark and self._night.session.finished:
            path = self._bookmark
            self._keeper.put(path, lambda: clear_bookmark(path))
        else:
            self._keep_place()

    def close(self) -> None:
        """All is written now, or the disk does not answer: then it is said, once, afterwards."""
        if not self._keeper.close():
            say("The disk does not answer: this night's place may not have been kept.")
        elif trouble := self._keeper.trouble:
            why = getattr(trouble, "strerror", None) or str(trouble)
            say(f"This night could not be kept in {home().state}: {why}; make it writable.")

    def _keep_place(self) -> None:
        if self._bookmark:
            seed, place = self._evening.telling.seed, self._night.session.bookmark
            bookmark = Bookmark(self._evening.source.name, self._night.digest, seed, place)
            keep_bookmark(self._keeper, self._bookmark, bookmark)

    def _levels_now(self) -> Levels:
        return Levels(self._night.mixer.volume_db, self._night.mixer.balance_db)
