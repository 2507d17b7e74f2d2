"""Statistics by which the ear tells textures such as rain and fire, and the nearest real sound.

After J. McDermott and E. Simoncelli, *Sound texture perception via statistics of the auditory
periphery*, Neuron 71(5), 2011, with 32 bands for their 30: the statistics of the envelopes in the
bands, and how the envelopes of two bands go together. The spectrum itself is left out, since a bed
may be darker than its model.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from player.audio import RATE, Samples
from player.soundscape.timebase import Array

BANDS = 32
ENVELOPE_RATE = 400
LOWEST_HZ, HIGHEST_HZ = 50.0, 10_000.0

_COMPRESSION = 0.3  # of an envelope, as in the cochlea
_AUDIBLE_DB = -45.0  # bands that are softer against the loudest are passed over
_FEWEST_BANDS = 6
_FAR = 9.9  # the distance of a sound with too few bands
_EDGE = 40  # envelope samples left out at both ends
_OCTAVES_HZ = 0.25 * 2.0 ** np.arange(9)
_APART = (1, 2, 3, 5, 8, 11, 16, 21)  # distances, in bands, at which two are correlated
_SCALES = {"variation": 0.05, "skew": 0.4, "kurtosis": 1.0, "modulation": 0.03, "together": 0.12}
"""Differences of these sizes count alike."""

_STEP = RATE // ENVELOPE_RATE
_OVERSAMPLED, _MIN_STEP = 4, 8
"""Envelopes are made at this many times a band's width, and at 3.2 kHz or more."""


@dataclass(frozen=True, slots=True, eq=False)
class TextureStatistics:
    """The statistics of a sound's envelopes."""

    level_db: Array
    """``(32,)``, against the loudest band."""
    variation: Array
    """Standard deviation over mean, ``(32,)``."""
    skew: Array
    kurtosis: Array
    modulation: Array
    """Share of the modulation in each octave from 0.25 to 128 Hz, ``(32, 9)``."""
    together: Array
    """Correlation of the envelopes, ``(32, 32)``."""


def texture_statistics(sound: Samples) -> TextureStatistics:
    """Return the statistics of a sound ``(frames,)`` or ``(frames, channels)`` at 48 kHz.

    Some ten seconds are the least that say anything; the sound's level does not matter.
    """
    mono = sound if sound.ndim == 1 else sound.mean(axis=1)
    mono = np.asarray(mono, dtype=np.float64)
    rms = np.sqrt(np.square(mono).mean() + 1e-20)
    envelopes = _envelopes(mono / rms * 0.05)
    mean = envelopes.mean(axis=1, keepdims=True)
    around = envelopes - mean
    spread = around.std(axis=1, keepdims=True)
    level = 20 / _COMPRESSION * np.log10(mean[:, 0])
    return TextureStatistics(
        level_db=level - level.max(),
        variation=(spread / mean)[:, 0],
        skew=((around / spread) ** 3).mean(axis=1),
        kurtosis=((around / spread) ** 4).mean(axis=1),
        modulation=_modulation(around),
        together=np.corrcoef(around),
    )


def texture_distance(one: TextureStatistics, other: TextureStatistics) -> float:
    """Return how unlike two textures are: 0 for the same, about 0.5 for two recordings of one kind.

    It is the mean over five statistics of their difference in the bands that are heard in both,
    each on its scale; 9.9 if there are too few such bands.
    """
    audible = (one.level_db > _AUDIBLE_DB) & (other.level_db > _AUDIBLE_DB)
    if audible.sum() < _FEWEST_BANDS:
        return _FAR
    parts = [
        _rms((getattr(one, name) - getattr(other, name))[audible] / _SCALES[name])
        for name in ("variation", "skew", "kurtosis", "modulation")
    ]
    first, second = np.array(
        [(i, i + n) for n in _APART for i in range(BANDS - n) if audible[i] and audible[i + n]]
    ).T
    parts.append(_rms((one.together - other.together)[first, second] / _SCALES["together"]))
    return float(np.mean(parts))


def family_distances(
    sound: TextureStatistics, references: Mapping[str, tuple[str, TextureStatistics]]
) -> dict[str, float]:
    """Return the distance to each family of real sounds, the nearest first.

    ``references`` gives each recording's family and statistics.
    """
    nearest: dict[str, float] = {}
    for family, statistics in references.values():
        distance = texture_distance(sound, statistics)
        nearest[family] = min(distance, nearest.get(family, _FAR))
    return dict(sorted(nearest.items(), key=lambda entry: entry[1]))


def _rms(values: Array) -> float:
    return float(np.sqrt(np.square(values).mean()))


def _envelopes(mono: Array) -> Array:
    """Return the compressed envelopes of 32 bands, ``(32, frames at 400 Hz)``.

    The bands are cosines that overlap by half on the scale of equivalent rectangular bandwidths
    (B. Glasberg and B. Moore, Hearing Research 47, 1990). An envelope is the same wherever its band
    lies, so each is moved down to 0 Hz and made at a rate that is enough for its width.
    """
    numbers = np.linspace(_erb_number(LOWEST_HZ), _erb_number(HIGHEST_HZ), BANDS + 2)
    edges = (10 ** (numbers / 21.4) - 1) / 4.37e-3
    frames = len(mono) // _STEP  # at 400 Hz
    spectrum = np.fft.rfft(mono[: frames * _STEP])
    freq = np.fft.rfftfreq(frames * _STEP, 1 / RATE)
    rows = []
    for low, centre, high in zip(edges, edges[1:], edges[2:], strict=False):
        first, last = np.searchsorted(freq, (low, high))
        place = freq[first:last]
        gain = np.where(
            place < centre,
            np.sin(np.pi / 2 * (place - low) / (centre - low)),
            np.cos(np.pi / 2 * (place - centre) / (high - centre)),
        )
        step = max(_MIN_STEP, math.ceil(_OVERSAMPLED * (high - low) / ENVELOPE_RATE))
        band = np.zeros(frames * step, complex)
        band[: last - first] = 2 * spectrum[first:last] * gain
        envelope = np.abs(np.fft.ifft(band)) * (step / _STEP)
        rows.append(np.maximum(_at_400_hz(envelope**_COMPRESSION, step), 1e-9))
    return np.array(rows)[:, _EDGE:-_EDGE]


