"""The part of a desktop that lets a machine sleep, or does not.

``with Desktop(bus.address) as desktop:`` answers as GNOME and the power managers do (needs jeepney,
which wakepy brings along on Linux).
"""

import os
import select
import threading
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from jeepney import HeaderFields, Message, MessageType, new_error, new_method_return
from jeepney.bus_messages import DBus, MatchRule
from jeepney.io.blocking import open_dbus_connection

from tests.support.session_bus import waited

GNOME = "org.gnome.SessionManager"
POWER = "org.freedesktop.PowerManagement"
SYSTEMD = "org.freedesktop.login1"
NO_SLEEP, NO_IDLE = 4, 8  # GNOME's flags: the second would keep the screen bright as well


@dataclass(frozen=True, slots=True)
class Inhibition:
    """Somebody has asked that the machine stay awake."""

    service: str
    sender: str
    body: tuple[Any, ...]


class Desktop:
    """Answers ``Inhibit`` and its opposite; lets go of those whose program has gone.

    As systemd does, it answers with an open file, and lets go when that is closed.
    """

    def __init__(
        self, address: str, names: tuple[str, ...] = (GNOME,), answer: str = "yes"
    ) -> None:
        """`answer` is ``yes``, ``no`` (an error) or nothing at all: it then never answers."""
        self.held: dict[int, Inhibition] = {}
        self.asked = self.granted = 0
        self._answer = answer
        self._over = threading.Event()
        self._locks: dict[int, int] = {}  # our ends of the pipes that we have given away
        self._bus = open_dbus_connection(bus=address, enable_fds=True)
        for name in names:
            self._bus.send_and_get_reply(DBus().RequestName(name))
        rule = MatchRule(type="signal", interface="org.freedesktop.DBus", member="NameOwnerChanged")
        self._bus.send_and_get_reply(DBus().AddMatch(rule))
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def wait_for(self, held: int, seconds: float = 20.0) -> list[Inhibition]:
        """Wait until so many are held, and return them."""
        return list(waited(lambda: self.held if len(self.held) == held else None, seconds).values())

    def _run(self) -> None:
        while not self._over.is_set():
            self._look_after_locks()
            try:
                self._handle(self._bus.receive(timeout=0.05))
            except TimeoutError:
                continue
            except ConnectionResetError:
                return

    def _handle(self, message: Message) -> None:
        member = message.header.fields.get(HeaderFields.member, "")
        if message.header.message_type is MessageType.signal:
            if member == "NameOwnerChanged":
                self._forget(*message.body)
            return
        self.asked += member == "Inhibit"
        if self._answer == "no":
            self._bus.send(new_error(message, f"{GNOME}.Error.PermissionDenied"))
        elif self._answer == "yes" and member == "Inhibit":
            self.granted += 1
            fields = message.header.fields
            self.held[self.granted] = Inhibition(
                fields[HeaderFields.destination], fields[HeaderFields.sender], message.body
            )
            if fields[HeaderFields.destination] == SYSTEMD:
                self._give_lock(message)
            else:
                self._bus.send(new_method_return(message, "u", (self.granted,)))
        elif self._answer == "yes" and member in ("Uninhibit", "UnInhibit"):
            del self.held[message.body[0]]
            self._bus.send(new_method_return(message))

    def _give_lock(self, message: Message) -> None:
        ours, theirs = os.pipe()
        self._locks[self.granted] = ours
        self._bus.send(new_method_return(message, "h", (theirs,)))
        os.close(theirs)

    def _look_after_locks(self) -> None:
        for number, ours in list(self._locks.items()):
            if select.select([ours], [], [], 0)[0]:  # its other end is closed
                os.close(self._locks.pop(number))
                del self.held[number]

    def _forget(self, name: str, _before: str, owner: str) -> None:
        if not owner:
            self.held = {
                number: one
                for number, one in self.held.items()
                if one.sender != name or number in self._locks
            }

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()
        for ours in self._locks.values():
            os.close(ours)
        self._bus.close()
