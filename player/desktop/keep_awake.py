"""Keeps the machine from going to sleep before its listener: through wakepy, else systemd.

The screen may go dark. wakepy asks the desktop (on Linux over D-Bus: GNOME's session manager, else
freedesktop.org's power manager), macOS or Windows. Where a Linux desktop has neither, systemd is
asked. Whoever is asked lets go by itself when this process is gone, however it ends. Where nobody
can be asked, or says no, nothing comes of it.
"""

from __future__ import annotations

import logging
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from types import TracebackType
from typing import TYPE_CHECKING, Self

from player.workers.launch import find_program, start_child

if TYPE_CHECKING:
    from wakepy import DBusAdapter
    from wakepy.core import DBusMethodCall

PATIENCE_S = 1.0
"""How long the end of a night waits for a desktop that does not answer."""

_WHO, _WHY = "Dreamers", "A bedtime story is being told"
_WORDS = {"wakepy": _WHO, "wakelock active": _WHY}
"""What a desktop's list of those who keep it awake shall say, for what wakepy would."""

_WORDS_TO_SYSTEMD = ("--what=idle:sleep", f"--who={_WHO}", f"--why={_WHY}")


class SleepInhibitor:
    """Keeps the machine awake while `keep` says so, on a thread of its own."""

    def __init__(self, after_s: float = 0.0) -> None:
        """Nothing is done, nor loaded, in the first `after_s` seconds."""
        self.held = False
        """Whether somebody has promised to stay awake."""
        self._after_s = after_s
        self._wanted = self._closed = False
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def keep(self, awake: bool) -> None:
        """From now on the machine has to stay awake, or need not."""
        if awake is self._wanted:
            return
        with self._changed:
            self._wanted = awake
            self._changed.notify_all()
            if self._thread is None:
                # A daemon only for a desktop that hangs: `close` waits for it a little, the end of
                # the program does not.
                self._thread = threading.Thread(target=self._run, name="awake", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Let the machine sleep; safe to call again."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join(PATIENCE_S)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _run(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._closed, self._after_s)
        with suppress(Exception):  # whatever ails the desktop is no concern of somebody asleep
            while self._wait_until(wanted=True):
                with _kept_awake() as somebody:
                    self.held = somebody
                    self._wait_until(wanted=False)
                    self.held = False

    def _wait_until(self, wanted: bool) -> bool:
        """Wait until that is asked for; false once all is over."""
        with self._changed:
            self._changed.wait_for(lambda: self._wanted is wanted or self._closed)
            return not self._closed


@contextmanager
def _kept_awake() -> Iterator[bool]:
    """Enter wakepy's context, which belongs to this thread; was anybody found to keep awake?"""
    logging.getLogger("wakepy").addHandler(logging.NullHandler())  # it has nothing to say here
    from wakepy import keep

    ways: list[DBusAdapter] = []
    try:
        with (
            keep.running(on_fail="pass", dbus_adapter=_by_our_name(ways)) as mode,
            ExitStack() as stack,
        ):
            yield mode.active or stack.enter_context(_by_systemd())
    finally:
        for way in ways:
            way.close_connections()


@contextmanager
def _by_systemd() -> Iterator[bool]:
    """Its lock is there as long as the program that it starts for it, which ends with our input."""
    inhibit, shell = find_program("systemd-inhibit"), find_program("sh")
    if not (inhibit and shell):  # no machine of systemd's
        yield False
        return
    command = [inhibit, *_WORDS_TO_SYSTEMD, shell, "-c", "echo held; exec cat"]
    pipe, nothing = subprocess.PIPE, subprocess.DEVNULL
    try:
        program = start_child(command, own_group=False, stdin=pipe, stdout=pipe, stderr=nothing)
    except OSError:
        yield False
        return
    with program:
        assert program.stdout
        yield bool(program.stdout.readline())


def _by_our_name(opened: list[DBusAdapter]) -> type[DBusAdapter] | None:
    """Return wakepy's way to the D-Bus, speaking for Dreamers; None where there is no D-Bus.

    Each that is opened is put into `opened`: wakepy closes only those that it could use.
    """
    try:
        from wakepy.dbus_adapters.jeepney import JeepneyDBusAdapter
    except ImportError:
        return None

    class OurName(JeepneyDBusAdapter):
        def __init__(self) -> None:
            super().__init__()
            opened.append(self)

        def process(self, call: DBusMethodCall) -> object:
            call.args = tuple(_WORDS.get(word, word) for word in call.args)
            return super().process(call)

    return OurName
