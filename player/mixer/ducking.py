"""The bed under the voice: how far down it sits, and the dip in its spectrum where speech lives.

Levels after Torcoli et al., *Preferred Levels for Background Ducking*, JAES 67(12), 2019: 15 LU and
more over ambience while someone speaks. In long pauses the bed comes up slowly, to be heard; its
moves are half cosines in dB, so that the change of level is not.
"""

from __future__ import annotations

import math
from collections import deque
from itertools import pairwise

import numpy as np

from player.audio import (
    BED_LUFS,
    QUANTUM,
    RATE,
    Filter,
    Samples,
    Sections,
    db_to_gain,
    frequency_response,
    k_weighting,
    peaking,
)
from player.mixer.ramps import Glide, frames, ramp
from player.mixer.schedule import Schedule

LOOK_AHEAD = frames(0.3)  # the bed begins to fall this long before a word that is known by then
SHORTEST_FALL = 2 * QUANTUM  # 85 ms: for a word that is known later than that
HOLD = frames(0.4)  # the bed stays down this long after a word
RISE = frames(2.5)
LONG_PAUSE = frames(1.5)  # a shorter one, where it is known, doesn't move the bed at all

MARGIN_LU = 2.5
"""How much louder than agreed a bed may be, at a moment of speech, before it is held back: half
under the 3 LU that must hold, for the 85 ms that it takes to see a swell and to act."""


class Duck:
    """The ducking curve from 0 (a long pause) to 1 (speech), from the schedule alone."""

    def __init__(self) -> None:
        self._down = Glide(0.0)

    def step(self, frame: int, speech: Schedule) -> tuple[float, float]:
        """The position at the start and the end of the quantum at ``frame``."""
        word = speech.next_start(frame)
        if word < frame + QUANTUM + LOOK_AHEAD:
            self._fall((int(word) - frame) // QUANTUM * QUANTUM)
        elif frame < speech.begun_until:
            self._fall(0)
        elif frame >= speech.begun_until + HOLD and word - speech.begun_until > LONG_PAUSE:
            self._rise()
        return self._down.step()

    def _fall(self, due: int) -> None:
        due = max(due, SHORTEST_FALL)
        on_its_way = self._down.target == 1.0 and self._down.left <= due
        if not on_its_way:
            self._down.to(1.0, due)

    def _rise(self) -> None:
        if self._down.target == 1.0:
            self._down.to(0.0, RISE)


class Level:
    """The gain that keeps the dipped bed at its level, against the dip and against swells.

    Both are BS.1770 loudness, weighed a quantum at a time in the frequency domain. The dip costs
    0.3 to 2 LU, up to 7 where it is deep: its average of some seconds is given back. A swell, over
    two quanta (85 ms), may not pass ``most_lufs``; the loudest of the last 400 ms counts, and what
    was held back is let go by 6 dB a second.
    """

    _MOST_MADE_UP_DB = 8.0
    _AVERAGE = 64  # quanta: 2.7 s
    _RELEASE_DB = 6.0 * QUANTUM / RATE

    def __init__(self, most_lufs: float, dipped: Sections) -> None:
        self._most = most_lufs
        self._weights = _loudness_weights(dipped)
        self._mean = np.zeros(2)
        self._steps = 0
        self.resume()

    def resume(self) -> None:
        """Measure afresh after a pause; the dip's average cost is kept."""
        self._powers: deque[float] = deque(maxlen=10)
        self._held_db = 0.0

    def step(self, bed: Samples) -> float:
        """The gain in dB that the bed, once dipped, needs by the end of this quantum."""
        parts = np.ascontiguousarray(np.fft.rfft(bed.T)).view(np.float32)
        plain, dipped = np.square(parts).sum(axis=0) @ self._weights
        self._powers.append(float(dipped))
        made_up_db = self._made_up_db(float(plain), float(dipped))
        loudest = max((a + b for a, b in pairwise(self._powers)), default=0.0) / 2
        over = -0.691 + _power_db(loudest) + made_up_db - self._most
        self._held_db = min(-over, self._held_db + self._RELEASE_DB, 0.0)
        return made_up_db + self._held_db

    def _made_up_db(self, plain: float, dipped: float) -> float:
        self._steps = min(self._steps + 1, self._AVERAGE)
        self._mean += (np.array([plain, dipped]) - self._mean) / self._steps
        cost_db = _power_db(self._mean[0]) - _power_db(self._mean[1])
        return min(self._MOST_MADE_UP_DB, max(0.0, cost_db))


def _loudness_weights(dipped: Sections) -> Samples:
    """Return weights that turn a quantum's squared spectrum into loudness, plain and dipped.

    ``(2 * (QUANTUM // 2 + 1), 2)``: real and imaginary part of each bin, in turn.
    """
    hertz = np.fft.rfftfreq(QUANTUM, 1 / RATE)
    heard = (
        np.abs(frequency_response(k_weighting(), hertz)) ** 2 * 2 / QUANTUM**2
    )  # both halves' power
    both = np.stack([heard, heard * np.abs(frequency_response(dipped, hertz)) ** 2], axis=1)
    return np.repeat(both, 2, axis=0).astype(np.float32)


def dip(deep: bool = False) -> Sections:
    """Return the filter that takes 6 dB of the bed in the band of speech: two bells, ``(2, 6)``.

    ``deep``: and far less of all that could cover a weak consonant, ``(3, 6)``. It is a bell and no
    shelf, so that the bed keeps its air as well as its body: made up for with body alone, it would
    cover the vowels.
    """
    bells = [peaking(1_300.0, -6.0, 0.9), peaking(2_900.0, -6.0, 0.9)]
    if deep:
        bells.append(peaking(2_200.0, -20.0, 0.5))
    return np.vstack(bells)


def _power_db(power: float) -> float:
    return 10 * math.log10(max(power, 1e-12))


class BedBus:
    """The bed ``(QUANTUM, 2)`` at its place under speech of ``speech_lufs``."""

    def __init__(self, speech_lufs: float, bed_lu: float, pause_lu: float, deep_dip: bool) -> None:
        self._duck = Duck()
        self._pause_db = speech_lufs - pause_lu - BED_LUFS
        self._duck_db = pause_lu - bed_lu
        self._sections = dip(deep_dip)
        self._dip = Filter(self._sections, channels=2, quick=True)
        speech_db = self._pause_db + self._duck_db
        self._level = Level(speech_lufs - bed_lu + MARGIN_LU - speech_db, self._sections)
        self._last: float | None = None

    def __call__(self, bed: Samples, frame: int, speech: Schedule, extra_db: float) -> Samples:
        """``extra_db``: the gain that the balance and the drift add by the end of the quantum."""
        before, after = self._duck.step(frame, speech)
        level_db = 0.0
        if before or after:
            bed, level_db = self._under_speech(bed, before, after)
        gain = db_to_gain(self._pause_db + (self._duck_db + level_db) * after + extra_db)
        last, self._last = self._last, gain
        return ramp(bed, gain if last is None else last, gain)

    def _under_speech(self, bed: Samples, before: float, after: float) -> tuple[Samples, float]:
        if not before:  # coming from a pause: what the filters remember is long past
            self._dip = Filter(self._sections, channels=2, quick=True)
            self._level.resume()
        dipped = self._dip(bed)
        level_db = self._level.step(bed)
        if before == after == 1.0:
            return dipped, level_db
        return ramp(bed, 1 - before, 1 - after) + ramp(dipped, before, after), level_db
