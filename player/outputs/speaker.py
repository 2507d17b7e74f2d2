"""The machine's sound card, through miniaudio.

The device is opened at once and plays silence while the rest of the program loads, since some
devices lose the first tenths of a second. Its thread only copies from a short queue, which paces
`Speaker.write`.
"""

import atexit
import logging
import time
from collections.abc import Callable, Generator, Sequence
from typing import Any

import numpy as np

from player.audio import QUANTUM, RATE, Samples
from player.cues import Chapter
from player.errors import UnavailableError
from player.outputs.miniaudio_device import identify, open_device, plays_on_dummy
from player.outputs.playback_queue import PlaybackQueue
from player.outputs.stderr_guard import silent_stderr

PERIOD_MS = 111
"""The device's buffer. At 40 ms a sound server beside busy processes ran dry now and then, at 90
once in an hour; from 400 ms on PulseAudio stays silent without an error."""
QUEUE_FRAMES = QUANTUM  # 43 ms in stock while the next quantum is mixed
PREROLL_FRAMES = round(0.24 * RATE)
REWIND_FRAMES = round(0.3 * RATE)  # played again after a lost device, so that no word is missed
TAIL_FRAMES = 3 * PERIOD_MS * RATE // 1000  # a device may buffer this much
SUSPENDED_S = 0.5  # after a longer pause between two requests, the device or we were suspended
REFILL_S = 0.25  # after that the device asks for more than there is, for this long
REROUTING_S = 1.0  # the system takes this long to settle which device is the default
WAIT_S = 0.25
LOST_AFTER = 3  # waits of WAIT_S without a request
LOST_AT_START = 20  # the same for a device that was only filled so far: Bluetooth is slow to start
FILLING_READS = 4
MAX_WAIT_S = 600.0  # long enough to find, charge and put on headphones

NO_DEVICE = (
    "no sound device can be opened here: connect or switch on one, see what is missing with"
    " 'dreamers doctor', or make a file with 'dreamers render'"
)


_log = logging.getLogger(__name__)


class Speaker:
    """A sound card: `write` blocks until there is room, so that the night runs in real time.

    A device that is lost is waited for, for up to `max_wait_s`, and the night goes on where it was.
    Meanwhile `keep_waiting` is called about four times per second, and ends the waiting when it
    returns False.
    """

    is_live = True

    def __init__(
        self,
        device: str | None = None,
        *,
        keep_waiting: Callable[[], bool] = lambda: True,
        max_wait_s: float = MAX_WAIT_S,
        period_ms: int = PERIOD_MS,
        queue_frames: int = QUEUE_FRAMES,
    ) -> None:
        self.reopened = 0
        self._name = device
        self._keep_waiting = keep_waiting
        self._max_wait_s = max_wait_s
        self._period_ms = period_ms
        self._open = True
        self._rerouted_at = -REROUTING_S
        self._logged_underruns = 0
        self._queue = PlaybackQueue(queue_frames, PREROLL_FRAMES, REWIND_FRAMES)
        self._device = self._start()

    @property
    def underruns(self) -> int:
        return self._queue.underruns

    @property
    def missing_s(self) -> float:
        return self._queue.missing_frames / RATE

    @property
    def latency_s(self) -> float:
        return self._queue.frames / RATE + self._period_ms / 1000

    def _start(self) -> Any:
        """Open the device and start it. Raises UnavailableError."""
        import miniaudio

        self._reads_before = self._queue.reads
        identifier = None if self._name is None else identify(self._name)
        try:
            with silent_stderr():
                device = open_device(identifier, self._period_ms, self._note_rerouting)
                if self._name is None and plays_on_dummy(device):
                    device.close()
                    raise UnavailableError(NO_DEVICE)
                feed = self._feed()
                next(feed)
                device.start(feed)
        except miniaudio.MiniaudioError as error:
            raise UnavailableError(NO_DEVICE) from error
        _log.info("device: %s opened, period %d ms", self._name or "default", self._period_ms)
        atexit.register(self.abort)  # the device's thread must not outlive the interpreter
        return device

    def _feed(self) -> Generator[bytes, int, None]:
        """Yield to the device's thread the bytes of as many frames as it asks for."""
        frames = yield b""
        now = refill_until = time.monotonic()
        while True:
            last, now = now, time.monotonic()
            if now - last > SUSPENDED_S:
                refill_until = now + REFILL_S
            frames = yield self._queue.read(frames, refilling=now < refill_until)

    def _note_rerouting(self) -> None:
        """Note that the system has moved the sound (called by the device's thread)."""
        self._rerouted_at = time.monotonic()

    def write(self, block: Samples) -> None:
        if not self._open:
            raise ValueError("the speaker has been closed")
        rerouting = time.monotonic() - self._rerouted_at < REROUTING_S
        if rerouting and self._name is None and plays_on_dummy(self._device):
            self._recover()
        self._queue.write(np.ascontiguousarray(block, np.float32).tobytes())
        waits, reads = 0, self._queue.reads
        while not self._queue.wait_for_room(WAIT_S):
            # Count waits, not time: a machine that slept has lost time but not its device.
            waits = waits + 1 if self._queue.reads == reads else 0
            reads = self._queue.reads
            if waits >= self._max_waits():
                self._recover()
                waits, reads = 0, self._queue.reads
        if self.underruns > self._logged_underruns:
            self._logged_underruns = self.underruns
            _log.warning("sound: too late, %d times so far", self.underruns)

    def _max_waits(self) -> int:
        """Return the number of waits without a request after which the device counts as lost."""
        started = self._queue.reads - self._reads_before > FILLING_READS
        return LOST_AFTER if started else LOST_AT_START

    def _recover(self) -> None:
        """Open the device again and go on a little before where it fell silent."""
        _log.warning("device: lost")
        self._stop()
        self._queue.rewind()
        deadline = time.monotonic() + self._max_wait_s
        while self._keep_waiting() and time.monotonic() <= deadline:
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
            self._queue.finish()
            tail = max(TAIL_FRAMES, 3 * self._period_ms * RATE // 1000)
            seconds = (self._queue.frames + PREROLL_FRAMES + tail) / RATE
            self._queue.wait_for_tail(tail, seconds + self._max_waits() * WAIT_S)
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
