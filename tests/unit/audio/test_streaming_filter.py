"""The streaming filter: exact against scipy, at any block size."""

import numpy as np
import pytest
from scipy.signal import sosfilt

from player.audio import QUANTUM, Filter, Samples, high_pass, k_weighting, low_pass, peaking

SECTIONS = np.vstack([high_pass(120.0), peaking(1_300.0, -6.0, 0.9), low_pass(6_000.0)])
NOISE: Samples = np.random.default_rng(1).standard_normal((3 * QUANTUM + 100, 2)).astype(np.float32)


def filtered(block: int, *, quick: bool = False) -> Samples:
    run = Filter(SECTIONS, 2, quick=quick)
    return np.concatenate([run(NOISE[at : at + block]) for at in range(0, len(NOISE), block)])


@pytest.mark.parametrize("block", [1, 63, 64, 65, QUANTUM, QUANTUM + 1, 8_193])
def test_it_filters_as_scipy_does_at_any_block_size(block: int) -> None:
    expected = sosfilt(SECTIONS, NOISE.astype(np.float64), axis=0)

    assert np.abs(filtered(block) - expected).max() < 1e-6


def test_a_lost_state_would_show() -> None:
    """Control: filters that start anew at every block do not give the same samples."""
    anew = np.concatenate(
        [Filter(SECTIONS, 2)(NOISE[at : at + 512]) for at in range(0, len(NOISE), 512)]
    )

    assert np.abs(anew - filtered(512)).max() > 1e-2


def test_the_quick_filter_is_quick_in_its_rounding_only() -> None:
    error = filtered(QUANTUM, quick=True) - filtered(QUANTUM)

    assert 0.0 < np.abs(error).max() < 1e-5


def test_one_section_and_one_channel_are_taken_too() -> None:
    out = Filter(low_pass(500.0), 1)(NOISE[:, :1])

    assert out.shape == (len(NOISE), 1)
    assert out.dtype == np.float32
    assert len(Filter(k_weighting(), 2)(np.zeros((0, 2), np.float32))) == 0
