"""One child process that speaks, seen from the player: started, fed, listened to, ended.

Threads and plain pipes, which are the same on every system. Nothing here decides anything; what
arrives, and the end, are told to whoever started it.
"""

import contextlib
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import IO

from player.script.utterance import Utterance
from player.voices import framing
from player.workers.launch import child_command, start_child

_LAST_WORDS = 12  # lines of the child's standard error that are kept
_LONGEST_LINE = 4096  # bytes of one: a longer one is taken in pieces


def voice_command(*arguments: str) -> list[str]:
    """How a voice's process is started."""
    return child_command("player.voices.worker", *arguments)


class VoiceProcess:
    """A running child and what it has been asked to say, in order."""

    def __init__(
        self,
        command: Sequence[str],
        hello: framing.Header,
        on_frame: Callable[["VoiceProcess", framing.Header, bytes], None],
        on_end: Callable[["VoiceProcess"], None],
    ) -> None:
        """``on_frame`` and ``on_end`` are called from a thread of this process's own."""
        self.asked: deque[tuple[int, Utterance]] = deque()
        self.ready = False
        self.overdue = False
        self.nonsense = ""
        """What it sent that no working voice sends; then it was ended for it."""
        self._number = 0
        self._on_frame, self._on_end = on_frame, on_end
        self._last_words: deque[str] = deque(maxlen=_LAST_WORDS)
        pipe = subprocess.PIPE
        self._process = start_child(command, stdin=pipe, stdout=pipe, stderr=pipe)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        self._stdin = self._process.stdin
        self._send(hello)
        self._threads = [
            threading.Thread(target=self._listen, args=(self._process.stdout,), daemon=True),
            threading.Thread(target=self._overhear, args=(self._process.stderr,), daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """As ``subprocess`` has it: negative for the signal that ended it."""
        return self._process.returncode

    @property
    def last_words(self) -> str:
        """The end of what it wrote to standard error, most often the exception."""
        return next((line for line in reversed(self._last_words) if line.strip()), "").strip()

    def say(self, utterance: Utterance) -> None:
        """Ask for one sentence. A process that is gone is noticed by its end, not here."""
        self._number += 1
        self.asked.append((self._number, utterance))
        self._send({"say": framing.pack(utterance), "id": self._number})

    def kill(self) -> None:
        """End it now; ``on_end`` follows."""
        self._process.kill()

    def close(self, patience_s: float = 1.0) -> None:
        """End it in its own way, by the end of its input; else by force. Waits for it."""
        with contextlib.suppress(OSError):
            self._stdin.close()
        try:
            self._process.wait(patience_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
        for thread in self._threads:
            thread.join(patience_s)

    def _send(self, header: framing.Header) -> None:
        with contextlib.suppress(OSError, ValueError):  # gone, or closed
            framing.write(self._stdin, header)

    def _listen(self, stream: IO[bytes]) -> None:
        try:
            while (frame := framing.read(stream)) is not None:
                self._on_frame(self, *frame)
        except framing.BrokenFrame as error:
            self.nonsense = f"it answered with {error}"
            self._process.kill()
        stream.close()
        self._process.wait()
        with contextlib.suppress(OSError):
            self._stdin.close()
        self._threads[1].join(1.0)  # its last words first
        self._on_end(self)

    def _overhear(self, stream: IO[bytes]) -> None:
        with stream:
            while line := stream.readline(_LONGEST_LINE):
                self._last_words.append(line.decode(errors="replace"))
