"""A streaming cascade of biquads that is fast in numpy.

Numpy has no recursive filter, and a Python loop over frames is far too slow. The output of a linear
filter over a short block is, exactly, one matrix times the input plus another times the state at
its start: the block state-space form of C. W. Barnes and S. Shinnaka, *Block-shift invariance and
block implementation of discrete-time filters*, IEEE Transactions on Circuits and Systems 27 (1980).
A chunk of 32 blocks of 64 frames then costs three small matrix products.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from player.audio.biquads import Sections
from player.audio.samples import QUANTUM, Samples

_BLOCK = 64  # frames: larger blocks need larger matrices, smaller ones more of them
_BLOCKS = QUANTUM // _BLOCK  # in a chunk

Matrix = npt.NDArray[np.float64]


class Filter:
    """A cascade of biquads whose state carries over from call to call."""

    def __init__(self, sections: Sections, channels: int, *, quick: bool = False) -> None:
        """Take a cascade ``(sections, 6)`` or one section ``(6,)``.

        ``quick`` computes all but the state in float32. It takes half the time; the rounding noise
        lies 130 dB under the signal at 1 kHz and 85 dB at a few Hz.
        """
        cascade = np.ascontiguousarray(sections, dtype=np.float64)
        forward, observe, self._scan, self._powers = _matrices(cascade.tobytes())
        self._dtype: npt.DTypeLike = np.float32 if quick else np.float64
        self._forward: npt.NDArray[Any] = forward.astype(self._dtype)
        self._observe: npt.NDArray[Any] = observe.astype(self._dtype)
        self._order = len(self._observe)
        self._state = np.zeros((self._order, channels))

    def __call__(self, x: Samples) -> Samples:
        """Filter ``x`` ``(frames, channels)``, any number of frames; return the same shape."""
        y = np.empty_like(x, dtype=np.float32)  # keeps the memory order of x
        whole = len(x) - len(x) % _BLOCK
        for start in range(0, whole, QUANTUM):
            end = min(start + QUANTUM, whole)
            y[start:end] = self._filter_chunk(x[start:end])
        if whole < len(x):
            y[whole:] = self._filter_part(x[whole:])
        return y

    def _filter_chunk(self, x: Samples) -> Samples:
        """Filter whole blocks, ``_BLOCKS`` at most, all at once."""
        (frames, channels), order = x.shape, self._order
        blocks = frames // _BLOCK
        rows = x.T.reshape(channels * blocks, _BLOCK).astype(self._dtype) @ self._forward
        drives = np.empty((blocks + 1, order, channels))
        drives[0] = self._state
        drives[1:] = rows[:, _BLOCK:].reshape(channels, blocks, order).transpose(1, 2, 0)
        size = (blocks + 1) * order
        states = self._scan[:size, :size] @ drives.reshape(size, channels)
        self._state = states[-order:]
        starts = states[:-order].reshape(blocks, order, channels).transpose(2, 0, 1)
        out = starts.reshape(channels * blocks, order).astype(self._dtype) @ self._observe
        out += rows[:, :_BLOCK]
        return np.asarray(out, dtype=np.float32).reshape(channels, frames).T

    def _filter_part(self, x: Samples) -> Matrix:
        """Filter less than one block."""
        frames = len(x)
        response = self._forward[:frames, :frames].T
        drive = self._forward[_BLOCK - frames :, _BLOCK:].T
        y: Matrix = response @ x + self._observe[:, :frames].T @ self._state
        self._state = self._powers[frames] @ self._state + drive @ x
        return y


def _state_space(sections: Sections) -> tuple[Matrix, Matrix, Matrix, Matrix]:
    """Return A, B, C, D of the cascade: its sections' transposed direct form II, chained."""
    a, b = np.zeros((0, 0)), np.zeros((0, 1))
    c, d = np.zeros((1, 0)), np.ones((1, 1))
    for b0, b1, b2, _, a1, a2 in sections:
        section_a = np.array([[-a1, 1.0], [-a2, 0.0]])
        section_b = np.array([[b1 - a1 * b0], [b2 - a2 * b0]])
        section_c = np.array([[1.0, 0.0]])
        a = np.block([[a, np.zeros((len(a), 2))], [section_b @ c, section_a]])
        b = np.vstack([b, section_b @ d])
        c = np.hstack([b0 * c, section_c])
        d = b0 * d
    return a, b, c, d


@cache
def _matrices(cascade: bytes) -> tuple[Matrix, Matrix, Matrix, Matrix]:
    """Return the matrices that filter a chunk; ``cascade`` is the float64 of ``(sections, 6)``.

    - input of a block to its output and to its drive of the state,
      ``(_BLOCK, _BLOCK + order)``
    - state to output, ``(order, _BLOCK)``
    - drives of all blocks to the state at each block's start, square
    - powers of A, ``(_BLOCK + 1, order, order)``, for less than a block
    """
    a, b, c, d = _state_space(np.frombuffer(cascade).reshape(-1, 6))
    powers = _powers(a, _BLOCK)
    impulse = np.array([d[0, 0], *((c @ p @ b)[0, 0] for p in powers[: _BLOCK - 1])])
    lag = np.subtract.outer(np.arange(_BLOCK), np.arange(_BLOCK))
    response = np.where(lag >= 0, impulse[np.abs(lag)], 0.0)
    drive = np.hstack([p @ b for p in reversed(powers[:_BLOCK])])
    observe = np.vstack([c @ p for p in powers[:_BLOCK]])
    block_powers = _powers(powers[_BLOCK], _BLOCKS)
    zero = np.zeros_like(a)
    scan = np.block(
        [
            [block_powers[i - j] if i >= j else zero for j in range(_BLOCKS + 1)]
            for i in range(_BLOCKS + 1)
        ]
    )
    forward = np.ascontiguousarray(np.vstack([response, drive]).T)
    return forward, np.ascontiguousarray(observe.T), scan, np.stack(powers)


def _powers(a: Matrix, count: int) -> list[Matrix]:
    """Return the powers of ``a`` from 0 to ``count``."""
    powers = [np.eye(len(a))]
    for _ in range(count):
        powers.append(a @ powers[-1])
    return powers
