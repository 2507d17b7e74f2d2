"""Filters: biquads, and what streams a signal through them.

Designed after R. Bristow-Johnson's *Audio EQ Cookbook*; K-weighting is that of ITU-R BS.1770-5.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from player.audio.samples import QUANTUM, RATE, Samples

Sections = npt.NDArray[np.float64]
"""Biquads ``(k, 6)``: rows of b0 b1 b2 a0 a1 a2 with a0 = 1."""


def _section(b: Sequence[float], a: Sequence[float]) -> Sections:
    return np.array([*b, *a], dtype=np.float64) / a[0]


def peaking(freq_hz: float, gain_db: float, q: float) -> Sections:
    """A bell of ``gain_db`` at ``freq_hz``: one section ``(6,)``."""
    amp, cos, alpha = _cookbook(freq_hz, q, gain_db)
    return _section(
        (1 + alpha * amp, -2 * cos, 1 - alpha * amp),
        (1 + alpha / amp, -2 * cos, 1 - alpha / amp),
    )


def low_shelf(freq_hz: float, gain_db: float, q: float = math.sqrt(0.5)) -> Sections:
    """``gain_db`` below ``freq_hz``: one section ``(6,)``."""
    return _shelf(freq_hz, gain_db, q, side=1)


def high_shelf(freq_hz: float, gain_db: float, q: float = math.sqrt(0.5)) -> Sections:
    """``gain_db`` above ``freq_hz``: one section ``(6,)``."""
    return _shelf(freq_hz, gain_db, q, side=-1)


def low_pass(freq_hz: float, q: float = math.sqrt(0.5)) -> Sections:
    """Second order, −3 dB at ``freq_hz`` for the default Q: one section ``(6,)``."""
    _, cos, alpha = _cookbook(freq_hz, q)
    side = (1 - cos) / 2
    return _section((side, 2 * side, side), (1 + alpha, -2 * cos, 1 - alpha))


def high_pass(freq_hz: float, q: float = math.sqrt(0.5)) -> Sections:
    """Second order, −3 dB at ``freq_hz`` for the default Q: one section ``(6,)``."""
    _, cos, alpha = _cookbook(freq_hz, q)
    side = (1 + cos) / 2
    return _section((side, -2 * side, side), (1 + alpha, -2 * cos, 1 - alpha))


def _cookbook(freq_hz: float, q: float, gain_db: float = 0.0) -> tuple[float, float, float]:
    if not 0.0 < freq_hz < RATE / 2:
        raise ValueError(f"a filter at {freq_hz} Hz: give a frequency between 0 and {RATE // 2} Hz")
    omega = 2 * math.pi * freq_hz / RATE
    return 10 ** (gain_db / 40), math.cos(omega), math.sin(omega) / (2 * q)


def _shelf(freq_hz: float, gain_db: float, q: float, side: int) -> Sections:
    amp, cos, alpha = _cookbook(freq_hz, q, gain_db)
    c, root = side * cos, 2 * math.sqrt(amp) * alpha
    up, down = amp + 1, amp - 1
    return _section(
        (
            amp * (up - down * c + root),
            side * 2 * amp * (down - up * c),
            amp * (up - down * c - root),
        ),
        (up + down * c + root, side * -2 * (down + up * c), up + down * c - root),
    )


def k_weighting() -> Sections:
    """BS.1770's K-weighting at 48 kHz: two sections ``(2, 6)``, from the standard's tables."""
    return np.array(
        [
            [1.53512485958697, -2.69169618940638, 1.19839281085285,
             1.0, -1.69065929318241, 0.73248077421585],
            [1.0, -2.0, 1.0,
             1.0, -1.99004745483398, 0.99007225036621],
        ]
    )  # fmt: skip


_SUB = 64  # frames a sub-block: small matrices, few of them
_SUBS = QUANTUM // _SUB  # sub-blocks a chunk: the states between them are one more small product

Matrix = npt.NDArray[np.float64]


class Filter:
    """A cascade of biquads, streaming: the state carries over from call to call.

    numpy has no recursive filter, and a Python loop over frames is far too slow. A linear filter's
    output over a short block is, exactly, a matrix times the input plus a matrix times the state
    (the block state-space form: Barnes & Shinnaka, IEEE Trans. Circuits Syst. 27, 1980); so a chunk
    of 32 such blocks costs three small matrix products.
    """

    def __init__(self, sections: Sections, channels: int, *, quick: bool = False) -> None:
        """``quick`` reckons in float32 what isn't handed on: half the time, for noise 130 dB under
        the signal at a kHz and 85 dB at a few Hz.
        """
        table = np.ascontiguousarray(np.atleast_2d(sections), dtype=np.float64)
        forward, observe, self._scan, self._powers = _matrices(table.tobytes())
        self._bulk: npt.DTypeLike = np.float32 if quick else np.float64
        self._forward: npt.NDArray[Any] = forward.astype(self._bulk)
        self._observe: npt.NDArray[Any] = observe.astype(self._bulk)
        self._order = len(self._observe)
        self._state = np.zeros((self._order, channels))

    def __call__(self, x: Samples) -> Samples:
        """Filter ``x`` ``(n, channels)``, any n; answers the same shape, float32."""
        y = np.empty_like(x, dtype=np.float32)  # in the memory order of x
        whole = len(x) - len(x) % _SUB
        for at in range(0, whole, QUANTUM):
            y[at : min(at + QUANTUM, whole)] = self._chunk(x[at : min(at + QUANTUM, whole)])
        if whole < len(x):
            y[whole:] = self._rest(x[whole:])
        return y

    def _chunk(self, x: Samples) -> Samples:
        """At most ``_SUBS`` whole sub-blocks at once."""
        (frames, channels), order = x.shape, self._order
        subs = frames // _SUB
        rows = x.T.reshape(channels * subs, _SUB).astype(self._bulk) @ self._forward
        driven = np.empty((subs + 1, order, channels))
        driven[0] = self._state
        driven[1:] = rows[:, _SUB:].reshape(channels, subs, order).transpose(1, 2, 0)
        size = (subs + 1) * order
        states = self._scan[:size, :size] @ driven.reshape(size, channels)
        self._state = states[-order:]
        before = states[:-order].reshape(subs, order, channels).transpose(2, 0, 1)
        out = before.reshape(channels * subs, order).astype(self._bulk) @ self._observe
        out += rows[:, :_SUB]
        return np.asarray(out, dtype=np.float32).reshape(channels, frames).T

    def _rest(self, x: Samples) -> Matrix:
        n = len(x)
        heard, drive = self._forward[:n, :n].T, self._forward[_SUB - n :, _SUB:].T
        y: Matrix = heard @ x + self._observe[:, :n].T @ self._state
        self._state = self._powers[n] @ self._state + drive @ x
        return y


def _state_space(sections: Sections) -> tuple[Matrix, Matrix, Matrix, Matrix]:
    """Transposed direct form II of each section, chained: A, B, C, D of the whole cascade."""
    a, b = np.zeros((0, 0)), np.zeros((0, 1))
    c, d = np.zeros((1, 0)), np.ones((1, 1))
    for b0, b1, b2, _, a1, a2 in sections:
        own_a = np.array([[-a1, 1.0], [-a2, 0.0]])
        own_b = np.array([[b1 - a1 * b0], [b2 - a2 * b0]])
        own_c = np.array([[1.0, 0.0]])
        a = np.block([[a, np.zeros((len(a), 2))], [own_b @ c, own_a]])
        b = np.vstack([b, own_b @ d])
        c = np.hstack([b0 * c, own_c])
        d = b0 * d
    return a, b, c, d


@cache
def _matrices(table: bytes) -> tuple[Matrix, Matrix, Matrix, Matrix]:
    """Return the matrices of a sub-block: input to output and state, state to
    output; what the states between sub-blocks are; and the powers of A, for a part of a sub-block.
    """
    a, b, c, d = _state_space(np.frombuffer(table).reshape(-1, 6))
    powers = _powers(a, _SUB)
    impulse = np.array([d[0, 0], *((c @ p @ b)[0, 0] for p in powers[: _SUB - 1])])
    lag = np.subtract.outer(np.arange(_SUB), np.arange(_SUB))
    response = np.where(lag >= 0, impulse[np.abs(lag)], 0.0)
    drive = np.hstack([p @ b for p in reversed(powers[:_SUB])])
    observe = np.vstack([c @ p for p in powers[:_SUB]])
    leaps = _powers(powers[_SUB], _SUBS)
    ahead = np.zeros_like(a)
    scan = np.block(
        [[leaps[i - j] if i >= j else ahead for j in range(_SUBS + 1)] for i in range(_SUBS + 1)]
    )
    forward = np.ascontiguousarray(np.vstack([response, drive]).T)
    return forward, np.ascontiguousarray(observe.T), scan, np.stack(powers)


def _powers(a: Matrix, most: int) -> list[Matrix]:
    powers = [np.eye(len(a))]
    for _ in range(most):
        powers.append(a @ powers[-1])
    return powers
