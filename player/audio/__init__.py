"""Samples, levels and the DSP tools that voices, soundscapes and the mixer share.

Conventions of the whole project:

- Sound is 48 kHz float32 with full scale 1.0. A block is ``(frames, 2)``; speech is mono
  ``(frames,)`` until the mixer places it in the centre.
- Counts are ``frames``, levels dB, loudness LUFS, peaks dBTP. Times are seconds and are named so
  (``_s``).
- A mono signal is measured as the mix will play it, with the same samples in both channels.

``samples`` holds the units, ``biquads`` the filter designs, ``streaming_filter`` and
``convolution`` run filters block by block, ``meter`` measures loudness and peaks, ``resampling``
changes the sample rate.
"""

from player.audio.biquads import (
    Sections,
    frequency_response,
    high_pass,
    high_shelf,
    k_weighting,
    low_pass,
    low_shelf,
    peaking,
)
from player.audio.convolution import PartitionedConvolver
from player.audio.meter import LoudnessMeter, loudness, true_peak
from player.audio.resampling import resample
from player.audio.samples import (
    BED_LUFS,
    QUANTUM,
    RATE,
    SILENCE_LUFS,
    Clip,
    Samples,
    db_to_gain,
    fade,
    gain_to_db,
)
from player.audio.streaming_filter import Filter

__all__ = [
    "BED_LUFS",
    "QUANTUM",
    "RATE",
    "SILENCE_LUFS",
    "Clip",
    "Filter",
    "LoudnessMeter",
    "PartitionedConvolver",
    "Samples",
    "Sections",
    "db_to_gain",
    "fade",
    "frequency_response",
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
