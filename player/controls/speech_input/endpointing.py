"""Where somebody begins to speak, and where they are done: stretches of speech cut from a stream.

A frame may be speech where it stands clear of the room's floor: the least level of the last 1.5
seconds, between 250 and 4,000 Hz. So the bed from the speaker is the floor, also while it rises;
what is louder than it for a moment is taken up, and it is for the recogniser to say what it was.
(The floor follows R. Martin, *Noise power spectral density estimation based on optimal smoothing
and minimum statistics*, 2001, in its plainest form.)
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from player.audio import Samples

RATE = 16_000
"""Of all that is listened to, mono."""

FRAME = 320  # 20 ms
_BAND_HZ = (250.0, 4000.0)
_FLOOR_FRAMES = 75
_RISE_DB = 0.05  # by frame: so slowly the floor may rise under one who speaks without a breath
_QUIETEST_DB = -75.0  # below that a microphone tells its own noise only


@dataclass(frozen=True, slots=True)
class EndpointLimits:
    """When a stretch of speech begins and ends. In dB over the floor, and in frames of 20 ms."""

    begin_db: float = 7.0
    go_on_db: float = 5.0
    fall_db: float = 16.0
    """So far under the loudest of it, it is over: what goes on there is the room."""
    begin: int = 3
    """So many of the last five frames stand clear."""
    end: int = 30
    """So many quiet frames end it."""
    before: int = 15
    """Kept from before it began: a soft consonant."""
    after: int = 15
    """Kept after its end."""
    shortest: int = 4
    """Fewer clear frames are a click."""
    longest: int = 350
    """Nobody answers for longer: it is left out whole."""


class EndpointDetector:
    """Give it the stream, block by block; it gives back each stretch of speech once that is over.

    What is under way when listening begins began before, and is left out too.
    """

    def __init__(self, cut: EndpointLimits = EndpointLimits()) -> None:
        self._cut = cut
        self._rest = np.zeros(0, np.float32)
        self._levels: deque[float] = deque(maxlen=_FLOOR_FRAMES)
        self._recent: deque[bool] = deque(maxlen=5)
        self._smooth: float | None = None
        self._floor_db = _QUIETEST_DB
        self._before: deque[Samples] = deque(maxlen=cut.before)
        self._stretch: list[Samples] = []
        self._clear = self._quiet = 0
        self._loudest_db = _QUIETEST_DB  # of the stretch so far
        self._unheard = True  # until it has been quiet once

    @property
    def speaking(self) -> bool:
        """Somebody seems to be in the middle of something."""
        return bool(self._stretch)

    def begin(self) -> None:
        """Listening begins: forget all but the room's floor."""
        self._rest = self._rest[:0]
        self._let_go()
        self._unheard = True

    def feed(self, block: Samples, listening: bool = True) -> list[Samples]:
        """Take a block ``(n,)``; answers the stretches that ended in it.

        Where nobody is ``listening`` only the room's floor is learnt, and no sound is kept.
        """
        if not listening and self._stretch:
            self._let_go()
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
        """Whether this frame stands clear of the floor, which learns from it."""
        before = level_db if self._smooth is None else self._smooth
        self._smooth = before + 0.4 * (level_db - before)
        self._levels.append(max(self._smooth, _QUIETEST_DB))
        floor = min(self._levels)
        self._floor_db = min(floor, self._floor_db + _RISE_DB) if self._stretch else floor
        over_db = level_db - self._floor_db
        if not self._stretch:
            self._loudest_db = level_db
            return over_db > self._cut.begin_db
        self._loudest_db = max(self._loudest_db, level_db)
        loud = level_db > self._loudest_db - self._cut.fall_db
        return loud and over_db > self._cut.go_on_db

    def _take(self, frame: Samples, speaks: bool) -> Samples | None:
        cut = self._cut
        if self._unheard:
            self._quiet = 0 if speaks else self._quiet + 1
            self._unheard = self._quiet < 5
            return None
        if not self._stretch:
            self._recent.append(speaks)
            self._before.append(frame)
            if sum(self._recent) >= cut.begin:
                self._stretch = list(self._before)
                self._clear, self._quiet = sum(self._recent), 0
            return None
        self._stretch.append(frame)
        self._clear += speaks
        self._quiet = 0 if speaks else self._quiet + 1
        return self._end() if self._quiet >= cut.end else None

    def _end(self) -> Samples | None:
        stretch, clear = self._stretch, self._clear
        spare = self._cut.end - self._cut.after
        self._let_go()
        if clear < self._cut.shortest or len(stretch) > self._cut.longest:
            return None
        return np.concatenate(stretch[: len(stretch) - spare])

    def _let_go(self) -> None:
        self._stretch = []
        self._clear = self._quiet = 0
        self._recent.clear()
        self._before.clear()


def _levels_db(frames: Samples) -> Samples:
    """The level of each frame ``(n, FRAME)`` in the band of speech, dB of full scale."""
    if not len(frames):
        return np.zeros(0, np.float32)
    spectrum = np.fft.rfft(frames * np.hanning(FRAME), axis=1)
    hz = np.fft.rfftfreq(FRAME, 1 / RATE)
    inside = (hz >= _BAND_HZ[0]) & (hz <= _BAND_HZ[1])
    power = np.square(np.abs(spectrum[:, inside])).sum(axis=1) / (FRAME**2 / 8)
    return np.asarray(10 * np.log10(power + 1e-12), np.float32)
