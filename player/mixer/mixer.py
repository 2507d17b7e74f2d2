"""Mixing of voice and bed in one pass, one quantum at a time.

    speech ─ room and tone ─ balance, drift ─────────────────┬─ master gain ─ limiter ─► mix
    bed + sounds ─ dip ─ ducking ─ balance, drift ───────────┘
                                        └─ stems, delayed by the limiter's latency

Time is the number of frames mixed; there is no clock. The mixer looks ahead only as far as sounds
have been scheduled.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from player.audio import QUANTUM, Samples, db_to_gain
from player.errors import UsageError
from player.mixer.ducking import BedBus
from player.mixer.limiter import LATENCY, Limiter
from player.mixer.ramps import CosineRamp, ramp, to_frames
from player.mixer.schedule import Schedule
from player.mixer.voice_room import DepthGain, VoiceRoom

__all__ = ["LATENCY", "MixSettings", "MixedBlock", "Mixer"]

_KNOB_S = 0.15  # a step of volume or balance glides for so long, lest it click


@dataclass(frozen=True, slots=True)
class MixSettings:
    """The levels of a night. Raises `UsageError` for values out of range."""

    speech_lufs: float = -20.0
    """Loudness of the incoming clips; the bed is placed relative to it."""
    bed_lu: float = 15.0
    """Distance from speech to bed while someone speaks, in LU."""
    pause_lu: float = 10.0
    """Distance from speech to bed in a long pause, in LU."""
    deep_dip: bool = False
    """Take more from the middle of the bed, for a voice of weak consonants."""
    drift_db: float = 6.0
    """Decrease of the whole level from depth 0 to depth 1."""
    ceiling_dbtp: float = -3.0
    """Highest true peak of the mix."""

    def __post_init__(self) -> None:
        for name, low, high in (
            ("speech_lufs", -40.0, -8.0),
            ("pause_lu", 0.0, 60.0),
            ("bed_lu", self.pause_lu, 60.0),
            ("drift_db", 0.0, 40.0),
            ("ceiling_dbtp", -20.0, 0.0),
        ):
            value = getattr(self, name)
            if not low <= value <= high:
                raise UsageError(
                    f"the mix has {name} = {value}: give a number from {low:g} to {high:g}"
                )


@dataclass(frozen=True, slots=True, eq=False)
class MixedBlock:
    """One quantum of the mix and of its stems, each ``(QUANTUM, 2)`` float32.

    ``voice + bed == mix`` while the master gain is 1 and the limiter is idle.
    """

    mix: Samples
    voice: Samples
    bed: Samples


class _StemDelay:
    """A delay of a stem by the limiter's latency."""

    def __init__(self) -> None:
        self._delayed = np.zeros((LATENCY, 2), dtype=np.float32, order="F")

    def __call__(self, x: Samples) -> Samples:
        signal = np.concatenate([self._delayed, x])
        self._delayed = signal[QUANTUM:]
        return signal[:QUANTUM]


