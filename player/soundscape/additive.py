"""Pads: a few voices, each holding one slow note after another.

A voice's next note begins to rise as the last begins to fall, at equal power, and a note has its
pitch from the first to the last: so pitch only ever changes at zero gain, and the level stands
still. Each partial is a rotating phasor. Its sine and cosine over one step are worked out when the
note begins; a step is then one small matrix product.
"""

import math
from dataclasses import dataclass

import numpy as np

from player.audio import Samples
from player.soundscape.noise import formant_power
from player.soundscape.recipe import Additive, Curve, Timing
from player.soundscape.timebase import (
    DEPTHS,
    LOW_RATE,
    LOW_STEP,
    STEP_S,
    Array,
    Move,
    ToneSpectrum,
    along,
    blend,
    k_power,
    ramp,
)

TOP_HZ = 5_000.0
"""Partials over this are left out: tones are made at a quarter of the rate."""

_CENT = math.log(2) / 1_200
_TWIN = 0.25
_TWIN_CENTS = 1.8
"""Beside each partial sounds a softer one, a few cents away: each swells and fades by itself, as in
a string section, and the note is alive though its level stands still."""


def draw(timing: Timing, rng: np.random.Generator) -> float:
    """One duration: ``exponential`` has a long tail above ``min_s``; ``uniform`` has none."""
    spread = timing.mean_s - timing.min_s
    if timing.dist == "uniform":
        return timing.min_s + 2 * spread * float(rng.random())
    return (
        timing.min_s + min(float(rng.exponential(spread)), 4 * spread)
        if spread
        else (timing.mean_s)
    )


class Phasors:
    """Steady partials: ``(channels, 2 * partials, LOW_STEP)`` of cosines and sines over a step."""

    def __init__(self, freq_hz: Array, phase: Array) -> None:
        """``freq_hz`` and ``phase`` (in turns) are ``(channels, partials)``."""
        turns = freq_hz[:, :, None] / LOW_RATE * np.arange(LOW_STEP)
        angle = (2 * np.pi * (turns % 1.0)).astype(np.float32)
        self._table = np.concatenate([np.cos(angle), np.sin(angle)], axis=1)
        self._advance = freq_hz * (LOW_STEP / LOW_RATE)
        self._phase = phase

    def step(self, start: Array, end: Array) -> Samples:
        """The next step ``(channels, LOW_STEP)``, from one set of amplitudes ``(partials,)`` to
        another; give the same array twice where they stay."""
        angle = 2 * np.pi * self._phase
        turned = np.stack([np.cos(angle), -np.sin(angle)], axis=1)
        self._phase = (self._phase + self._advance) % 1.0
        sound = self._sum(turned, start)
        if end is not start:
            sound += (self._sum(turned, end) - sound) * ramp(0.0, 1.0, LOW_STEP)
        return sound

    def _sum(self, turned: Array, amplitude: Array) -> Samples:
        weights = (turned * amplitude).astype(np.float32).reshape(len(turned), 1, -1)
        return np.asarray((weights @ self._table)[:, 0])


@dataclass(slots=True)
class _Note:
    phasors: Phasors
    freq_hz: Array  # (partials,)
    amplitude: Array  # (partials,)
    length_s: float  # from its onset to its release
    cut: Array  # (partials,): the amplitudes as they are let through, at this depth:
    cut_at: float
    age_s: float = 0.0


