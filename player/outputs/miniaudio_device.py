"""Playback devices through miniaudio: list them, and open one.

Two things that the Python binding leaves out are added here: callbacks of variable size, and a
notice when the system moves the sound to another device.
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
DUMMY_DEVICE = b"auto_null"
"""Name of the silent device by which PulseAudio and PipeWire replace a card that is gone."""
NAME_BYTES = 256  # PulseAudio identifies devices by their names (miniaudio.h, ``ma_device_id``)


def devices() -> tuple[Device, ...]:
    """Return the playback devices at hand, perhaps none; equal names are numbered."""
    return tuple(device for device, _ in _listed())


def identify(name: str) -> Any:
    """Return miniaudio's identifier of the device called `name`, in upper or lower case.

    Raises UnavailableError for an unknown name.
    """
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


def open_device(identifier: Any, period_ms: int, on_rerouted: Callable[[], None]) -> Any:
    """Return miniaudio's playback device for 48 kHz stereo float32, not yet started.

    `on_rerouted` is called from the device's thread when the system moves the sound to another
    device. Raises miniaudio's own MiniaudioError.
    """
    import miniaudio

    ffi, lib = miniaudio.ffi, miniaudio.lib

    class NotifyingDevice(miniaudio.PlaybackDevice):  # type: ignore[misc]  # miniaudio has no types
        def _make_context(self, *arguments: Any) -> Any:
            """Complete the configuration, which the base class fills before and uses here."""
            config = self._devconfig
            _disable_fixed_callback_size(config)
            self._stream_name = ffi.from_buffer(STREAM_NAME + b"\0")
            config.pulse.pStreamNamePlayback = ffi.cast("char*", self._stream_name)
            with contextlib.suppress(MemoryError, SystemError):  # the system forbids callbacks
                self._notify = ffi.callback("void(ma_device_notification*)", self._notice)
                config.notificationCallback = self._notify
            context = super()._make_context(*arguments)
            if context.backend != lib.ma_backend_pulseaudio:
                # PulseAudio buffers one period, the other backends three.
                config.periodSizeInMilliseconds = period_ms // 3
            return context

        def _notice(self, notification: Any) -> None:
            if notification.type == lib.ma_device_notification_type_rerouted:
                on_rerouted()

    return NotifyingDevice(
        miniaudio.SampleFormat.FLOAT32,
        2,
        RATE,
        period_ms,
        device_id=identifier,
        backends=backends(),
        app_name=APP_NAME,
    )


def plays_on_dummy(device: Any) -> bool:
    """Return whether the default device, which `device` plays on, is a silent dummy."""
    import miniaudio

    ffi, lib = miniaudio.ffi, miniaudio.lib
    if device._context.backend != lib.ma_backend_pulseaudio:
        return False
    return any(
        info.isDefault
        and ffi.string(ffi.cast("char*", ffi.addressof(info, "id")), NAME_BYTES) == DUMMY_DEVICE
        for info in device_infos(device._context, Direction.PLAYBACK)
    )


def _disable_fixed_callback_size(config: Any) -> None:
    """Let the backend choose the callback size.

    Otherwise miniaudio collects whole periods in a buffer, which adds one period to the latency and
    needs a longer queue. The binding lacks the flag: it is the fourth byte after the profile
    (miniaudio.h, ``ma_device_config.noFixedSizedCallback``). If the structure looks different,
    nothing is touched, and only the latency is longer.
    """
    import miniaudio

    ffi = miniaudio.ffi
    kind = ffi.typeof(config)
    after_periods = ffi.offsetof(kind, "periods") + ffi.sizeof("ma_uint32")
    flags = after_periods + ffi.sizeof("ma_device_type")  # the profile is an enumeration too
    room = ffi.offsetof(kind, "dataCallback") - flags
    if room in (4, 8):  # four flags of one byte, and perhaps padding to align a 64-bit address
        ffi.cast("unsigned char*", ffi.addressof(config))[flags + 3] = 1
