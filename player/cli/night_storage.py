"""Storage of a running night: bookmark, history, and levels changed by key."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from player.cli.assembly import OpenNight
from player.cli.console import print_notice
from player.cli.options import PlayRequest
from player.cues import Cue
from player.storage.atomic_write import sweep
from player.storage.background_writer import BackgroundWriter
from player.storage.bookmarks import Bookmark, clear_bookmark, queue_bookmark
from player.storage.history import History, nights_path
from player.storage.history_log import NightLog, new_night
from player.storage.paths import home
from player.storage.volume import Levels, levels_path, load_levels, queue_levels

_PLACE_CUES = ("line", "choice", "answer")


class NightStorage:
    """Stores one night. Only ``close`` waits for the disk."""

    def __init__(self, request: PlayRequest, night: OpenNight, *, live: bool) -> None:
        """Store neither bookmark nor history without ``live``, when rendering to a file."""
        self._request, self._night = request, night
        self._writer = BackgroundWriter()
        self._bookmark_path = request.bookmark_path if live else None
        self._log = self._new_log() if self._bookmark_path else None
        self._levels_path = levels_path(home().state)
        self._levels = Levels()

    def _new_log(self) -> NightLog:
        source, options = self._request.source, self._request.shared
        session = self._night.session
        path = nights_path(home().state, source.name, source.origin)
        folders = {path.parent, self._bookmark_path.parent} if self._bookmark_path else ()
        for folder in folders:
            self._writer.put(folder, partial(sweep, folder))
        night = new_night(
            seed=options.seed,
            voice=options.voice or "",
            digest=self._night.digest,
            chapter=session.here.chapter,
            began=datetime.now().astimezone(),
        )
        history = History(source.name, source.origin, session.header.title)
        return NightLog(self._writer, path, history, night)

    def set_levels(self, volume_db: float | None) -> None:
        """Set volume and balance.

        The volume is ``volume_db``, else that of the last night, else that of the settings.
        """
        earlier = load_levels(self._levels_path)
        default_db = earlier.volume_db if earlier else self._request.volume_db
        mixer = self._night.mixer
        mixer.volume_db = default_db if volume_db is None else volume_db
        mixer.balance_db = earlier.balance_db if earlier else 0.0
        self._levels = self._present_levels()

    def on_cue(self, cue: Cue) -> None:
        """Store the place of a cue that begins to sound."""
        if self._log:
            self._log.record_cue(cue)
        if cue.kind in _PLACE_CUES:
            self._store_place()

    def update(self) -> str:
        """Store what one block has changed; return a notice if a key changed a level, or ""."""
        if self._log:
            session, frame = self._night.session, self._night.performance.frame
            self._log.update(session.state, frame, session.finished)
        before, now = self._levels, self._present_levels()
        if now == before:
            return ""
        self._levels = now
        queue_levels(self._writer, self._levels_path, now)
        if now.volume_db != before.volume_db:
            return f"volume {now.volume_db:+.1f} dB".replace("-", "−")
        return f"voice {now.balance_db:+.0f} dB".replace("-", "−")

    def end(self) -> None:
        """Store that the night ended without a fault; a finished story needs no bookmark."""
        if self._log:
            self._log.end()
        if self._bookmark_path and self._night.session.finished:
            path = self._bookmark_path
            self._writer.put(path, lambda: clear_bookmark(path))
        else:
            self._store_place()

    def close(self) -> None:
        """Wait for the disk; if something could not be written, say so once."""
        if not self._writer.close():
            print_notice("The disk does not answer: this night's place may not have been kept.")
        elif error := self._writer.error:
            reason = getattr(error, "strerror", None) or str(error)
            print_notice(
                f"This night could not be kept in {home().state}: {reason}; make it writable."
            )

    def _store_place(self) -> None:
        if self._bookmark_path:
            bookmark = Bookmark(
                self._request.source.name,
                self._night.digest,
                self._request.shared.seed,
                self._night.session.bookmark,
            )
            queue_bookmark(self._writer, self._bookmark_path, bookmark)

    def _present_levels(self) -> Levels:
        return Levels(self._night.mixer.volume_db, self._night.mixer.balance_db)
