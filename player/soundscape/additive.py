"""Pads and hums by additive synthesis (J. O. Smith, *Spectral audio signal processing*, 2011).

A pad has a few voices, each of which holds one slow note after another. The next note rises while
the last one falls, at equal power, and a note never changes its pitch, so pitch changes at zero
gain only and the level stays constant. Each partial is a rotating phasor whose cosine and sine over
one step are tabulated when the note begins. A step is then one small matrix product.
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
"""The highest partial; tones are made at a quarter of the sample rate."""

_CENT = math.log(2) / 1_200

# Each partial is doubled by a softer one up to 1.8 cents away. They beat slowly, each pair at its
# own rate, as in a string section, while the level of the note stays constant.
_TWIN = 0.25
_TWIN_CENTS = 1.8


def draw(timing: Timing, rng: np.random.Generator) -> float:
    """Return a random duration in seconds: uniform, or exponential above ``min_s``.

    The exponential one ends four spreads above ``min_s``, lest a note wait for minutes; that lowers
    its mean by 1.8 % of ``mean_s - min_s``.
    """
    spread = timing.mean_s - timing.min_s
    if timing.dist == "uniform":
        return timing.min_s + 2 * spread * float(rng.random())
    if not spread:
        return timing.mean_s
    return timing.min_s + min(float(rng.exponential(spread)), 4 * spread)


class Phasors:
    """A bank of steady partials."""

    def __init__(self, freq_hz: Array, phase: Array) -> None:
        """Take frequencies and phases (in turns), both ``(channels, partials)``."""
        turns = freq_hz[:, :, None] / LOW_RATE * np.arange(LOW_STEP)
        angle = (2 * np.pi * (turns % 1.0)).astype(np.float32)
        self._table = np.concatenate([np.cos(angle), np.sin(angle)], axis=1)
        self._advance = freq_hz * (LOW_STEP / LOW_RATE)
        self._phase = phase

    def step(self, start: Array, end: Array) -> Samples:
        """Return the next step ``(channels, LOW_STEP)``.

        The amplitudes ``(partials,)`` move from ``start`` to ``end``; steady ones, given as the
        same array twice, take half the time.
        """
        angle = 2 * np.pi * self._phase
        rotation = np.stack([np.cos(angle), -np.sin(angle)], axis=1)
        self._phase = (self._phase + self._advance) % 1.0
        sound = self._sum(rotation, start)
        if end is not start:
            sound += (self._sum(rotation, end) - sound) * ramp(0.0, 1.0, LOW_STEP)
        return sound

    def _sum(self, rotation: Array, amplitude: Array) -> Samples:
        weights = (rotation * amplitude).astype(np.float32).reshape(len(rotation), 1, -1)
        return np.asarray((weights @ self._table)[:, 0])


@dataclass(slots=True)
class _Note:
    phasors: Phasors
    freq_hz: Array  # (partials,)
    amplitude: Array  # (partials,)
    length_s: float  # from onset to release
    filtered: Array  # (partials,): amplitudes after the low-pass at ``filtered_at``
    filtered_at: float  # a depth
    age_s: float = 0.0


class Pads:
    """All voices of one pad at unit level.

    Only the left ear's tones are sent to the room. The ears are a few cents apart, and in a
    reverberating room the beats of their sum would be heard.
    """

    send_weights = (math.sqrt(2.0), 0.0)

    def __init__(
        self, source: Additive, width: Curve, depth: Curve, seed: np.random.SeedSequence
    ) -> None:
        self._source = source
        self._width = along(width, depth).tolist()
        self._lowpass = along(source.lowpass_hz, depth)
        self._cutoff_hz = self._lowpass.tolist()
        self._rng = np.random.Generator(np.random.SFC64(seed))
        self._voices: list[list[_Note]] = []
        self._last = [-1] * source.voices
        self._chord = 0
        self._chord_left_s = math.inf
        if source.chords:
            self._chord_left_s = self._chord_length_s() * float(self._rng.random())
        self.tones = self._tone_spectrum()
        self.mean_power = self.tones.power.sum(axis=1)
        self.level_power = self.mean_power

    def sound(self, move: Move) -> Samples:
        """Return the next step, ``(2, LOW_STEP)``."""
        if not self._voices:
            self._begin(move.depth_from)
        self._move_on(move.depth_from)
        out = np.zeros((2, LOW_STEP), dtype=np.float32)
        for number, notes in enumerate(self._voices):
            if notes[-1].age_s >= notes[-1].length_s:
                notes.append(self._note(number, move.depth_from))
            for note in notes:
                start = self._envelope(note)
                note.age_s += STEP_S
                before = note.filtered
                if note.filtered_at != move.depth_to:
                    note.filtered = self._low_pass(note, move.depth_to)
                    note.filtered_at = move.depth_to
                out += note.phasors.step(before, note.filtered) * ramp(
                    start, self._envelope(note), LOW_STEP
                )
            notes[:] = [n for n in notes if n.age_s < n.length_s + self._source.release_s]
        return out

    def _begin(self, depth: float) -> None:
        """Start every voice at a random point of a note, after its attack."""
        for number in range(self._source.voices):
            note = self._note(number, depth)
            held_s = max(0.0, note.length_s - self._source.attack_s)
            note.age_s = self._source.attack_s + held_s * float(self._rng.random())
            self._voices.append([note])

    # -- harmony ----------------------------------------------------------------------------------

    def _chord_length_s(self) -> float:
        source = self._source
        return draw(source.chord, self._rng) if source.chords and source.chord else math.inf

    def _move_on(self, depth: float) -> None:
        """Go to the next chord when the present one is over.

        The first chords of a recipe are its plainest: at a depth of 0 only the first is heard, at 1
        all of them are. The voices follow one after another, each by the smallest step.
        """
        self._chord_left_s -= STEP_S
        if self._chord_left_s > 0:
            return
        self._chord_left_s += self._chord_length_s()
        chords = self._source.chords
        reach = min(len(chords), 1 + math.ceil(depth * (len(chords) - 1)))
        self._chord = (self._chord + 1) % reach
        for number, notes in enumerate(self._voices):
            if self._last[number] not in chords[self._chord]:
                later = float(self._rng.uniform(0.0, self._source.attack_s))
                notes[-1].length_s = min(notes[-1].length_s, notes[-1].age_s + later)

    def _next_pitch(self, voice: int) -> int:
        """Return an index into the tuning that, if possible, no other voice has at present."""
        source = self._source
        if source.chords:
            return self._next_of_chord(voice, source.chords[self._chord])
        choices = [i for i in range(len(source.tuning)) if i not in self._last]
        choices = choices or [i for i in range(len(source.tuning)) if i != self._last[voice]] or [0]
        return choices[int(self._rng.integers(len(choices)))]

    def _next_of_chord(self, voice: int, chord: tuple[int, ...]) -> int:
        """Return the note of the chord that is nearest and free; the voice may keep its own."""
        others = {last for number, last in enumerate(self._last) if number != voice}
        choices = [i for i in chord if i not in others] or list(chord)
        if self._last[voice] < 0:
            return choices[int(self._rng.integers(len(choices)))]
        now = self._source.tuning[self._last[voice]]
        return min(choices, key=lambda i: abs(math.log(self._source.tuning[i] / now)))

    # -- notes ------------------------------------------------------------------------------------

    def _note(self, voice: int, depth: float) -> _Note:
        """Return a new note of a voice, with its attack before it."""
        source, rng = self._source, self._rng
        self._last[voice] = self._next_pitch(voice)
        pitch = source.root_hz * source.tuning[self._last[voice]]
        freq, amplitude = self._partials(pitch)
        twin = np.exp(_CENT * _TWIN_CENTS * rng.choice((-1, 1), len(freq)) * rng.random(len(freq)))
        freq = np.concatenate([freq, freq * twin])
        amplitude = np.concatenate([amplitude, amplitude * _TWIN]) / math.sqrt(1 + _TWIN**2)
        width = blend(self._width, depth)
        detune = math.exp(_CENT * source.detune_cents * width * 0.5)
        phase = rng.random(len(freq))
        right_phase = phase + 0.5 * width * rng.uniform(-1.0, 1.0, len(freq))
        phasors = Phasors(np.stack([freq / detune, freq * detune]), np.stack([phase, right_phase]))
        note = _Note(
            phasors,
            freq_hz=freq,
            amplitude=amplitude,
            length_s=draw(source.note, rng),
            filtered=amplitude,
            filtered_at=depth,
        )
        note.filtered = self._low_pass(note, depth)
        return note

    def _envelope(self, note: _Note) -> float:
        rise = min(note.age_s / self._source.attack_s, 1.0)
        fall = min(max(note.age_s - note.length_s, 0.0) / self._source.release_s, 1.0)
        return math.sin(math.pi / 2 * rise) * math.cos(math.pi / 2 * fall)

    def _partials(self, pitch: float) -> tuple[Array, Array]:
        """Return the frequencies and amplitudes of a note; all pitches are equally loud."""
        number = np.arange(1, self._source.partials + 1, dtype=np.float64)
        freq = (pitch * number)[pitch * number <= TOP_HZ]
        tilt = self._source.tilt_db * np.log2(number[: len(freq)])
        amplitude = 10 ** (tilt / 20) * np.sqrt(formant_power(self._source.formants, freq))
        power = float((amplitude**2 * k_power(freq)).sum())
        return freq, amplitude / math.sqrt(power)

    def _low_pass(self, note: _Note, depth: float) -> Array:
        attenuation = 1 + (note.freq_hz / blend(self._cutoff_hz, depth)) ** 4
        return np.asarray(note.amplitude / np.sqrt(attenuation))

    def _tone_spectrum(self) -> ToneSpectrum:
        """Return the expected power of all pitches, voices and envelopes, for each ear."""
        source = self._source
        detune = math.exp(_CENT * source.detune_cents * 0.5)
        overlap = 1 + (source.release_s - source.attack_s) / 2 / source.note.mean_s
        shares = source.voices * overlap / _rarity(source) / 2
        freqs, powers, ears = [], [], []
        for ratio, share in zip(source.tuning, shares, strict=True):
            freq, amplitude = self._partials(source.root_hz * ratio)
            low_pass = 1 / (1 + (freq / self._lowpass[:, None]) ** 4)
            powers += [amplitude**2 * k_power(freq) * low_pass * share] * 2
            freqs += [freq / detune, freq * detune]
            ears += [np.zeros(len(freq), int), np.ones(len(freq), int)]
        ear = np.concatenate(ears)
        send_weight = np.where(ear == 0, self.send_weights[0], self.send_weights[1])
        return ToneSpectrum(
            np.concatenate(freqs), np.concatenate(powers, axis=1), ear, send_weight, steady=True
        )


def _rarity(source: Additive) -> Array:
    """Return of how many notes of a voice each of the tuning is one, ``(notes,)``."""
    notes = len(source.tuning)
    if not source.chords:
        return np.full(notes, float(notes))
    chances = np.zeros(notes)
    for chord in source.chords:
        chances[list(chord)] += 1 / len(chord) / len(source.chords)
    return np.asarray(1 / np.maximum(chances, 1e-9))


class Hums:
    """Steady tones at unit level, a quarter turn apart between the ears at full width."""

    send_weights = (1.0, 1.0)

    def __init__(
        self,
        partials_hz: tuple[float, ...],
        partials_db: tuple[float, ...],
        width: Array,
        seed: np.random.SeedSequence,
    ) -> None:
        freq = np.array(partials_hz)
        amplitude = 10 ** (np.array(partials_db) / 20)
        total = float((amplitude**2 * k_power(freq)).sum())
        self._amplitude = amplitude / math.sqrt(total)
        phase = np.random.Generator(np.random.SFC64(seed)).random(len(freq))
        self._phasors = Phasors(np.stack([freq, freq]), np.stack([phase, phase + 0.25]))
        self._width = width.tolist()
        power = np.tile(self._amplitude**2 * k_power(freq), (len(DEPTHS), 1))
        self.tones = ToneSpectrum(
            freq, power, np.full(len(freq), 2), np.ones(len(freq)), steady=True
        )
        self.mean_power = np.ones(len(DEPTHS))
        self.level_power = self.mean_power

    def sound(self, move: Move) -> Samples:
        """Return the next step, ``(2, LOW_STEP)``.

        The right ear is shifted by the phase arccos(1 − width), so the correlation is 1 − width.
        """
        pair = self._phasors.step(self._amplitude, self._amplitude)
        first = 1.0 - blend(self._width, move.depth_from)
        last = 1.0 - blend(self._width, move.depth_to)
        quadrature = ramp(math.sqrt(1 - first**2), math.sqrt(1 - last**2), LOW_STEP)
        pair[1] = pair[0] * ramp(first, last, LOW_STEP) + pair[1] * quadrature
        return pair
