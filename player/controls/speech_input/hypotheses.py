"""What the recogniser makes of a stretch of speech, before anybody asks what it means."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Transcript:
    """One way to read what was said."""

    text: str
    total: float
    """Its log probability, natural …"""
    mean: float
    """… and that of one of its tokens."""


@dataclass(frozen=True, slots=True)
class ScoredPhrase:
    """Something that may have been said, and how likely it is."""

    text: str
    total: float
    """Its log probability, natural, given the sound …"""
    silent: float
    """… and given silence."""


@dataclass(frozen=True, slots=True)
class Recognition:
    """One stretch of speech as the recogniser has it."""

    transcripts: tuple[Transcript, ...]
    """With the possible answers in mind, likeliest first."""
    plain: str
    """With nothing in mind."""
    seconds: float
    no_speech: float
    """The recogniser's own doubt whether it was speech at all, 0 to 1."""
    scored: tuple[ScoredPhrase, ...] = ()
    """Ways to answer that take about so long to say, and the readings; each wording once."""
