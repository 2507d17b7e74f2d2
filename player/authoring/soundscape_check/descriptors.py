"""Descriptors of a bed's sound, used by ``dreamers check`` and the tests.

Signals are ``(n, 2)`` float32 at 48 kHz; where one channel is measured, it is the left. Loudness,
momentary and short-term curves are EBU R128's (Tech 3341), the range Tech 3342's.
"""

import numpy as np

from player.audio import RATE, LoudnessMeter, Samples
from player.soundscape.timebase import STEP, Array

WELCH = 8_192
_OCTAVES_HZ = 62.5 * 2.0 ** np.arange(8)
_BARK_EDGES_HZ = np.array(
    [20, 100, 200, 300, 400, 510, 630, 770, 920, 1080, 1270, 1480, 1720, 2000, 2320, 2700, 3150,
     3700, 4400, 5300, 6400, 7700, 9500, 12000, 15500],
    dtype=np.float64,
)  # fmt: skip
"""The 24 critical bands of Zwicker (J. Acoust. Soc. Am. 33, 1961)."""


def welch(x: Samples) -> tuple[Array, Array]:
    """Frequencies and power density of a mono signal: Hann, 8,192 points, half overlapped."""
    window = np.hanning(WELCH + 1)[:-1]
    count = max(1, (len(x) - WELCH) // (WELCH // 2) + 1)
    padded = np.pad(x, (0, max(0, WELCH - len(x))))
    power = np.zeros(WELCH // 2 + 1)
    for at in range(0, count * (WELCH // 2), WELCH // 2):
        power += np.abs(np.fft.rfft(padded[at : at + WELCH] * window)) ** 2
    freq = np.asarray(np.fft.rfftfreq(WELCH, 1 / RATE), dtype=np.float64)
    return freq, power / (count * RATE * float(np.square(window).sum()))


def centroid_hz(x: Samples) -> float:
    """The amplitude-weighted mean frequency of the left channel's Welch spectrum."""
    freq, power = welch(x[:, 0])
    amplitude = np.sqrt(power)
    return float((freq * amplitude).sum() / max(amplitude.sum(), 1e-30))


def slope_db(x: Samples) -> float:
    """dB an octave: least squares through the mean levels of the octave bands 62.5 Hz to 8 kHz."""
    freq, power = welch(x[:, 0])
    levels = []
    for centre in _OCTAVES_HZ:
        inside = (freq >= centre / np.sqrt(2)) & (freq < centre * np.sqrt(2))
        levels.append(10 * np.log10(max(float(power[inside].mean()), 1e-30)))
    return float(np.polyfit(np.arange(len(levels)), levels, 1)[0])


def tonality_db(x: Samples) -> float:
    """Return how far tones stand out: in each third octave, 80 Hz to 8 kHz, the power density's
    mean over its geometric mean (the inverse of spectral flatness), in dB, averaged; 0 is noise.

    Left channel. Flatness: J. D. Johnston, IEEE J. Sel. Areas Commun. 6(2), 1988.
    """
    freq, power = welch(x[:, 0])
    level = []
    for low in _THIRDS_HZ:
        inside = power[(freq >= low) & (freq < low * 2 ** (1 / 3))] + 1e-30
        level.append(10 * np.log10(inside.mean()) - (10 * np.log10(inside)).mean())
    return float(np.mean(level))


_THIRDS_HZ = 80.0 * 2.0 ** (np.arange(20) / 3)


def motion_db(x: Samples) -> float:
    """Return how much it moves: the spread in time of the 24 log band envelopes, averaged."""
    return float(_envelopes(x[:, 0]).std(axis=0).mean())


def correlation(x: Samples) -> float:
    """Pearson's, between the ears; 1 where one of them is silent."""
    left, right = x[:, 0] - x[:, 0].mean(), x[:, 1] - x[:, 1].mean()
    power = float(np.dot(left, left)) * float(np.dot(right, right))
    return float(np.dot(left, right)) / power**0.5 if power > 1e-20 else 1.0


def curves(x: Samples) -> tuple[Array, Array]:
    """Momentary (400 ms) and short-term (3 s) loudness, ten values a second."""
    meter = LoudnessMeter()
    meter.add(x)
    return meter.momentary(), meter.short_term()


def rises(curve: Array, within: int = 10) -> Array:
    """Return each value of a 10 Hz curve over the lowest of the second before it, in LU."""
    lowest = curve.copy()
    for back in range(1, min(within, len(curve) - 1) + 1):
        lowest[back:] = np.minimum(lowest[back:], curve[:-back])
    return curve - lowest


def largest_rise(curve: Array, within: int = 10) -> float:
    """The most that a curve rises, in LU."""
    return float(rises(curve, within).max(initial=0.0))


def loudness_range(short_term: Array) -> float:
    """LRA (EBU Tech 3342): the 10th to the 95th percentile of what passes both gates."""
    heard = short_term[short_term > -70.0]
    if not len(heard):
        return 0.0
    mean = 10 * np.log10(np.mean(10 ** (heard / 10)))
    heard = heard[heard > mean - 20.0]
    low, high = np.percentile(heard, (10, 95))
    return float(high - low)


def sharpness_acum(x: Samples) -> float:
    """Sharpness, after DIN 45692, of a simplified loudness: within 0.2 acum of the whole model.

    The left channel, with full scale taken for 0.28 Pa: −30 LUFS a pair is about 50 dB SPL.
    Critical-band levels, spread upwards, to the power 0.25 over the threshold in quiet (Zwicker &
    Fastl, *Psychoacoustics*, ch. 8 and 9). What the simplification makes of broad and of dark
    sounds is set right by a curve fitted to ISO 532-1 over the bundled soundscapes.
    """
    freq, power = welch(x[:, 0])
    edges = np.searchsorted(freq, _BARK_EDGES_HZ)
    band = np.add.reduceat(power, edges)[:-1] * (freq[1] - freq[0])
    spl = 10 * np.log10(np.maximum(band, 1e-30)) + 20 * np.log10(0.28 / 2e-5)
    excited = _spread(spl)
    quiet = _THRESHOLD_DB
    specific = np.maximum(
        10 ** (0.025 * quiet) * ((0.5 + 0.5 * 10 ** ((excited - quiet) / 10)) ** 0.25 - 1), 0.0
    )
    z = np.arange(24) + 0.5
    weight = np.where(z <= 15.8, 1.0, 0.15 * np.exp(0.42 * (z - 15.8)) + 0.85)
    total = float(specific.sum())
    if total <= 0.0:
        return 0.0
    simple = min(float(0.11 * (specific * weight * z).sum()) / total, 4.5)
    return simple * (1.30 - 0.14 * simple)


_THRESHOLD_DB = np.array(
    [30, 18, 12, 8, 7, 6, 5, 4, 3, 3, 3, 3, 3, 3, 2, 1, 0, -1, -1, 0, 2, 5, 9, 14], dtype=np.float64
)


def _spread(spl: Array) -> Array:
    """Each band's excitation, with what its lower neighbours' upper slopes bring."""
    out = spl.copy()
    for band in range(1, len(spl)):
        centre = (_BARK_EDGES_HZ[band - 1] + _BARK_EDGES_HZ[band]) / 2
        fall = max(8.0, 24 + 230 / centre - 0.2 * out[band - 1])
        out[band] = 10 * np.log10(10 ** (out[band] / 10) + 10 ** ((out[band - 1] - fall) / 10))
    return out


def loop_score(x: Samples, least_lag_s: float = 10.0) -> float:
    """Return how much the sound repeats: the highest autocorrelation of 24 log band envelopes.

    Envelopes over 250 ms, eight a second, each band's mean taken out; lags from ``least_lag_s`` to
    half the length. Near 1 for a loop, near 0 for what never repeats.
    """
    envelopes = _envelopes(x[:, 0])
    centred = envelopes - envelopes.mean(axis=0)
    frames = len(centred)
    spectrum = np.fft.rfft(centred, n=2 * frames, axis=0)
    products = np.fft.irfft((np.abs(spectrum) ** 2).sum(axis=1))[:frames]
    products /= np.arange(frames, 0, -1)
    lags = products[int(least_lag_s * 8) : frames // 2]
    return float(lags.max() / max(products[0], 1e-12)) if len(lags) else 0.0


def _envelopes(x: Samples) -> Array:
    size, hop = RATE // 4, RATE // 8
    window = np.hanning(size).astype(np.float32)
    edges = np.searchsorted(np.fft.rfftfreq(size, 1 / RATE), _BARK_EDGES_HZ)
    frames = [
        np.add.reduceat(np.abs(np.fft.rfft(x[at : at + size] * window)) ** 2, edges)[:-1]
        for at in range(0, len(x) - size, hop)
    ]
    return np.asarray(10 * np.log10(np.maximum(np.array(frames), 1e-15)))


def edge_score(x: Samples, period: int = STEP) -> float:
    """The second difference at the edges of the steps against elsewhere: 1 where none is heard."""
    bend = np.abs(np.diff(x[:, 0].astype(np.float64), n=2))
    place = (np.arange(len(bend)) + 1) % period
    at_edge = (place <= 1) | (place >= period - 1)
    return float(
        np.sqrt(np.square(bend[at_edge]).mean())
        / max(np.sqrt(np.square(bend[~at_edge]).mean()), 1e-15)
    )


def click_score(x: Samples) -> float:
    """The sharpest bend against the usual bend around it (100 ms). Noise has about 5; a click more.

    The second difference, as in the detection of clicks in old recordings (Godsill & Rayner,
    *Digital Audio Restoration*, ch. 5).
    """
    size = RATE // 10
    frames = (len(x) - 2) // size * size
    bend = np.zeros(frames, dtype=np.float32)
    for channel in range(x.shape[1]):
        one = np.ascontiguousarray(x[: frames + 2, channel])
        np.maximum(bend, np.abs(one[2:] - 2 * one[1:-1] + one[:-2]), out=bend)
    blocks = bend.reshape(-1, size)
    usual = np.partition(blocks, size // 2, axis=1)[:, size // 2]
    return float((blocks.max(axis=1) / np.maximum(usual, _SMALLEST_BEND)).max(initial=0.0))


_SMALLEST_BEND = 3e-8  # what is left of a bend in the rounding of float32
