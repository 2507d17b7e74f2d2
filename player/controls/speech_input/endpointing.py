"""Endpoint detection: cut stretches of speech from a stream of sound.

A frame may be speech if its level between 250 and 4,000 Hz is clearly above the noise floor, which
is the lowest level of the last 1.5 seconds. So the bed from the speaker counts as noise, even while
it rises. Any sound that is louder for a moment is cut out, and left to the recogniser.

The floor is a simple form of minimum statistics: R. Martin, *Noise power spectral density
estimation based on optimal smoothing and minimum statistics*, 2001.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from player.audio import Samples

RATE = 16_000
"""Sample rate of the microphone's sound in Hz, mono."""

FRAME = 320  # 20 ms
_BAND_HZ = (250.0, 4000.0)
_FLOOR_FRAMES = 75
_RISE_DB = 0.05  # per frame: how fast the floor may rise during uninterrupted speech
_MIN_LEVEL_DB = -75.0  # a microphone's own noise is about that loud


@dataclass(frozen=True, slots=True)
class EndpointLimits:
    """Where a stretch of speech begins and ends: levels in dB, lengths in frames of 20 ms."""

    begin_db: float = 7.0
    """A stretch begins at this level over the room's floor …"""
    continue_db: float = 5.0
    """… and goes on while frames are at this level over the floor or above."""
    fall_db: float = 16.0
    """A frame this much softer than the loudest of its stretch is echo and no longer speech."""
    begin: int = 3
    """Frames of speech among the last five that begin a stretch."""
    end: int = 30
    """Quiet frames that end it."""
    before: int = 15
    """Frames kept from before its beginning, for a soft consonant."""
    after: int = 15
    """Frames kept after its end."""
    shortest: int = 4
    """A stretch with fewer frames of speech is dropped: a click."""
    longest: int = 350
    """A longer stretch is dropped: a television, not an answer."""


class EndpointDetector:
    """Detector that is fed a stream block by block, and returns each stretch of speech at its end.

    Speech that is already under way when listening begins is dropped.
    """

    def __init__(self, limits: EndpointLimits = EndpointLimits()) -> None:
        self._limits = limits
        self._rest = np.zeros(0, np.float32)
        self._levels: deque[float] = deque(maxlen=_FLOOR_FRAMES)
        self._recent: deque[bool] = deque(maxlen=5)
        self._smooth: float | None = None
        self._floor_db = _MIN_LEVEL_DB
        self._before: deque[Samples] = deque(maxlen=limits.before)
        self._stretch: list[Samples] = []
        self._clear = self._quiet = 0
        self._loudest_db = _MIN_LEVEL_DB  # in the stretch so far
        self._skipping = True  # until it has been quiet once

    @property
    def speaking(self) -> bool:
        """True while somebody seems to be speaking."""
        return bool(self._stretch)

    def begin(self) -> None:
        """Begin to listen, and forget everything but the noise floor."""
        self._rest = self._rest[:0]
        self._discard()
        self._skipping = True

    def feed(self, block: Samples, listening: bool = True) -> list[Samples]:
        """Take a block ``(n,)``, and return the stretches of speech that ended in it.

        Unless ``listening``, only the noise floor is updated, and no sound is kept.
        """
        if not listening and self._stretch:
            self._discard()
        samples = np.concatenate([self._rest, block])
        whole = len(samples) // FRAME * FRAME
        self._rest = samples[whole:]
        frames = samples[:whole].reshape(-1, FRAME)
        ended = []
        for frame, level in zip(frames, _levels_db(frames), strict=True):
            speaks = self._is_clear(float(level))
            if listening and (stretch := self._take(frame, speaks)) is not None:
                ended.append(stretch)
        return ended

    def _is_clear(self, level_db: float) -> bool:
        """Update the noise floor, and return whether a frame of this level may be speech."""
        before = level_db if self._smooth is None else self._smooth
        self._smooth = before + 0.4 * (level_db - before)
        self._levels.append(max(self._smooth, _MIN_LEVEL_DB))
        floor = min(self._levels)
        self._floor_db = min(floor, self._floor_db + _RISE_DB) if self._stretch else floor
        over_db = level_db - self._floor_db
        if not self._stretch:
            self._loudest_db = level_db
            return over_db > self._limits.begin_db
        self._loudest_db = max(self._loudest_db, level_db)
        loud = level_db > self._loudest_db - self._limits.fall_db
        return loud and over_db > self._limits.continue_db

    def _take(self, frame: Samples, speaks: bool) -> Samples | None:
        limits = self._limits
        if self._skipping:
            self._quiet = 0 if speaks else self._quiet + 1
            self._skipping = self._quiet < 5
            return None
        if not self._stretch:
            self._recent.append(speaks)
            self._before.append(frame)
            if sum(self._recent) >= limits.begin:
                self._stretch = list(self._before)
                self._clear, self._quiet = sum(self._recent), 0
            return None
        self._stretch.append(frame)
        self._clear += speaks
        self._quiet = 0 if speaks else self._quiet + 1
        return self._end() if self._quiet >= limits.end else None

    def _end(self) -> Samples | None:
        stretch, clear = self._stretch, self._clear
        spare = self._limits.end - self._limits.after
        self._discard()
        if clear < self._limits.shortest or len(stretch) > self._limits.longest:
            return None
        return np.concatenate(stretch[: len(stretch) - spare])

    def _discard(self) -> None:
        self._stretch = []
        self._clear = self._quiet = 0
        self._recent.clear()
        self._before.clear()


def _levels_db(frames: Samples) -> Samples:
    """Return the level of each frame ``(n, FRAME)`` in the band of speech, in dBFS."""
    if not len(frames):
        return np.zeros(0, np.float32)
    spectrum = np.fft.rfft(frames * np.hanning(FRAME), axis=1)
    hz = np.fft.rfftfreq(FRAME, 1 / RATE)
    inside = (hz >= _BAND_HZ[0]) & (hz <= _BAND_HZ[1])
    power = np.square(np.abs(spectrum[:, inside])).sum(axis=1) / (FRAME**2 / 8)
    return np.asarray(10 * np.log10(power + 1e-12), np.float32)
