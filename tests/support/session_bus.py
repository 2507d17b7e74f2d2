"""A session bus of a test's own.

``with SessionBus() as bus:`` starts a ``dbus-daemon`` (Debian: ``dbus-daemon``) that knows
no service of the machine's; ``bus.env`` is the environment in which a program finds it.
"""

import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

CONFIG = """\
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={folder}/socket</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


class SessionBus:
    """A bus, started and stopped as a context."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="bus")  # a socket's path must be short
        self.address = ""

    @property
    def env(self) -> dict[str, str]:
        """The environment in which a program finds this bus, and no other."""
        return {**os.environ, "DBUS_SESSION_BUS_ADDRESS": self.address}

    def kill(self) -> None:
        """Let the bus die at once."""
        self._process.kill()
        self._process.wait()

    def __enter__(self) -> Self:
        config = Path(self._folder.name, "session.conf")
        config.write_text(CONFIG.format(folder=self._folder.name))
        command = ["dbus-daemon", f"--config-file={config}", "--nofork", "--print-address"]
        self._process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert self._process.stdout is not None
        self.address = self._process.stdout.readline().strip()
        assert self.address, "dbus-daemon did not start"
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._folder.cleanup()


def waited(look: Callable[[], Any], seconds: float = 20.0) -> Any:
    """Return what `look` finds as soon as it finds anything but ``None``."""
    until = time.monotonic() + seconds
    while (found := look()) is None:
        assert time.monotonic() < until, f"it did not come in {seconds} s"
        time.sleep(0.02)
    return found
