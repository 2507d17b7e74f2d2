"""The bed under the voice: its level, and a dip in its spectrum in the band of speech.

The levels follow M. Torcoli, A. Freke-Morin, J. Paulus, C. Simon and B. Shirley, *Preferred levels
for background ducking to produce esthetically pleasing audio for TV with clear speech*, JAES 67(12)
(2019): 15 LU and more over ambience while someone speaks. In long pauses the bed rises slowly, so
that it is heard. It moves along half cosines in dB, so that the change of level is not.
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
from player.mixer.ramps import CosineRamp, ramp, to_frames
from player.mixer.schedule import Schedule

LOOK_AHEAD = to_frames(0.3)
"""Frames by which the bed begins to fall before a word, if the word is scheduled by then."""

SHORTEST_FALL = 2 * QUANTUM
"""Frames of the fall (85 ms) for a word that is scheduled late."""

HOLD = to_frames(0.4)
"""Frames for which the bed stays down after a word."""

RISE = to_frames(2.5)
"""Frames of the rise in a pause."""

LONG_PAUSE = to_frames(1.5)
"""A pause that is known to be shorter does not move the bed."""

MARGIN_LU = 2.5
"""Excess over the agreed level at which a bed is held back under speech.

The limit is 3 LU; the rest is for the 85 ms that it takes to measure a swell and to react."""


class DuckingCurve:
    """The position of the bed, from 0 (long pause) to 1 (speech), for a schedule of speech."""

    def __init__(self) -> None:
        self._position = CosineRamp(0.0)

    def step(self, frame: int, speech: Schedule) -> tuple[float, float]:
        """Return the position at the start and at the end of the quantum at ``frame``."""
        word = speech.next_start(frame)
        if word < frame + QUANTUM + LOOK_AHEAD:
            self._fall((int(word) - frame) // QUANTUM * QUANTUM)
        elif frame < speech.started_until:
            self._fall(0)
        elif frame >= speech.started_until + HOLD and word - speech.started_until > LONG_PAUSE:
            self._rise()
        return self._position.step()

    def _fall(self, frames: int) -> None:
        frames = max(frames, SHORTEST_FALL)
        in_time = self._position.target == 1.0 and self._position.remaining <= frames
        if not in_time:
            self._position.move_to(1.0, frames)

    def _rise(self) -> None:
        if self._position.target == 1.0:
            self._position.move_to(0.0, RISE)


class BedLeveller:
    """The gain that compensates for the dip and holds back swells of the bed.

    Levels are BS.1770 loudness, measured per quantum in the frequency domain. The dip costs 0.3 to
    2 LU, a deep one up to 7; its mean over some seconds is made up. A swell may not exceed
    ``max_lufs`` over two quanta (85 ms). The loudest moment of the last 400 ms counts, and a
    reduction is released by 6 dB per second.
    """

    _MAX_MAKE_UP_DB = 8.0
    _AVERAGING = 64  # quanta: 2.7 s
    _RELEASE_DB = 6.0 * QUANTUM / RATE

    def __init__(self, max_lufs: float, dip: Sections) -> None:
        self._max_lufs = max_lufs
        self._weights = _loudness_weights(dip)
        self._mean_powers = np.zeros(2)  # before and after the dip
        self._steps = 0
        self.restart()

    def restart(self) -> None:
        """Measure swells afresh after a pause; the mean cost of the dip is kept."""
        self._powers: deque[float] = deque(maxlen=10)
        self._reduction_db = 0.0  # 0 or less

    def step(self, bed: Samples) -> float:
        """Return the gain in dB for the dipped bed at the end of this quantum.

        ``bed`` is the quantum before the dip, ``(QUANTUM, 2)``.
        """
        parts = np.ascontiguousarray(np.fft.rfft(bed.T)).view(np.float32)
        plain, dipped = np.square(parts).sum(axis=0) @ self._weights
        self._powers.append(float(dipped))
        make_up_db = self._make_up_db(float(plain), float(dipped))
        loudest = max((a + b for a, b in pairwise(self._powers)), default=0.0) / 2
        excess_db = -0.691 + _power_db(loudest) + make_up_db - self._max_lufs
        self._reduction_db = min(-excess_db, self._reduction_db + self._RELEASE_DB, 0.0)
        return make_up_db + self._reduction_db

    def _make_up_db(self, plain: float, dipped: float) -> float:
        self._steps = min(self._steps + 1, self._AVERAGING)
        self._mean_powers += (np.array([plain, dipped]) - self._mean_powers) / self._steps
        cost_db = _power_db(self._mean_powers[0]) - _power_db(self._mean_powers[1])
        return min(self._MAX_MAKE_UP_DB, max(0.0, cost_db))


def dip(deep: bool = False) -> Sections:
    """Return the bed's filter under speech: bells of −6 dB at 1.3 and 2.9 kHz; ``(2, 6)``.

    ``deep`` is for a voice with weak consonants: one more bell, −20 dB wide around 2.2 kHz, ``(3,
    6)``. It is no shelf, since the bed keeps its loudness: with all treble gone that would be made
    up by bass, and bass covers vowels.
    """
    bells = [peaking(1_300.0, -6.0, 0.9), peaking(2_900.0, -6.0, 0.9)]
    if deep:
        bells.append(peaking(2_200.0, -20.0, 0.5))
    return np.vstack(bells)


class BedBus:
    """The bed's way to the mix: dip, ducking and level."""

    def __init__(
        self, *, speech_lufs: float, bed_lu: float, pause_lu: float, deep_dip: bool
    ) -> None:
        """Place a bed of `BED_LUFS` ``bed_lu`` under speech, and ``pause_lu`` in long pauses."""
        self._curve = DuckingCurve()
        self._pause_db = speech_lufs - pause_lu - BED_LUFS
        self._duck_db = pause_lu - bed_lu
        self._sections = dip(deep_dip)
        self._dip = Filter(self._sections, channels=2, quick=True)
        speech_db = self._pause_db + self._duck_db
        self._leveller = BedLeveller(speech_lufs - bed_lu + MARGIN_LU - speech_db, self._sections)
        self._last_gain: float | None = None

    def __call__(self, bed: Samples, frame: int, speech: Schedule, extra_db: float) -> Samples:
        """Return the quantum ``(QUANTUM, 2)`` at its level.

        ``extra_db`` is the gain of balance and drift at the end of the quantum.
        """
        before, after = self._curve.step(frame, speech)
        level_db = 0.0
        if before or after:
            bed, level_db = self._under_speech(bed, before, after)
        gain = db_to_gain(self._pause_db + (self._duck_db + level_db) * after + extra_db)
        last, self._last_gain = self._last_gain, gain
        return ramp(bed, gain if last is None else last, gain)

    def _under_speech(self, bed: Samples, before: float, after: float) -> tuple[Samples, float]:
        if not before:  # after a pause the state of the filter and the meter is out of date
            self._dip = Filter(self._sections, channels=2, quick=True)
            self._leveller.restart()
        dipped = self._dip(bed)
        level_db = self._leveller.step(bed)
        if before == after == 1.0:
            return dipped, level_db
        return ramp(bed, 1 - before, 1 - after) + ramp(dipped, before, after), level_db


def _loudness_weights(dip: Sections) -> Samples:
    """Return weights that turn a quantum's squared spectrum into its power before and after a dip.

    ``(2 * (QUANTUM // 2 + 1), 2)``: two equal rows per bin, for its real and its imaginary part.
    """
    freq_hz = np.fft.rfftfreq(QUANTUM, 1 / RATE)
    k_power = np.abs(frequency_response(k_weighting(), freq_hz)) ** 2
    plain = k_power * 2 / QUANTUM**2  # twice, for the negative frequencies
    both = np.stack([plain, plain * np.abs(frequency_response(dip, freq_hz)) ** 2], axis=1)
    return np.repeat(both, 2, axis=0).astype(np.float32)


def _power_db(power: float) -> float:
    return 10 * math.log10(max(power, 1e-12))
