"""Samples, clips and levels."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

RATE = 48_000
"""Frames a second, of everything the player makes."""

QUANTUM = 2_048
"""Frames in one step of the mixer (42.7 ms): fixed, so that samples never depend on a device."""

Samples = npt.NDArray[np.float32]
SILENCE_LUFS = -120.0
"""What the meters answer for digital silence, so that no caller meets an infinity."""


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """One spoken sentence: mono ``(frames,)`` float32 at 48 kHz."""

    samples: Samples

    @property
    def frames(self) -> int:
        return len(self.samples)

    @property
    def seconds(self) -> float:
        return len(self.samples) / RATE


def db_to_gain(db: float) -> float:
    """Decibels to an amplitude factor; 0 dB is 1."""
    return float(10.0 ** (db / 20.0))


def gain_to_db(gain: float) -> float:
    """An amplitude factor to decibels, never below −120 dB."""
    return 20.0 * math.log10(max(gain, 1e-6))


def fade(x: Samples, in_frames: int, out_frames: int) -> Samples:
    """A copy of ``x`` with raised-cosine ends of the given lengths (cut to fit a short ``x``)."""
    y = np.array(x, dtype=np.float32)
    head, tail = min(in_frames, len(y)), min(out_frames, len(y))
    shape = (-1,) + (1,) * (y.ndim - 1)
    if head:
        y[:head] *= _half_cosine(head).reshape(shape)
    if tail:
        y[-tail:] *= _half_cosine(tail)[::-1].reshape(shape)
    return y


def _half_cosine(frames: int) -> Samples:
    phase = (np.arange(frames) + 0.5) / frames
    return (0.5 - 0.5 * np.cos(np.pi * phase)).astype(np.float32)
