"""Samples, levels and the few DSP tools that the voices, the soundscape and the mixer share.

Conventions, everywhere in the project:

- 48 kHz, float32, full scale 1.0. A block of sound is ``(frames, 2)``; speech is mono ``(frames,)``
  until the mixer places it in the centre.
- Counts are ``frames``; levels are dB, loudness LUFS, peaks dBTP; times are seconds, and say so
  (``_s``).
- A mono signal is measured as what it becomes in the mix: the same samples in both channels.

Filters are designed after R. Bristow-Johnson's *Audio EQ Cookbook*; loudness and true peak follow
ITU-R BS.1770-5 (annexes 1 and 2) and EBU Tech 3341.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

RATE = 48_000
"""Frames a second, of everything the player makes."""

QUANTUM = 2_048
"""Frames in one step of the mixer (42.7 ms): fixed, so that samples never depend on a device."""

Samples = npt.NDArray[np.float32]
Sections = npt.NDArray[np.float64]
"""Biquads ``(k, 6)``: rows of b0 b1 b2 a0 a1 a2 with a0 = 1."""

SILENCE_LUFS = -120.0
"""What the meters answer for digital silence, so that no caller meets an infinity."""


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """One spoken sentence: mono ``(frames,)`` float32 at 48 kHz."""

    samples: Samples

    @property
    def frames(self) -> int:
        return len(self.samples)

    @property
    def seconds(self) -> float:
        return len(self.samples) / RATE


# -- levels ---------------------------------------------------------------------------------------


def db_to_gain(db: float) -> float:
    """Decibels to an amplitude factor; 0 dB is 1."""
    return float(10.0 ** (db / 20.0))


def gain_to_db(gain: float) -> float:
    """An amplitude factor to decibels, never below −120 dB."""
    return 20.0 * math.log10(max(gain, 1e-6))


def fade(x: Samples, in_frames: int, out_frames: int) -> Samples:
    """A copy of ``x`` with raised-cosine ends of the given lengths (cut to fit a short ``x``)."""
    y = np.array(x, dtype=np.float32)
    head, tail = min(in_frames, len(y)), min(out_frames, len(y))
    shape = (-1,) + (1,) * (y.ndim - 1)
    if head:
        y[:head] *= _half_cosine(head).reshape(shape)
    if tail:
        y[-tail:] *= _half_cosine(tail)[::-1].reshape(shape)
    return y


def _half_cosine(frames: int) -> Samples:
    phase = (np.arange(frames) + 0.5) / frames
    return (0.5 - 0.5 * np.cos(np.pi * phase)).astype(np.float32)


# -- filters --------------------------------------------------------------------------------------


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
    """What a sub-block's input does to its output and to the state; what the state does to the
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


# -- measuring ------------------------------------------------------------------------------------

_HOP = RATE // 10  # 100 ms: gating blocks of 400 ms overlap by three quarters


class LoudnessMeter:
    """BS.1770 loudness of a stereo stream: one pass, ten numbers a second kept."""

    def __init__(self) -> None:
        self._weigh = Filter(k_weighting(), channels=2, quick=True)
        self._powers: list[float] = []
        self._sum, self._filled = 0.0, 0

    def add(self, block: Samples) -> None:
        """Measure on: ``block`` is ``(n, 2)``, any n."""
        power = np.square(self._weigh(block), dtype=np.float64).sum(axis=1)
        while len(power):
            take = min(_HOP - self._filled, len(power))
            self._sum += float(power[:take].sum())
            self._filled += take
            power = power[take:]
            if self._filled == _HOP:
                self._powers.append(self._sum / _HOP)
                self._sum, self._filled = 0.0, 0

    def momentary(self) -> npt.NDArray[np.float64]:
        """LUFS over 400 ms, ten a second."""
        return _to_lufs(_windows(self._powers, 4))

    def short_term(self) -> npt.NDArray[np.float64]:
        """LUFS over 3 s, ten a second."""
        return _to_lufs(_windows(self._powers, 30))

    def integrated(self) -> float:
        """Gated LUFS of everything added; ``SILENCE_LUFS`` where nothing passes the gate."""
        return _gated(_windows(self._powers, 4))


