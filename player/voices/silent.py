"""A voice of silence with the length of speech: for tests, and to estimate a night's length."""

from player.audio import Clip
from player.script.sentences import has_words
from player.script.utterance import Utterance
from player.voices.postprocess import EMPTY_S, silence

WORDS_PER_MINUTE = 140.0
"""Bedtime pace of a narrator, in words per minute within a sentence."""


def seconds_to_say(utterance: Utterance) -> float:
    """``words / 140 * 60 / (rate * shading.rate)`` s, of whatever between spaces holds a letter or
    a digit; ``EMPTY_S`` where there is none."""
    words = sum(1 for word in utterance.text.split() if has_words(word))
    if not words:
        return EMPTY_S
    return words * 60.0 / WORDS_PER_MINUTE / (utterance.rate * utterance.shading.rate)


def silent_clip(utterance: Utterance) -> Clip:
    """Return silence of ``round(seconds_to_say * RATE)`` frames."""
    return Clip(silence(seconds_to_say(utterance)))


class Silent:
    """A `player.voices.Speech` of exact lengths; every clip is ready at once."""

    trouble: str | None = None

    def request(self, utterance: Utterance) -> None:
        """Do nothing."""

    def take(self, utterance: Utterance, wait: bool) -> Clip | None:
        """Return the silence of ``utterance``."""
        return silent_clip(utterance)

    def close(self) -> None:
        """Do nothing."""
