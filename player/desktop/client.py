"""What the desktop is told of a night, and what it may ask of it.

A process of its own speaks to the desktop: in a thread its libraries would hold the interpreter for
a quarter of a second, and the sound card's thread needs that every 10 ms. The process is started
before there is any sound, for starting one holds it too, and then waits.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections import deque
from contextlib import suppress
from dataclasses import asdict, replace
from typing import IO

from player.audio import RATE
from player.controls import Answer, PlaybackCommand
from player.desktop.messages import MediaKey, NowPlaying
from player.script import Ask
from player.session import Event
from player.workers.launch import child_command, start_child

AFTER_S = 2.0
"""How long the process leaves the night alone at its beginning."""
EVERY_FRAMES = RATE
"""How often it is told how far the night is."""
PATIENCE_S = 3.0
"""How long the end of a night waits for a desktop that does not answer."""

MAX_WISHES = 8
"""Kept until the night takes them, the latest: any program on the bus may press keys, and a hand
never presses more within a block."""
_LONGEST_LINE = 64  # bytes of a wish: a longer one is none

_ANSWERS = {
    MediaKey.NEXT: Event.PASSAGE_ON,
    MediaKey.PREVIOUS: Event.PASSAGE_BACK,
    MediaKey.STOP: Event.QUIT,
}


class Desktop:
    """A machine that is kept awake while it plays, a card of what is playing, and media keys."""

    def __init__(self, after_s: float = AFTER_S) -> None:
        self._playing: NowPlaying | None = None
        self._next = 0  # the frame at which it is told again how far the night is
        self._wishes: deque[MediaKey] = deque(maxlen=MAX_WISHES)
        self._over = False
        self._changed = threading.Condition()
        self._process = _started(after_s) if reachable() else None
        self._threads: list[threading.Thread] = []
        if self._process is not None:
            for work, pipe in ((self._tell, "stdin"), (self._listen, "stdout")):
                # Daemons only for a process that hangs: `close` waits for them, the end does not.
                args = (getattr(self._process, pipe),)
                self._threads.append(threading.Thread(target=work, args=args, daemon=True))
                self._threads[-1].start()

    def begin(self, title: str, author: str) -> None:
        """The night has a name."""
        with self._changed:
            self._playing = NowPlaying(title, author)
            self._changed.notify_all()

    def poll(self, ask: Ask | None, waiting: bool) -> Answer | None:
        """Return what a media key asks for; a second "pause" changes nothing."""
        while self._wishes:
            wish = self._wishes.popleft()
            if answer := _ANSWERS.get(wish):
                return answer
            paused = self._playing is not None and self._playing.paused
            if wish is not (MediaKey.PAUSE if paused else MediaKey.PLAY):
                return PlaybackCommand.PAUSE
        return None

    def wish(self, wish: MediaKey) -> None:
        """Somebody asks for something, which `poll` will answer."""
        self._wishes.append(wish)

    def show(self, chapter: str, paused: bool, frame: int) -> None:
        """The night is at `frame`; for every block, and cheap. A pause may be slept through."""
        if self._playing is None:
            return
        now = replace(self._playing, chapter=chapter, paused=paused)
        if now == self._playing and frame < self._next:
            return
        self._next = frame + EVERY_FRAMES
        with self._changed:
            self._playing = replace(now, heard_us=frame * 1_000_000 // RATE)
            self._changed.notify_all()

    def close(self) -> None:
        """Let the machine sleep, and take the card away; safe to call again."""
        with self._changed:
            self._over = True
            self._changed.notify_all()
        if self._process is not None:
            try:
                self._process.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        for thread in self._threads:
            thread.join(PATIENCE_S)

    def _tell(self, child: IO[bytes]) -> None:
        """Tell it all that changes, until the night is over or the process is gone."""
        with suppress(OSError), child:
            told = None
            while (told := self._news(told)) is not None:
                child.write(json.dumps(asdict(told)).encode() + b"\n")
                child.flush()

    def _news(self, told: NowPlaying | None) -> NowPlaying | None:
        """Wait for what is not `told` yet; None when the night is over."""
        with self._changed:
            self._changed.wait_for(lambda: self._over or self._playing is not told)
            return None if self._over else self._playing

    def _listen(self, child: IO[bytes]) -> None:
        with child:
            while line := child.readline(_LONGEST_LINE):
                with suppress(ValueError):
                    self.wish(MediaKey(line.decode(errors="replace").strip()))


def _started(after_s: float) -> subprocess.Popen[bytes] | None:
    """Start the process, which ends with its input; None where that is not possible."""
    with suppress(OSError):
        return start_child(
            child_command("player.desktop.worker", str(after_s)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    return None


def reachable() -> bool:
    """May there be a desktop to speak to? Elsewhere than on macOS and Windows it is on a bus."""
    return sys.platform in ("darwin", "win32") or bool(os.environ.get("DBUS_SESSION_BUS_ADDRESS"))
