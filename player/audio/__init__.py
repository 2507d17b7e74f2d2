"""Samples, levels and the few DSP tools that the voices, the soundscape and the mixer share.

Conventions, everywhere in the project:

- 48 kHz, float32, full scale 1.0. A block of sound is ``(frames, 2)``; speech is mono ``(frames,)``
  until the mixer places it in the centre.
- Counts are ``frames``; levels are dB, loudness LUFS, peaks dBTP; times are seconds, and say so
  (``_s``).
- A mono signal is measured as what it becomes in the mix: the same samples in both channels.

``samples`` has the units, ``filters`` the biquads, ``meter`` loudness and peaks, ``resampling`` the
way to 48 kHz.
"""

from player.audio.filters import (
    Filter,
    Sections,
    high_pass,
    high_shelf,
    k_weighting,
    low_pass,
    low_shelf,
    peaking,
)
from player.audio.meter import LoudnessMeter, loudness, true_peak
from player.audio.resampling import resample
from player.audio.samples import (
    QUANTUM,
    RATE,
    SILENCE_LUFS,
    Clip,
    Samples,
    db_to_gain,
    fade,
    gain_to_db,
)

__all__ = [
    "QUANTUM",
    "RATE",
    "SILENCE_LUFS",
    "Clip",
    "Filter",
    "LoudnessMeter",
    "Samples",
    "Sections",
    "db_to_gain",
    "fade",
    "gain_to_db",
    "high_pass",
    "high_shelf",
    "k_weighting",
    "loudness",
    "low_pass",
    "low_shelf",
    "peaking",
    "resample",
    "true_peak",
]
