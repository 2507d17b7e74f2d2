"""Descriptors of a bed's sound, used by ``dreamers check`` and the tests.

Signals are ``(frames, 2)`` float32 at 48 kHz; descriptors of one channel measure the left. Loudness
curves are those of EBU Tech 3341 (2023), the loudness range that of EBU Tech 3342 (2023).
"""

import numpy as np

from player.audio import RATE, LoudnessMeter, Samples
from player.soundscape.timebase import STEP, Array

WELCH = 8_192
"""Points of a Welch spectrum."""

_OCTAVES_HZ = 62.5 * 2.0 ** np.arange(8)
_BARK_EDGES_HZ = np.array(
    [20, 100, 200, 300, 400, 510, 630, 770, 920, 1080, 1270, 1480, 1720, 2000, 2320, 2700, 3150,
     3700, 4400, 5300, 6400, 7700, 9500, 12000, 15500],
    dtype=np.float64,
)  # fmt: skip
"""Edges of the 24 critical bands.

E. Zwicker, *Subdivision of the audible frequency range into critical bands*, JASA 33 (1961)."""

_THIRDS_HZ = 80.0 * 2.0 ** (np.arange(20) / 3)
_THRESHOLD_DB = np.array(
    [30, 18, 12, 8, 7, 6, 5, 4, 3, 3, 3, 3, 3, 3, 2, 1, 0, -1, -1, 0, 2, 5, 9, 14], dtype=np.float64
)
_FULL_SCALE_PA = 0.28
_SMALLEST_BEND = 3e-8  # the rounding of float32


