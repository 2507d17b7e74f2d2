"""Second-order filter sections (biquads): their design and their frequency response.

The designs follow R. Bristow-Johnson, *Audio EQ cookbook* (W3C Group Note, 2021). K-weighting is
that of ITU-R BS.1770-5 (2023), annex 1.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from player.audio.samples import RATE

Sections = npt.NDArray[np.float64]
"""A cascade of biquads ``(sections, 6)``, or one of them ``(6,)``: b0 b1 b2 a0 a1 a2, a0 = 1."""

_BUTTERWORTH_Q = math.sqrt(0.5)


def peaking(freq_hz: float, gain_db: float, q: float) -> Sections:
    """Return a bell of ``gain_db`` at ``freq_hz``: one section ``(6,)``.

    Raises `ValueError`, as all designs here, unless 0 < ``freq_hz`` < 24,000.
    """
    amp, cos, alpha = _cookbook(freq_hz, q, gain_db)
    return _section(
        (1 + alpha * amp, -2 * cos, 1 - alpha * amp),
        (1 + alpha / amp, -2 * cos, 1 - alpha / amp),
    )


def low_shelf(freq_hz: float, gain_db: float, q: float = _BUTTERWORTH_Q) -> Sections:
    """Return a shelf of ``gain_db`` below ``freq_hz``: one section ``(6,)``."""
    return _shelf(freq_hz, gain_db, q, side=1)


def high_shelf(freq_hz: float, gain_db: float, q: float = _BUTTERWORTH_Q) -> Sections:
    """Return a shelf of ``gain_db`` above ``freq_hz``: one section ``(6,)``."""
    return _shelf(freq_hz, gain_db, q, side=-1)


def low_pass(freq_hz: float, q: float = _BUTTERWORTH_Q) -> Sections:
    """Return a low-pass of 12 dB per octave, −3 dB at ``freq_hz`` for the default Q: ``(6,)``."""
    _, cos, alpha = _cookbook(freq_hz, q)
    side = (1 - cos) / 2
    return _section((side, 2 * side, side), (1 + alpha, -2 * cos, 1 - alpha))


def high_pass(freq_hz: float, q: float = _BUTTERWORTH_Q) -> Sections:
    """Return a high-pass of 12 dB per octave, −3 dB at ``freq_hz`` for the default Q: ``(6,)``."""
    _, cos, alpha = _cookbook(freq_hz, q)
    side = (1 + cos) / 2
    return _section((side, -2 * side, side), (1 + alpha, -2 * cos, 1 - alpha))


def k_weighting() -> Sections:
    """Return BS.1770's K-weighting at 48 kHz, from the standard's tables: ``(2, 6)``."""
    return np.array(
        [
            [1.53512485958697, -2.69169618940638, 1.19839281085285,
             1.0, -1.69065929318241, 0.73248077421585],
            [1.0, -2.0, 1.0,
             1.0, -1.99004745483398, 0.99007225036621],
        ]
    )  # fmt: skip


def frequency_response(
    sections: Sections, freq_hz: npt.NDArray[np.floating]
) -> npt.NDArray[np.complex128]:
    """Return the complex gain of a cascade ``(sections, 6)`` at each frequency, in Hz."""
    z = np.exp(-2j * np.pi * freq_hz / RATE)[..., None]
    b0, b1, b2, a0, a1, a2 = sections.T
    gains = (b0 + b1 * z + b2 * z * z) / (a0 + a1 * z + a2 * z * z)
    return np.asarray(gains.prod(axis=-1))


def _section(b: Sequence[float], a: Sequence[float]) -> Sections:
    return np.array([*b, *a], dtype=np.float64) / a[0]


def _cookbook(freq_hz: float, q: float, gain_db: float = 0.0) -> tuple[float, float, float]:
    """Return the cookbook's A, cos ω₀ and alpha."""
    if not 0.0 < freq_hz < RATE / 2:
        raise ValueError(f"a filter at {freq_hz} Hz: give a frequency between 0 and {RATE // 2} Hz")
    omega = 2 * math.pi * freq_hz / RATE
    return 10 ** (gain_db / 40), math.cos(omega), math.sin(omega) / (2 * q)


def _shelf(freq_hz: float, gain_db: float, q: float, side: int) -> Sections:
    """Return the shelf below (``side`` 1) or above (−1): they differ in the sign of cos ω₀."""
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
