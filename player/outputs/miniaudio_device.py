"""miniaudio's side of the speaker: which devices there are, and one of them, opened.

What the binding leaves out is added here: which device is the default, how much the callback is
asked for, and that the system has moved the sound to another device.
"""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from player.audio import RATE
from player.errors import UnavailableError
from player.outputs.stderr_guard import silent_stderr

APP_NAME = "Dreamers"
STREAM_NAME = b"a bedtime story"
BACKENDS = (
    "WASAPI DSOUND WINMM COREAUDIO SNDIO AUDIO4 OSS PULSEAUDIO ALSA JACK AAUDIO OPENSL".split()
)
"""All but miniaudio's own null device, which would play the night to nobody."""
NOBODY = b"auto_null"
"""What PulseAudio and PipeWire put in the place of a card that is gone: it plays to nobody too."""
NAME_BYTES = 256  # PulseAudio's devices are known by their names (miniaudio.h, ``ma_device_id``)


@dataclass(frozen=True, slots=True)
class Device:
    """A playback device under the name that `Speaker` knows it by."""

    name: str
    default: bool


def devices() -> tuple[Device, ...]:
    """Return the playback devices at hand; equal names are numbered. None: an empty tuple."""
    return tuple(device for device, _ in _listed())


def identify(name: str) -> Any:
    """Return miniaudio's identifier of the device called `name` (upper or lower case)."""
    found = _listed()
    for device, identifier in found:
        if device.name.casefold() == name.casefold():
            return identifier
    at_hand = ", ".join(repr(device.name) for device, _ in found) or "none"
    raise UnavailableError(
        f"there is no sound device {name!r}: at hand: {at_hand}; leave out --device for the default"
    )


def _listed() -> list[tuple[Device, Any]]:
    """Return every device with miniaudio's identifier for it."""
    import miniaudio

    found: list[tuple[Device, Any]] = []
    try:
        with silent_stderr():
            context = miniaudio.Devices([miniaudio.Backend[name] for name in BACKENDS])
            infos = list(_infos(context._context))
    except (miniaudio.MiniaudioError, AttributeError):
        return found
    names: dict[str, int] = {}
    for info in infos:
        name = miniaudio.ffi.string(info.name).decode(errors="replace")
        names[name] = names.get(name, 0) + 1
        label = name if names[name] == 1 else f"{name} ({names[name]})"
        identifier = miniaudio.ffi.new("ma_device_id*", info.id)
        found.append((Device(label, bool(info.isDefault)), identifier))
    return found


def _infos(context: Any) -> Iterator[Any]:
    """Yield miniaudio's description of each playback device; good only while `context` lives.

    The binding's get_playbacks() leaves out which is the default, and fails as a whole where one
    device of many cannot be asked for its formats.
    """
    import miniaudio

    infos = miniaudio.ffi.new("ma_device_info**")
    count = miniaudio.ffi.new("ma_uint32*")
    nothing = miniaudio.ffi.NULL
    miniaudio.lib.ma_context_get_devices(context, infos, count, nothing, nothing)
    for number in range(count[0]):
        yield infos[0][number]


def open_card(identifier: Any, period_ms: int, moved: Callable[[], None]) -> Any:
    """Return miniaudio's playback device for 48 kHz stereo float32, not yet started.

    `moved` is called from the card's thread when the system leads the sound to another device.
    Raises miniaudio's own MiniaudioError.
    """
    import miniaudio

    ffi, lib = miniaudio.ffi, miniaudio.lib

    class Card(miniaudio.PlaybackDevice):  # type: ignore[misc]  # miniaudio has no types
        def _make_context(self, *arguments: Any) -> Any:
            """Called between the filling of the configuration and its use."""
            config = self._devconfig
            _ask_for_what_is_wanted(config)
            self._stream_name = ffi.from_buffer(STREAM_NAME + b"\0")
            config.pulse.pStreamNamePlayback = ffi.cast("char*", self._stream_name)
            with contextlib.suppress(MemoryError, SystemError):  # where no code may be made
                self._notify = ffi.callback("void(ma_device_notification*)", self._notice)
                config.notificationCallback = self._notify
            context = super()._make_context(*arguments)
            if context.backend != lib.ma_backend_pulseaudio:
                # There a period is all that is held back, elsewhere there are three of them.
                config.periodSizeInMilliseconds = period_ms // 3
            return context

        def _notice(self, notification: Any) -> None:
            if notification.type == lib.ma_device_notification_type_rerouted:
                moved()

    return Card(
        miniaudio.SampleFormat.FLOAT32,
        2,
        RATE,
        period_ms,
        device_id=identifier,
        backends=[miniaudio.Backend[name] for name in BACKENDS],
        app_name=APP_NAME,
    )


def plays_to_nobody(card: Any) -> bool:
    """Is the default device, which `card` plays on, only there for want of a real one?"""
    import miniaudio

    ffi, lib = miniaudio.ffi, miniaudio.lib
    if card._context.backend != lib.ma_backend_pulseaudio:
        return False
    return any(
        info.isDefault
        and ffi.string(ffi.cast("char*", ffi.addressof(info, "id")), NAME_BYTES) == NOBODY
        for info in _infos(card._context)
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
