"""Whether what was heard is an answer, and believed: as it was read, else as it was weighed."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from player.controls.speech_input.hypotheses import Recognition, Transcript
from player.controls.speech_input.intent import NUMBERS, ORDINALS, meaning, ratio, wording
from player.controls.speech_input.rescoring import evidence, likeliest
from player.script import Ask
from player.session import Choose, Event, Understood

_NUMBER_WORDS = frozenset(NUMBERS + ORDINALS)


@dataclass(frozen=True, slots=True)
class AcceptanceLimits:
    """When what was heard is not believed. Set on other voices than those it is tested on."""

    no_speech: float = 0.9
    behind: float = 1.0
    """A reading so much less likely than the likeliest one is none."""
    mean: float = -1.1
    wish_mean: float = -1.0
    night_mean: float = -0.8
    """For "good night", which is the end of the story."""
    alike: float = 0.4
    """The plain reading is like the hinted one: else that was only hoped for."""
    alike_short: float = 0.2
    """The same for up to ``short`` letters, which are hard to read with nothing in mind."""
    short: int = 9
    letters_a_second: float = 25.0
    """Nobody speaks faster."""
    evidence: float = -1.5
    """Of the reading itself, see ``weighing``."""
    evidence_common: float = 2.0
    """For a wish or a number, which are read into any murmur."""


def understand(
    heard: Recognition,
    ask: Ask,
    look_again: Callable[[Recognition], Recognition] | None = None,
    doubt: AcceptanceLimits = AcceptanceLimits(),
) -> Understood | None:
    """What was meant, where it is an answer to ``ask`` and can be believed; else ``None``.

    ``look_again`` weighs it anew: it takes its time, and is called only where there is need.
    """
    if not heard.transcripts or heard.no_speech > doubt.no_speech:
        return None
    understood = _read(heard, ask, doubt) or likeliest(heard, ask)
    if understood is None and look_again is not None:
        return likeliest(look_again(heard), ask)
    return understood


def _read(heard: Recognition, ask: Ask, doubt: AcceptanceLimits) -> Understood | None:
    plain, contrary = wording(heard.plain), meaning(heard.plain, ask)
    least = heard.transcripts[0].total - doubt.behind
    likely = [reading for reading in heard.transcripts if reading.total >= least]
    # What was read with nothing in mind too is told by the sound; the rest may only be hoped for.
    for reading in sorted(likely, key=lambda one: wording(one.text) != plain):
        meant = meaning(reading.text, ask)
        if meant is not None:
            agreed = contrary is None or contrary.answer == meant.answer
            return meant if agreed and _is_believed(reading, heard, meant, doubt) else None
    return None


def _is_believed(
    reading: Transcript, heard: Recognition, meant: Understood, doubt: AcceptanceLimits
) -> bool:
    text, plain = wording(reading.text), wording(heard.plain)
    wish = not isinstance(meant.answer, Choose)
    mean = doubt.wish_mean if wish else doubt.mean
    alike = doubt.alike_short if len(text) <= doubt.short and not wish else doubt.alike
    common = wish or not _NUMBER_WORDS.isdisjoint(text.split())
    weight = next((evidence(one) for one in heard.scored if one.text == text), math.inf)
    return (
        weight >= (doubt.evidence_common if common else doubt.evidence)
        and reading.mean >= (doubt.night_mean if meant.answer is Event.OASIS else mean)
        and ratio(text, plain) >= alike
        and len(text) <= doubt.letters_a_second * heard.seconds
    )


def as_fields(understood: Understood | None) -> dict[str, Any]:
    """It as JSON has it; `from_fields` reads it back."""
    if understood is None:
        return {"answer": None, "words": ""}
    answer = understood.answer
    plain = answer.index if isinstance(answer, Choose) else answer.name
    return {"answer": plain, "words": understood.words}


def from_fields(line: dict[str, Any]) -> Understood | None:
    """What `as_fields` wrote."""
    answer = line["answer"]
    if answer is None:
        return None
    return Understood(Choose(answer) if isinstance(answer, int) else Event[answer], line["words"])
