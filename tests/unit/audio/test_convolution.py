"""Partitioned convolution against the plain one."""

import numpy as np
import pytest

from player.audio import PartitionedConvolver, Samples

BLOCK = 256
TAPS: Samples = np.random.default_rng(1).standard_normal((3 * BLOCK, 2)).astype(np.float32)
INPUT: Samples = np.random.default_rng(2).standard_normal(8 * BLOCK).astype(np.float32)


def run(convolver: PartitionedConvolver, x: Samples = INPUT) -> Samples:
    return np.concatenate([convolver(block) for block in x.reshape(-1, BLOCK)])


def run_with_limit(limit: int) -> Samples:
    convolver = PartitionedConvolver(TAPS, BLOCK)
    return np.concatenate([convolver(block, limit=limit) for block in INPUT.reshape(-1, BLOCK)])


def test_it_is_exact_and_without_delay() -> None:
    out = run(PartitionedConvolver(TAPS, BLOCK))

    expected = np.stack([np.convolve(INPUT, side)[: len(INPUT)] for side in TAPS.T], axis=1)
    assert np.abs(out - expected).max() < 1e-5 * np.abs(expected).max()
    assert not np.allclose(out[1:], expected[:-1], atol=0.1), "control: one frame late shows"


def test_past_input_can_be_turned_down_and_dropped() -> None:
    click = np.zeros(4 * BLOCK, np.float32)
    click[0] = 1.0
    whole = run(PartitionedConvolver(TAPS, BLOCK), click).reshape(4, BLOCK, 2)
    softer, shorter = PartitionedConvolver(TAPS, BLOCK), PartitionedConvolver(TAPS, BLOCK)

    for step, block in enumerate(click.reshape(-1, BLOCK)):
        assert softer(block, gain=0.5) == pytest.approx(whole[step] * 0.5**step, abs=1e-5)
        expected = whole[step] if step < 2 else np.zeros((BLOCK, 2))
        assert shorter(block, limit=2) == pytest.approx(expected, abs=1e-5)
    assert (softer.length, shorter.length) == (3, 2)
    assert run_with_limit(100) == pytest.approx(run(PartitionedConvolver(TAPS, BLOCK)), abs=1e-5)


def test_nothing_is_left_after_clearing() -> None:
    convolver = PartitionedConvolver(TAPS, BLOCK)
    silence = np.zeros(BLOCK, np.float32)
    convolver(INPUT[:BLOCK])
    assert np.abs(convolver(silence)).max() > 0.1, "control: it rings before"
    convolver(INPUT[:BLOCK])

    convolver.clear()

    assert not convolver(silence).any()


def test_the_treble_of_later_partitions_can_be_left_out() -> None:
    late = np.convolve(TAPS[BLOCK:, 0], np.hanning(41) / 20, "same")  # dull: little over 2.4 kHz
    dull = TAPS[:, :1].copy()
    dull[BLOCK:, 0] = late
    bins = BLOCK // 4

    spared = run(PartitionedConvolver(dull, BLOCK, later_bins=bins))
    whole = run(PartitionedConvolver(dull, BLOCK))

    assert np.abs(spared - whole).max() < 0.05 * np.abs(whole).max()
    bright = run(PartitionedConvolver(TAPS, BLOCK, later_bins=bins))
    error = np.abs(bright - run(PartitionedConvolver(TAPS, BLOCK))).max()
    assert error > 0.2 * np.abs(bright).max(), "control: a bright response would miss its treble"
