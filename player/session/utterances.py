"""Builds what the voice is asked to say: lines and questions become sentences with a level."""

from __future__ import annotations

from collections.abc import Iterator

from player.script import Header, Say
from player.script.header import NARRATOR
from player.script.sentences import sentences
from player.script.spoken import spoken
from player.script.utterance import Utterance, VoiceShading
from player.session.events import Place, Speak
from player.session.pacing import Pacing


class UtteranceBuilder:
    """Builds every `Speak` of a night. The deeper the night, the slower, with longer pauses."""

    def __init__(self, pacing: Pacing, header: Header) -> None:
        self._pacing, self._header = pacing, header

    def line(self, say: Say, place: Place, softer_db: float) -> Speak:
        """Return a line of the story."""
        growth = 1.0 + self._pacing.pause_growth * place.depth
        return Speak(
            tuple(self.sentences_of(say, place, softer_db)),
            gap_s=self._pacing.sentence_gap_s * growth,
            pause_s=say.pause_s * growth,
            place=place,
            speaker=say.speaker,
            text=say.text,
        )

    def words(
        self,
        text: str,
        place: Place,
        *,
        softer_db: float = 0.0,
        pause_s: float = 0.0,
        kind: str = "line",
    ) -> Speak:
        """Return the player's own words, in the narrator's voice; ``kind`` is that of the cue."""
        return Speak(
            tuple(self.narrator_sentences(text, place, softer_db)),
            gap_s=self._pacing.sentence_gap_s,
            pause_s=pause_s,
            place=place,
            speaker=NARRATOR,
            text=text,
            kind=kind,
        )

    def sentences_of(self, say: Say, place: Place, softer_db: float) -> Iterator[Utterance]:
        """Yield a line's sentences in its speaker's voice."""
        shading = self._header.shading(say.speaker)
        pace = self._pace(place, say.rate)
        for sentence in sentences(say.text):
            yield self._utterance(sentence, pace=pace, softer_db=softer_db, shading=shading)

    def narrator_sentences(
        self, text: str, place: Place, softer_db: float = 0.0
    ) -> Iterator[Utterance]:
        """Yield the sentences of ``text`` in the narrator's voice."""
        pace = self._pace(place)
        for sentence in sentences(text):
            yield self._utterance(sentence, pace=pace, softer_db=softer_db, shading=VoiceShading())

    def _pace(self, place: Place, rate: float = 1.0) -> float:
        return rate * self._pacing.speed * (1.0 - self._pacing.slowing * place.depth)

    def _utterance(
        self, text: str, *, pace: float, softer_db: float, shading: VoiceShading
    ) -> Utterance:
        return Utterance(
            spoken(text), shading, round(pace, 3), self._pacing.speech_lufs - softer_db
        )
