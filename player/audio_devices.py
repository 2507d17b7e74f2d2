"""Sound devices of this machine, through miniaudio: listed, and found by name.

The binding's own lists leave out which device is the default, and fail as a whole if one of many
devices does not tell its formats.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

BACKENDS = (
    "WASAPI DSOUND WINMM COREAUDIO SNDIO AUDIO4 OSS PULSEAUDIO ALSA JACK AAUDIO OPENSL".split()
)
"""All of miniaudio's backends except its null device, which would play the night to nobody."""


class Direction(Enum):
    """Use of a device."""

    PLAYBACK = auto()
    CAPTURE = auto()


@dataclass(frozen=True, slots=True)
class Device:
    """A device, under the name by which a listener may choose it."""

    name: str
    default: bool


def backends() -> list[Any]:
    """Return miniaudio's members for `BACKENDS`."""
    import miniaudio

    return [miniaudio.Backend[name] for name in BACKENDS]


def list_devices(direction: Direction) -> list[tuple[Device, Any]]:
    """Return every device with miniaudio's identifier for it; equal names are numbered."""
    import miniaudio

    devices: list[tuple[Device, Any]] = []
    try:
        context = miniaudio.Devices(backends())
        infos = list(device_infos(context._context, direction))
    except (miniaudio.MiniaudioError, AttributeError):
        return devices
    counts: dict[str, int] = {}
    for info in infos:
        name = miniaudio.ffi.string(info.name).decode(errors="replace")
        counts[name] = counts.get(name, 0) + 1
        label = name if counts[name] == 1 else f"{name} ({counts[name]})"
        identifier = miniaudio.ffi.new("ma_device_id*", info.id)
        devices.append((Device(label, bool(info.isDefault)), identifier))
    return devices


def find_device(name: str, devices: Sequence[tuple[Device, Any]]) -> Any:
    """Return miniaudio's identifier of the device called ``name``, in upper or lower case.

    Raises ``LookupError`` with the names of all devices if there is none of that name.
    """
    for device, identifier in devices:
        if device.name.casefold() == name.casefold():
            return identifier
    raise LookupError(", ".join(repr(device.name) for device, _ in devices) or "none")


def device_infos(context: Any, direction: Direction) -> Iterator[Any]:
    """Yield miniaudio's description of each device; valid only as long as ``context``."""
    import miniaudio

    infos = miniaudio.ffi.new("ma_device_info**")
    count = miniaudio.ffi.new("ma_uint32*")
    wanted, unwanted = (infos, count), (miniaudio.ffi.NULL, miniaudio.ffi.NULL)
    playback, capture = (
        (wanted, unwanted) if direction is Direction.PLAYBACK else (unwanted, wanted)
    )
    miniaudio.lib.ma_context_get_devices(context, *playback, *capture)
    for number in range(count[0]):
        yield infos[0][number]
