"""The process that listens: ``python -m player.controls.speech_input.worker``.

It reads a greeting and then wishes from standard input, a line of JSON each: ``listen`` with the
number of a turn and the choices, or ``rest``. It answers with lines too: ``ready``, ``listening``,
``heard``, and every other second ``here``. What was said is understood here, since the player must
not wait for it. No sound leaves it, and none is kept while it rests.

It ends by itself when its input ends, however the player ended; and where it has no microphone, or
loses it: then another is started.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

import numpy as np

from player.controls.speech_input.acceptance import as_line, understand
from player.controls.speech_input.endpointing import Ends
from player.controls.speech_input.hypotheses import Heard
from player.controls.speech_input.intent import hints
from player.controls.speech_input.microphone import open_microphone
from player.controls.speech_input.rescoring import phrases
from player.errors import DreamersError
from player.script import Ask, Option
from player.workers.priority import set_normal_priority

if TYPE_CHECKING:
    from player.audio import Samples

HERE_S = 2.0
"""How often it shows that it is alive."""
DEAF_S = 3.0
"""So long without a sound, not even of the room, is a microphone that is gone."""

Line = dict[str, Any]  # the JSON edge


class Reader(Protocol):
    """What turns a stretch of speech into words."""

    def expect(self, phrases: Sequence[str]) -> None: ...

    def hear(self, stretch: Samples, hints: str, phrases: Sequence[str]) -> Heard: ...

    def look_again(self, stretch: Samples, heard: Heard) -> Heard: ...


class Listening:
    """What has been asked for, what comes from the microphone, and what is made of both."""

    def __init__(self, reader: Reader, tell: Callable[[Line], None]) -> None:
        self._reader, self._tell = reader, tell
        self._ends = Ends()
        self._turn: int | None = None
        self._ask: Ask | None = None
        self._hints = ""
        self._phrases: Sequence[str] = ()
        self._speaking = False

    def wish(self, wish: Line) -> None:
        """The player's word: ``listen`` or ``rest``."""
        if wish["op"] == "listen":
            self._turn = wish["turn"]
            self._ends.begin()
            self._speaking = False
            self._tell({"op": "listening", "turn": self._turn})
            self._expect(Ask(tuple(map(Option, wish["options"])), 0, None, "", "", ""))
        else:
            self._turn = None

    def _expect(self, ask: Ask) -> None:
        if ask != self._ask:
            self._ask, self._hints, self._phrases = ask, hints(ask), phrases(ask)
            self._reader.expect(self._phrases)

    def sound(self, block: Samples) -> None:
        """What the microphone has heard since."""
        for stretch in self._ends.feed(block, self._turn is not None):
            heard = self._reader.hear(stretch, self._hints, self._phrases)
            again = partial(self._reader.look_again, stretch)
            understood = understand(heard, self._ask, again) if self._ask else None
            self._tell({"op": "heard", "turn": self._turn, **as_line(understood)})
        if self._turn is not None and self._ends.speaking != self._speaking:
            self._speaking = self._ends.speaking
            self._tell({"op": "speaks", "turn": self._turn, "on": self._speaking})


def main() -> None:
    """Does not return: threads wait for input, and Python cannot end in order while they do."""
    set_normal_priority()
    try:
        _serve()
    except Exception:
        traceback.print_exc()
    sys.stderr.flush()
    os._exit(1)


def _serve() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = _guarded_output()

    def tell(line: Line) -> None:
        answers.write(json.dumps(line).encode() + b"\n")
        answers.flush()

    greeting = json.loads(sys.stdin.buffer.readline())
    events: queue.SimpleQueue[Line | bytes] = queue.SimpleQueue()
    threading.Thread(target=_wishes, args=(events.put,), daemon=True).start()
    from player.controls.speech_input.recogniser import Recogniser

    listening = Listening(Recogniser(Path(greeting["model"])), tell)
    try:
        device = open_microphone(greeting["microphone"], events.put)
    except DreamersError as error:
        tell({"op": "deaf", "why": str(error)})
        return
    tell({"op": "ready"})
    _attend(events, listening, tell)
    del device  # open until here


def _attend(
    events: queue.SimpleQueue[Line | bytes], listening: Listening, tell: Callable[[Line], None]
) -> None:
    """Until the microphone falls silent, follow what comes, in its order."""
    told = sounded = time.monotonic()
    while True:
        try:
            event = events.get(timeout=HERE_S / 2)
        except queue.Empty:
            event = None
        now = time.monotonic()
        if isinstance(event, bytes):
            sounded = now
            listening.sound(_samples(event))
        elif event is not None:
            listening.wish(event)
        if now - sounded > DEAF_S:
            tell({"op": "deaf", "why": "the microphone has gone"})
            return
        if now - told > HERE_S:
            told = now
            tell({"op": "here"})


def _samples(data: bytes) -> Samples:
    return np.frombuffer(data, np.int16).astype(np.float32) / np.float32(32_768)


def _wishes(put: Callable[[Line], None]) -> None:
    for line in sys.stdin.buffer:
        put(json.loads(line))
    os._exit(0)  # the player is gone


def _guarded_output() -> BinaryIO:
    """Standard output for lines alone: what a library prints goes to standard error."""
    lines = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return lines


if __name__ == "__main__":
    main()
