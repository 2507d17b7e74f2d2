"""The machine's own sound card, through miniaudio.

The card is opened at once and plays silence while the rest of the program loads: some swallow the
first tenths of a second. Its thread only copies from a short queue, which paces `Speaker.write`.
"""

import atexit
import time
from collections.abc import Callable, Generator, Sequence
from typing import Any

import numpy as np

from player.audio import QUANTUM, RATE, Samples
from player.cues import Chapter
from player.errors import UnavailableError
from player.outputs.miniaudio_device import identify, open_card, plays_to_nobody
from player.outputs.playback_queue import BlockQueue
from player.outputs.stderr_guard import silent_stderr

PERIOD_MS = 111
"""What the card holds back. At 40 ms a sound server beside busy processes ran dry now and then, at
90 once in an hour; from 400 ms on PulseAudio stays silent without an error."""
QUEUE_FRAMES = QUANTUM  # 43 ms in hand while the next step of the mixer is made
PREROLL_FRAMES = round(0.24 * RATE)
REWIND_FRAMES = round(0.3 * RATE)  # heard again after a lost card: no word is missed
TAIL_FRAMES = 3 * PERIOD_MS * RATE // 1000  # as much as a card may hold back
STOOD_STILL_S = 0.5  # a card that asks again after so long was suspended, or we were
FILLING_S = 0.25  # so long it then asks for more than there is
SETTLING_S = 1.0  # after it led the sound elsewhere, the system settles which device is which
LOST_AFTER = 3  # waits of WAIT_S without a sign of life
LOST_AT_START = 20  # the same for a card that has only been filled yet: Bluetooth takes its time
FILLING_TAKES = 4
WAIT_S = 0.25
PATIENCE_S = 600.0  # headphones are found, charged and put on again

NO_DEVICE = (
    "no sound device can be opened here: connect or switch on one, see what is missing with"
    " 'dreamers doctor', or make a file with 'dreamers render'"
)


class Speaker:
    """A sound card: `write` blocks until there is room, so that the night runs in real time.

    `underruns` counts how often sound came too late, and silence was heard instead; `missing_s` how
    much of it. A card that vanishes is opened again for up to `patience_s`, and the night goes on
    where it was; `while_lost` is called meanwhile, about four times a second, and ends the waiting
    by answering False.
    """

    is_live = True

    def __init__(
        self,
        device: str | None = None,
        *,
        while_lost: Callable[[], bool] = lambda: True,
        patience_s: float = PATIENCE_S,
        period_ms: int = PERIOD_MS,
        queue_frames: int = QUEUE_FRAMES,
    ) -> None:
        self.reopened = 0
        self._name = device
        self._while_lost = while_lost
        self._patience_s = patience_s
        self._period_ms = period_ms
        self._open = True
        self._moved_at = -SETTLING_S
        self._queue = BlockQueue(queue_frames, PREROLL_FRAMES, REWIND_FRAMES)
        self._device = self._start()

    @property
    def underruns(self) -> int:
        return self._queue.underruns

    @property
    def missing_s(self) -> float:
        """Seconds of silence that were heard for want of sound."""
        return self._queue.missing_frames / RATE

    @property
    def latency_s(self) -> float:
        """About how long from now until what is written next is heard."""
        return self._queue.frames / RATE + self._period_ms / 1000

    def _start(self) -> Any:
        """Open the card and let it play; UnavailableError when that is not possible."""
        import miniaudio

        self._takes_before = self._queue.takes
        identifier = None if self._name is None else identify(self._name)
        try:
            with silent_stderr():
                device = open_card(identifier, self._period_ms, self._move)
                if self._name is None and plays_to_nobody(device):
                    device.close()
                    raise UnavailableError(NO_DEVICE)
                feed = self._feed()
                next(feed)
                device.start(feed)
        except miniaudio.MiniaudioError as error:
            raise UnavailableError(NO_DEVICE) from error
        atexit.register(self.abort)  # the card's thread must not outlive the interpreter
        return device

    def _feed(self) -> Generator[bytes, int, None]:
        """Give the card's thread what it asks for."""
        frames = yield b""
        asked = filling_until = time.monotonic()
        while True:
            before, asked = asked, time.monotonic()
            if asked - before > STOOD_STILL_S:
                filling_until = asked + FILLING_S
            frames = yield self._queue.take(frames, excused=asked < filling_until)

    def _move(self) -> None:
        """The system has led the sound elsewhere (called by the card's thread)."""
        self._moved_at = time.monotonic()

    def write(self, block: Samples) -> None:
        if not self._open:
            raise ValueError("the speaker has been closed")
        settling = time.monotonic() - self._moved_at < SETTLING_S
        if settling and self._name is None and plays_to_nobody(self._device):
            self._recover()
        self._queue.put(np.ascontiguousarray(block, np.float32).tobytes())
        waits, seen = 0, self._queue.takes
        while not self._queue.wait_for_room(WAIT_S):
            # Waits are counted, not time: a machine that slept has lost time but not its card.
            waits = waits + 1 if self._queue.takes == seen else 0
            seen = self._queue.takes
            if waits >= self._patience():
                self._recover()
                waits, seen = 0, self._queue.takes

    def _patience(self) -> int:
        """Return after how many silent waits the card counts as lost."""
        started = self._queue.takes - self._takes_before > FILLING_TAKES
        return LOST_AFTER if started else LOST_AT_START

    def _recover(self) -> None:
        """Open the card again and go on a little before where it fell silent."""
        self._stop()
        self._queue.rewind()
        deadline = time.monotonic() + self._patience_s
        while self._while_lost() and time.monotonic() <= deadline:
            try:
                self._device = self._start()
            except UnavailableError:
                time.sleep(WAIT_S)
            else:
                self.reopened += 1
                return
        self.abort()
        raise UnavailableError("the sound device is gone: connect it, then start again")

    def close(self, chapters: Sequence[Chapter] = ()) -> None:
        if not self._open:
            return
        self._open = False
        try:
            self._queue.end()
            tail = max(TAIL_FRAMES, 3 * self._period_ms * RATE // 1000)
            waiting = (self._queue.frames + PREROLL_FRAMES + tail) / RATE
            self._queue.wait_for_end(tail, waiting + self._patience() * WAIT_S)
        finally:
            self._stop()

    def abort(self) -> None:
        self._open = False
        self._stop()

    def _stop(self) -> None:
        atexit.unregister(self.abort)
        device, self._device = self._device, None
        if device is not None:
            device.close()
