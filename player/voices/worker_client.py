"""The voice's child process, as the player sees it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import asdict

from player.script.utterance import Utterance
from player.workers.child import ChildProcess
from player.workers.framing import MAX_PAYLOAD_BYTES, Message
from player.workers.launch import child_command


def voice_command(*arguments: str) -> list[str]:
    """Return the command that starts a voice's process."""
    return child_command("player.voices.worker", *arguments)


class VoiceProcess(ChildProcess):
    """A child that speaks, and the sentences that it owes, in the order in which it gives them."""

    def __init__(
        self,
        command: Sequence[str],
        greeting: Message,
        *,
        on_frame: Callable[[ChildProcess, Message, bytes], None],
        on_end: Callable[[ChildProcess], None],
    ) -> None:
        super().__init__(
            command, on_frame=on_frame, on_end=on_end, max_payload_bytes=MAX_PAYLOAD_BYTES
        )
        self.ready = False
        self._owed: deque[tuple[int, Utterance]] = deque()
        self._number = 0
        self.send(greeting)

    @property
    def owed(self) -> tuple[Utterance, ...]:
        """Sentences that it was asked for and has not given yet, the next one first."""
        return tuple(utterance for _, utterance in self._owed)

    def say(self, utterance: Utterance) -> None:
        """Ask for one sentence. If the process is gone, its end will tell."""
        self._number += 1
        self._owed.append((self._number, utterance))
        self.send({"say": asdict(utterance), "id": self._number})

    def is_next(self, number: object) -> bool:
        """Return whether ``number`` is that of the sentence that must come next."""
        return bool(self._owed) and self._owed[0][0] == number

    def settle(self) -> Utterance:
        """Return the sentence that came next, and no longer expect it."""
        return self._owed.popleft()[1]
