"""Rescoring: find the answer that is most likely given the sound, if no transcript is an answer.

For "the fourth one" by a hoarse voice in a noisy room, a small recogniser may write "the forest
went". Asked for the likelihood of each possible answer, it still ranks the right one first. It
finds short and common words in any murmur; so most of each phrase's likelihood given silence is
subtracted, as in a likelihood ratio.

If no answer is clear then, the same sound is scored again, a little slower and a little faster. A
voice that is unusual at one pitch is less so at another, and random errors differ. The mean has to
be clear. Tuned on other voices than it is tested on.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from player.controls.speech_input.hypotheses import Recognition, ScoredPhrase
from player.controls.speech_input.intent import (
    COMMANDS,
    NUMBERS,
    ORDINALS,
    SMALL,
    meaning,
    split,
    wording,
)
from player.script import Ask
from player.session import Choose, Event, Understood

MAX_PHRASES = 160
"""Phrases for one question. Each takes 5 ms, and the listener is waiting."""
_MAX_PART_WORDS = 4  # of a choice, besides the whole choice
_PRIOR_WEIGHT = 0.7
_MARGIN_S = 0.5  # silence in a stretch of speech
_MIN_SPEECH_S = 0.08
_LETTERS_PER_S = (6.0, 40.0)


@dataclass(frozen=True, slots=True)
class RescoringLimits:
    """Limits below which a rescored answer is rejected, in nepers."""

    evidence: float = 2.0
    """Lowest evidence of the phrase."""
    ahead: float = 3.5
    """Smallest lead over the likeliest phrase with another meaning."""
    command_ahead: float = 5.0
    """The same for a command such as "again"."""
    behind: float = 8.0
    """Largest distance behind the likeliest transcript that is no answer."""
    longer: float = 2.0
    """Largest length of the unprompted text, relative to the phrase; else more was said."""


def phrases(ask: Ask) -> tuple[str, ...]:
    """Return likely answers to ``ask``, up to `MAX_PHRASES`."""
    answers: dict[str, None] = {}
    for text in _worded(ask):
        if text not in answers and meaning(text, ask) is not None:
            answers[text] = None
            if len(answers) == MAX_PHRASES:
                break
    return tuple(answers)


def _worded(ask: Ask) -> Iterator[str]:
    for number, ordinal in list(zip(NUMBERS, ORDINALS, strict=True))[: len(ask.options)]:
        yield from (number, f"number {number}", f"the {ordinal}", f"the {ordinal} one")
    for _, _, ways in COMMANDS:
        yield from ways
    yield from ("again please", "please wait")
    choices = [split(option.text) for option in ask.options]
    yield from map(" ".join, choices)
    for length in range(1, _MAX_PART_WORDS + 1):
        for words in choices:
            for at in range(len(words) - length + 1):
                yield from _part(words[at : at + length])


def _part(words: Sequence[str]) -> Iterator[str]:
    if words[-1] not in SMALL:
        yield " ".join(words)
        if not SMALL.intersection(words):
            yield f"the {' '.join(words)}"


def sayable(texts: Sequence[str], seconds: float) -> list[str]:
    """Return those of ``texts`` that can be said in ``seconds``."""
    spoken = max(seconds - _MARGIN_S, _MIN_SPEECH_S)
    slowest, fastest = _LETTERS_PER_S
    return [text for text in texts if slowest <= len(text) / spoken <= fastest]


def evidence(phrase: ScoredPhrase) -> float:
    """Return the evidence for a phrase in the sound, in nepers; about 0 for silence."""
    return phrase.total - _PRIOR_WEIGHT * phrase.silent


def likeliest(
    recognition: Recognition, ask: Ask, limits: RescoringLimits = RescoringLimits()
) -> Understood | None:
    """Return the answer to ``ask`` that is clearly the likeliest of all scored; else None."""
    best: dict[Choose | Event, tuple[float, ScoredPhrase, Understood]] = {}
    other = -math.inf  # total of the likeliest phrase that is no answer
    for one in recognition.scored:
        meant, weight = meaning(one.text, ask), evidence(one)
        if meant is None:
            other = max(other, one.total)
        elif meant.answer not in best or weight > best[meant.answer][0]:
            best[meant.answer] = weight, one, meant
    if not best:
        return None
    (weight, said, meant), *rivals = sorted(best.values(), key=lambda entry: -entry[0])
    ahead = weight - rivals[0][0] if rivals else math.inf
    clear = (
        weight >= limits.evidence
        and ahead >= (limits.ahead if isinstance(meant.answer, Choose) else limits.command_ahead)
        and said.total >= other - limits.behind
        and len(wording(recognition.plain)) <= limits.longer * len(said.text)
    )
    return meant if clear else None
