"""Loudness and true peak against libebur128."""

import numpy as np
import pytest

from player.audio import RATE, SILENCE_LUFS, LoudnessMeter, Samples, loudness, true_peak
from tests.support.mixing import lufs, momentary, peak_dbtp, shaped, tone


def signal() -> Samples:
    """Noise with a soft half and a silence, so that both gates work."""
    noise = shaped(8 * RATE, 0.5, seed=3) * np.float32(0.1)
    noise[3 * RATE : 5 * RATE] *= np.float32(0.01)
    noise[6 * RATE : 7 * RATE] = 0.0
    return noise


def test_the_integrated_loudness_agrees_with_libebur128() -> None:
    x = signal()

    assert loudness(x) == pytest.approx(lufs(x), abs=0.05)
    plain_mean = 10 * np.log10(np.square(x, dtype=np.float64).sum(axis=1).mean()) - 0.691
    assert abs(plain_mean - lufs(x)) > 0.5, "control: without weighting and gates it is not"


@pytest.mark.parametrize("block", [1_000, 4_800, 48_001])
def test_a_stream_is_measured_as_the_whole_at_any_block_size(block: int) -> None:
    x, meter = signal(), LoudnessMeter()
    for at in range(0, len(x), block):
        meter.add(x[at : at + block])

    assert meter.integrated() == pytest.approx(loudness(x), abs=0.01)
    theirs = momentary(x)
    loud = theirs > -70.0
    assert np.abs(meter.momentary() - theirs)[loud].max() < 0.05
    assert len(meter.short_term()) == 8 * 10 - 29


def test_a_tone_of_minus_23_measures_minus_23() -> None:
    """EBU Tech 3341, case 1: a stereo tone of 1 kHz at −23 dBFS in each channel."""
    mono = tone(5.0, 1_000.0, 10 ** (-23 / 20))

    assert loudness(np.stack([mono, mono], axis=1)) == pytest.approx(-23.0, abs=0.1)
    assert loudness(mono) == pytest.approx(-23.0, abs=0.1), "mono counts as centred stereo"
    left_alone = np.stack([mono, np.zeros_like(mono)], axis=1)
    assert loudness(left_alone) == pytest.approx(-26.0, abs=0.1)


@pytest.mark.parametrize(
    ("parts", "expected_lufs"),
    [
        ([(10, -36), (20, -23), (10, -36)], -23.0),
        ([(5, -72), (5, -36), (20, -23), (5, -36), (5, -72)], -23.0),
        ([(20, -26), (20.1, -20), (20, -26)], -23.0),
        ([(5, -65)], -65.0),
        ([(5, -72)], SILENCE_LUFS),
    ],
)
def test_both_gates_leave_out_what_the_standard_leaves_out(
    parts: list[tuple[float, float]], expected_lufs: float
) -> None:
    """Tones of 1 kHz after EBU Tech 3341, cases 3 to 5, and soft ones about the absolute gate."""
    mono = np.concatenate([tone(seconds, 1_000.0, 10 ** (db / 20)) for seconds, db in parts])
    meter = LoudnessMeter()
    meter.add(np.stack([mono, mono], axis=1))

    assert loudness(mono) == pytest.approx(expected_lufs, abs=0.1)
    assert meter.integrated() == pytest.approx(expected_lufs, abs=0.1)


def test_silence_and_signals_too_short_for_a_gate_are_measured() -> None:
    assert loudness(np.zeros((RATE, 2), np.float32)) == SILENCE_LUFS
    assert loudness(np.zeros(0, np.float32)) == SILENCE_LUFS
    assert LoudnessMeter().integrated() == SILENCE_LUFS
    for seconds in (0.1, 0.2, 0.35):
        short = tone(seconds, 1_000.0, 10 ** (-23 / 20))
        assert loudness(short) == pytest.approx(-23.0, abs=0.3)


def test_the_true_peak_sees_what_lies_between_the_samples() -> None:
    phase = np.pi / 2 * np.arange(RATE) + np.pi / 4  # crests half-way between two samples
    x = (0.5 * np.sin(phase)).astype(np.float32)
    stereo = np.stack([x, x], axis=1)

    sample_peak = 20 * np.log10(np.abs(x).max())
    assert sample_peak == pytest.approx(-9.03, abs=0.01)
    assert true_peak(stereo) == pytest.approx(peak_dbtp(stereo), abs=0.3)
    assert true_peak(stereo) > sample_peak + 2.5


def test_the_true_peak_of_a_long_signal_is_found_across_chunks() -> None:
    x = np.zeros(200_000, np.float32)
    x[65_530:65_542] = shaped(12, 0.0, seed=1, channels=1)[:, 0]

    assert true_peak(x) == pytest.approx(true_peak(x[65_000:66_000]), abs=1e-3)
    assert true_peak(np.zeros((0, 2), np.float32)) == SILENCE_LUFS
