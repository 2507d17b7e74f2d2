"""The process that listens, seen from the player: started, told when to listen, listened to, ended.

Everything here returns at once: threads of its own write to it and read from it.
"""

from __future__ import annotations

import contextlib
import json
import queue
import subprocess
import threading
import time
from collections import deque
from collections.abc import Sequence
from typing import IO, Any

from player.session import Event
from player.workers.launch import child_command, start_child

Line = dict[str, Any]  # the JSON edge

_LAST_WORDS = 12  # lines of the child's standard error that are kept
_LONGEST_LINE = 1 << 16  # bytes: a longer one is taken in pieces, and is no JSON then
_MAX_INDEX = 1 << 16  # of an answer: no question has so many
_MAX_UNREAD = 256  # lines: of more, the latest


def recogniser_command() -> list[str]:
    """How it is started."""
    return child_command("player.controls.speech_input.worker")


_OFFLINE = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}
"""Keeps the recogniser's libraries from fetching anything."""


class RecogniserProcess:
    """A child that is starting, running, or over. Its methods are for one thread."""

    def __init__(self, command: Sequence[str], greeting: Line) -> None:
        self.since = time.monotonic()
        """When it was started, or last gave a sign of life."""
        self.ready = False
        self.over = False
        self._told: queue.SimpleQueue[Line | None] = queue.SimpleQueue()
        self._said: deque[Line] = deque(maxlen=_MAX_UNREAD)
        self._last_words: deque[str] = deque(maxlen=_LAST_WORDS)
        self._process: subprocess.Popen[bytes] | None = None
        self._closed = threading.Event()
        self._told.put(greeting)
        self._thread = threading.Thread(target=self._run, args=(command,), daemon=True)
        self._thread.start()

    @property
    def pid(self) -> int | None:
        """Of the running process."""
        return self._process.pid if self._process else None

    @property
    def last_words(self) -> str:
        """The end of what it wrote to standard error, most often the exception."""
        return next((line for line in reversed(self._last_words) if line.strip()), "").strip()

    def tell(self, line: Line) -> None:
        """Have it told, some time soon."""
        self._told.put(line)

    def said(self) -> list[Line]:
        """What it has said since the last call."""
        lines = []
        while self._said:
            lines.append(self._said.popleft())
        if lines:
            self.since = time.monotonic()
            self.ready |= any(line["op"] == "ready" for line in lines)
        return lines

    def end(self, patience_s: float = 0.0) -> None:
        """Have it end now, or within ``patience_s`` in its own way, which is waited for."""
        self._closed.set()
        self._told.put(None)
        if patience_s:
            self._thread.join(patience_s)
        if self._process:
            self._process.kill()
        if patience_s:
            self._thread.join(1.0)

    def _run(self, command: Sequence[str]) -> None:
        try:
            pipe = subprocess.PIPE
            process = start_child(
                command, environment=_OFFLINE, stdin=pipe, stdout=pipe, stderr=pipe
            )
        except OSError as error:
            self._last_words.append(str(error))
            self.over = True
            return
        self._process = process
        assert process.stdin
        assert process.stdout
        assert process.stderr
        writer = threading.Thread(target=self._write, args=(process.stdin,), daemon=True)
        overhearer = threading.Thread(target=self._overhear, args=(process.stderr,), daemon=True)
        writer.start()
        overhearer.start()
        if self._closed.is_set():
            process.kill()
        with process.stdout:
            while data := process.stdout.readline(_LONGEST_LINE):
                if line := _parsed(data):
                    self._said.append(line)
        self._told.put(None)
        overhearer.join(1.0)
        writer.join(1.0)
        process.wait()
        self.over = True

    def _write(self, stream: IO[bytes]) -> None:
        with contextlib.suppress(OSError, ValueError):  # gone
            while (line := self._told.get()) is not None:
                stream.write(json.dumps(line).encode() + b"\n")
                stream.flush()
        with contextlib.suppress(OSError, ValueError):
            stream.close()

    def _overhear(self, stream: IO[bytes]) -> None:
        with stream:
            while line := stream.readline(_LONGEST_LINE):
                self._last_words.append(line.decode(errors="replace"))


def _parsed(data: bytes) -> Line | None:
    """Return what a line says, or None where no working child would say it.

    It may be torn off by the child's end, or printed by a library.
    """
    try:
        line: Line = json.loads(data)
    except (ValueError, RecursionError):
        return None
    match line:
        case {"op": "ready" | "here"} | {"op": "deaf", "why": str()} | {"op": "listening"}:
            return line
        case {"op": "speaks", "on": bool()}:
            return line
        case {"op": "heard", "words": str(), "answer": answer} if _is_answer(answer):
            return line
    return None


def _is_answer(answer: object) -> bool:
    if isinstance(answer, int) and not isinstance(answer, bool):
        return 0 <= answer <= _MAX_INDEX
    return answer is None or (isinstance(answer, str) and answer in Event.__members__)
