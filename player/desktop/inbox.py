"""The state of a night, handed from the thread that reads it to the event loop that shows it."""

from __future__ import annotations

import threading
from collections.abc import Callable

from player.desktop.messages import NowPlaying
from player.workers.framing import Message


class Inbox:
    """The latest state of the night. Older ones are forgotten."""

    def __init__(self) -> None:
        self.latest: NowPlaying | None = None
        self.ended = threading.Event()
        """Set when the night is over."""
        self._notify: Callable[[], None] = lambda: None

    def put(self, message: Message) -> None:
        """Take the state of the night."""
        self.latest = NowPlaying(**message)
        self._notify()

    def end(self) -> None:
        """Declare the night over."""
        self.ended.set()
        self._notify()

    def subscribe(self, notify: Callable[[], None]) -> None:
        """Have ``notify`` called now and after every change, from any thread."""
        self._notify = notify
        notify()
