"""Voice over bed: the night's mixing desk, one pass, one quantum at a time.

    speech ─ thaw (room, tone) ─ balance, drift ─────────────┬─ master gain ─ limiter ─► mix
    bed + sounds ─ dip ─ duck ─ level ─ balance, drift ──────┘
                                        └─ the stems, as late as the limiter makes the mix

It knows no more of the future than what has been scheduled, and nothing of clocks: time is the
frames that it has mixed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from player.audio import QUANTUM, Samples, db_to_gain
from player.errors import UsageError
from player.mixer.ducking import BedBus
from player.mixer.limiter import LATENCY, Limiter
from player.mixer.ramps import Glide, frames, ramp
from player.mixer.schedule import Schedule
from player.mixer.voice_room import Stage, Thaw

__all__ = ["LATENCY", "MixSettings", "Mixed", "Mixer"]

_KNOB_S = 0.15  # a turn of the volume or the balance


@dataclass(frozen=True, slots=True)
class MixSettings:
    """The levels of a night. Refuses, as a `UsageError`, what cannot be mixed."""

    speech_lufs: float = -20.0
    """Loudness of the clips as they come; the bed is placed against it."""
    bed_lu: float = 15.0
    """How far the bed sits under the speech while someone speaks."""
    pause_lu: float = 10.0
    """The same in a long pause."""
    deep_dip: bool = False
    """Under speech the bed gives up more of its middle: for a voice of weak consonants."""
    drift_db: float = 6.0
    """How much the whole softens from depth 0 to depth 1."""
    ceiling_dbtp: float = -3.0

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
class Mixed:
    """One quantum, three times ``(QUANTUM, 2)`` float32, of the same moment.

    ``voice + bed == mix`` wherever the master gain is 1 and the limiter rests.
    """

    mix: Samples
    voice: Samples
    bed: Samples


class _Delay:
    """A stem, kept back for as long as the limiter keeps the mix."""

    def __init__(self) -> None:
        self._held = np.zeros((LATENCY, 2), dtype=np.float32, order="F")

    def __call__(self, x: Samples) -> Samples:
        late = np.concatenate([self._held, x])
        self._held = late[QUANTUM:]
        return late[:QUANTUM]


class Mixer:
    """Speech, sounds and a bed in; the mix and its stems out, ``LATENCY`` frames later."""

    LATENCY = LATENCY
    VOLUME_DB, BALANCE_DB = (-40.0, 12.0), (-10.0, 10.0)
    """How far the knobs go."""

    def __init__(self, settings: MixSettings | None = None) -> None:
        self.settings = settings = settings or MixSettings()
        self.frame = 0
        """Frames mixed so far: the next quantum's place on the time line."""
        self._speech = Schedule((QUANTUM,))
        self._sounds = Schedule((QUANTUM, 2))
        self._thaw = Thaw()
        self._bus = BedBus(
            settings.speech_lufs, settings.bed_lu, settings.pause_lu, settings.deep_dip
        )
        self._limiter = Limiter(settings.ceiling_dbtp)
        self._late_voice, self._late_bed = _Delay(), _Delay()
        self._volume_db, self._balance_db, self._fade = Glide(0.0), Glide(0.0), Glide(1.0)
        self._eased_db, self._held = Glide(0.0), Glide(1.0)
        self._stage: Stage | None = None
        self._master_gain = 1.0

    # -- what sounds ------------------------------------------------------------------------------

    def say(self, samples: Samples, at: int) -> None:
        """Speak a clip, mono ``(n,)``, from frame ``at`` on, in the centre.

        The sooner this is known, the softer the bed gives way: 0.3 s and more is best. A frame that
        has been mixed already is a `ValueError`. It keeps its loudness in the voice's tone and room
        of the depth that the mixer is at now.
        """
        self._refuse_past(at)
        if samples.ndim != 1:
            raise ValueError(f"speech of shape {samples.shape}: give mono samples (frames,)")
        self._speech.add(self._thaw.even(samples, self._stage.depth if self._stage else 0.0), at)

    def play(self, sound: Samples, at: int, gain_db: float = 0.0) -> None:
        """Sound a recording ``(n, 2)`` in the bed from frame ``at`` on, ducked as the bed is.

        At 0 dB a recording of −30 LUFS is as loud as the bed.
        """
        self._refuse_past(at)
        if sound.ndim != 2 or sound.shape[1] != 2:
            raise ValueError(f"a sound of shape {sound.shape}: give stereo samples (frames, 2)")
        self._sounds.add(sound, at, db_to_gain(gain_db))

    def _refuse_past(self, at: int) -> None:
        if at < self.frame:
            raise ValueError(f"frame {at} has been mixed: schedule from frame {self.frame} on")

    def hush(self, seconds: float = 0.15) -> None:
        """Fade out all that speaks or sounds over the bed, and forget all that was to come."""
        self._speech.hush(self.frame, frames(seconds))
        self._sounds.hush(self.frame, frames(seconds))

    @property
    def speaking_until(self) -> int:
        """The frame at which the last word ends, heard or scheduled; 0 before the first."""
        return int(max(0.0, self._speech.until))

    # -- the knobs --------------------------------------------------------------------------------

    @property
    def volume_db(self) -> float:
        """The master volume; a new value is reached softly in 0.15 s."""
        return self._volume_db.target

    @volume_db.setter
    def volume_db(self, db: float) -> None:
        self._volume_db.to(_within(db, *self.VOLUME_DB), frames(_KNOB_S))

    @property
    def balance_db(self) -> float:
        """Voice against bed: over 0 the bed goes down, under 0 the voice; nothing ever goes up."""
        return self._balance_db.target

    @balance_db.setter
    def balance_db(self, db: float) -> None:
        self._balance_db.to(_within(db, *self.BALANCE_DB), frames(_KNOB_S))

    def turn(self, volume_db: float, balance_db: float) -> None:
        """Both knobs by so much, as far as they go."""
        self.volume_db += volume_db
        self.balance_db += balance_db

    def fade(self, seconds: float, to_gain: float) -> None:
        """Fade the whole to ``to_gain``, 0 to 1; before the first block, 0 s means at once."""
        if seconds == 0 and self.frame == 0:
            self._fade.jump(to_gain)
            self._master_gain = to_gain * db_to_gain(self._volume_db.value)
        else:
            self._fade.to(to_gain, frames(seconds))

    def hold(self, seconds: float, to_gain: float) -> None:
        """The same for a pause, whatever else is fading."""
        self._held.to(to_gain, frames(seconds))

    def ease(self, louder_db: float, seconds: float) -> None:
        """Before the first block, begin so much louder; come down to the usual level meanwhile."""
        if self.frame == 0:
            self._eased_db.jump(louder_db)
            self._master_gain *= db_to_gain(louder_db)
        self._eased_db.to(0.0, frames(seconds))

    # -- the desk ---------------------------------------------------------------------------------

    def block(self, bed: Samples, depth: float) -> Mixed:
        """Mix one quantum: ``bed`` ``(QUANTUM, 2)`` at −30 LUFS, ``depth`` at its end, 0 to 1."""
        if bed.shape != (QUANTUM, 2):
            raise ValueError(f"a bed of shape {bed.shape}: give ({QUANTUM}, 2)")
        depth = min(1.0, max(0.0, depth))
        balance_db = self._balance_db.step()[1]
        drift_db = -self.settings.drift_db * depth
        voice = self._voice(depth, drift_db + min(0.0, balance_db))
        bed = self._bed(bed, drift_db - max(0.0, balance_db))
        mix = self._limiter(self._master(voice + bed))
        self.frame += QUANTUM
        return Mixed(np.ascontiguousarray(mix), self._late_voice(voice), self._late_bed(bed))

    def _voice(self, depth: float, gain_db: float) -> Samples:
        stage = Stage(depth, db_to_gain(gain_db))
        last, self._stage = self._stage or stage, stage
        voice = self._thaw(self._speech.quantum(self.frame), last, stage)
        return np.zeros((QUANTUM, 2), dtype=np.float32, order="F") if voice is None else voice

    def _bed(self, bed: Samples, gain_db: float) -> Samples:
        sounds = self._sounds.quantum(self.frame)
        if sounds is not None:
            bed = bed + sounds
        bed = np.asfortranarray(bed, dtype=np.float32)  # channel by channel: twice as quick
        return self._bus(bed, self.frame, self._speech, gain_db)

    def _master(self, both: Samples) -> Samples:
        level_db = self._volume_db.step()[1] + self._eased_db.step()[1]
        gain = self._fade.step()[1] * self._held.step()[1] * db_to_gain(level_db)
        last, self._master_gain = self._master_gain, gain
        return ramp(both, last, gain)


def _within(db: float, least: float, most: float) -> float:
    if not math.isfinite(db):
        raise ValueError(f"a level of {db} dB: give a finite number")
    return min(max(db, least), most)
