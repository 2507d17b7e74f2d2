"""Acceptance of a recognised answer: from its transcripts, else from rescored phrases."""

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
    """Limits below which an answer is rejected. Tuned on other voices than it is tested on.

    Probabilities are natural logarithms.
    """

    no_speech: float = 0.9
    """Highest accepted probability that it was no speech."""
    behind: float = 1.0
    """Transcripts this much less likely than the likeliest are ignored."""
    mean: float = -1.1
    """Lowest mean probability of a token, for a choice, …"""
    command_mean: float = -1.0
    """… for a command such as "again", …"""
    night_mean: float = -0.8
    """… and for "good night", which ends the story."""
    alike: float = 0.4
    """Lowest similarity of the prompted and unprompted text; else the prompt was echoed."""
    alike_short: float = 0.2
    """The same for up to ``short`` letters, which are hard to recognise without a prompt."""
    short: int = 9
    letters_per_s: float = 25.0
    """Highest rate of speech."""
    evidence: float = -1.5
    """Lowest evidence of the transcript itself, see `rescoring.evidence`."""
    evidence_common: float = 2.0
    """The same for a command or a number, which are recognised in any murmur."""


def understand(
    recognition: Recognition,
    ask: Ask,
    look_again: Callable[[Recognition], Recognition] | None = None,
    limits: AcceptanceLimits = AcceptanceLimits(),
) -> Understood | None:
    """Return the answer to ``ask``; None if there is none, or it is too doubtful.

    ``look_again`` scores the phrases anew. It is slow, and called only if needed.
    """
    if not recognition.transcripts or recognition.no_speech > limits.no_speech:
        return None
    understood = _read(recognition, ask, limits) or likeliest(recognition, ask)
    if understood is None and look_again is not None:
        return likeliest(look_again(recognition), ask)
    return understood


def _read(recognition: Recognition, ask: Ask, limits: AcceptanceLimits) -> Understood | None:
    plain, plain_meaning = wording(recognition.plain), meaning(recognition.plain, ask)
    lowest_total = recognition.transcripts[0].total - limits.behind
    likely = [one for one in recognition.transcripts if one.total >= lowest_total]
    # The text of the unprompted decoder comes first, since the prompt had no part in it.
    for transcript in sorted(likely, key=lambda one: wording(one.text) != plain):
        meant = meaning(transcript.text, ask)
        if meant is not None:
            agrees = plain_meaning is None or plain_meaning.answer == meant.answer
            accepted = agrees and _is_accepted(transcript, recognition, meant, limits)
            return meant if accepted else None
    return None


def _is_accepted(
    transcript: Transcript, recognition: Recognition, meant: Understood, limits: AcceptanceLimits
) -> bool:
    text, plain = wording(transcript.text), wording(recognition.plain)
    is_command = not isinstance(meant.answer, Choose)
    mean = limits.command_mean if is_command else limits.mean
    alike = limits.alike_short if len(text) <= limits.short and not is_command else limits.alike
    is_common = is_command or not _NUMBER_WORDS.isdisjoint(text.split())
    weight = next((evidence(one) for one in recognition.scored if one.text == text), math.inf)
    return (
        weight >= (limits.evidence_common if is_common else limits.evidence)
        and transcript.mean >= (limits.night_mean if meant.answer is Event.OASIS else mean)
        and ratio(text, plain) >= alike
        and len(text) <= limits.letters_per_s * recognition.seconds
    )


def as_fields(understood: Understood | None) -> dict[str, Any]:
    """Return an answer as fields of a message."""
    if understood is None:
        return {"answer": None, "words": ""}
    answer = understood.answer
    value = answer.index if isinstance(answer, Choose) else answer.name
    return {"answer": value, "words": understood.words}


def from_fields(fields: dict[str, Any]) -> Understood | None:
    """Return the answer that `as_fields` has converted."""
    answer = fields["answer"]
    if answer is None:
        return None
    return Understood(Choose(answer) if isinstance(answer, int) else Event[answer], fields["words"])
