"""Change of sample rate: length, place, passband and rejection."""

import numpy as np
import pytest

from player.audio import RATE, Samples, resample


def sine(freq_hz: float, rate: int, seconds: float = 0.5) -> Samples:
    time = np.arange(round(seconds * rate)) / rate
    return np.sin(2 * np.pi * freq_hz * time).astype(np.float32)


@pytest.mark.parametrize("rate", [8_000, 16_000, 22_050, 24_000, 44_100, 96_000])
def test_a_tone_comes_through_with_its_phase_and_level(rate: int) -> None:
    out, expected = resample(sine(1_000.0, rate), rate), sine(1_000.0, RATE)

    assert len(out) == len(expected)
    inner = slice(RATE // 20, -RATE // 20)
    assert np.abs(out[inner] - expected[inner]).max() < 1e-3
    late = np.roll(expected, 1)
    assert np.abs(out[inner] - late[inner]).max() > 0.05, "control: one frame late shows"


def test_treble_over_the_new_nyquist_is_rejected() -> None:
    inner = slice(400, -400)

    aliased = resample(sine(11_000.0, RATE), RATE, 16_000)[inner]

    assert np.abs(aliased).max() < 1e-3
    decimated = sine(11_000.0, RATE)[::3][inner]
    assert np.abs(decimated).max() > 0.5, "control: plain decimation lets it through"


@pytest.mark.parametrize("frames", [0, 1, 2, 441, 1_001])
def test_the_length_is_rounded_up_and_the_form_stays(frames: int) -> None:
    stereo = np.ones((frames, 2), np.float32)

    out = resample(stereo, 44_100)

    assert out.shape == (-(-frames * RATE // 44_100), 2)
    assert out.dtype == np.float32


def test_the_same_rate_gives_a_copy() -> None:
    x = sine(100.0, RATE)

    y = resample(x, RATE)

    assert np.array_equal(x, y)
    assert y is not x
