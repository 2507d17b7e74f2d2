"""The desktop's card of what is playing, with its media keys: MPRIS 2.2, through dbus-fast.

The specification: https://specifications.freedesktop.org/mpris-spec/latest/. It takes the extra
``dreamers[desktop]`` and a session bus; without them there is no card, and nothing is said.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from player.desktop.messages import MediaKey, NowPlaying

PATIENCE_S = 1.0
"""How long the end of a night waits for a bus that does not answer."""


class Card:
    """A night on the session bus, served by a thread of its own from the first `show` on."""

    def __init__(self, wish: Callable[[MediaKey], None], after_s: float = 0.0) -> None:
        """`wish` is called from that thread for every key that is pressed.

        Nothing is done, nor loaded, in the first `after_s` seconds.
        """
        self._after_s = after_s
        self.wish = wish
        self.playing = NowPlaying("")
        self._changed: Callable[[], None] = lambda: None
        self._end: Callable[[], None] = lambda: None
        self._over = threading.Event()
        self._thread: threading.Thread | None = None

    def show(self, playing: NowPlaying) -> None:
        """From now on this is so; that more has been heard is no news to anybody."""
        news = replace(self.playing, heard_us=playing.heard_us) != playing
        self.playing = playing
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="mpris", daemon=True)
            self._thread.start()
        if news:
            self._changed()

    def close(self) -> None:
        """Take the card away; safe to call again."""
        self._over.set()
        self._end()
        if self._thread is not None:
            self._thread.join(PATIENCE_S)

    def served(self, changed: Callable[[], None], end: Callable[[], None]) -> bool:
        """From now on the bus is told by `changed` and left by `end`; false when all is over.

        Both may be called from any thread, and must not wait.
        """
        self._changed, self._end = changed, end
        return not self._over.is_set()

    def _run(self) -> None:
        if self._over.wait(self._after_s):
            return
        with suppress(Exception):  # whatever ails the bus is no concern of somebody asleep
            from player.desktop.mpris_service import serve

            serve(self)
