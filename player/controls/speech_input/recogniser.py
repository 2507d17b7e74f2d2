"""Speech recognition by faster-whisper with a small English model. Used in the child process.

Whisper expects 30 s of sound; here it gets 10 s, for a fifth of the work. Then it sometimes repeats
words, which `intent.once` removes.

It decodes twice: prompted with the possible answers, which finds them even if they are hard to
hear; and without a prompt, which shows if it only echoed the prompt. Then it scores each possible
answer, for `rescoring` to choose from if no transcript is an answer. If that is not clear either,
the likelier ones are scored once more, at other speeds.
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

_WINDOW = 1000  # frames of 10 ms
_BEAMS = 5
_MAX_TOKENS = 28
_HINT_TOKENS = 200
_SILENCE_S = 1.5
_BATCH = 16  # phrases that are scored together, in 12 MB
_SPEEDS = ((9, 10), (11, 10))  # rates to resample from and to: slower and lower, and the reverse
_MIN_PROBABILITY = 1e-9  # its logarithm is taken


class Recogniser:
    """A loaded model."""

    def __init__(self, folder: Path) -> None:
        """Load the model's files from ``folder``; a missing one is an error, and never fetched."""
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
        self._silent: dict[str, float] = {}  # log probabilities of phrases given silence

    def expect(self, phrases: Sequence[str]) -> None:
        """Score ``phrases`` given silence, before they are needed."""
        new = [phrase for phrase in phrases if phrase not in self._silent]
        self._silent.update(zip(new, self._score(self._silence, new), strict=True))

    def hear(self, stretch: Samples, hints: str, phrases: Sequence[str] = ()) -> Recognition:
        """Recognise the speech in ``stretch`` (mono, 16 kHz, up to 10 s), prompted with ``hints``.

        Scores those of the ``phrases`` that can be said in that time, and the transcripts.
        """
        seconds = len(stretch) / self._features.sampling_rate
        encoded = self._encoded(stretch)
        prompt = [self._tokens.sot_prev, *self._tokens.encode(f" {hints}")[:_HINT_TOKENS]]
        likely = self._read(encoded, prompt, _BEAMS)
        plain = self._read(encoded, [], 1)
        ranked = zip(likely.sequences_ids, likely.scores, strict=True)
        transcripts = tuple(self._transcript(tokens, float(score)) for tokens, score in ranked)
        candidates = [
            *sayable(phrases, seconds),
            *(wording(transcript.text) for transcript in transcripts),
        ]
        texts = [text for text in dict.fromkeys(candidates) if text]
        self.expect(texts)
        totals = self._score(encoded, texts)
        return Recognition(
            transcripts=transcripts,
            plain=self._text(plain.sequences_ids[0]),
            seconds=seconds,
            no_speech=float(plain.no_speech_prob),
            scored=tuple(
                ScoredPhrase(text, total, self._silent[text])
                for text, total in zip(texts, totals, strict=True)
            ),
        )

    def look_again(self, stretch: Samples, first: Recognition) -> Recognition:
        """Return ``first`` with the likeliest phrases and the transcripts scored anew.

        Scores are means over ``_SPEEDS``. The transcripts stay, so that an answer is compared with
        what else may have been said.
        """
        transcribed = {wording(transcript.text) for transcript in first.transcripts}
        likely = sorted(first.scored, key=lambda one: (one.text not in transcribed, -evidence(one)))
        likely = likely[:_BATCH]
        texts = [one.text for one in likely]
        views = [self._encoded(resample(stretch, *speed)) for speed in _SPEEDS]
        totals = np.mean([self._score(view, texts) for view in views], axis=0)
        pairs = zip(likely, totals, strict=True)
        return replace(
            first, scored=tuple(replace(one, total=float(total)) for one, total in pairs)
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
            max_length=len(prompt) + _MAX_TOKENS,
            return_scores=True,
            return_no_speech_prob=True,
        )
        return results[0]

    def _score(self, encoded: Any, phrases: Sequence[str]) -> list[float]:
        """Return the log probability of each phrase, as a complete sentence."""
        from ctranslate2 import StorageView

        scores: list[float] = []
        for at in range(0, len(phrases), _BATCH):
            sentences = [self._sentence(phrase) for phrase in phrases[at : at + _BATCH]]
            copies = StorageView.from_array(np.repeat(np.asarray(encoded), len(sentences), axis=0))
            start = list(self._tokens.sot_sequence)
            for aligned in self._model.align(copies, start, sentences, _WINDOW):
                likely = np.maximum(aligned.text_token_probs, _MIN_PROBABILITY)
                scores.append(float(np.log(likely).sum()))
        return scores

    def _sentence(self, phrase: str) -> list[int]:
        return list(self._tokens.encode(f" {phrase[:1].upper()}{phrase[1:]}."))

    def _transcript(self, tokens: list[int], score: float) -> Transcript:
        """Return a transcript; ``score`` is the mean log probability without the final token."""
        total = score * len(tokens)
        return Transcript(self._text(tokens), total, total / (len(tokens) + 1))

    def _text(self, tokens: list[int]) -> str:
        return str(self._tokens.decode(tokens)).strip()
