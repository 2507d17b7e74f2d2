"""The machine's own sound card, through miniaudio.

The card is opened at once and plays silence while the rest of the program loads: some swallow the
first tenths of a second. Its thread only copies from a short queue, which paces `Speaker.write`.
"""

import atexit
import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from player.audio import QUANTUM, RATE, Samples
from player.cues import Chapter
from player.errors import UnavailableError
from player.outputs.queue import BlockQueue
from player.outputs.quiet import silent_stderr

APP_NAME = "Dreamers"
PERIOD_MS = 90
"""What the card holds back. At 40 ms a sound server beside busy processes ran dry now and
then; from 400 ms on PulseAudio stays silent without an error."""
QUEUE_FRAMES = 3 * QUANTUM // 2  # 64 ms in hand while the next step of the mixer is made
PREROLL_FRAMES = round(0.24 * RATE)
REWIND_FRAMES = round(0.3 * RATE)  # heard again after a lost card: no word is missed
TAIL_FRAMES = 3 * PERIOD_MS * RATE // 1000  # as much as a card may hold back
LOST_AFTER = 3  # waits of WAIT_S without a sign of life
LOST_AT_START = 20  # the same for a card that has only been filled yet: Bluetooth takes its time
FILLING_TAKES = 4
WAIT_S = 0.25
PATIENCE_S = 60.0
BACKENDS = (
    "WASAPI DSOUND WINMM COREAUDIO SNDIO AUDIO4 OSS PULSEAUDIO ALSA JACK AAUDIO OPENSL".split()
)
"""All but miniaudio's own null device, which would play the night to nobody."""


@dataclass(frozen=True, slots=True)
class Device:
    """A playback device under the name that `Speaker` knows it by."""

    name: str
    default: bool


def devices() -> tuple[Device, ...]:
    """Return the playback devices at hand; equal names are numbered. None: an empty tuple."""
    return tuple(device for device, _ in _listed())


def _listed() -> list[tuple[Device, Any]]:
    """Return every device with miniaudio's identifier for it."""
    import miniaudio

    found: list[tuple[Device, Any]] = []
    try:
        with silent_stderr():
            context = miniaudio.Devices([miniaudio.Backend[name] for name in BACKENDS])
            # Its get_playbacks() leaves out which is the default, and fails as a whole where one
            # device of many cannot be asked for its formats.
            infos = miniaudio.ffi.new("ma_device_info**")
            count = miniaudio.ffi.new("ma_uint32*")
            nothing = miniaudio.ffi.NULL
            miniaudio.lib.ma_context_get_devices(context._context, infos, count, nothing, nothing)
    except (miniaudio.MiniaudioError, AttributeError):
        return found
    names: dict[str, int] = {}
    for number in range(count[0]):
        info = infos[0][number]
        name = miniaudio.ffi.string(info.name).decode(errors="replace")
        names[name] = names.get(name, 0) + 1
        label = name if names[name] == 1 else f"{name} ({names[name]})"
        identifier = miniaudio.ffi.new("ma_device_id*", info.id)
        found.append((Device(label, bool(info.isDefault)), identifier))
    return found


class Speaker:
    """A sound card: `write` blocks until there is room, so that the night runs in real time.

    `underruns` counts how often sound came too late, and silence was heard instead; `missing_s` how
    much of it. A card that vanishes is opened again for up to `patience_s`, and the night goes on
    where it was; `while_lost` is called meanwhile, about four times a second, and ends the waiting
    by answering False.
    """

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
        identifier = None if self._name is None else _identify(self._name)
        try:
            with silent_stderr():
                device = _open_card(identifier, self._period_ms)
                feed = self._feed()
                next(feed)
                device.start(feed)
        except miniaudio.MiniaudioError as error:
            raise UnavailableError(
                "no sound device can be opened here: connect or switch on one, "
                "or use --output file:NAME.flac"
            ) from error
        atexit.register(self.abort)  # the card's thread must not outlive the interpreter
        return device

    def _feed(self) -> Generator[bytes, int, None]:
        """Give the card's thread what it asks for."""
        frames = yield b""
        while True:
            frames = yield self._queue.take(frames)

    def write(self, block: Samples) -> None:
        if not self._open:
            raise ValueError("the speaker has been closed")
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


def _open_card(identifier: Any, period_ms: int) -> Any:
    """Return miniaudio's playback device, not yet started."""
    import miniaudio

    class Card(miniaudio.PlaybackDevice):  # type: ignore[misc]  # miniaudio has no types
        def _make_context(self, *arguments: Any) -> Any:
            """Called between the filling of the configuration and its use."""
            _ask_for_what_is_wanted(self._devconfig)
            context = super()._make_context(*arguments)
            if context.backend != miniaudio.lib.ma_backend_pulseaudio:
                # There a period is all that is held back, elsewhere there are three of them.
                self._devconfig.periodSizeInMilliseconds = period_ms // 3
            return context

    return Card(
        miniaudio.SampleFormat.FLOAT32,
        2,
        RATE,
        period_ms,
        device_id=identifier,
        backends=[miniaudio.Backend[name] for name in BACKENDS],
        app_name=APP_NAME,
    )


def _ask_for_what_is_wanted(config: Any) -> None:
    """Let the callback be asked for just as much as the card has room for.

    Otherwise miniaudio collects whole periods in a buffer of its own, which adds one to the way
    from a key to the sound, and needs a longer queue. The binding leaves the flag out: it is the
    fourth byte after the profile (miniaudio.h, ``ma_device_config.noFixedSizedCallback``).
    Where the structure looks different, nothing is touched, and only the delay is longer.
    """
    import miniaudio

    ffi = miniaudio.ffi
    kind = ffi.typeof(config)
    after_periods = ffi.offsetof(kind, "periods") + ffi.sizeof("ma_uint32")
    flags = after_periods + ffi.sizeof("ma_device_type")  # the profile is an enumeration too
    room = ffi.offsetof(kind, "dataCallback") - flags
    if room in (4, 8):  # four flags of a byte, and what aligns an address of 64 bits
        ffi.cast("unsigned char*", ffi.addressof(config))[flags + 3] = 1


def _identify(name: str) -> Any:
    """Return miniaudio's identifier of the device called `name` (upper or lower case)."""
    found = _listed()
    for device, identifier in found:
        if device.name.casefold() == name.casefold():
            return identifier
    at_hand = ", ".join(repr(device.name) for device, _ in found) or "none"
    raise UnavailableError(
        f"there is no sound device {name!r}: at hand: {at_hand}; leave out --device for the default"
    )
