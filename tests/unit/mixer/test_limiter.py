"""The limiter: the ceiling holds between the samples too, and nothing else is touched."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from player.audio import QUANTUM, RATE, Samples, db_to_gain
from player.mixer.limiter import LATENCY, Limiter
from tests.support.mixing import peak_dbtp, shaped, tone


def limited(x: Samples, ceiling_dbtp: float = -3.0) -> tuple[Samples, bool]:
    """Return the limited signal without the latency, and whether the limiter was ever active."""
    limiter, out, worked = Limiter(ceiling_dbtp), [], False
    padded = np.concatenate([x, np.zeros((LATENCY + -(len(x) + LATENCY) % QUANTUM, 2), np.float32)])
    for at in range(0, len(padded), QUANTUM):
        out.append(limiter(padded[at : at + QUANTUM]))
        worked |= not limiter.idle
    return np.concatenate(out)[LATENCY:][: len(x)], worked


def stereo(x: Samples) -> Samples:
    return np.stack([x, x], axis=1)


def between_samples() -> Samples:
    """A quarter of the rate, its crests half-way between samples: 3 dB more than any sample."""
    phase = np.pi / 2 * np.arange(RATE) + np.pi / 4
    return stereo((0.9 * np.sin(phase)).astype(np.float32))


LOUD = {
    "noise": shaped(RATE, 0.0, 1) * np.float32(0.5),
    "rumble": shaped(RATE, 1.0, 2) * np.float32(4_000.0),
    "one click": np.eye(RATE, 2, k=-20_000, dtype=np.float32) * np.float32(2.0),
    "bass": stereo(tone(1.0, 40.0, 1.5)),
    "treble": stereo(tone(1.0, 9_700.0, 1.5)),
    "between the samples": between_samples(),
    "bursts": stereo(tone(1.0, 700.0, 2.0) * (np.arange(RATE) % 9_600 < 480)).astype(np.float32),
}


@pytest.mark.parametrize("name", LOUD)
@pytest.mark.parametrize("ceiling", [-1.0, -3.0])
def test_the_ceiling_holds(name: str, ceiling: float) -> None:
    assert peak_dbtp(LOUD[name]) > ceiling, "a control: without the limiter it does not hold"
    out, worked = limited(LOUD[name], ceiling)
    assert worked
    assert peak_dbtp(out) <= ceiling


def test_a_sample_peak_limiter_would_miss_what_lies_between_the_samples() -> None:
    x = between_samples()
    clipped = x * np.float32(db_to_gain(-3.0) / np.abs(x).max())
    assert peak_dbtp(clipped) > -1.0


def test_what_is_under_the_ceiling_passes_bit_for_bit() -> None:
    x = stereo(tone(1.0, 500.0, db_to_gain(-3.5)))
    out, _ = limited(x)
    assert np.array_equal(out, x)


def test_a_peak_is_let_go_and_the_limiter_rests_again() -> None:
    x = stereo(tone(4.0, 500.0, 0.1))
    x[RATE : RATE + 200] *= 10
    out, worked = limited(x)
    assert worked
    assert np.array_equal(out[: RATE - LATENCY], x[: RATE - LATENCY])
    assert np.array_equal(out[3 * RATE :], x[3 * RATE :])


def harmonics_db(x: Samples, hertz: int) -> float:
    """Return the level of the harmonics relative to the fundamental, over a second, in dB."""
    spectrum = np.abs(np.fft.rfft(x[:, 0] * np.hanning(len(x)))) ** 2
    near = slice(hertz - 4, hertz + 5)
    return float(10 * np.log10((spectrum.sum() - spectrum[near].sum()) / spectrum[near].sum()))


def test_a_steady_tone_3_db_over_is_turned_down_and_not_bent() -> None:
    x = stereo(tone(3.0, 200.0, 1.0))
    out, _ = limited(x)
    settled = slice(RATE, 2 * RATE)
    assert harmonics_db(out[settled], 200) < -60.0
    clipped = np.clip(x, -db_to_gain(-3.0), db_to_gain(-3.0))
    assert harmonics_db(clipped[settled], 200) > -40.0


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    level_db=st.floats(-30.0, 20.0),
    slope=st.floats(0.0, 1.2),
    gate=st.integers(300, 20_000),
)
def test_no_signal_passes_the_ceiling(seed: int, level_db: float, slope: float, gate: int) -> None:
    x = shaped(12 * QUANTUM, slope, seed)
    x *= np.float32(db_to_gain(level_db) / np.abs(x).max())
    x *= (np.arange(len(x)) // gate % 2 == 0)[:, None]
    out, _ = limited(x)
    assert np.isfinite(out).all()
    assert peak_dbtp(out + np.float32(1e-12)) <= -3.0