def _erb_number(freq_hz: float) -> float:
    return float(21.4 * np.log10(4.37e-3 * freq_hz + 1))


def _at_400_hz(envelope: Array, step: int) -> Array:
    """Return every ``step``-th value of an envelope after a low-pass at 200 Hz, a windowed sinc."""
    count = 20 * step + 1
    taps = np.sinc((np.arange(count) - count // 2) / step) * np.kaiser(count, 5.0)
    padded = np.pad(envelope, count // 2)
    windows = np.lib.stride_tricks.sliding_window_view(padded, count)[::step]
    return np.asarray(windows @ (taps / taps.sum()))


def _modulation(around: Array) -> Array:
    power = np.abs(np.fft.rfft(around * np.hanning(around.shape[1]), axis=1)) ** 2
    freq = np.fft.rfftfreq(around.shape[1], 1 / ENVELOPE_RATE)
    whole = power[:, 1:].sum(axis=1)
    octaves = [
        power[:, (freq >= low) & (freq < 2 * low)].sum(axis=1) / whole for low in _OCTAVES_HZ
    ]
    return np.array(octaves).T


# -- tones ----------------------------------------------------------------------------------------

_FRAME = 32_768
_TONES_HZ = (60.0, 4_000.0)
_OVER_FLOOR = 10**1.2  # 12 dB: noise gets there once in 360,000 bins, in 22,000 below 150 Hz
_MEDIAN_TO_MEAN = 1.44  # of the power in a bin of noise, an exponential distribution
_MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
_MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)


@dataclass(frozen=True, slots=True)
class Tones:
    """How far a sound consists of tones."""

    share: float
    """Share of the A-weighted energy from 60 Hz to 4 kHz that lies in lines."""
    key: float
    """Clarity of its key: the highest correlation with a key's profile, −1 to 1."""


def tones_in(sound: Samples) -> Tones:
    """Return the tones of a sound ``(frames,)`` or ``(frames, channels)`` at 48 kHz.

    A line is a bin that stands 12 dB over the mean noise within a sixth of an octave, in a spectrum
    of 0.7 s. The profiles of the keys are those of C. Krumhansl and E. Kessler, Psychological
    Review 89(4), 1982; that a key is found by correlation with them is C. Krumhansl and M.
    Schmuckler's, in *Cognitive foundations of musical pitch*, 1990.
    """
    mono = np.asarray(sound if sound.ndim == 1 else sound.mean(axis=1), dtype=np.float64)
    freq, power = _spectrogram(mono)
    kept = (freq > _TONES_HZ[0]) & (freq < _TONES_HZ[1])
    freq, power = freq[kept], power[:, kept]
    low = np.searchsorted(freq, freq * 2 ** (-1 / 6))
    high = np.searchsorted(freq, freq * 2 ** (1 / 6)) + 1
    floor = np.array([np.median(power[:, a:b], axis=1) for a, b in zip(low, high, strict=True)]).T
    lines = power > floor * _MEDIAN_TO_MEAN * _OVER_FLOOR
    loudness = power * _a_weighting(freq)
    midi = np.round(69 + 12 * np.log2(freq / 440)).astype(int) % 12
    loud = (np.sqrt(power) * lines).sum(axis=0)
    chroma = np.bincount(midi, weights=loud, minlength=12).astype(np.float64)
    return Tones(
        share=float((loudness * lines).sum() / (loudness.sum() + 1e-30)), key=_clarity(chroma)
    )


def _spectrogram(mono: Array) -> tuple[Array, Array]:
    """Return frequencies and power ``(frames, bins)`` under a Hann window, half overlapped."""
    window = np.hanning(_FRAME + 1)[:-1]
    frames = np.lib.stride_tricks.sliding_window_view(mono, _FRAME)[:: _FRAME // 2]
    power = np.abs(np.fft.rfft(frames * window, axis=1)) ** 2
    return np.asarray(np.fft.rfftfreq(_FRAME, 1 / RATE), dtype=np.float64), power


def _a_weighting(freq_hz: Array) -> Array:
    """Return the power gain of A-weighting (IEC 61672-1) at each frequency, at any level."""
    square = freq_hz**2
    gain = 12_194.0**2 * square**2
    gain /= (square + 20.6**2) * (square + 12_194.0**2)
    gain /= np.sqrt((square + 107.7**2) * (square + 737.9**2))
    return np.asarray(gain**2)


def _clarity(chroma: Array) -> float:
    if not chroma.any():
        return 0.0
    return max(
        float(np.corrcoef(chroma, np.roll(profile, tonic))[0, 1])
        for profile in (_MAJOR, _MINOR)
        for tonic in range(12)
    )