def loudness(x: Samples) -> float:
    """Integrated LUFS of a whole signal: mono ``(n,)`` counts as centred stereo, or ``(n, 2)``.

    What is shorter than one gating block (400 ms) is taken whole, without a gate.
    """
    channels = x if x.ndim == 2 else x[:, None]
    power = np.square(
        Filter(k_weighting(), channels.shape[1], quick=True)(channels), dtype=np.float64
    ).sum(axis=1)
    if x.ndim == 1:
        power *= 2.0
    if len(power) < 4 * _HOP:
        return float(_to_lufs(np.array([power.mean() if len(power) else 0.0]))[0])
    hops = power[: len(power) - len(power) % _HOP].reshape(-1, _HOP).mean(axis=1)
    return _gated(_windows(hops, 4))


def _windows(
    powers: Sequence[float] | npt.NDArray[np.float64], length: int
) -> npt.NDArray[np.float64]:
    if len(powers) < length:
        return np.zeros(0)
    windows = np.lib.stride_tricks.sliding_window_view(np.asarray(powers, np.float64), length)
    return np.asarray(windows.mean(axis=1))


def _to_lufs(power: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    floor = 10 ** ((SILENCE_LUFS + 0.691) / 10)
    lufs: npt.NDArray[np.float64] = -0.691 + 10 * np.log10(np.maximum(power, floor))
    return lufs


def _gated(blocks: npt.NDArray[np.float64]) -> float:
    """The two gates of BS.1770: −70 LUFS, then 10 LU under the mean of what is left."""
    heard = blocks[_to_lufs(blocks) > -70.0]
    if not len(heard):
        return SILENCE_LUFS
    relative = float(_to_lufs(heard.mean(keepdims=True))[0]) - 10.0
    return float(_to_lufs(heard[_to_lufs(heard) > relative].mean(keepdims=True))[0])


def true_peak(x: Samples) -> float:
    """The highest inter-sample peak in dBTP, 4 times oversampled, of ``(n,)`` or ``(n, 2)``."""
    if not x.size:
        return SILENCE_LUFS
    step = 1 << 16
    overlap = 2 * _HALF_WIDTH
    tops = [
        float(np.abs(resample(x[max(0, at - overlap) : at + step + overlap], RATE, 4 * RATE)).max())
        for at in range(0, len(x), step)
    ]
    return gain_to_db(max(tops))


# -- resampling -----------------------------------------------------------------------------------

_HALF_WIDTH = 32  # zero crossings kept each side of the windowed sinc


def resample(x: Samples, rate: int, to: int = RATE) -> Samples:
    """Band-limited change of rate: ``(n,)`` or ``(n, channels)`` in, the same form out, float32.

    A polyphase windowed sinc (Kaiser, about 90 dB of rejection; J. O. Smith, *Digital Audio
    Resampling*). The length is ``ceil(n * to / rate)`` and nothing is delayed.
    """
    if rate == to or not len(x):
        return np.array(x, dtype=np.float32)
    if x.ndim == 2:
        return np.stack([resample(channel, rate, to) for channel in x.T], axis=1)
    up, down = to // math.gcd(rate, to), rate // math.gcd(rate, to)
    bank = _polyphase(up, down)
    half = bank.shape[1] // 2
    padded = np.pad(x.astype(np.float32), (half - 1, half + down))
    out = np.empty(-(-len(x) * up // down), dtype=np.float32)
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * half)
    for first in range(min(up, len(out))):
        start, phase = divmod(first * down, up)
        count = len(out[first::up])
        if down == 1:  # plain interpolation: a convolution is several times faster than windows
            out[first::up] = np.convolve(padded[start:], bank[phase, ::-1], "valid")[:count]
        else:
            out[first::up] = windows[start::down][:count] @ bank[phase]
    return out


@cache
def _polyphase(up: int, down: int) -> Samples:
    """The filter bank ``(up, taps)``: row p interpolates p/up of the way between two frames."""
    cut = min(1.0, up / down) * 0.95  # of the narrower Nyquist band: room for the transition
    half = math.ceil(_HALF_WIDTH / cut)
    offset = np.arange(-half + 1, half + 1) - np.arange(up)[:, None] / up
    window = np.i0(9.0 * np.sqrt(np.maximum(0.0, 1 - (offset / half) ** 2))) / np.i0(9.0)
    bank = cut * np.sinc(cut * offset) * window
    return np.asarray(bank / bank.sum(axis=1, keepdims=True), dtype=np.float32)
