"""A program in a real pseudo-terminal, with somebody who reads its screen and presses keys."""

import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

PATIENCE_S = 200.0
"""How long something is waited for that must happen: far longer than it takes a busy machine."""

_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Terminal:
    """``with Terminal(dreamers("play"), env) as night: night.wait_for("..."); night.press("q")``"""

    def __init__(
        self, command: Sequence[str], env: Mapping[str, str], cwd: str | None = None
    ) -> None:
        self._ours, theirs = pty.openpty()
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            command,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={**env, "TERM": "xterm-256color"},
            cwd=cwd,
            start_new_session=True,
            close_fds=True,
        )
        os.close(theirs)
        self._raw = ""

    @property
    def text(self) -> str:
        """All that was written so far, without its escapes."""
        return _ESCAPES.sub("", self._raw)

    @property
    def raw(self) -> str:
        """All that was written so far, as it was."""
        return self._raw

    def read(self, seconds: float) -> None:
        """Take what is written, for at most ``seconds``; returns early at the program's end."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            if not select.select([self._ours], [], [], min(left, 0.05))[0]:
                continue
            try:
                self._raw += os.read(self._ours, 1 << 16).decode(errors="replace")
            except OSError:  # the program has closed its side
                return

    def wait_for(self, text: str, seconds: float = PATIENCE_S, after: int = 0) -> int:
        """Wait until ``text`` has been written (past position ``after``); answers where it ends."""
        until = time.monotonic() + seconds
        while text not in self.text[after:]:
            if time.monotonic() > until:
                raise AssertionError(f"{text!r} was not shown in {seconds} s:\n{self.text[-2000:]}")
            if self.process.poll() is not None:
                self.read(0.2)
                if text not in self.text[after:]:
                    raise AssertionError(f"it ended before {text!r}:\n{self.text[-2000:]}")
            self.read(0.05)
        return self.text.index(text, after) + len(text)

    def press(self, keys: str) -> float:
        """Press ``keys``; answers ``time.monotonic()`` of it."""
        os.write(self._ours, keys.encode())
        return time.monotonic()

    def wait(self, seconds: float = PATIENCE_S) -> int:
        """Wait for its end; answers the exit code."""
        until = time.monotonic() + seconds
        while self.process.poll() is None:
            if time.monotonic() > until:
                raise AssertionError(f"it did not end in {seconds} s:\n{self.text[-2000:]}")
            self.read(0.05)
        self.read(0.1)
        return self.process.returncode

    def kill(self, number: int = signal.SIGKILL) -> None:
        """Send the program a signal."""
        self.process.send_signal(number)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self._ours)


def dreamers(*arguments: str) -> list[str]:
    """The command line of ``dreamers`` in this Python."""
    return [sys.executable, "-m", "player", *arguments]
