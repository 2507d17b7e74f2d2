"""Results of the recogniser for a stretch of speech."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Transcript:
    """A hypothesis of the words that were said."""

    text: str
    total: float
    """Natural logarithm of its probability, …"""
    mean: float
    """… and the same per token."""


@dataclass(frozen=True, slots=True)
class ScoredPhrase:
    """A phrase that may have been said, with its likelihood."""

    text: str
    total: float
    """Natural logarithm of its probability, given the sound, …"""
    silent: float
    """… and given silence."""


@dataclass(frozen=True, slots=True)
class Recognition:
    """Recognition of one stretch of speech."""

    transcripts: tuple[Transcript, ...]
    """Hypotheses of a decoder prompted with the possible answers, likeliest first."""
    plain: str
    """Text of a decoder without a prompt."""
    seconds: float
    no_speech: float
    """Probability that it was no speech at all, 0 to 1."""
    scored: tuple[ScoredPhrase, ...] = ()
    """Scores of the answers that can be said in that time, and of the transcripts."""
