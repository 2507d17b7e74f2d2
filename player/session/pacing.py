"""The pacing of a night: how long, how loud and how fast its parts are."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pacing:
    """Times in seconds (``_s``), levels in dB or LUFS, shares without a unit."""

    speed: float = 1.0
    """Factor on the narrator's pace."""
    speech_lufs: float = -20.0
    slowing: float = 0.12
    """Share by which the narrator slows from depth 0 to 1."""
    pause_growth: float = 0.5
    """Share by which pauses lengthen from depth 0 to 1."""
    sentence_gap_s: float = 0.45
    opening_s: float = 0.8
    """The bed alone before the first word."""
    prelude_s: float = 0.0
    """A longer stretch of the bed alone, during which it softens to the story's level."""
    prelude_db: float = 6.0
    """How much louder a prelude begins."""
    recap_pause_s: float = 1.5
    """Pause between the recap and the story."""
    answer_s: float = 20.0
    """How long a question waits before it is asked again, and after that."""
    patience_s: float = 120.0
    """How long a question waits when the listener asks for time."""
    softer_db: float = 3.0
    """How much softer a question is asked again, and the story told to one who may be asleep."""
    asleep_after: int = 2
    """Unanswered questions in a row after which the listener counts as asleep."""
    asleep_bed_s: float = 900.0
    asleep_fade_s: float = 120.0
    ending_bed_s: float = 10.0
    ending_fade_s: float = 20.0
    sleep_fade_s: float = 60.0
    """Length of the sleep timer's fade."""
    linger_s: float = 120.0
    """How long after the sleep timer's silence ``t`` still brings the night back."""
    more_s: float = 900.0
    """How much time ``t`` adds to the sleep timer."""
    quit_fade_s: float = 2.0
    goodnight: str = "Sleep well."
