"""Words from sound, by faster-whisper with a small English model. Lives in the child process.

Whisper looks at 30 s of sound, silence mostly; here it looks at 10, for a fifth of the work. Then
it sometimes says a thing over and over, which ``meaning`` takes for once. It reads twice: with the
possible answers in mind, which finds them also where they are hard to hear, and with nothing in
mind, which tells whether it only found what it hoped for. Then it weighs each way to answer, for
``weighing`` to choose from where neither reading is one; and, where it cannot choose, weighs the
likelier ones once more, at other speeds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from player.audio import Samples, resample
from player.controls.speech_input.hypotheses import Recognition, ScoredPhrase, Transcript
from player.controls.speech_input.intent import wording
from player.controls.speech_input.rescoring import evidence, sayable

_WINDOW = 1000  # spectra of 10 ms
_BEAMS = 5
_LONGEST = 28  # tokens
_HINT_TOKENS = 200
_SILENCE_S = 1.5
_AT_ONCE = 16  # phrases that are weighed together: 12 MB
_SPEEDS = ((9, 10), (11, 10))  # rates to resample from and to: slower and deeper, and the reverse
_LEAST = 1e-9  # probability: a logarithm has to come of it


class Recogniser:
    """A model, loaded."""

    def __init__(self, folder: Path) -> None:
        """``folder`` has the model's files; whatever it lacks is an error, and never fetched."""
        from faster_whisper import WhisperModel
        from faster_whisper.tokenizer import Tokenizer

        whole = WhisperModel(
            str(folder), device="cpu", compute_type="int8", cpu_threads=1, local_files_only=True
        )
        self._model, self._features = whole.model, whole.feature_extractor
        many = self._model.is_multilingual
        self._tokens = Tokenizer(whole.hf_tokenizer, many, "transcribe", "en")
        silence = np.zeros(round(_SILENCE_S * self._features.sampling_rate), np.float32)
        self._silence = self._encoded(silence)
        self._silent: dict[str, float] = {}  # log probabilities of phrases in it

    def expect(self, phrases: Sequence[str]) -> None:
        """Weigh ``phrases`` against silence, while there is time."""
        new = [phrase for phrase in phrases if phrase not in self._silent]
        self._silent.update(zip(new, self._weigh(self._silence, new), strict=True))

    def hear(self, stretch: Samples, hints: str, phrases: Sequence[str] = ()) -> Recognition:
        """What is said in ``stretch`` (mono, 16 kHz, up to 10 s), where ``hints`` may be.

        ScoredPhrase are those of the ``phrases`` that can be said in the time, and what was read.
        """
        seconds = len(stretch) / self._features.sampling_rate
        encoded = self._encoded(stretch)
        hinted = [self._tokens.sot_prev, *self._tokens.encode(f" {hints}")[:_HINT_TOKENS]]
        likely = self._read(encoded, hinted, _BEAMS)
        plain = self._read(encoded, [], 1)
        ranked = zip(likely.sequences_ids, likely.scores, strict=True)
        readings = tuple(self._reading(tokens, float(score)) for tokens, score in ranked)
        worth = [*sayable(phrases, seconds), *(wording(reading.text) for reading in readings)]
        texts = [text for text in dict.fromkeys(worth) if text]
        self.expect(texts)
        totals = self._weigh(encoded, texts)
        return Recognition(
            transcripts=readings,
            plain=self._text(plain.sequences_ids[0]),
            seconds=seconds,
            no_speech=float(plain.no_speech_prob),
            scored=tuple(
                ScoredPhrase(text, total, self._silent[text])
                for text, total in zip(texts, totals, strict=True)
            ),
        )

    def look_again(self, stretch: Samples, heard: Recognition) -> Recognition:
        """``heard`` with the likeliest of what was weighed in it, and what was read, weighed anew,
        over ``_SPEEDS``: an answer has to hold its own against what else it may have been."""
        read = {wording(reading.text) for reading in heard.transcripts}
        likely = sorted(heard.scored, key=lambda one: (one.text not in read, -evidence(one)))
        likely = likely[:_AT_ONCE]
        texts = [one.text for one in likely]
        views = [self._encoded(resample(stretch, *speed)) for speed in _SPEEDS]
        totals = np.mean([self._weigh(view, texts) for view in views], axis=0)
        pairs = zip(likely, totals, strict=True)
        return replace(
            heard, scored=tuple(replace(one, total=float(total)) for one, total in pairs)
        )

    def _encoded(self, stretch: Samples) -> Any:
        from ctranslate2 import StorageView

        spectra = self._features(stretch)[:, :_WINDOW]
        padded = np.pad(spectra, ((0, 0), (0, _WINDOW - spectra.shape[1])))
        return self._model.encode(StorageView.from_array(np.ascontiguousarray(padded[None])))

    def _read(self, encoded: Any, before: list[int], beams: int) -> Any:
        prompt = [*before, *self._tokens.sot_sequence, self._tokens.no_timestamps]
        results = self._model.generate(
            encoded,
            [prompt],
            beam_size=beams,
            num_hypotheses=beams,
            max_length=len(prompt) + _LONGEST,
            return_scores=True,
            return_no_speech_prob=True,
        )
        return results[0]

    def _weigh(self, encoded: Any, phrases: Sequence[str]) -> list[float]:
        """The log probability of each phrase, as a sentence that ends there."""
        from ctranslate2 import StorageView

        found: list[float] = []
        for at in range(0, len(phrases), _AT_ONCE):
            told = [self._sentence(phrase) for phrase in phrases[at : at + _AT_ONCE]]
            copies = StorageView.from_array(np.repeat(np.asarray(encoded), len(told), axis=0))
            start = list(self._tokens.sot_sequence)
            for aligned in self._model.align(copies, start, told, _WINDOW):
                likely = np.maximum(aligned.text_token_probs, _LEAST)
                found.append(float(np.log(likely).sum()))
        return found

    def _sentence(self, phrase: str) -> list[int]:
        return list(self._tokens.encode(f" {phrase[:1].upper()}{phrase[1:]}."))

    def _reading(self, tokens: list[int], score: float) -> Transcript:
        """``score`` is the log probability by token, the end of the text not counted as one."""
        total = score * len(tokens)
        return Transcript(self._text(tokens), total, total / (len(tokens) + 1))

    def _text(self, tokens: list[int]) -> str:
        return str(self._tokens.decode(tokens)).strip()
