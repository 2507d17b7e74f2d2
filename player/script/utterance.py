"""What is asked of a voice: one sentence at a time, in somebody's manner, at a level."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class VoiceShading:
    """How a member of the cast differs from the narrator."""

    pitch: float = 1.0
    """Factor on the fundamental, 0.4 to 2."""
    formant: float = 1.0
    """Factor on the formants (the length of the throat), 0.7 to 1.4."""
    rate: float = 1.0
    """Factor on the pace, 0.5 to 1.5."""
    voice: str | None = None
    """A voice of one's own, used where it is installed."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """One sentence to be spoken. Equal utterances sound the same, sample for sample."""

    text: str
    shading: VoiceShading = VoiceShading()
    rate: float = 1.0
    """Factor on the narrator's bedtime pace."""
    lufs: float = -20.0
    """Loudness of the finished clip."""
