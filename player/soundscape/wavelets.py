"""The short sounds that `EventLayer` places in time: drops, crackles, drips, chirps, syllables.

Every wavelet is ``(frames,)`` at 48 kHz, begins and ends at zero, and has unit energy, so that a
layer's level is known from its rate alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from player.audio import RATE
from player.soundscape.recipe import Events
from player.soundscape.timebase import Array

_VOWELS_HZ = ((700, 1_150, 2_600), (450, 1_800, 2_500), (300, 900, 2_300), (550, 1_500, 2_450))
"""First three resonances of four vowels, after G. Peterson and H. Barney (JASA 24, 1952).

They are drawn towards the middle, as vowels are in speech that is only half heard."""

Maker = Callable[[Events, np.random.Generator, float], Array]


def make_wavelets(source: Events, rng: np.random.Generator) -> list[Array]:
    """Return the bank of a layer: as many wavelets as its kind needs, spread over its pitches."""
    maker, count = _KINDS[source.kind]
    if source.callers and source.kind != "murmur":
        count = source.callers
    low, high = source.freq_hz
    spread = (np.arange(count) + rng.random(count)) / count
    if source.kind != "murmur":  # whose neighbours are one person's syllables
        spread = rng.permutation(spread)
    wavelets = []
    for part in spread:
        wavelet = maker(source, rng, float(low * (high / low) ** part))
        wavelets.append(wavelet / np.sqrt(np.square(wavelet).sum()))
    return wavelets


def _drop(source: Events, rng: np.random.Generator, freq_hz: float) -> Array:
    """A drop that hits a leaf or a roof: a short burst of noise around a pitch.

    After A. Farnell, *Designing Sound* (2010), chapter on rain.
    """
    decay_s = source.decay_s * rng.uniform(0.4, 1.0)
    time = _time(6 * decay_s)
    spectrum = np.fft.rfft(rng.standard_normal(len(time)))
    octaves = np.log2(np.maximum(_bins(len(time)), 1.0) / freq_hz)
    noise = np.fft.irfft(spectrum * np.exp(-0.5 * (octaves / source.bandwidth_oct) ** 2), len(time))
    return _ended(noise * np.exp(-time / decay_s) * _onset(time, source.attack_s))


def _crackle(source: Events, rng: np.random.Generator, freq_hz: float) -> Array:
    """A crackle of burning wood: a burst that is over before its pitch is heard.

    After A. Farnell, *Designing Sound* (2010), chapter on fire.
    """
    decay_s = source.decay_s * float(np.exp(rng.uniform(-1.0, 0.5)))
    time = _time(7 * decay_s)
    noise = rng.standard_normal(len(time))
    ring = np.sin(2 * np.pi * freq_hz * time + rng.uniform(0, 2 * np.pi))
    spectrum = np.fft.rfft(noise)
    octaves = np.log2(np.maximum(_bins(len(time)), 1.0) / freq_hz)
    noise = np.fft.irfft(spectrum * np.exp(-0.5 * (octaves / source.bandwidth_oct) ** 2), len(time))
    noise /= np.abs(noise).max() + 1e-12
    return _ended((noise + 0.4 * ring) * np.exp(-time / decay_s) * _onset(time, source.attack_s))


def _drip(source: Events, rng: np.random.Generator, freq_hz: float) -> Array:
    """A drop that falls into still water: a bubble that rings, its pitch rising as it closes.

    After K. van den Doel, *Physically based models for liquid sounds*, ACM Transactions on Applied
    Perception 2(4), 2005. The pitch is the recipe's, not that of a bubble's size.
    """
    decay_s = source.decay_s * rng.uniform(0.6, 1.2)
    time = _time(7 * decay_s)
    turns = freq_hz * (time + 0.12 * time**2 / decay_s)
    return _ended(
        np.sin(2 * np.pi * turns) * np.exp(-time / decay_s) * _onset(time, source.attack_s)
    )


def _chirp(source: Events, rng: np.random.Generator, freq_hz: float) -> Array:
    """One pulse of a cricket: a tone that swells and ends, slightly falling.

    A file is drawn over a scraper once; a call is several of them in a row.
    """
    time = _time(source.decay_s)
    turns = freq_hz * (time - 0.01 * time**2 / source.decay_s)
    window = np.sin(np.pi * time / time[-1]) ** 1.5
    overtone = 0.15 * np.sin(4 * np.pi * turns + rng.uniform(0, 2 * np.pi))
    return np.asarray((np.sin(2 * np.pi * turns) + overtone) * window)


def _syllable(source: Events, rng: np.random.Generator, freq_hz: float) -> Array:
    """A syllable without a word: a glottal pulse train through the resonances of a throat.

    Source and filter after G. Fant, *Acoustic theory of speech production*, 1960. Two vowels glide
    into one another, so that no language is heard.
    """
    decay_s = source.decay_s * rng.uniform(0.6, 1.3)
    time = _time(decay_s)
    glide = 1 + rng.uniform(-0.12, 0.08) * time / decay_s
    turns = np.cumsum(freq_hz * glide) / RATE
    voiced = np.zeros(len(time))
    for harmonic in range(1, int(4_500 / freq_hz)):
        voiced += np.sin(2 * np.pi * harmonic * turns) / harmonic**1.1
    breath = rng.standard_normal(len(time)) * rng.uniform(0.02, 0.3)
    spectrum = np.fft.rfft(voiced + breath)
    first, last = rng.choice(len(_VOWELS_HZ), 2)
    size = np.exp(rng.uniform(-0.12, 0.12))
    ends = [
        np.fft.irfft(spectrum * _throat(_VOWELS_HZ[vowel], len(time), size), len(time))
        for vowel in (first, last)
    ]
    cross = np.clip(time / decay_s * 1.5 - 0.25, 0, 1)
    window = np.sin(np.pi * np.clip(time / decay_s, 0, 1)) ** 0.8
    return np.asarray((ends[0] * (1 - cross) + ends[1] * cross) * window)


def _throat(formants_hz: tuple[int, ...], frames: int, size: float) -> Array:
    """Return the gain of a throat's resonances at each frequency of a transform."""
    freq = _bins(frames)
    gain = np.full(len(freq), 0.02)
    for number, centre in enumerate(formants_hz):
        width = 60 + 40 * number
        gain += 0.6**number / (1 + ((freq - centre * size) / width) ** 2)
    return np.asarray(gain * (freq > 60))


def _time(seconds: float) -> Array:
    return np.arange(max(64, round(seconds * RATE))) / RATE


def _bins(frames: int) -> Array:
    return np.asarray(np.fft.rfftfreq(frames, 1 / RATE), dtype=np.float64)


def _onset(time: Array, attack_s: float) -> Array:
    return np.asarray(1 - np.exp(-time / attack_s))


def _ended(sound: Array) -> Array:
    """Return the sound with its last sixth faded to zero."""
    frames = len(sound) // 6
    sound[-frames:] *= np.linspace(1.0, 0.0, frames)
    return sound


_KINDS: Mapping[str, tuple[Maker, int]] = {
    "drops": (_drop, 48),
    "crackle": (_crackle, 48),
    "drips": (_drip, 24),
    "chirps": (_chirp, 24),
    "murmur": (_syllable, 48),
}
"""The maker of each kind, and how many of its wavelets differ."""

SYLLABLES = 4
"""Neighbours in a bank of murmur that belong to one person."""