class Pads:
    """All voices of one pad, at unit level: ``(2, LOW_STEP)`` a step.

    Only the left ear's tones go to the room: the two ears are a few cents apart, and their sum
    would beat, in the one place where everything rings on.
    """

    sends = (math.sqrt(2.0), 0.0)

    def __init__(
        self, source: Additive, width: Curve, depth: Curve, seed: np.random.SeedSequence
    ) -> None:
        self._source = source
        self._width = along(width, depth).tolist()
        self._lowpass = along(source.lowpass_hz, depth)
        self._cut_hz = self._lowpass.tolist()
        self._rng = np.random.Generator(np.random.SFC64(seed))
        self._voices: list[list[_Note]] = []
        self._last = [-1] * source.voices
        self.lines = self._lines()
        self.mean_power = self.lines.power.sum(axis=1)
        self.level_power = self.mean_power

    def sound(self, move: Move) -> Samples:
        if not self._voices:
            self._begin(move.depth_from)
        out = np.zeros((2, LOW_STEP), dtype=np.float32)
        for number, notes in enumerate(self._voices):
            if notes[-1].age_s >= notes[-1].length_s:
                notes.append(self._note(number, move.depth_from))
            for note in notes:
                start = self._envelope(note)
                note.age_s += STEP_S
                before = note.cut
                if note.cut_at != move.depth_to:
                    note.cut, note.cut_at = self._cut(note, move.depth_to), move.depth_to
                out += note.phasors.step(before, note.cut) * ramp(
                    start, self._envelope(note), LOW_STEP
                )
            notes[:] = [n for n in notes if n.age_s < n.length_s + self._source.release_s]
        return out

    def _begin(self, depth: float) -> None:
        """Every voice is somewhere inside a note when the soundscape is entered."""
        for number in range(self._source.voices):
            note = self._note(number, depth)
            room = max(0.0, note.length_s - self._source.attack_s)
            note.age_s = self._source.attack_s + room * float(self._rng.random())
            self._voices.append([note])

    def _note(self, voice: int, depth: float) -> _Note:
        source, rng = self._source, self._rng
        choices = [i for i in range(len(source.tuning)) if i not in self._last]
        choices = choices or [i for i in range(len(source.tuning)) if i != self._last[voice]] or [0]
        self._last[voice] = choices[int(rng.integers(len(choices)))]
        pitch = source.root_hz * source.tuning[self._last[voice]]
        freq, amplitude = self._partials(pitch)
        twin = np.exp(_CENT * _TWIN_CENTS * rng.choice((-1, 1), len(freq)) * rng.random(len(freq)))
        freq = np.concatenate([freq, freq * twin])
        amplitude = np.concatenate([amplitude, amplitude * _TWIN]) / math.sqrt(1 + _TWIN**2)
        width = blend(self._width, depth)
        detune = math.exp(_CENT * source.detune_cents * width * 0.5)
        phase = rng.random(len(freq))
        other = phase + 0.5 * width * rng.uniform(-1.0, 1.0, len(freq))
        phasors = Phasors(np.stack([freq / detune, freq * detune]), np.stack([phase, other]))
        note = _Note(phasors, freq, amplitude, draw(source.note, rng), amplitude, depth)
        note.cut = self._cut(note, depth)
        return note

    def _envelope(self, note: _Note) -> float:
        up = min(note.age_s / self._source.attack_s, 1.0)
        down = min(max(note.age_s - note.length_s, 0.0) / self._source.release_s, 1.0)
        return math.sin(math.pi / 2 * up) * math.cos(math.pi / 2 * down)

    def _partials(self, pitch: float) -> tuple[Array, Array]:
        """Frequencies and amplitudes of a note, every pitch equally loud."""
        number = np.arange(1, self._source.partials + 1, dtype=np.float64)
        freq = (pitch * number)[pitch * number <= TOP_HZ]
        tilt = self._source.tilt_db * np.log2(number[: len(freq)])
        amplitude = 10 ** (tilt / 20) * np.sqrt(formant_power(self._source.formants, freq))
        loud = float((amplitude**2 * k_power(freq)).sum())
        return freq, amplitude / math.sqrt(loud)

    def _cut(self, note: _Note, depth: float) -> Array:
        let = 1 + (note.freq_hz / blend(self._cut_hz, depth)) ** 4
        return np.asarray(note.amplitude / np.sqrt(let))

    def _lines(self) -> ToneSpectrum:
        """The expected power over all pitches, voices and envelopes, each ear's tones by itself."""
        source = self._source
        detune = math.exp(_CENT * source.detune_cents * 0.5)
        held = 1 + (source.release_s - source.attack_s) / 2 / source.note.mean_s
        share = source.voices * held / len(source.tuning) / 2
        freqs, powers, ears = [], [], []
        for ratio in source.tuning:
            freq, amplitude = self._partials(source.root_hz * ratio)
            cut = 1 / (1 + (freq / self._lowpass[:, None]) ** 4)
            powers += [amplitude**2 * k_power(freq) * cut * share] * 2
            freqs += [freq / detune, freq * detune]
            ears += [np.zeros(len(freq), int), np.ones(len(freq), int)]
        ear = np.concatenate(ears)
        sent = np.where(ear == 0, self.sends[0], self.sends[1])
        return ToneSpectrum(
            np.concatenate(freqs), np.concatenate(powers, axis=1), ear, sent, steady=True
        )


class Hums:
    """Steady tones at unit level, a quarter turn apart between the ears where they are wide."""

    sends = (1.0, 1.0)

    def __init__(
        self,
        partials_hz: tuple[float, ...],
        partials_db: tuple[float, ...],
        width: Array,
        seed: np.random.SeedSequence,
    ) -> None:
        freq = np.array(partials_hz)
        amplitude = 10 ** (np.array(partials_db) / 20)
        loud = float((amplitude**2 * k_power(freq)).sum())
        self._amplitude = amplitude / math.sqrt(loud)
        phase = np.random.Generator(np.random.SFC64(seed)).random(len(freq))
        self._phasors = Phasors(np.stack([freq, freq]), np.stack([phase, phase + 0.25]))
        self._width = width.tolist()
        power = np.tile(self._amplitude**2 * k_power(freq), (len(DEPTHS), 1))
        self.lines = ToneSpectrum(
            freq, power, np.full(len(freq), 2), np.ones(len(freq)), steady=True
        )
        self.mean_power = np.ones(len(DEPTHS))
        self.level_power = self.mean_power

    def sound(self, move: Move) -> Samples:
        """Turning the right ear's phase by arccos(1 − width) leaves the correlation 1 − width."""
        pair = self._phasors.step(self._amplitude, self._amplitude)
        first = 1.0 - blend(self._width, move.depth_from)
        last = 1.0 - blend(self._width, move.depth_to)
        turned = ramp(math.sqrt(1 - first**2), math.sqrt(1 - last**2), LOW_STEP)
        pair[1] = pair[0] * ramp(first, last, LOW_STEP) + pair[1] * turned
        return pair
