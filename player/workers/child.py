"""A supervised child process, as the player sees it.

Threads and plain pipes are used, which behave alike on every system. No method waits for the
child, except `ChildProcess.wait` and `ChildProcess.close`.
"""

from __future__ import annotations

import logging
import math
import os
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import IO

from player.workers.framing import BrokenFrameError, Message, read_frame, write_frame
from player.workers.launch import start_child

MAX_ANSWER_BYTES = 1 << 16
"""Length of a message from a child; its payload has a limit of its own."""

_LAST_LINES = 12  # kept of the child's standard error
_MAX_LINE_BYTES = 4096  # a longer line is read in pieces
_KILL_SIGNALS = (-signal.SIGTERM, -getattr(signal, "SIGKILL", signal.SIGTERM))
_WAIT_AFTER_KILL_S = 1.0

_log = logging.getLogger(__name__)


class ChildFailedError(Exception):
    """A child gave no answer. The message is a clause with the reason, without a full stop."""


class ChildProcess:
    """A child that is sent messages and answers with frames.

    It is fed and read by threads. A child that sends a broken frame is killed.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        on_frame: Callable[[ChildProcess, Message, bytes], None],
        on_end: Callable[[ChildProcess], None] = lambda child: None,
        environment: Mapping[str, str] | None = None,
        max_message_bytes: int = MAX_ANSWER_BYTES,
        max_payload_bytes: int = 0,
    ) -> None:
        """``on_frame`` and ``on_end`` are called from the reading thread.

        ``on_frame`` may raise `BrokenFrameError` for a frame that makes no sense.
        """
        self.deadline = math.inf
        """Time at which the owner of the child gives it up, on the owner's clock."""
        self.failure = ""
        """Reason why the player killed it; empty if it did not."""
        self._command, self._environment = command, environment
        self._on_frame, self._on_end = on_frame, on_end
        self._limits = {
            "max_message_bytes": max_message_bytes,
            "max_payload_bytes": max_payload_bytes,
        }
        self._process: subprocess.Popen[bytes] | None = None
        self._pending: deque[Message] = deque()
        self._changed = threading.Condition()  # guards all that follows
        self._input_ends = self._killed = False
        self._ended = threading.Event()
        self._last_lines: deque[str] = deque(maxlen=_LAST_LINES)

    # -- its life ---------------------------------------------------------------------------------

    def start(self) -> None:
        """Start the process. Raises ``OSError`` if that is impossible."""
        pipe = subprocess.PIPE
        process = start_child(
            self._command, environment=self._environment, stdin=pipe, stdout=pipe, stderr=pipe
        )
        _log.info("%s: started as process %d", self._name, process.pid)
        assert process.stdin
        assert process.stdout
        assert process.stderr
        with self._changed:
            self._process = process
            if self._killed:
                self._kill_group()
        stderr_reader = _start_thread(self._read_stderr, process.stderr)
        _start_thread(self._write, process.stdin)
        _start_thread(self._read, process.stdout, stderr_reader)

    def start_in_background(self) -> None:
        """Start the process from a thread; a failure to start reads as its end."""
        _start_thread(self._try_to_start)

    def send(self, message: Message, *, drop_pending: bool = False) -> None:
        """Queue a message; with ``drop_pending``, in place of all that were not yet written."""
        with self._changed:
            if drop_pending:
                self._pending.clear()
            self._pending.append(message)
            self._changed.notify_all()

    def end_input(self) -> None:
        """Close its input after all that was sent; a well-behaved child then ends."""
        with self._changed:
            self._input_ends = True
            self._changed.notify_all()

    def kill(self, reason: str = "") -> None:
        """Kill the process, and on POSIX all that it has started."""
        with self._changed:
            self.failure = self.failure or reason
            self.deadline = math.inf
            self._killed = True
            if not self.ended:
                _log.info("%s: killed", self._name)
            self._kill_group()

    def wait(self, timeout_s: float) -> bool:
        """Wait for its end; return whether it has ended."""
        return self._ended.wait(timeout_s)

    def close(self, grace_s: float = 1.0) -> None:
        """End its input, and kill it if it has not ended ``grace_s`` later."""
        self.end_input()
        if not self.wait(grace_s):
            self.kill()
            self.wait(_WAIT_AFTER_KILL_S)

    # -- what is known of it ----------------------------------------------------------------------

    @property
    def _name(self) -> str:
        """Name for the log: the module that it runs, else its program."""
        command = list(self._command)
        return command[command.index("-m") + 1] if "-m" in command[:-1] else command[0]

    @property
    def pid(self) -> int | None:
        """Process identifier; None before the start."""
        return self._process.pid if self._process else None

    @property
    def exit_code(self) -> int | None:
        """Exit code as ``subprocess`` has it: negative for the signal that ended the process."""
        return self._process.returncode if self._process else None

    @property
    def ended(self) -> bool:
        """True once the process has ended, and everything that it wrote has been read."""
        return self._ended.is_set()

    @property
    def killed_from_outside(self) -> bool:
        """True if somebody other than the player has killed it."""
        return self.exit_code in _KILL_SIGNALS and not self.failure

    @property
    def end_reason(self) -> str:
        """Clause with the reason of its end, usually the last line of its standard error."""
        last_line = next((line for line in reversed(self._last_lines) if line.strip()), "")
        return self.failure or last_line.strip() or "it stopped"

    # -- threads ----------------------------------------------------------------------------------

    def _try_to_start(self) -> None:
        try:
            self.start()
        except OSError as error:
            _log.warning("%s: cannot be started: %s", self._name, error.strerror)
            self._last_lines.append(str(error))
            self._ended.set()
            self._on_end(self)

    def _write(self, stream: IO[bytes]) -> None:
        with suppress(OSError, ValueError):  # the child is gone
            while (message := self._next_message()) is not None:
                write_frame(stream, message)
        with suppress(OSError, ValueError):
            stream.close()

    def _next_message(self) -> Message | None:
        with self._changed:
            self._changed.wait_for(lambda: self._pending or self._input_ends)
            return self._pending.popleft() if self._pending else None

    def _read(self, stream: IO[bytes], stderr_reader: threading.Thread) -> None:
        try:
            while (frame := read_frame(stream, **self._limits)) is not None:
                self._on_frame(self, *frame)
        except BrokenFrameError as error:  # its message may quote what is private
            _log.warning("%s: sent a broken frame", self._name)
            self.kill(f"it answered with {error}")
        stream.close()
        assert self._process
        self._process.wait()
        _log.info("%s: ended with %s", self._name, self.exit_code)
        self.end_input()
        stderr_reader.join(_WAIT_AFTER_KILL_S)  # a program that it started may keep it open
        self._ended.set()
        self._on_end(self)

    def _read_stderr(self, stream: IO[bytes]) -> None:
        with stream:
            while line := stream.readline(_MAX_LINE_BYTES):
                self._last_lines.append(line.decode(errors="replace"))

    def _kill_group(self) -> None:
        process = self._process
        if process is None or process.poll() is not None:
            return
        with suppress(OSError):
            if hasattr(os, "killpg"):
                os.killpg(process.pid, signal.SIGKILL)
        with suppress(OSError):
            process.kill()


