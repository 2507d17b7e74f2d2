"""The second opinion, where what was read is no answer: which answer would sound most like it?

A small recogniser writes down "the forest went" where a hoarse voice in a noisy room has said "the
fourth one". Asked how likely each way to answer is, it still ranks the right one first. It hears
short and common words in any murmur, so that what it expects of silence is taken off: most of it,
as for a likelihood ratio that does not quite trust its denominator.

Where that comes to nothing too, it is asked a second time, about the same sound a little slower and
a little faster: a voice that is strange at one pitch is less so at another, and chance differs from
one to the next. Believed is what is clear on average. Tuned on other voices than those it is tested
on.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from player.controls.speech_input.hypotheses import Recognition, ScoredPhrase
from player.controls.speech_input.intent import (
    NUMBERS,
    ORDINALS,
    SMALL,
    WISHES,
    meaning,
    split,
    wording,
)
from player.script import Ask
from player.session import Choose, Event, Understood

MAX_PHRASES = 160
"""For one question: each costs a 200th of a second, and somebody is waiting."""
_LONGEST_PART = 4  # words of a choice; besides, it can be said whole
_PRIOR_WEIGHT = 0.7
_AROUND_S = 0.5  # of the room, in a stretch of speech
_SHORTEST_S = 0.08
_LETTERS_A_SECOND = (6.0, 40.0)


@dataclass(frozen=True, slots=True)
class RescoringLimits:
    """From when on the second opinion is believed."""

    evidence: float = 2.0
    ahead: float = 3.5
    """Of the likeliest way to say anything else."""
    wish_ahead: float = 5.0
    """The same for a wish, which takes more than a choice."""
    behind: float = 8.0
    """So much less likely than what was read it may be, in nepers."""
    longer: float = 2.0
    """What was read, with nothing in mind, is not so many times as long: else it was more."""


def phrases(ask: Ask) -> tuple[str, ...]:
    """The likely ways to answer ``ask``, up to ``MAX_PHRASES``."""
    found: dict[str, None] = {}
    for text in _worded(ask):
        if text not in found and meaning(text, ask) is not None:
            found[text] = None
            if len(found) == MAX_PHRASES:
                break
    return tuple(found)


def _worded(ask: Ask) -> Iterator[str]:
    for number, ordinal in list(zip(NUMBERS, ORDINALS, strict=True))[: len(ask.options)]:
        yield from (number, f"number {number}", f"the {ordinal}", f"the {ordinal} one")
    for _, _, ways in WISHES:
        yield from ways
    yield from ("again please", "please wait")
    choices = [split(option.text) for option in ask.options]
    yield from map(" ".join, choices)
    for length in range(1, _LONGEST_PART + 1):
        for words in choices:
            for at in range(len(words) - length + 1):
                yield from _part(words[at : at + length])


def _part(words: Sequence[str]) -> Iterator[str]:
    if words[-1] not in SMALL:
        yield " ".join(words)
        if not SMALL.intersection(words):
            yield f"the {' '.join(words)}"


def sayable(texts: Sequence[str], seconds: float) -> list[str]:
    """Those of ``texts`` that somebody can have said in a stretch of so many seconds."""
    spoken = max(seconds - _AROUND_S, _SHORTEST_S)
    slowest, fastest = _LETTERS_A_SECOND
    return [text for text in texts if slowest <= len(text) / spoken <= fastest]


def evidence(one: ScoredPhrase) -> float:
    """What speaks for it in the sound, in nepers: 0 is about what silence would say."""
    return one.total - _PRIOR_WEIGHT * one.silent


def likeliest(
    heard: Recognition, ask: Ask, certainty: RescoringLimits = RescoringLimits()
) -> Understood | None:
    """The answer to ``ask`` that is clearly the likeliest of those weighed; else ``None``."""
    best: dict[Choose | Event, tuple[float, ScoredPhrase, Understood]] = {}
    other = -math.inf  # the likeliest that is no answer
    for one in heard.scored:
        meant, weight = meaning(one.text, ask), evidence(one)
        if meant is None:
            other = max(other, one.total)
        elif meant.answer not in best or weight > best[meant.answer][0]:
            best[meant.answer] = weight, one, meant
    if not best:
        return None
    (weight, said, meant), *rivals = sorted(best.values(), key=lambda found: -found[0])
    ahead = weight - rivals[0][0] if rivals else math.inf
    clear = (
        weight >= certainty.evidence
        and ahead >= (certainty.ahead if isinstance(meant.answer, Choose) else certainty.wish_ahead)
        and said.total >= other - certainty.behind
        and len(wording(heard.plain)) <= certainty.longer * len(said.text)
    )
    return meant if clear else None
