"""The descriptors, checked with known signals and against independent meters."""

import numpy as np
import pytest

from player.audio import RATE, Samples, loudness, true_peak
from player.authoring.soundscape_check import descriptors
from tests.support.measures import bed, ebur128, sharpness_acum, tones

T = np.arange(10 * RATE) / RATE


def stereo(left: np.ndarray, right: np.ndarray | None = None) -> Samples:
    return np.stack([left, left if right is None else right], axis=1).astype(np.float32)


def white(seconds: float = 10.0, seed: int = 1) -> Samples:
    rng = np.random.default_rng(seed)
    return (0.02 * rng.standard_normal((int(seconds * RATE), 2))).astype(np.float32)


def pink_like(slope_db: float) -> Samples:
    """Noise whose power falls by a known slope."""
    spectrum = np.fft.rfft(np.random.default_rng(2).standard_normal(10 * RATE))
    freq = np.maximum(np.fft.rfftfreq(10 * RATE, 1 / RATE), 10.0)
    sound = np.fft.irfft(spectrum * 10 ** (slope_db / 20 * np.log2(freq / 1000.0)))
    return stereo(0.02 * sound / sound.std())


def test_the_centroid_of_a_tone_is_its_frequency_and_of_white_noise_the_middle() -> None:
    tone = stereo(0.1 * np.sin(2 * np.pi * 3_000 * T))

    assert descriptors.centroid_hz(tone) == pytest.approx(3_000, abs=20)
    assert descriptors.centroid_hz(white()) == pytest.approx(12_000, rel=0.01)


@pytest.mark.parametrize("slope", [0.0, -3.0, -6.0, -12.0])
def test_the_slope_of_noise_is_the_slope_it_was_made_with(slope: float) -> None:
    assert descriptors.slope_db(pink_like(slope)) == pytest.approx(slope, abs=0.3)


def test_the_correlation_is_one_nothing_or_minus_one() -> None:
    x = white()[:, 0]

    assert descriptors.correlation(stereo(x, x)) == pytest.approx(1.0)
    assert descriptors.correlation(stereo(x, -x)) == pytest.approx(-1.0)
    assert descriptors.correlation(white()) == pytest.approx(0.0, abs=0.01)
    assert descriptors.correlation(np.zeros((RATE, 2), np.float32)) == 1.0


def test_the_largest_rise_looks_one_second_back_and_no_further() -> None:
    slow = np.linspace(-40.0, -30.0, 101)  # 1 LU per second
    step = np.where(np.arange(100) < 50, -36.0, -30.0)

    assert descriptors.largest_rise(slow) == pytest.approx(1.0)
    assert descriptors.largest_rise(step) == pytest.approx(6.0)
    assert descriptors.largest_rise(step[::-1]) == 0.0


@pytest.mark.parametrize("name", ["sea", "hearth"])
@pytest.mark.parametrize("depth", [0.0, 1.0])
def test_loudness_range_and_peak_agree_with_libebur128(name: str, depth: float) -> None:
    x = bed(name, depth, 60)
    theirs = ebur128(x)
    momentary, short_term = descriptors.curves(x)

    assert loudness(x) == pytest.approx(theirs.integrated, abs=0.05)
    assert true_peak(x) == pytest.approx(theirs.true_peak, abs=0.2)
    assert np.abs(momentary - theirs.momentary).max() <= 0.05
    assert np.abs(short_term - theirs.short_term).max() <= 0.05
    # It takes a value a second, we take ten.
    assert descriptors.loudness_range(short_term) == pytest.approx(theirs.range, abs=0.5)


@pytest.mark.parametrize("name", ["hyper-rest", "oasis"])
@pytest.mark.parametrize("depth", [0.0, 0.5, 1.0])
def test_the_simplified_sharpness_agrees_with_din_45692(name: str, depth: float) -> None:
    x = bed(name, depth, 20)

    assert descriptors.sharpness_acum(x) == pytest.approx(sharpness_acum(x), abs=0.2)


def test_a_narrow_band_at_1_khz_and_60_db_has_a_sharpness_of_one_by_mosqito() -> None:
    spectrum = np.fft.rfft(np.random.default_rng(1).standard_normal(20 * RATE))
    freq = np.fft.rfftfreq(20 * RATE, 1 / RATE)
    band = np.fft.irfft(np.where(abs(freq - 1_000) < 80, spectrum, 0))
    x = stereo(band / band.std() * 0.02 / 0.28)  # 0.02 Pa is 60 dB SPL

    assert sharpness_acum(x) == pytest.approx(1.0, abs=0.05)
    assert descriptors.sharpness_acum(x) == pytest.approx(1.0, abs=0.15)


def test_a_hum_in_noise_is_a_tone_and_noise_alone_is_none() -> None:
    hum = stereo(0.003 * np.sin(2 * np.pi * 1_000 * T)) + white() * 0.1

    assert [round(freq) for freq, ratio, _ in tones(hum) if ratio > 10] == [1_000]
    assert not [ratio for _, ratio, _ in tones(white()) if ratio > 3]


def test_a_loop_of_30_seconds_is_found_whatever_its_length_and_noise_is_not() -> None:
    once = white(31)

    for seconds in (30.0, 30.06, 29.97):
        loop = np.tile(once[: int(seconds * RATE)], (5, 1))
        assert descriptors.loop_score(loop) >= 0.7
    assert descriptors.loop_score(white(150)) <= 0.05


def test_a_click_is_found_in_a_dark_bed_and_in_a_bright_one() -> None:
    for x in (pink_like(-9.0), white()):
        clean = descriptors.click_score(x)
        spoiled = x.copy()
        spoiled[3 * RATE] += 0.3

        assert clean <= 8.5
        assert descriptors.click_score(spoiled) >= 9.0


def test_a_step_at_every_quantum_is_found_by_its_edges() -> None:
    x = pink_like(-9.0)
    bumps = x.copy()
    bumps[::4096] += 2e-4

    assert 0.85 <= descriptors.edge_score(x) <= 1.15
    assert descriptors.edge_score(bumps) >= 1.3
