"""How tests listen to a voice: its pitch, its formants, its silence."""

import numpy as np
import numpy.typing as npt

from player.audio import RATE, Samples

Curve = npt.NDArray[np.float64]


def fundamental_hz(x: Samples) -> float:
    """The median fundamental of what is voiced: the highest peak of each 50 ms' autocorrelation."""
    size, found = RATE // 20, []
    loud = np.sqrt(np.mean(np.square(x)))
    for at in range(0, len(x) - size, size // 2):
        frame = x[at : at + size].astype(np.float64)
        frame -= frame.mean()
        if np.sqrt(np.mean(np.square(frame))) < 0.5 * loud:
            continue
        spectrum = np.abs(np.fft.rfft(frame, 4 * size)) ** 2
        same = np.fft.irfft(spectrum)[:size] / (1 - np.arange(size) / size)  # Boersma 1993
        low, high = RATE // 450, RATE // 55
        lag = low + int(np.argmax(same[low:high]))
        # The first peak nearly as high as the highest: a multiple of the period is no period.
        for near in range(low, lag):
            if same[near] > 0.92 * same[lag] and same[near] == same[near - 3 : near + 4].max():
                lag = near
                break
        if same[lag] > 0.5 * same[0]:
            found.append(RATE / lag)
    return float(np.median(found))


def formant_factor(x: Samples, narrator: Samples) -> float:
    """How far the formants of ``x`` lie above the narrator's, as a factor on frequency.

    The long-term spectra, smoothed over the harmonics, are laid over one another on a logarithmic
    axis of frequency: the shift at which they fit best.
    """
    fine = np.geomspace(400.0, 5_000.0, 1_000)
    shifts = np.geomspace(0.75, 1.35, 121)
    reference = _envelope(narrator, fine)
    fits = [np.corrcoef(_envelope(x, fine * shift), reference)[0, 1] for shift in shifts]
    return float(shifts[int(np.argmax(fits))])


def _envelope(x: Samples, at_hz: Curve) -> Curve:
    size = 2_048
    frames = np.lib.stride_tricks.sliding_window_view(x, size)[:: size // 2] * np.hanning(size)
    power = np.mean(np.abs(np.fft.rfft(frames, axis=1)) ** 2, axis=0)
    width = round(300 / (RATE / size))
    smooth = np.convolve(power, np.hanning(width + 2)[1:-1], "same")
    hz = np.arange(len(power)) * RATE / size
    return np.interp(at_hz, hz, 10 * np.log10(smooth + 1e-12))
