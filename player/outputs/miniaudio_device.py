"""miniaudio's side of the speaker: the playback devices, and one of them, opened.

Two things that the binding leaves out are added here: how much the callback is asked for, and that
the system has moved the sound to another device.
"""

import contextlib
from collections.abc import Callable
from typing import Any

from player.audio import RATE
from player.audio_devices import (
    Device,
    Direction,
    backends,
    device_infos,
    find_device,
    list_devices,
)
from player.errors import UnavailableError
from player.outputs.stderr_guard import silent_stderr

APP_NAME = "Dreamers"
STREAM_NAME = b"a bedtime story"
NOBODY = b"auto_null"
"""What PulseAudio and PipeWire put in the place of a card that is gone: it plays to nobody too."""
NAME_BYTES = 256  # PulseAudio's devices are known by their names (miniaudio.h, ``ma_device_id``)


def devices() -> tuple[Device, ...]:
    """Return the playback devices at hand; equal names are numbered. None: an empty tuple."""
    return tuple(device for device, _ in _listed())


def identify(name: str) -> Any:
    """Return miniaudio's identifier of the device called `name` (upper or lower case)."""
    try:
        return find_device(name, _listed())
    except LookupError as error:
        raise UnavailableError(
            f"there is no sound device {name!r}: at hand: {error}; leave out --device for the"
            " default"
        ) from None


def _listed() -> list[tuple[Device, Any]]:
    with silent_stderr():
        return list_devices(Direction.PLAYBACK)


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
        backends=backends(),
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
        for info in device_infos(card._context, Direction.PLAYBACK)
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