def request_frame(
    command: Sequence[str],
    *,
    deadline_s: float,
    max_message_bytes: int = MAX_ANSWER_BYTES,
    max_payload_bytes: int = 0,
) -> tuple[Message, bytes]:
    """Run a child that takes no input and gives one frame; return that frame.

    Raises `ChildFailedError` if it gives another number of frames, ends with an error, or takes
    longer than ``deadline_s``; and ``OSError`` if it cannot be started.
    """
    frames: list[tuple[Message, bytes]] = []

    def on_frame(_: ChildProcess, message: Message, payload: bytes) -> None:
        if frames:
            raise BrokenFrameError("a second frame")
        frames.append((message, payload))

    child = ChildProcess(
        command,
        on_frame=on_frame,
        max_message_bytes=max_message_bytes,
        max_payload_bytes=max_payload_bytes,
    )
    child.end_input()
    child.start()
    try:
        if not child.wait(deadline_s):
            child.kill(f"it takes more than {deadline_s:g} s")
            child.wait(_WAIT_AFTER_KILL_S)
    finally:
        child.kill()
    if child.failure or child.exit_code != 0 or not frames:
        raise ChildFailedError(child.end_reason)
    return frames[0]


def _start_thread(target: Callable[..., None], *arguments: object) -> threading.Thread:
    """Start a daemon, since a child that hangs must not keep the player from ending."""
    thread = threading.Thread(target=target, args=arguments, daemon=True)
    thread.start()
    return thread
