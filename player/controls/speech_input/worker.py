"""The process that listens: ``python -m player.controls.speech_input.worker``.

It reads a greeting and then requests: ``listen``, with the number of a turn and the choices, or
``rest``. It sends ``ready``, ``listening``, ``speech`` (begun or over), ``answer``, and ``alive``
every other second. What was said is understood here, since the player must not wait for it. No
sound leaves this process, and none is kept while it rests.

It ends by itself when its input ends, however the player ended; and when it has no microphone, or
loses it: then the player starts another one.
"""

from __future__ import annotations

import os
import queue
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from player.controls.speech_input.acceptance import as_fields, understand
from player.controls.speech_input.endpointing import EndpointDetector
from player.controls.speech_input.hypotheses import Recognition
from player.controls.speech_input.intent import hints
from player.controls.speech_input.microphone import open_microphone
from player.controls.speech_input.rescoring import phrases
from player.errors import DreamersError
from player.script import Ask, Option
from player.workers.framing import Message, read_frame, write_frame
from player.workers.priority import set_normal_priority
from player.workers.serving import open_pipes, read_in_background

if TYPE_CHECKING:
    from player.audio import Samples

ALIVE_S = 2.0
"""Interval between signs of life."""
LOST_MICROPHONE_S = 3.0
"""A microphone that delivers nothing for this long, not even silence, is gone."""

_Events = queue.SimpleQueue[Message | bytes]


class RecogniserPort(Protocol):
    """A speech recogniser."""

    def expect(self, phrases: Sequence[str]) -> None:
        """Prepare for the likely answers."""
        ...

    def hear(self, stretch: Samples, hints: str, phrases: Sequence[str]) -> Recognition:
        """Recognise a stretch of speech."""
        ...

    def look_again(self, stretch: Samples, first: Recognition) -> Recognition:
        """Score the likeliest phrases once more, from altered sound."""
        ...


class AnswerListener:
    """Turns sound from the microphone into answers while the player asks for them."""

    def __init__(self, recogniser: RecogniserPort, send: Callable[[Message], None]) -> None:
        self._recogniser, self._send = recogniser, send
        self._detector = EndpointDetector()
        self._turn: int | None = None
        self._ask: Ask | None = None
        self._hints = ""
        self._phrases: Sequence[str] = ()
        self._speech_active = False

    def handle(self, request: Message) -> None:
        """Follow a request of the player: ``listen`` or ``rest``."""
        if request["op"] == "listen":
            self._turn = request["turn"]
            self._detector.begin()
            self._speech_active = False
            self._send({"op": "listening", "turn": self._turn})
            self._expect(
                Ask(
                    options=tuple(map(Option, request["options"])),
                    default=0,
                    timeout_s=None,
                    question="",
                    again="",
                    path="",
                )
            )
        else:
            self._turn = None

    def _expect(self, ask: Ask) -> None:
        if ask != self._ask:
            self._ask, self._hints, self._phrases = ask, hints(ask), phrases(ask)
            self._recogniser.expect(self._phrases)

    def feed(self, block: Samples) -> None:
        """Take the next samples ``(n,)`` from the microphone."""
        for stretch in self._detector.feed(block, self._turn is not None):
            first = self._recogniser.hear(stretch, self._hints, self._phrases)
            again = partial(self._recogniser.look_again, stretch)
            understood = understand(first, self._ask, again) if self._ask else None
            self._send({"op": "answer", "turn": self._turn, **as_fields(understood)})
        if self._turn is not None and self._detector.speaking != self._speech_active:
            self._speech_active = self._detector.speaking
            self._send({"op": "speech", "turn": self._turn, "active": self._speech_active})


def main() -> None:
    """Listen until the input or the microphone ends.

    Does not return, since Python cannot exit normally while a thread waits for input.
    """
    set_normal_priority()
    try:
        _serve()
    except Exception:
        traceback.print_exc()
    sys.stderr.flush()
    os._exit(1)


def _serve() -> None:
    source, answers = open_pipes()
    send = partial(write_frame, answers)
    greeting = read_frame(source)
    if greeting is None:
        return
    model, microphone = greeting[0]["model"], greeting[0]["microphone"]
    events: _Events = queue.SimpleQueue()
    read_in_background(source, events.put)
    from player.controls.speech_input.recogniser import Recogniser

    listener = AnswerListener(Recogniser(Path(model)), send)
    try:
        device = open_microphone(microphone, events.put)
    except DreamersError as error:
        send({"op": "unable", "why": str(error)})
        return
    send({"op": "ready"})
    _attend(events, listener, send)
    del device  # closes it


def _attend(events: _Events, listener: AnswerListener, send: Callable[[Message], None]) -> None:
    """Handle requests and sound in their order, until the microphone delivers nothing."""
    last_sign = last_sound = time.monotonic()
    while True:
        try:
            event = events.get(timeout=ALIVE_S / 2)
        except queue.Empty:
            event = None
        now = time.monotonic()
        if isinstance(event, bytes):
            last_sound = now
            listener.feed(_samples(event))
        elif event is not None:
            listener.handle(event)
        if now - last_sound > LOST_MICROPHONE_S:
            send({"op": "unable", "why": "the microphone has gone"})
            return
        if now - last_sign > ALIVE_S:
            last_sign = now
            send({"op": "alive"})


def _samples(data: bytes) -> Samples:
    return np.frombuffer(data, np.int16).astype(np.float32) / np.float32(32_768)


if __name__ == "__main__":
    main()
