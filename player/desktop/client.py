"""The desktop's child process, as a night sees it.

A separate process speaks to the desktop. In a thread, its libraries would hold the interpreter for
a quarter of a second, and the sound card's thread needs it every 10 ms. The process is started
before there is any sound, because starting it holds the interpreter too; then it waits.
"""

from __future__ import annotations

import os
import sys
from collections import deque
from contextlib import suppress
from dataclasses import asdict, replace

from player.audio import RATE
from player.controls import Answer, PlaybackCommand
from player.desktop.messages import MediaKey, NowPlaying
from player.script import Ask
from player.session import Event
from player.workers.child import ChildProcess
from player.workers.framing import Message
from player.workers.launch import child_command

START_AFTER_S = 2.0
"""Time at the beginning of a night in which the process does nothing."""
POSITION_FRAMES = RATE
"""Interval at which the process is told the position."""
CLOSE_S = 3.0
"""Time for the process to end, which a desktop that hangs may use up."""

MAX_KEYS = 8
"""Keys kept until the night takes them; older ones are dropped. Any program on the bus may press
keys, and no hand presses more of them within a block."""

_EVENTS = {
    MediaKey.NEXT: Event.PASSAGE_ON,
    MediaKey.PREVIOUS: Event.PASSAGE_BACK,
    MediaKey.STOP: Event.QUIT,
}


class Desktop:
    """Keeps the machine awake while the night plays, shows it on a card, and gives media keys."""

    def __init__(self, after_s: float = START_AFTER_S) -> None:
        self._playing: NowPlaying | None = None
        self._next_position = 0  # frame
        self._keys: deque[MediaKey] = deque(maxlen=MAX_KEYS)
        self._process = self._start(after_s) if reachable() else None

    def begin(self, title: str, author: str) -> None:
        """Announce the night."""
        self._tell(NowPlaying(title, author))

    def poll(self, ask: Ask | None, waiting: bool) -> Answer | None:
        """Return what the next media key asks for; see `player.controls.ControlsPort`."""
        while self._keys:
            key = self._keys.popleft()
            if event := _EVENTS.get(key):
                return event
            paused = self._playing is not None and self._playing.paused
            if key is not (MediaKey.PAUSE if paused else MediaKey.PLAY):
                return PlaybackCommand.PAUSE
        return None

    def press(self, key: MediaKey) -> None:
        """Queue a media key for `poll`."""
        self._keys.append(key)

    def show(self, chapter: str, paused: bool, frame: int) -> None:
        """Update the card; cheap enough for every block. The machine may sleep during a pause."""
        if self._playing is None:
            return
        playing = replace(self._playing, chapter=chapter, paused=paused)
        if playing == self._playing and frame < self._next_position:
            return
        self._next_position = frame + POSITION_FRAMES
        self._tell(replace(playing, heard_us=frame * 1_000_000 // RATE))

    def close(self) -> None:
        """Let the machine sleep, and remove the card; safe to call again."""
        if self._process is not None:
            self._process.close(CLOSE_S)

    def _start(self, after_s: float) -> ChildProcess | None:
        command = child_command("player.desktop.worker", str(after_s))
        process = ChildProcess(command, on_frame=self._receive)
        try:
            process.start()
        except OSError:
            return None
        return process

    def _tell(self, playing: NowPlaying) -> None:
        self._playing = playing
        if self._process is not None:
            self._process.send(asdict(playing), drop_pending=True)

    def _receive(self, _: ChildProcess, message: Message, __: bytes) -> None:
        with suppress(ValueError):  # no such key
            self.press(MediaKey(str(message.get("key"))))


def reachable() -> bool:
    """Return whether a desktop can be reached, which on Linux takes a session bus."""
    return sys.platform in ("darwin", "win32") or bool(os.environ.get("DBUS_SESSION_BUS_ADDRESS"))
