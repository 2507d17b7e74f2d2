"""Filter designs, measured by their frequency response."""

import numpy as np
import pytest

from player.audio import (
    RATE,
    Filter,
    Sections,
    frequency_response,
    high_pass,
    high_shelf,
    k_weighting,
    low_pass,
    low_shelf,
    peaking,
)


def gain_db(sections: Sections, freq_hz: float) -> float:
    response = frequency_response(np.atleast_2d(sections), np.array([freq_hz]))
    return float(20 * np.log10(np.abs(response[0])))


def test_a_bell_reaches_its_gain_at_its_centre_only() -> None:
    bell = peaking(1_300.0, -6.0, 0.9)

    assert gain_db(bell, 1_300.0) == pytest.approx(-6.0, abs=1e-6)
    assert gain_db(bell, 20.0) == pytest.approx(0.0, abs=0.05)
    assert gain_db(bell, 23_000.0) == pytest.approx(0.0, abs=0.05)


@pytest.mark.parametrize(
    ("sections", "below_db", "at_db", "above_db"),
    [
        (low_shelf(1_000.0, 4.0), 4.0, 2.0, 0.0),
        (high_shelf(1_000.0, 4.0), 0.0, 2.0, 4.0),
        (low_shelf(1_000.0, -4.0), -4.0, -2.0, 0.0),
    ],
)
def test_a_shelf_has_half_its_gain_at_its_corner(
    sections: Sections, below_db: float, at_db: float, above_db: float
) -> None:
    assert gain_db(sections, 10.0) == pytest.approx(below_db, abs=0.01)
    assert gain_db(sections, 1_000.0) == pytest.approx(at_db, abs=1e-6)
    assert gain_db(sections, 23_000.0) == pytest.approx(above_db, abs=0.01)


def test_passes_fall_by_3_db_at_the_corner_and_12_db_per_octave_beyond() -> None:
    assert gain_db(low_pass(500.0), 500.0) == pytest.approx(-3.01, abs=0.01)
    assert gain_db(low_pass(500.0), 10.0) == pytest.approx(0.0, abs=0.01)
    assert gain_db(low_pass(500.0), 2_000.0) == pytest.approx(-24.1, abs=0.5)
    assert gain_db(high_pass(500.0), 500.0) == pytest.approx(-3.01, abs=0.01)
    assert gain_db(high_pass(500.0), 125.0) == pytest.approx(-24.1, abs=0.5)


def test_k_weighting_has_the_gain_of_the_standard() -> None:
    """At 997 Hz the weighting adds 0.691 dB, which the loudness formula takes off again."""
    assert gain_db(k_weighting(), 997.0) == pytest.approx(0.691, abs=0.01)
    assert gain_db(k_weighting(), 10_000.0) == pytest.approx(4.0, abs=0.1)
    assert gain_db(k_weighting(), 20.0) < -10.0


def test_a_cascade_multiplies_its_sections() -> None:
    both = np.vstack([low_shelf(200.0, 2.0), peaking(2_000.0, -6.0, 1.0)])

    assert gain_db(both, 2_000.0) == pytest.approx(
        gain_db(both[:1], 2_000.0) + gain_db(both[1:], 2_000.0)
    )


def test_the_computed_response_is_that_of_the_running_filter() -> None:
    sections = np.vstack([low_pass(3_000.0), peaking(800.0, 9.0, 2.0)])
    impulse = np.zeros((RATE // 4, 1), np.float32)
    impulse[0] = 1.0

    measured = np.fft.rfft(Filter(sections, 1)(impulse)[:, 0])
    freq = np.fft.rfftfreq(len(impulse), 1 / RATE)

    assert np.abs(measured - frequency_response(sections, freq)).max() < 1e-5
    other = frequency_response(sections[:1], freq)
    assert np.abs(measured - other).max() > 0.1, "control: one section less is another filter"


@pytest.mark.parametrize("freq_hz", [0.0, -1.0, RATE / 2, float("nan")])
def test_a_frequency_out_of_range_is_refused_with_its_value(freq_hz: float) -> None:
    with pytest.raises(ValueError, match=f"a filter at {freq_hz} Hz"):
        low_pass(freq_hz)
