"""The microphone, through miniaudio. Lives in the child process."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

from player.controls.speech_input.endpointing import RATE
from player.errors import UnavailableError

_PERIOD_MS = 40
_APP_NAME = "Dreamers"


def open_microphone(name: str | None, take: Callable[[bytes], None]) -> Any:
    """Open the microphone called ``name`` (upper or lower case; ``None`` is the default one).

    ``take`` is given what it hears, 16-bit mono at ``RATE``, from a thread of its own.
    ``UnavailableError`` where there is none of that name, or none at all.
    """
    import miniaudio

    backends = _backends()
    identifier = None if name is None else _identify(name, backends)
    try:
        device = miniaudio.CaptureDevice(
            miniaudio.SampleFormat.SIGNED16,
            1,
            RATE,
            _PERIOD_MS,
            device_id=identifier,
            backends=backends,
            app_name=_APP_NAME,
        )
        ear = _ear(take)
        next(ear)
        device.start(ear)
    except miniaudio.MiniaudioError as error:
        raise UnavailableError(f"no microphone can be opened here ({error.args[0]})") from error
    return device


def _ear(take: Callable[[bytes], None]) -> Generator[None, bytes, None]:
    while True:
        take(bytes((yield)))


def microphones() -> tuple[str, ...]:
    """The names of the microphones at hand, the default one first."""
    return tuple(name for name, _ in _listed(_backends()))


def _identify(name: str, backends: list[Any]) -> Any:
    found = _listed(backends)
    for known, identifier in found:
        if known.casefold() == name.casefold():
            return identifier
    at_hand = ", ".join(repr(known) for known, _ in found) or "none"
    raise UnavailableError(f"there is no microphone {name!r}: at hand: {at_hand}")


def _listed(backends: list[Any]) -> list[tuple[str, Any]]:
    """Every microphone with miniaudio's identifier, the default one first.

    The binding's get_captures() fails as a whole where one of many cannot be asked for its formats.
    """
    import miniaudio

    ffi = miniaudio.ffi
    try:
        context = miniaudio.Devices(backends)
    except miniaudio.MiniaudioError:
        return []
    infos, count = ffi.new("ma_device_info**"), ffi.new("ma_uint32*")
    miniaudio.lib.ma_context_get_devices(context._context, ffi.NULL, ffi.NULL, infos, count)
    found = [infos[0][number] for number in range(count[0])]
    found.sort(key=lambda info: not info.isDefault)
    return [
        (ffi.string(info.name).decode(errors="replace"), ffi.new("ma_device_id*", info.id))
        for info in found
    ]


def _backends() -> list[Any]:
    """All but the one that hears nothing and the one that would have to be written."""
    from miniaudio import Backend

    return [backend for backend in Backend if backend not in (Backend.NULL, Backend.CUSTOM)]
