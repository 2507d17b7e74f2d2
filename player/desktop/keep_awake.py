"""A sleep inhibitor, which keeps the machine awake: through wakepy, else systemd.

The screen may go dark. wakepy asks the desktop (on Linux over D-Bus: GNOME's session manager, else
freedesktop.org's power manager), macOS or Windows. If a Linux desktop has neither, systemd is
asked. Each of them releases its lock when this process is gone, however it ends. If none can be
asked, or all refuse, the machine may fall asleep.
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

CLOSE_S = 1.0
"""Time for releasing the lock, which a desktop that hangs may use up."""

_WHO, _WHY = "Dreamers", "A bedtime story is being told"
_REPLACEMENTS = {"wakepy": _WHO, "wakelock active": _WHY}
"""Our words for those of wakepy, in a desktop's list of programs that keep it awake."""

_SYSTEMD_OPTIONS = ("--what=idle:sleep", f"--who={_WHO}", f"--why={_WHY}")


class SleepInhibitor:
    """Keeps the machine awake while it is asked to. The libraries run in a thread."""

    def __init__(self) -> None:
        self.held = False
        """True while a sleep inhibitor is held."""
        self._wanted = self._closed = False
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def keep(self, awake: bool) -> None:
        """Keep the machine awake from now on, or let it sleep."""
        if awake is self._wanted:
            return
        with self._changed:
            self._wanted = awake
            self._changed.notify_all()
            if self._thread is None:
                # A daemon, because a desktop that hangs must not keep this process from ending.
                self._thread = threading.Thread(target=self._run, name="awake", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Let the machine sleep; safe to call again."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join(CLOSE_S)

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
        with suppress(Exception):  # errors of the desktop must not interrupt the night
            while self._wait_until(wanted=True):
                with _sleep_inhibited() as held:
                    self.held = held
                    self._wait_until(wanted=False)
                    self.held = False

    def _wait_until(self, wanted: bool) -> bool:
        """Wait until this is asked for; return False once the inhibitor is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._wanted is wanted or self._closed)
            return not self._closed


@contextmanager
def _sleep_inhibited() -> Iterator[bool]:
    """Hold an inhibitor, and give whether there is one. wakepy's context belongs to one thread."""
    logging.getLogger("wakepy").addHandler(logging.NullHandler())  # nobody reads its log here
    from wakepy import keep

    adapters: list[DBusAdapter] = []
    try:
        with (
            keep.running(on_fail="pass", dbus_adapter=_by_our_name(adapters)) as mode,
            ExitStack() as stack,
        ):
            yield mode.active or stack.enter_context(_by_systemd())
    finally:
        for adapter in adapters:
            adapter.close_connections()


@contextmanager
def _by_systemd() -> Iterator[bool]:
    """Hold a lock of systemd: it lasts as long as a shell, which ends when its input does."""
    inhibit, shell = find_program("systemd-inhibit"), find_program("sh")
    if not (inhibit and shell):  # a system without systemd
        yield False
        return
    command = [inhibit, *_SYSTEMD_OPTIONS, shell, "-c", "echo held; exec cat"]
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
    """Return wakepy's D-Bus adapter, altered to speak for Dreamers; None without jeepney.

    Each adapter is added to ``opened``, because wakepy closes only those that it could use.
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
            call.args = tuple(_REPLACEMENTS.get(word, word) for word in call.args)
            return super().process(call)

    return OurName
