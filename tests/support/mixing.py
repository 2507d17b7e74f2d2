"""Beds, speech and whole nights for the mixer's tests, and meters that are not ours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import pyebur128

from player.audio import QUANTUM, RATE, Samples, db_to_gain, fade
from player.mixer import LATENCY, MixedBlock, Mixer, MixSettings

SLOPES = {"white": 0.0, "pink": 0.5, "brown": 1.0, "dark": 1.7}
"""Spectra of beds, from cold to warm: the power of 1/f that their amplitude follows."""


# -- oracles --------------------------------------------------------------------------------------


def _state(x: Samples, mode: pyebur128.MeasurementMode) -> pyebur128.R128State:
    stereo = x if x.ndim == 2 else np.stack([x, x], axis=1)
    state = pyebur128.R128State(2, RATE, mode)
    state.add_frames(np.ascontiguousarray(stereo, dtype=np.float32).ravel(), len(stereo))
    return state


def lufs(x: Samples) -> float:
    """Integrated loudness by libebur128; mono counts as centred stereo."""
    state = _state(x, pyebur128.MeasurementMode.MODE_I)
    return float(pyebur128.get_loudness_global(state))


def peak_dbtp(x: Samples) -> float:
    """True peak by libebur128."""
    state = _state(x, pyebur128.MeasurementMode.MODE_TRUE_PEAK)
    return 20 * float(np.log10(max(pyebur128.get_true_peak(state, c) for c in (0, 1))))


def momentary(x: Samples) -> npt.NDArray[np.float64]:
    """Momentary loudness (400 ms) by libebur128, ten a second; value i ends at (i + 4) / 10 s."""
    state = pyebur128.R128State(2, RATE, pyebur128.MeasurementMode.MODE_M)
    hop, values = RATE // 10, []
    for at in range(0, len(x) - hop + 1, hop):
        piece = np.ascontiguousarray(x[at : at + hop], dtype=np.float32)
        state.add_frames(piece.ravel(), hop)
        values.append(float(pyebur128.get_loudness_momentary(state)))
    return np.array(values[3:])


# -- material -------------------------------------------------------------------------------------


def shaped(frames: int, slope: float, seed: int, channels: int = 2) -> Samples:
    """Noise from 60 Hz (its amplitude falls with 1/f**slope) to 20 kHz, (frames, channels)."""
    points = 1 << (frames - 1).bit_length()  # a length that the FFT is quick at
    noise = np.random.default_rng(seed).standard_normal((channels, points), dtype=np.float32)
    hertz = np.fft.rfftfreq(points, 1 / RATE)
    weight = (np.maximum(hertz, 60.0) ** -slope * (hertz < 20_000)).astype(np.float32)
    return np.ascontiguousarray(np.fft.irfft(np.fft.rfft(noise) * weight, points)[:, :frames].T)


def levelled(x: Samples, target_lufs: float) -> Samples:
    x = x * np.float32(0.1 / np.abs(x).max())
    return x * np.float32(db_to_gain(target_lufs - lufs(x)))


@cache
def bed(seconds: float, kind: str = "pink", seed: int = 0) -> Samples:
    """A steady bed of −30 LUFS, a whole number of quanta."""
    quanta = -(-round(seconds * RATE) // QUANTUM)
    return _fixed(levelled(shaped(quanta * QUANTUM, SLOPES[kind], seed), -30.0))


@cache
def speech(seconds: float, seed: int = 0) -> Samples:
    """Noise with the slope and the syllables of speech, mono, −20 LUFS."""
    frames = round(seconds * RATE)
    syllables = 0.55 - 0.45 * np.cos(2 * np.pi * 4.0 * np.arange(frames) / RATE)
    sound = shaped(frames, 0.8, seed, channels=1)[:, 0] * syllables.astype(np.float32)
    return _fixed(fade(levelled(sound, -20.0), 480, 480))


def _fixed(x: Samples) -> Samples:
    """Shared by many tests, so that none may change it."""
    x.flags.writeable = False
    return x


def tone(seconds: float, hertz: float, amplitude: float) -> Samples:
    """A sine, mono."""
    phase = 2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE
    return (amplitude * np.sin(phase)).astype(np.float32)


# -- nights ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Night:
    """A mixed piece without the mixer's latency, and where in it the clips lie."""

    mix: Samples
    voice: Samples
    bed: Samples
    spans: list[tuple[int, int]]

    def speaking(self) -> npt.NDArray[np.bool_]:
        mask = np.zeros(len(self.mix), dtype=bool)
        for start, end in self.spans:
            mask[start:end] = True
        return mask

    def moments(self, x: Samples) -> npt.NDArray[np.float64]:
        """The momentary loudness of ``x`` in the windows that lie wholly in a clip."""
        mask, hop = self.speaking(), RATE // 10
        return np.array(
            [m for i, m in enumerate(momentary(x)) if mask[i * hop : (i + 4) * hop].all()]
        )


def blocks(mixer: Mixer, bed: Samples, depth: float = 0.0) -> Iterator[MixedBlock]:
    for at in range(0, len(bed), QUANTUM):
        yield mixer.block(bed[at : at + QUANTUM], depth)


def joined(mixed: list[MixedBlock]) -> tuple[Samples, Samples, Samples]:
    """Mix, voice and bed, with the latency taken off."""
    parts = ([getattr(m, name) for m in mixed] for name in ("mix", "voice", "bed"))
    mix, voice, bed = (np.concatenate(part)[LATENCY:] for part in parts)
    return mix, voice, bed


def night(
    bed: Samples,
    clips: list[Samples],
    pauses_s: list[float],
    settings: MixSettings | None = None,
    depth: Callable[[float], float] = lambda _: 0.0,
    ahead_s: float = 1.0,
) -> Night:
    """Mix a night: pause i comes before clip i, which is scheduled ``ahead_s`` ahead."""
    spans, at = [], 0
    for clip, pause in zip(clips, pauses_s, strict=True):
        at += round(pause * RATE)
        spans.append((at, at + len(clip)))
        at += len(clip)
    mixer, mixed, scheduled = Mixer(settings), [], 0
    while mixer.frame < len(bed):
        while (
            scheduled < len(clips) and spans[scheduled][0] < mixer.frame + QUANTUM + ahead_s * RATE
        ):
            mixer.say(clips[scheduled], spans[scheduled][0])
            scheduled += 1
        block = bed[mixer.frame : mixer.frame + QUANTUM]
        mixed.append(mixer.block(block, depth(mixer.frame / len(bed))))
    return Night(*joined(mixed), spans)
