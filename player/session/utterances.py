"""What is said, in whose voice, how fast and how loud: lines and questions to sentences."""

from __future__ import annotations

from collections.abc import Iterator

from player.script import Header, Say
from player.script.header import NARRATOR
from player.script.sentences import sentences
from player.script.utterance import Shade, Utterance
from player.session.events import Place, Speak
from player.session.pacing import Manner


class Narration:
    """Makes every ``Speak`` of a night, after its manner; ``place.depth`` slows and lengthens."""

    def __init__(self, manner: Manner, header: Header) -> None:
        self._manner, self._header = manner, header

    def line(self, say: Say, place: Place, softer_db: float) -> Speak:
        """A line of the story."""
        growth = 1.0 + self._manner.pause_growth * place.depth
        return Speak(
            tuple(self.sentences_of(say, place, softer_db)),
            gap_s=self._manner.sentence_gap_s * growth,
            pause_s=say.pause_s * growth,
            place=place,
            speaker=say.speaker,
            text=say.text,
        )

    def words(
        self,
        text: str,
        place: Place,
        softer_db: float = 0.0,
        pause_s: float = 0.0,
        kind: str = "line",
    ) -> Speak:
        """The narrator, in words that are not the story's; a question is of the kind "choice"."""
        return Speak(
            tuple(self.sentences_in(text, place, softer_db)),
            gap_s=self._manner.sentence_gap_s,
            pause_s=pause_s,
            place=place,
            speaker=NARRATOR,
            text=text,
            kind=kind,
        )

    def sentences_of(self, say: Say, place: Place, softer_db: float) -> Iterator[Utterance]:
        """A line's sentences, in its speaker's voice."""
        shade = self._header.shade(say.speaker)
        for sentence in sentences(say.text):
            yield self._utterance(sentence, place.depth, softer_db, say.rate, shade)

    def sentences_in(self, text: str, place: Place, softer_db: float = 0.0) -> Iterator[Utterance]:
        """The narrator's own sentences."""
        for sentence in sentences(text):
            yield self._utterance(sentence, place.depth, softer_db)

    def _utterance(
        self,
        text: str,
        depth: float,
        softer_db: float,
        rate: float = 1.0,
        shade: Shade | None = None,
    ) -> Utterance:
        pace = rate * self._manner.speed * (1.0 - self._manner.slowing * depth)
        return Utterance(
            text, shade or Shade(), round(pace, 3), self._manner.speech_lufs - softer_db
        )