def welch(x: Samples) -> tuple[Array, Array]:
    """Return the frequencies and the power density of a mono signal ``(frames,)``.

    P. D. Welch, *The use of fast Fourier transform for the estimation of power spectra*, IEEE
    Trans. Audio Electroacoust. 15(2), 1967: Hann windows of `WELCH` points, overlapping by half.
    """
    window = np.hanning(WELCH + 1)[:-1]
    count = max(1, (len(x) - WELCH) // (WELCH // 2) + 1)
    padded = np.pad(x, (0, max(0, WELCH - len(x))))
    power = np.zeros(WELCH // 2 + 1)
    for at in range(0, count * (WELCH // 2), WELCH // 2):
        power += np.abs(np.fft.rfft(padded[at : at + WELCH] * window)) ** 2
    freq = np.asarray(np.fft.rfftfreq(WELCH, 1 / RATE), dtype=np.float64)
    return freq, power / (count * RATE * float(np.square(window).sum()))


def centroid_hz(x: Samples) -> float:
    """Return the amplitude-weighted mean frequency of the left channel."""
    freq, power = welch(x[:, 0])
    amplitude = np.sqrt(power)
    return float((freq * amplitude).sum() / max(amplitude.sum(), 1e-30))


def slope_db(x: Samples) -> float:
    """Return the spectral slope in dB per octave.

    It is a least-squares line through the mean levels of the octave bands from 62.5 Hz to 8 kHz.
    """
    freq, power = welch(x[:, 0])
    levels = []
    for centre in _OCTAVES_HZ:
        inside = (freq >= centre / np.sqrt(2)) & (freq < centre * np.sqrt(2))
        levels.append(10 * np.log10(max(float(power[inside].mean()), 1e-30)))
    return float(np.polyfit(np.arange(len(levels)), levels, 1)[0])


def tonality_db(x: Samples) -> float:
    """Return the prominence of tones in dB; 0 is noise.

    It is the inverse of spectral flatness, averaged over the third octaves from 80 Hz to 8 kHz:
    J. D. Johnston, *Transform coding of audio signals using perceptual noise criteria*, IEEE J.
    Sel. Areas Commun. 6(2), 1988.
    """
    freq, power = welch(x[:, 0])
    level = []
    for low in _THIRDS_HZ:
        inside = power[(freq >= low) & (freq < low * 2 ** (1 / 3))] + 1e-30
        level.append(10 * np.log10(inside.mean()) - (10 * np.log10(inside)).mean())
    return float(np.mean(level))


def motion_db(x: Samples) -> float:
    """Return the standard deviation in time of the 24 log band envelopes, averaged, in dB."""
    return float(_envelopes(x[:, 0]).std(axis=0).mean())


def correlation(x: Samples) -> float:
    """Return Pearson's correlation of the ears, −1 to 1; 1 if one of them is silent."""
    left, right = x[:, 0] - x[:, 0].mean(), x[:, 1] - x[:, 1].mean()
    power = float(np.dot(left, left)) * float(np.dot(right, right))
    return float(np.dot(left, right)) / power**0.5 if power > 1e-20 else 1.0


def curves(x: Samples) -> tuple[Array, Array]:
    """Return the momentary (400 ms) and short-term (3 s) loudness, ten values per second."""
    meter = LoudnessMeter()
    meter.add(x)
    return meter.momentary(), meter.short_term()


def rises(curve: Array, within: int = 10) -> Array:
    """Return each value of a 10 Hz curve minus the lowest of the second before it, in LU."""
    lowest = curve.copy()
    for back in range(1, min(within, len(curve) - 1) + 1):
        lowest[back:] = np.minimum(lowest[back:], curve[:-back])
    return curve - lowest


def largest_rise(curve: Array, within: int = 10) -> float:
    """Return the largest rise of a curve within a second, in LU."""
    return float(rises(curve, within).max(initial=0.0))


def loudness_range(short_term: Array) -> float:
    """Return the loudness range (LRA) of a short-term curve in LU.

    It spans the 10th to the 95th percentile of the values that pass both gates of Tech 3342.
    """
    gated = short_term[short_term > -70.0]
    if not len(gated):
        return 0.0
    mean = 10 * np.log10(np.mean(10 ** (gated / 10)))
    gated = gated[gated > mean - 20.0]
    low, high = np.percentile(gated, (10, 95))
    return float(high - low)


def sharpness_acum(x: Samples) -> float:
    """Return the sharpness of the left channel, within 0.2 acum of DIN 45692 (2009).

    Full scale is 0.28 Pa, so −30 LUFS is about 50 dB SPL in each ear. Loudness is simplified: the
    levels of the critical bands, spread upwards, to the power 0.25 (as in ISO 532-1) over the
    threshold in quiet; the weights are those of H. Fastl and E. Zwicker, *Psychoacoustics*, 2007,
    ch. 9. A curve fitted to ISO 532-1 over the bundled soundscapes corrects the result for broad
    and for dark sounds.
    """
    freq, power = welch(x[:, 0])
    edges = np.searchsorted(freq, _BARK_EDGES_HZ)
    band = np.add.reduceat(power, edges)[:-1] * (freq[1] - freq[0])
    spl = 10 * np.log10(np.maximum(band, 1e-30)) + 20 * np.log10(_FULL_SCALE_PA / 2e-5)
    excited = _spread(spl)
    threshold = 10 ** (0.025 * _THRESHOLD_DB)
    over_threshold = 0.5 + 0.5 * 10 ** ((excited - _THRESHOLD_DB) / 10)
    specific = np.maximum(threshold * (over_threshold**0.25 - 1), 0.0)
    z = np.arange(24) + 0.5
    weight = np.where(z <= 15.8, 1.0, 0.15 * np.exp(0.42 * (z - 15.8)) + 0.85)
    total = float(specific.sum())
    if total <= 0.0:
        return 0.0
    simple = min(float(0.11 * (specific * weight * z).sum()) / total, 4.5)
    return simple * (1.30 - 0.14 * simple)


def _spread(spl: Array) -> Array:
    """Return the excitation of each band, with the upper slopes of its lower neighbours, in dB.

    The slope is that of E. Terhardt, *Calculating virtual pitch*, Hearing Research 1, 1979.
    """
    out = spl.copy()
    for band in range(1, len(spl)):
        centre = (_BARK_EDGES_HZ[band - 1] + _BARK_EDGES_HZ[band]) / 2
        slope_db = max(8.0, 24 + 230 / centre - 0.2 * out[band - 1])
        out[band] = 10 * np.log10(10 ** (out[band] / 10) + 10 ** ((out[band - 1] - slope_db) / 10))
    return out


def loop_score(x: Samples, min_lag_s: float = 10.0) -> float:
    """Return a measure of repetition, from near 0 (never) to near 1 (a loop).

    It is the highest autocorrelation of 24 log band envelopes (250 ms, eight per second, without
    their means) at lags from ``min_lag_s`` to half the length.
    """
    envelopes = _envelopes(x[:, 0])
    centred = envelopes - envelopes.mean(axis=0)
    frames = len(centred)
    spectrum = np.fft.rfft(centred, n=2 * frames, axis=0)
    products = np.fft.irfft((np.abs(spectrum) ** 2).sum(axis=1))[:frames]
    products /= np.arange(frames, 0, -1)
    lags = products[int(min_lag_s * 8) : frames // 2]
    return float(lags.max() / max(products[0], 1e-12)) if len(lags) else 0.0


def _envelopes(x: Samples) -> Array:
    """Return the levels of 24 critical bands in dB, ``(frames, 24)``, eight frames per second."""
    size, hop = RATE // 4, RATE // 8
    window = np.hanning(size).astype(np.float32)
    edges = np.searchsorted(np.fft.rfftfreq(size, 1 / RATE), _BARK_EDGES_HZ)
    frames = [
        np.add.reduceat(np.abs(np.fft.rfft(x[at : at + size] * window)) ** 2, edges)[:-1]
        for at in range(0, len(x) - size, hop)
    ]
    return np.asarray(10 * np.log10(np.maximum(np.array(frames), 1e-15)))


def edge_score(x: Samples, period: int = STEP) -> float:
    """Return the second difference at the edges of steps relative to elsewhere; 1 is inaudible."""
    bend = np.abs(np.diff(x[:, 0].astype(np.float64), n=2))
    position = (np.arange(len(bend)) + 1) % period
    at_edge = (position <= 1) | (position >= period - 1)
    return float(
        np.sqrt(np.square(bend[at_edge]).mean())
        / max(np.sqrt(np.square(bend[~at_edge]).mean()), 1e-15)
    )


def click_score(x: Samples) -> float:
    """Return the largest second difference relative to the median of its 100 ms.

    Noise has about 5, a click more. After the detection of clicks in old recordings: S. Godsill and
    P. Rayner, *Digital audio restoration*, 1998, ch. 5.
    """
    size = RATE // 10
    frames = (len(x) - 2) // size * size
    bend = np.zeros(frames, dtype=np.float32)
    for channel in range(x.shape[1]):
        mono = np.ascontiguousarray(x[: frames + 2, channel])
        np.maximum(bend, np.abs(mono[2:] - 2 * mono[1:-1] + mono[:-2]), out=bend)
    blocks = bend.reshape(-1, size)
    median = np.partition(blocks, size // 2, axis=1)[:, size // 2]
    return float((blocks.max(axis=1) / np.maximum(median, _SMALLEST_BEND)).max(initial=0.0))
