"""A request for speech: one sentence, its speaker's shading, its pace and its loudness."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class VoiceShading:
    """Difference of a member of the cast from the narrator."""

    pitch: float = 1.0
    """Factor on the fundamental, 0.4 to 2."""
    formant: float = 1.0
    """Factor on the formants (a longer throat lowers them), 0.7 to 1.4."""
    rate: float = 1.0
    """Factor on the pace, 0.5 to 1.5."""
    voice: str | None = None
    """Name of another voice, used if it is installed."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """One sentence to be spoken.

    Equal utterances sound the same, sample for sample: they are the keys under which speech that
    was prepared ahead is found again.
    """

    text: str
    shading: VoiceShading = VoiceShading()
    rate: float = 1.0
    """Factor on the narrator's bedtime pace."""
    lufs: float = -20.0
    """Loudness of the finished clip."""
