"""Which sentence to speak next, and which finished ones to keep: bookkeeping, without any thread.

A sentence is *waiting*, *speaking*, *ready* (asked for, not yet taken) or *heard*. Sentences are
asked for in the order of the story; so what was asked for before the one just taken, and was not
taken itself, has been passed over (an answer that was not chosen, a passage skipped): it is not
spoken any more, or, where it is finished, kept only as long as there is room. So memory is flat
over any night, and nobody has to cancel anything.
"""

from __future__ import annotations  # a clip is only passed on here: no need of numpy

from collections import OrderedDict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from player.script.utterance import Utterance

if TYPE_CHECKING:
    from player.audio import Clip

AHEAD = 16
"""Sentences spoken and not yet taken: about two minutes, 20 MB."""

KEEP = 16
"""Sentences kept after they were taken, for "say it again" and one passage back."""


class SentenceQueue:
    """The sentences asked of one voice. Not thread-safe: its owner holds a lock."""

    def __init__(self) -> None:
        self._asked = 0
        self._passed = 0
        self._urgent: Utterance | None = None
        self._waiting: OrderedDict[Utterance, int] = OrderedDict()
        self._speaking: dict[Utterance, int] = {}
        self._ready: OrderedDict[Utterance, tuple[int, Clip]] = OrderedDict()
        self._heard: OrderedDict[Utterance, Clip] = OrderedDict()

    def ask(self, utterance: Utterance) -> None:
        """Have it spoken ahead, after everything already waiting. Asking twice changes nothing."""
        self._asked += 1
        if utterance in self._waiting or utterance in self._ready:
            return
        if utterance in self._speaking:
            self._speaking[utterance] = self._asked
        elif utterance in self._heard:
            self._ready[utterance] = (self._asked, self._heard.pop(utterance))
        else:
            self._waiting[utterance] = self._asked

    def take(self, utterance: Utterance) -> Clip | None:
        """The finished clip; or ``None``, and it is the next to be spoken."""
        if utterance in self._heard:
            self._heard.move_to_end(utterance)
            return self._heard[utterance]
        if utterance in self._ready:
            number, clip = self._ready.pop(utterance)
            self._pass_over(number)
            self._hear(utterance, clip)
            return clip
        self._urgent = utterance
        number = self._waiting.get(utterance) or self._speaking.get(utterance) or 0
        self._pass_over(number)
        if utterance not in self._speaking:
            self._waiting[utterance] = number or self._passed
            self._waiting.move_to_end(utterance, last=False)
        return None

    def next(self) -> Utterance | None:
        """The sentence to speak now, marked as speaking; ``None`` while enough is ready."""
        enough = len(self._ready) + len(self._speaking) >= AHEAD
        if not self._waiting or (enough and self._urgent not in self._waiting):
            return None
        utterance, number = self._waiting.popitem(last=False)
        self._speaking[utterance] = number
        return utterance

    def deliver(self, utterance: Utterance, clip: Clip) -> None:
        """It has been spoken. What nobody waits for any more (a second copy) is let go."""
        number = self._speaking.pop(utterance, None)
        if number is None:
            return
        if utterance == self._urgent:
            self._urgent = None
        if number >= self._passed:
            self._ready[utterance] = (number, clip)
        else:
            self._hear(utterance, clip)

    def give_back(self, utterances: Iterable[Utterance]) -> None:
        """Speaking these came to nothing: they are the next again, in their order."""
        for utterance in reversed(list(utterances)):
            number = self._speaking.pop(utterance, None)
            if number is not None:
                self._waiting[utterance] = number
                self._waiting.move_to_end(utterance, last=False)

    def _pass_over(self, number: int) -> None:
        if number <= self._passed:
            return
        self._passed = number
        for utterance in [u for u, asked in self._waiting.items() if asked < number]:
            del self._waiting[utterance]
        for utterance in [u for u, (asked, _) in self._ready.items() if asked < number]:
            self._hear(utterance, self._ready.pop(utterance)[1])

    def _hear(self, utterance: Utterance, clip: Clip) -> None:
        self._heard[utterance] = clip
        while len(self._heard) > KEEP:
            self._heard.popitem(last=False)
