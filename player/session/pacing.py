"""How a night is told: everything about it that a listener may set."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Manner:
    """Times in seconds, levels in dB or LUFS."""

    speed: float = 1.0
    speech_lufs: float = -20.0
    slowing: float = 0.12
    """The narrator slows by this share from depth 0 to 1."""
    pause_growth: float = 0.5
    """Pauses lengthen by this share from depth 0 to 1."""
    sentence_gap_s: float = 0.45
    opening_s: float = 0.8
    """Of the bed alone, before the first word."""
    prelude_s: float = 0.0
    """Of the bed alone before a story; it softens to the story's level meanwhile."""
    prelude_db: float = 6.0
    """How much louder a prelude begins."""
    recap_pause_s: float = 1.5
    """After "last night", before the story goes on."""
    answer_s: float = 20.0
    """How long a question waits before it is asked again, and after."""
    patience_s: float = 120.0
    """How long it waits for one who asks it to."""
    softer_db: float = 3.0
    """The question asked again, and the story told to one who may be asleep."""
    asleep_after: int = 2
    """Unanswered questions in a row."""
    asleep_bed_s: float = 900.0
    asleep_fade_s: float = 120.0
    ending_bed_s: float = 10.0
    ending_fade_s: float = 20.0
    sleep_fade_s: float = 60.0
    linger_s: float = 120.0
    """How long after the sleep timer's silence more time may still be asked for."""
    more_s: float = 900.0
    quit_fade_s: float = 2.0
    goodnight: str = "Sleep well."
