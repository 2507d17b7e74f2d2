"""Write small files on a background thread, so that a slow disk does not make the sound late."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path

CLOSE_TIMEOUT_S = 3.0
"""Longest wait at the end of a night for a disk that does not answer."""

Work = Callable[[], None]
_log = logging.getLogger(__name__)


class BackgroundWriter:
    """Runs pieces of work in order on one thread. For each file only the latest one counts."""

    def __init__(self) -> None:
        self._waiting: dict[Path, Work] = {}
        self._errors: dict[Path, Exception] = {}
        self._closed = False
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    @property
    def error(self) -> Exception | None:
        """The first error that no later work for the same place has resolved."""
        return next(iter(self._errors.values()), None)

    def put(self, place: Path, work: Work) -> None:
        """Run ``work`` soon, in place of earlier work for ``place`` that still waits."""
        with self._changed:
            if self._closed:
                return
            self._waiting.pop(place, None)
            self._waiting[place] = work
            if self._thread is None:
                # A daemon, for a disk that hangs: `close` waits for it, the program's end does not.
                self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def close(self, timeout_s: float = CLOSE_TIMEOUT_S) -> bool:
        """Finish what waits; return False if that takes longer than ``timeout_s``.

        What was not written by then is lost; the files that were there before stay whole.
        """
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join(timeout_s)
        return self._thread is None or not self._thread.is_alive()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._closed)
                if not self._waiting:
                    return
                place = next(iter(self._waiting))
                work = self._waiting.pop(place)
            try:
                work()
            except Exception as error:  # reported after the night; it must not end the thread
                _log.warning("storage: %s cannot be written: %s", place.name, type(error).__name__)
                self._errors[place] = error
            else:
                self._errors.pop(place, None)
