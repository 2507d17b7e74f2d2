"""Sentences that one voice is asked for: which to speak next, and which finished ones to keep.

A sentence is *waiting*, *speaking*, *ready* (requested and not yet taken) or *taken*. Sentences
are requested in the order of the story. What was requested before the one just taken, and was not
taken itself, has been skipped (an answer that was not chosen, a passage that was passed over). It
is not spoken any more; if it is finished, it is kept only while there is room. So memory stays
flat over any night, and nobody has to cancel anything.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from player.script.utterance import Utterance

if TYPE_CHECKING:  # clips are only passed on, so numpy need not be imported yet
    from player.audio import Clip

AHEAD = 16
"""Sentences that are spoken and not yet taken: about two minutes, 20 MB."""

KEEP = 16
"""Sentences kept after they were taken, for "say it again" and one passage back."""


class SentenceQueue:
    """The sentences of one voice. Not thread-safe: its owner holds a lock."""

    def __init__(self) -> None:
        self._requests = 0  # so far; each sentence has the number of its last request
        self._skipped = 0  # requests with a lower number are no longer needed
        self._urgent: Utterance | None = None
        self._waiting: OrderedDict[Utterance, int] = OrderedDict()
        self._speaking: dict[Utterance, int] = {}
        self._ready: OrderedDict[Utterance, tuple[int, Clip]] = OrderedDict()
        self._taken: OrderedDict[Utterance, Clip] = OrderedDict()

    def request(self, utterance: Utterance) -> None:
        """Have it spoken after all that is waiting. A second request changes nothing."""
        self._requests += 1
        if utterance in self._waiting or utterance in self._ready:
            return
        if utterance in self._speaking:
            self._speaking[utterance] = self._requests
        elif utterance in self._taken:
            self._ready[utterance] = (self._requests, self._taken.pop(utterance))
        else:
            self._waiting[utterance] = self._requests

    def take(self, utterance: Utterance) -> Clip | None:
        """Return the finished clip; or None, and then it is the next to be spoken."""
        if utterance in self._taken:
            self._taken.move_to_end(utterance)
            return self._taken[utterance]
        if utterance in self._ready:
            number, clip = self._ready.pop(utterance)
            self._skip_before(number)
            self._keep(utterance, clip)
            return clip
        self._urgent = utterance
        number = self._waiting.get(utterance) or self._speaking.get(utterance) or 0
        self._skip_before(number)
        if utterance not in self._speaking:
            self._waiting[utterance] = number or self._skipped
            self._waiting.move_to_end(utterance, last=False)
        return None

    def next(self) -> Utterance | None:
        """Return the sentence to speak now, marked as speaking; None while enough are ready."""
        enough = len(self._ready) + len(self._speaking) >= AHEAD
        if not self._waiting or (enough and self._urgent not in self._waiting):
            return None
        utterance, number = self._waiting.popitem(last=False)
        self._speaking[utterance] = number
        return utterance

    def deliver(self, utterance: Utterance, clip: Clip) -> None:
        """Store the clip of a sentence that is marked as speaking; ignore any other."""
        number = self._speaking.pop(utterance, None)
        if number is None:
            return
        if utterance == self._urgent:
            self._urgent = None
        if number >= self._skipped:
            self._ready[utterance] = (number, clip)
        else:
            self._keep(utterance, clip)

    def requeue(self, utterances: Iterable[Utterance]) -> None:
        """Put sentences that could not be spoken back in front, in their order."""
        for utterance in reversed(list(utterances)):
            number = self._speaking.pop(utterance, None)
            if number is not None:
                self._waiting[utterance] = number
                self._waiting.move_to_end(utterance, last=False)

    def _skip_before(self, number: int) -> None:
        if number <= self._skipped:
            return
        self._skipped = number
        for utterance in [u for u, asked in self._waiting.items() if asked < number]:
            del self._waiting[utterance]
        for utterance in [u for u, (asked, _) in self._ready.items() if asked < number]:
            self._keep(utterance, self._ready.pop(utterance)[1])

    def _keep(self, utterance: Utterance, clip: Clip) -> None:
        self._taken[utterance] = clip
        while len(self._taken) > KEEP:
            self._taken.popitem(last=False)