class Mixer:
    """Mixer of speech, sounds and a bed; its output is ``LATENCY`` frames late."""

    LATENCY = LATENCY
    VOLUME_DB, BALANCE_DB = (-40.0, 12.0), (-10.0, 10.0)
    """Ranges of the knobs."""

    def __init__(self, settings: MixSettings | None = None) -> None:
        self.settings = settings = settings or MixSettings()
        self.frame = 0
        """Frames mixed so far: the position of the next quantum on the time line."""
        self._speech = Schedule((QUANTUM,))
        self._sounds = Schedule((QUANTUM, 2))
        self._voice_room = VoiceRoom()
        self._bus = BedBus(
            speech_lufs=settings.speech_lufs,
            bed_lu=settings.bed_lu,
            pause_lu=settings.pause_lu,
            deep_dip=settings.deep_dip,
        )
        self._limiter = Limiter(settings.ceiling_dbtp)
        self._delay_voice, self._delay_bed = _StemDelay(), _StemDelay()
        self._volume_db, self._balance_db = CosineRamp(0.0), CosineRamp(0.0)
        self._start_boost_db = CosineRamp(0.0)
        self._fade, self._pause = CosineRamp(1.0), CosineRamp(1.0)
        self._last_setting: DepthGain | None = None
        self._master_gain = 1.0

    # -- scheduling -------------------------------------------------------------------------------

    def say(self, samples: Samples, at: int) -> None:
        """Schedule a clip, mono ``(frames,)``, at frame ``at``, in the centre.

        With 0.3 s of notice or more, the bed gives way most softly. The clip is set to keep its
        loudness in the tone and room of the mixer's present depth. Raises `ValueError` for stereo
        samples and for a frame that has been mixed already.
        """
        self._refuse_past(at)
        if samples.ndim != 1:
            raise ValueError(f"speech of shape {samples.shape}: give mono samples (frames,)")
        depth = self._last_setting.depth if self._last_setting else 0.0
        self._speech.add(self._voice_room.keep_loudness(samples, depth), at)

    def play(self, sound: Samples, at: int, gain_db: float = 0.0) -> None:
        """Schedule a recording ``(frames, 2)`` at frame ``at``; it is ducked with the bed.

        At 0 dB a recording of −30 LUFS is as loud as the bed. Raises `ValueError` as `say` does.
        """
        self._refuse_past(at)
        if sound.ndim != 2 or sound.shape[1] != 2:
            raise ValueError(f"a sound of shape {sound.shape}: give stereo samples (frames, 2)")
        self._sounds.add(sound, at, db_to_gain(gain_db))

    def _refuse_past(self, at: int) -> None:
        if at < self.frame:
            raise ValueError(f"frame {at} has been mixed: schedule from frame {self.frame} on")

    def hush(self, seconds: float = 0.15) -> None:
        """Fade out speech and sounds, and drop those that have not started."""
        self._speech.hush(self.frame, to_frames(seconds))
        self._sounds.hush(self.frame, to_frames(seconds))

    @property
    def speaking_until(self) -> int:
        """The end of the last clip, played or scheduled; 0 before the first."""
        return int(max(0.0, self._speech.until))

    # -- the knobs --------------------------------------------------------------------------------

    @property
    def volume_db(self) -> float:
        """The master volume in dB; a new value is clipped to its range and reached in 0.15 s."""
        return self._volume_db.target

    @volume_db.setter
    def volume_db(self, db: float) -> None:
        self._volume_db.move_to(_within(db, *self.VOLUME_DB), to_frames(_KNOB_S))

    @property
    def balance_db(self) -> float:
        """Voice against bed in dB: over 0 lowers the bed, under 0 the voice; nothing is raised."""
        return self._balance_db.target

    @balance_db.setter
    def balance_db(self, db: float) -> None:
        self._balance_db.move_to(_within(db, *self.BALANCE_DB), to_frames(_KNOB_S))

    def turn(self, volume_db: float, balance_db: float) -> None:
        """Change both knobs by these amounts, within their ranges."""
        self.volume_db += volume_db
        self.balance_db += balance_db

    def fade(self, seconds: float, to_gain: float) -> None:
        """Fade the mix to ``to_gain``, 0 to 1, in ``seconds``, from the next block on.

        Before the first block, a fade of 0 s takes effect at once: the night begins at that gain.
        """
        if seconds == 0 and self.frame == 0:
            self._fade.jump_to(to_gain)
            self._master_gain = to_gain * db_to_gain(self._volume_db.value)
        else:
            self._fade.move_to(to_gain, to_frames(seconds))

    def hold(self, seconds: float, to_gain: float) -> None:
        """Fade the mix for a pause, independently of `fade`."""
        self._pause.move_to(to_gain, to_frames(seconds))

    def ease(self, louder_db: float, seconds: float) -> None:
        """Bring the mix from a level ``louder_db`` over the usual one down to it in ``seconds``.

        Only the first call before any block makes it louder; a later call only sets how long the
        way down still takes.
        """
        if self.frame == 0:
            self._start_boost_db.jump_to(louder_db)
            self._master_gain *= db_to_gain(louder_db)
        self._start_boost_db.move_to(0.0, to_frames(seconds))

    # -- mixing -----------------------------------------------------------------------------------

    def block(self, bed: Samples, depth: float) -> MixedBlock:
        """Mix the next quantum of the queued speech over ``bed``.

        ``bed`` is ``(QUANTUM, 2)``, made at −30 LUFS; another shape raises `ValueError`. ``depth``,
        0 to 1, is reached at the end of the quantum.
        """
        if bed.shape != (QUANTUM, 2):
            raise ValueError(f"a bed of shape {bed.shape}: give ({QUANTUM}, 2)")
        depth = min(1.0, max(0.0, depth))
        balance_db = self._balance_db.step()[1]
        drift_db = -self.settings.drift_db * depth
        voice = self._voice(depth, drift_db + min(0.0, balance_db))
        bed = self._bed(bed, drift_db - max(0.0, balance_db))
        mix = self._limiter(self._master(voice + bed))
        self.frame += QUANTUM
        return MixedBlock(np.ascontiguousarray(mix), self._delay_voice(voice), self._delay_bed(bed))

    def _voice(self, depth: float, gain_db: float) -> Samples:
        setting = DepthGain(depth, db_to_gain(gain_db))
        last, self._last_setting = self._last_setting or setting, setting
        voice = self._voice_room(self._speech.quantum(self.frame), last, setting)
        return np.zeros((QUANTUM, 2), dtype=np.float32, order="F") if voice is None else voice

    def _bed(self, bed: Samples, gain_db: float) -> Samples:
        sounds = self._sounds.quantum(self.frame)
        if sounds is not None:
            bed = bed + sounds
        bed = np.asfortranarray(bed, dtype=np.float32)  # twice as fast
        return self._bus(bed, self.frame, self._speech, gain_db)

    def _master(self, x: Samples) -> Samples:
        level_db = self._volume_db.step()[1] + self._start_boost_db.step()[1]
        gain = self._fade.step()[1] * self._pause.step()[1] * db_to_gain(level_db)
        last, self._master_gain = self._master_gain, gain
        return ramp(x, last, gain)


def _within(db: float, low: float, high: float) -> float:
    if not math.isfinite(db):
        raise ValueError(f"a level of {db} dB: give a finite number")
    return min(max(db, low), high)
