"""MPRIS as dbus-fast serves it: slow to import, so only the card's own thread does."""

import asyncio
import logging
import os
from collections.abc import Callable
from contextlib import suppress
from typing import Annotated, TypeVar

from dbus_fast import BusType, NameFlag, PropertyAccess, RequestNameReply, Variant
from dbus_fast.aio import MessageBus
from dbus_fast.annotations import DBusDict, DBusInt64, DBusObjectPath, DBusSignature, DBusStr
from dbus_fast.service import ServiceInterface, dbus_method, dbus_property

from player.desktop.messages import CardPort, MediaKey, NowPlaying

NAME = "org.mpris.MediaPlayer2.dreamers"
PATH = "/org/mpris/MediaPlayer2"
TRACK = "/org/dreamers/night"
IDENTITY = "Dreamers"

_Service = TypeVar("_Service", bound=ServiceInterface)


def _with(**values: tuple[str, object]) -> Callable[[type[_Service]], type[_Service]]:
    """Give a service properties that never change: the type of each, and its value."""

    def extend(service: type[_Service]) -> type[_Service]:
        for name, (signature, value) in values.items():
            setattr(service, name, _always(name, signature, value))
        return service

    return extend


def _always(name: str, signature: str, value: object) -> object:
    def getter(_service: ServiceInterface) -> object:
        return value

    getter.__name__ = name  # by which dbus-fast finds it again
    getter.__annotations__["return"] = Annotated[object, DBusSignature(signature)]
    return dbus_property(PropertyAccess.READ)(getter)


@_with(
    Identity=("s", IDENTITY),
    CanQuit=("b", True),
    CanRaise=("b", False),
    HasTrackList=("b", False),
    SupportedUriSchemes=("as", []),
    SupportedMimeTypes=("as", []),
)
class Application(ServiceInterface):
    """``org.mpris.MediaPlayer2``: who is playing."""

    def __init__(self, card: CardPort) -> None:
        super().__init__("org.mpris.MediaPlayer2")
        self._card = card

    @dbus_method("Raise")
    def raise_window(self) -> None:
        """There is no window to raise."""

    @dbus_method("Quit")
    def quit(self) -> None:
        self._card.wish(MediaKey.STOP)


@_with(
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
    """``org.mpris.MediaPlayer2.Player``: what is playing, and how to stop it."""

    def __init__(self, card: CardPort) -> None:
        super().__init__("org.mpris.MediaPlayer2.Player")
        self._card = card

    @dbus_property(PropertyAccess.READ, "PlaybackStatus")
    def status(self) -> DBusStr:
        return _status(self._card.playing)

    @dbus_property(PropertyAccess.READ, "Metadata")
    def metadata(self) -> DBusDict:
        return _metadata(self._card.playing)

    @dbus_property(PropertyAccess.READ, "Position")
    def position(self) -> DBusInt64:
        return self._card.playing.heard_us

    @dbus_method("Play")
    def play(self) -> None:
        self._card.wish(MediaKey.PLAY)

    @dbus_method("Pause")
    def pause(self) -> None:
        self._card.wish(MediaKey.PAUSE)

    @dbus_method("PlayPause")
    def play_pause(self) -> None:
        self._card.wish(MediaKey.TOGGLE)

    @dbus_method("Next")
    def next(self) -> None:
        self._card.wish(MediaKey.NEXT)

    @dbus_method("Previous")
    def previous(self) -> None:
        self._card.wish(MediaKey.PREVIOUS)

    @dbus_method("Stop")
    def stop(self) -> None:
        self._card.wish(MediaKey.STOP)

    @dbus_method("Seek")
    def seek(self, offset_us: DBusInt64) -> None:
        """CanSeek is false: nothing happens."""

    @dbus_method("SetPosition")
    def set_position(self, track: DBusObjectPath, position_us: DBusInt64) -> None:
        """CanSeek is false: nothing happens."""

    @dbus_method("OpenUri")
    def open_uri(self, uri: DBusStr) -> None:
        """There are no schemes that we take: nothing happens."""

    def changed(self) -> None:
        """Tell everybody what is playing now."""
        playing = self._card.playing
        now = {"PlaybackStatus": _status(playing), "Metadata": _metadata(playing)}
        self.emit_properties_changed(now)


def _status(playing: NowPlaying) -> str:
    return "Paused" if playing.paused else "Playing"


def _metadata(playing: NowPlaying) -> dict[str, Variant]:
    """As for a book that is read aloud: the chapter is the title, and the book the album."""
    found = {
        "mpris:trackid": Variant("o", TRACK),
        "xesam:title": Variant("s", playing.chapter or playing.title),
        "xesam:album": Variant("s", playing.title),
    }
    if playing.author:
        found["xesam:artist"] = Variant("as", [playing.author])
    return found


def serve(card: CardPort) -> None:
    """Serve the session bus until the card is taken away, or the bus is gone."""
    logging.getLogger("dbus_fast").addHandler(logging.NullHandler())  # it has nothing to say here
    asyncio.run(_serve(card))


async def _serve(card: CardPort) -> None:
    loop, over = asyncio.get_running_loop(), asyncio.Event()
    bus = await MessageBus(bus_type=BusType.SESSION).connect()
    player = Player(card)
    bus.export(PATH, Application(card))
    bus.export(PATH, player)
    if await bus.request_name(NAME, NameFlag.DO_NOT_QUEUE) is not RequestNameReply.PRIMARY_OWNER:
        await bus.request_name(f"{NAME}.instance{os.getpid()}")  # another night is being told

    def soon(do: Callable[[], None]) -> Callable[[], None]:
        def later() -> None:
            with suppress(RuntimeError):  # the loop has ended, with the bus
                loop.call_soon_threadsafe(do)

        return later

    if card.served(soon(player.changed), soon(over.set)):
        player.changed()
        gone = asyncio.ensure_future(bus.wait_for_disconnect())  # type: ignore[no-untyped-call]
        ended = asyncio.ensure_future(over.wait())
        await asyncio.wait((gone, ended), return_when=asyncio.FIRST_COMPLETED)
        gone.cancel()
        ended.cancel()
        await asyncio.gather(gone, ended, return_exceptions=True)  # else asyncio would report them
    bus.disconnect()
