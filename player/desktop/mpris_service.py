"""The desktop's card of what is playing, with its media keys: MPRIS 2.2, through dbus-fast.

Specification: https://specifications.freedesktop.org/mpris-spec/latest/. It takes the extra
``dreamers[desktop]`` and a session bus. This module is slow to import.
"""

import asyncio
import logging
import os
from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, TypeVar

from dbus_fast import BusType, NameFlag, PropertyAccess, RequestNameReply, Variant
from dbus_fast.aio import MessageBus
from dbus_fast.annotations import DBusDict, DBusInt64, DBusObjectPath, DBusSignature, DBusStr
from dbus_fast.service import ServiceInterface, dbus_method, dbus_property

from player.desktop.messages import MediaKey, NowPlaying

NAME = "org.mpris.MediaPlayer2.dreamers"
PATH = "/org/mpris/MediaPlayer2"
TRACK = "/org/dreamers/night"
IDENTITY = "Dreamers"
_OWNER = RequestNameReply.PRIMARY_OWNER

_Service = TypeVar("_Service", bound=ServiceInterface)
_Press = Callable[[MediaKey], None]


def _with_constants(**values: tuple[str, object]) -> Callable[[type[_Service]], type[_Service]]:
    """Add constant properties to a service; each has a D-Bus signature and a value."""

    def extend(service: type[_Service]) -> type[_Service]:
        for name, (signature, value) in values.items():
            setattr(service, name, _constant(name, signature, value))
        return service

    return extend


def _constant(name: str, signature: str, value: object) -> object:
    def getter(_service: ServiceInterface) -> object:
        return value

    getter.__name__ = name  # dbus-fast looks it up by this name
    getter.__annotations__["return"] = Annotated[object, DBusSignature(signature)]
    return dbus_property(PropertyAccess.READ)(getter)


@_with_constants(
    Identity=("s", IDENTITY),
    CanQuit=("b", True),
    CanRaise=("b", False),
    HasTrackList=("b", False),
    SupportedUriSchemes=("as", []),
    SupportedMimeTypes=("as", []),
)
class Application(ServiceInterface):
    """Interface ``org.mpris.MediaPlayer2``: the program."""

    def __init__(self, press: _Press) -> None:
        super().__init__("org.mpris.MediaPlayer2")
        self._press = press

    @dbus_method("Raise")
    def raise_window(self) -> None:
        """Do nothing, since there is no window."""

    @dbus_method("Quit")
    def quit(self) -> None:
        self._press(MediaKey.STOP)


@_with_constants(
    CanControl=("b", True),
    CanPlay=("b", True),
    CanPause=("b", True),
    CanGoNext=("b", True),
    CanGoPrevious=("b", True),
    CanSeek=("b", False),
    Rate=("d", 1.0),
    MinimumRate=("d", 1.0),
    MaximumRate=("d", 1.0),
    Volume=("d", 1.0),
)
class Player(ServiceInterface):
    """Interface ``org.mpris.MediaPlayer2.Player``: the night, and its media keys."""

    def __init__(self, playing: NowPlaying, press: _Press) -> None:
        super().__init__("org.mpris.MediaPlayer2.Player")
        self._playing, self._press = playing, press

    @dbus_property(PropertyAccess.READ, "PlaybackStatus")
    def status(self) -> DBusStr:
        return _status(self._playing)

    @dbus_property(PropertyAccess.READ, "Metadata")
    def metadata(self) -> DBusDict:
        return _metadata(self._playing)

    @dbus_property(PropertyAccess.READ, "Position")
    def position(self) -> DBusInt64:
        return self._playing.heard_us

    @dbus_method("Play")
    def play(self) -> None:
        self._press(MediaKey.PLAY)

    @dbus_method("Pause")
    def pause(self) -> None:
        self._press(MediaKey.PAUSE)

    @dbus_method("PlayPause")
    def play_pause(self) -> None:
        self._press(MediaKey.TOGGLE)

    @dbus_method("Next")
    def next(self) -> None:
        self._press(MediaKey.NEXT)

    @dbus_method("Previous")
    def previous(self) -> None:
        self._press(MediaKey.PREVIOUS)

    @dbus_method("Stop")
    def stop(self) -> None:
        self._press(MediaKey.STOP)

    @dbus_method("Seek")
    def seek(self, offset_us: DBusInt64) -> None:
        """Do nothing, since ``CanSeek`` is false."""

    @dbus_method("SetPosition")
    def set_position(self, track: DBusObjectPath, position_us: DBusInt64) -> None:
        """Do nothing, since ``CanSeek`` is false."""

    @dbus_method("OpenUri")
    def open_uri(self, uri: DBusStr) -> None:
        """Do nothing, since no scheme is supported."""

    def show(self, playing: NowPlaying) -> None:
        """Show the state of the night; a mere change of the position is not announced."""
        is_news = replace(self._playing, heard_us=playing.heard_us) != playing
        self._playing = playing
        if is_news:
            self.announce()

    def announce(self) -> None:
        """Send the state of the night to all clients."""
        self.emit_properties_changed(
            {"PlaybackStatus": _status(self._playing), "Metadata": _metadata(self._playing)}
        )


def _status(playing: NowPlaying) -> str:
    return "Paused" if playing.paused else "Playing"


def _metadata(playing: NowPlaying) -> dict[str, Variant]:
    """Return the metadata as of an audiobook: the chapter is the title, and the book the album."""
    metadata = {
        "mpris:trackid": Variant("o", TRACK),
        "xesam:title": Variant("s", playing.chapter or playing.title),
        "xesam:album": Variant("s", playing.title),
    }
    if playing.author:
        metadata["xesam:artist"] = Variant("as", [playing.author])
    return metadata


async def serve_card(shown: asyncio.Queue[NowPlaying], press: _Press) -> None:
    """Serve a card on the session bus with the latest of ``shown``, until cancelled.

    Raises any error of the bus. ``press`` is called for every key that a client presses.
    """
    logging.getLogger("dbus_fast").addHandler(logging.NullHandler())  # nobody reads its log here
    player = Player(await shown.get(), press)
    bus = await MessageBus(bus_type=BusType.SESSION).connect()
    try:
        bus.export(PATH, Application(press))
        bus.export(PATH, player)
        if await bus.request_name(NAME, NameFlag.DO_NOT_QUEUE) is not _OWNER:
            await bus.request_name(f"{NAME}.instance{os.getpid()}")  # another night has the name
        player.announce()
        while True:
            player.show(await shown.get())
    finally:
        bus.disconnect()
