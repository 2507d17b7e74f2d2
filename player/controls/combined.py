"""Several ways to answer at once: whichever answers first."""

from __future__ import annotations

from player.controls import Answer, Answers
from player.errors import UsageError
from player.script import Ask
from player.session import Event


class Together:
    """Asks each in its turn, and all of them in each block."""

    def __init__(self, *answers: Answers) -> None:
        self._answers = answers

    def poll(self, ask: Ask | None, waiting: bool) -> Answer | None:
        """The first answer there is; an answer on the command line that is none is the default."""
        for answers in self._answers:
            try:
                answer = answers.poll(ask, waiting)
            except UsageError:
                return Event.DEFAULT  # at night it must end nothing
            if answer is not None:
                return answer
        return None
