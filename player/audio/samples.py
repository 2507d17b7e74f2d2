"""Units of sound: sample rate, quantum, levels, clips and fades."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

RATE = 48_000
"""Sample rate in Hz of all sound inside the player."""

QUANTUM = 2_048
"""Frames in one step of the mixer (42.7 ms). Fixed, so that samples never depend on a device."""

Samples = npt.NDArray[np.float32]

SILENCE_LUFS = -120.0
"""Loudness that the meters return for digital silence, in place of minus infinity."""

BED_LUFS = -30.0
"""Loudness of every bed by itself, at any depth."""

_SILENCE_GAIN = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """One spoken sentence: mono ``(frames,)`` float32 at 48 kHz."""

    samples: Samples

    @property
    def frames(self) -> int:
        """The number of frames."""
        return len(self.samples)

    @property
    def seconds(self) -> float:
        """The duration in seconds."""
        return len(self.samples) / RATE


def db_to_gain(db: float) -> float:
    """Convert decibels to an amplitude factor; 0 dB is 1."""
    return float(10.0 ** (db / 20.0))


def gain_to_db(gain: float) -> float:
    """Convert an amplitude factor to decibels; never return less than −120 dB."""
    return 20.0 * math.log10(max(gain, _SILENCE_GAIN))


def fade(x: Samples, in_frames: int, out_frames: int) -> Samples:
    """Return a copy of ``x`` with raised-cosine ends; fades longer than ``x`` are cut to fit."""
    y = np.array(x, dtype=np.float32)
    head, tail = min(in_frames, len(y)), min(out_frames, len(y))
    shape = (-1,) + (1,) * (y.ndim - 1)
    if head:
        y[:head] *= _half_cosine(head).reshape(shape)
    if tail:
        y[-tail:] *= _half_cosine(tail)[::-1].reshape(shape)
    return y


def _half_cosine(frames: int) -> Samples:
    """Return a rise from 0 to 1, sampled in the middle of each frame."""
    phase = (np.arange(frames) + 0.5) / frames
    return (0.5 - 0.5 * np.cos(np.pi * phase)).astype(np.float32)
