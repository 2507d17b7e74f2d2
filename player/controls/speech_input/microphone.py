"""The microphone, through miniaudio. Used in the recogniser's process."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

from player.audio_devices import Device, Direction, backends, find_device, list_devices
from player.controls.speech_input.endpointing import RATE
from player.errors import UnavailableError

_PERIOD_MS = 40
_APP_NAME = "Dreamers"


def open_microphone(name: str | None, take: Callable[[bytes], None]) -> Any:
    """Open the microphone called ``name`` (upper or lower case), or the default one for None.

    ``take`` is called from miniaudio's thread with 16-bit mono samples at ``RATE``. Raises
    `UnavailableError` if there is none of that name, or none at all.
    """
    import miniaudio

    identifier = None if name is None else _identify(name)
    try:
        device = miniaudio.CaptureDevice(
            miniaudio.SampleFormat.SIGNED16,
            1,
            RATE,
            _PERIOD_MS,
            device_id=identifier,
            backends=backends(),
            app_name=_APP_NAME,
        )
        receiver = _receiver(take)
        next(receiver)
        device.start(receiver)
    except miniaudio.MiniaudioError as error:
        raise UnavailableError(f"no microphone can be opened here ({error.args[0]})") from error
    return device


def _receiver(take: Callable[[bytes], None]) -> Generator[None, bytes, None]:
    while True:
        take(bytes((yield)))


def microphones() -> tuple[str, ...]:
    """Return the names of the microphones, the default one first."""
    return tuple(device.name for device, _ in _listed())


def _identify(name: str) -> Any:
    try:
        return find_device(name, _listed())
    except LookupError as error:
        raise UnavailableError(f"there is no microphone {name!r}: at hand: {error}") from None


def _listed() -> list[tuple[Device, Any]]:
    return sorted(list_devices(Direction.CAPTURE), key=lambda entry: not entry[0].default)
