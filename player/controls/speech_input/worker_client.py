"""The recogniser's child process, as the player sees it."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from player.session import Event
from player.workers.child import ChildProcess
from player.workers.framing import Message
from player.workers.launch import child_command

_MAX_INDEX = 1 << 16  # of an answer; no question has that many
_MAX_UNREAD = 256  # messages; older ones are dropped
_OFFLINE = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}
"""Environment that keeps the recogniser's libraries from fetching anything."""


def recogniser_command() -> list[str]:
    """Return the command that starts the recogniser's process."""
    return child_command("player.controls.speech_input.worker")


class RecogniserProcess(ChildProcess):
    """A child that listens, and the messages it has sent. It is started in the background."""

    def __init__(self, command: Sequence[str], greeting: Message) -> None:
        super().__init__(command, on_frame=self._receive, environment=_OFFLINE)
        self.ready = False
        self._unread: deque[Message] = deque(maxlen=_MAX_UNREAD)
        self.send(greeting)
        self.start_in_background()

    def messages(self) -> list[Message]:
        """Return the messages that have arrived since the last call."""
        messages = []
        while self._unread:
            messages.append(self._unread.popleft())
        self.ready |= any(message["op"] == "ready" for message in messages)
        return messages

    def _receive(self, _: ChildProcess, message: Message, __: bytes) -> None:
        if is_valid(message):
            self._unread.append(message)


def is_valid(message: Message) -> bool:
    """Return whether a working recogniser may send ``message``; any other one is ignored."""
    match message:
        case {"op": "ready" | "alive" | "listening"} | {"op": "unable", "why": str()}:
            return True
        case {"op": "speech", "active": bool()}:
            return True
        case {"op": "answer", "words": str(), "answer": answer}:
            return _is_answer(answer)
    return False


def _is_answer(answer: object) -> bool:
    if isinstance(answer, int) and not isinstance(answer, bool):
        return 0 <= answer <= _MAX_INDEX
    return answer is None or (isinstance(answer, str) and answer in Event.__members__)
