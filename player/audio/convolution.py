"""Convolution with a long impulse response, block by block and without delay.

Uniformly partitioned overlap-save: F. Wefers, *Partitioned convolution algorithms for real-time
auralization* (2015), after T. G. Stockham, *High-speed convolution and correlation* (1966).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from player.audio.samples import Samples

Spectra = npt.NDArray[np.complex64]


class PartitionedConvolver:
    """Mono blocks through an impulse response with any number of channels."""

    def __init__(
        self, taps: npt.NDArray[np.floating], block: int, *, later_bins: int | None = None
    ) -> None:
        """Take ``taps`` ``(partitions * block, channels)`` and the block size in frames.

        ``later_bins`` limits all partitions but the first to their lowest frequency bins, of
        ``block + 1``: the treble of a room has died away by then, and the work with it.
        """
        parts = np.ascontiguousarray(taps.T).reshape(taps.shape[1], -1, block)
        self.spectra: Spectra = np.fft.rfft(parts, n=2 * block).astype(np.complex64)
        """One spectrum for each partition: ``(channels, partitions, block + 1)``."""
        self.length = 0
        """Number of past blocks that still sound, up to the number of partitions."""
        self._block = block
        self._later_bins = later_bins
        # Newest first. Two buffers, since every step moves all spectra on by one place.
        self._past: Spectra = np.zeros(self.spectra.shape[1:], dtype=np.complex64)
        self._moved = np.zeros_like(self._past)
        self._window = np.zeros(2 * block, dtype=np.float32)

    def clear(self) -> None:
        """Forget all past input."""
        self.length = 0
        self._window[:] = 0

    def __call__(self, x: Samples, *, gain: float = 1.0, limit: int | None = None) -> Samples:
        """Return the next ``(block, channels)`` for the next input ``(block,)``.

        ``gain`` is applied to all past input, once more in every step, which shortens the response;
        past blocks beyond the newest ``limit`` are dropped.
        """
        self._window[: self._block] = self._window[self._block :]
        self._window[self._block :] = x
        self._age(gain, limit)
        self._past[0] = np.fft.rfft(self._window)
        wet = np.fft.irfft(self._product(), n=2 * self._block)[:, self._block :]
        return np.asarray(wet, dtype=np.float32).T

    def _age(self, gain: float, limit: int | None) -> None:
        partitions = len(self._past)
        length = min(self.length + 1, partitions if limit is None else min(limit, partitions))
        past = self._past[: length - 1, : self._later_bins]
        moved = self._moved[1:length, : self._later_bins]
        if gain == 1.0:
            moved[:] = past  # twice as fast as a multiplication
        else:
            np.multiply(past, np.float32(gain), out=moved)
        self._past, self._moved, self.length = self._moved, self._past, length

    def _product(self) -> Spectra:
        """Return the output's spectrum ``(channels, block + 1)``."""
        n, bins = self.length, self._later_bins
        if bins is None:
            return np.asarray((self.spectra[:, :n] * self._past[:n]).sum(axis=1))
        out = self._past[0] * self.spectra[:, 0]
        later = self._past[1:n, :bins] * self.spectra[:, 1:n, :bins]
        out[:, :bins] += later.sum(axis=1)
        return np.asarray(out)
