"""The ducking of the bed: its time, its speed and the dip in its spectrum."""

from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from player.audio import QUANTUM, RATE, Samples
from player.mixer import Mixer
from player.mixer.ducking import SHORTEST_FALL, DuckingCurve
from player.mixer.schedule import Schedule
from tests.support.mixing import blocks, joined, night, shaped, speech, tone

Curve = npt.NDArray[np.float64]


def steady(seconds: float) -> Samples:
    """A bed whose gain can be read off: 120 Hz, where the spectral dip does next to nothing."""
    wave = tone(seconds + 1, 120.0, 0.05)[: round(seconds * RATE) // QUANTUM * QUANTUM]
    return np.stack([wave, wave], axis=1)


def curve(under: Samples) -> Curve:
    """The gain on a steady bed in dB, one value per cycle (1/120 s)."""
    cycles = under[: len(under) // 400 * 400, 0].reshape(-1, 400)
    return np.asarray(20 * np.log10(np.sqrt((cycles**2).mean(axis=1)) * np.sqrt(2) / 0.05))


def level(gain: Curve, at_s: float) -> float:
    return float(gain[round(at_s * 120)])


def one_word(at_s: float = 3.0, ahead_s: float = 1.0) -> Curve:
    mixdown = night(steady(12), [speech(2.0)], [at_s], ahead_s=ahead_s)
    return curve(mixdown.bed)


def test_the_bed_is_down_when_the_word_begins_and_not_long_before() -> None:
    gain = one_word()
    assert level(gain, 2.60) == pytest.approx(0.0, abs=0.1)
    assert level(gain, 3.0) == pytest.approx(-5.0, abs=0.2)


def test_the_measure_sees_a_bed_that_falls_too_late() -> None:
    gain = one_word(ahead_s=0.0)  # scheduled in the very quantum
    assert level(gain, 3.0) > -4.0


def test_a_word_known_a_tenth_of_a_second_ahead_still_finds_the_bed_low() -> None:
    mixer, mixed, background = Mixer(), [], steady(4)
    for at in range(0, len(background), QUANTUM):
        if at == 40 * QUANTUM:
            mixer.say(speech(1.0), at + round(0.1 * RATE))
        mixed.append(mixer.block(background[at : at + QUANTUM], 0.0))
    gain = curve(joined(mixed)[2])
    word_s = 40 * QUANTUM / RATE + 0.1
    assert level(gain, word_s - 0.12) == pytest.approx(0.0, abs=0.1)
    assert level(gain, word_s) == pytest.approx(-5.0, abs=0.2)


def test_after_a_word_the_bed_waits_and_rises_over_2_to_3_seconds() -> None:
    gain = one_word()  # the word ends at 5.0 s
    assert level(gain, 5.4) == pytest.approx(-5.0, abs=0.2)
    assert level(gain, 5.4 + 2.0) < -0.2
    assert level(gain, 5.5 + 2.6) == pytest.approx(0.0, abs=0.1)
    rising = gain[round(5.0 * 120) : round(8.5 * 120)]
    assert np.diff(rising).min() > -0.01
    assert np.diff(rising).max() * 120 < 4.0  # dB per second, which is inaudible


@pytest.mark.parametrize("gap_s", [0.3, 0.7, 1.0, 1.5])
def test_a_short_gap_does_not_move_the_bed(gap_s: float) -> None:
    mixdown = night(steady(12), [speech(2.0), speech(2.0, 1)], [2.0, gap_s], ahead_s=2.0)
    gain = curve(mixdown.bed)
    assert gain[round(2.1 * 120) : round(5.5 * 120)].max() < -4.9


@pytest.mark.parametrize("gap_s", [0.7, 1.0])
def test_a_short_gap_hardly_moves_it_when_the_next_word_is_known_late(gap_s: float) -> None:
    mixdown = night(steady(12), [speech(2.0), speech(2.0, 1)], [2.0, gap_s], ahead_s=0.3)
    assert curve(mixdown.bed)[round(2.1 * 120) : round(6.0 * 120)].max() < -4.5


def test_a_long_pause_lets_the_bed_be_heard() -> None:
    mixdown = night(steady(14), [speech(2.0), speech(2.0, 1)], [2.0, 4.0])
    gain = curve(mixdown.bed)
    assert level(gain, 4.0 + 3.5) == pytest.approx(0.0, abs=0.1)
    assert level(gain, 8.0) == pytest.approx(-5.0, abs=0.2)


def test_under_speech_two_bells_are_cut_from_the_bed_and_in_pauses_none() -> None:
    background = shaped(30 * RATE // QUANTUM * QUANTUM, 0.0, seed=2) * np.float32(0.02)
    mixdown = night(background, [speech(14.0)], [8.0])
    spectra = [
        np.abs(np.fft.rfft(mixdown.bed[a:b].reshape(-1, 4_096, 2), axis=1)).mean(axis=(0, 2))
        for a, b in ((0, 4_096 * 80), (4_096 * 100, 4_096 * 250))
    ]
    cut = 20 * np.log10(spectra[1] / spectra[0])
    bins = {hertz: round(hertz * 4_096 / RATE) for hertz in (100, 1_300, 1_950, 2_900, 12_000)}
    depth = {
        hertz: cut[at - 2 : at + 3].mean() - cut[800:1500].mean() for hertz, at in bins.items()
    }
    assert depth[1_300] == pytest.approx(-7.4, abs=0.8)  # the bells overlap: 6 dB and 1.4 dB
    assert depth[2_900] == pytest.approx(-7.2, abs=0.8)
    assert depth[1_950] == pytest.approx(-7.2, abs=0.8)
    assert depth[100] == pytest.approx(0.0, abs=0.8)
    assert depth[12_000] == pytest.approx(0.0, abs=0.8)


@settings(max_examples=60, deadline=None)
@given(
    words=st.lists(
        st.tuples(
            st.floats(0.0, 4.0),  # the pause before it
            st.floats(0.05, 3.0),  # its length
            st.floats(0.0, 2.0),  # how much earlier than its start it is scheduled
        ),
        min_size=1,
        max_size=8,
    )
)
def test_the_bed_is_never_late_whatever_is_said(words: list[tuple[float, float, float]]) -> None:
    plan, at = [], 0
    for pause, length, ahead in words:
        start = at + round(pause * RATE)
        plan.append((max(0, start - round(ahead * RATE)) // QUANTUM * QUANTUM, start, length))
        at = start + round(length * RATE)
    speech_, duck, down = Schedule((QUANTUM,)), DuckingCurve(), []
    for frame in range(0, at + QUANTUM, QUANTUM):
        for notice, start, length in plan:
            if notice == frame:
                speech_.add(np.ones(round(length * RATE), np.float32), start)
        speech_.quantum(frame)
        down.append(duck.step(frame, speech_))
    assert all(0.0 <= value <= 1.0 for pair in down for value in pair)
    assert all(earlier[1] == later[0] for earlier, later in pairwise(down))
    for notice, start, length in plan:
        ready = max(start, notice + SHORTEST_FALL)
        first = ready // QUANTUM
        last = (start + round(length * RATE) - 1) // QUANTUM
        assert all(pair == (1.0, 1.0) for pair in down[first : last + 1])


def test_a_mixer_told_nothing_never_moves_the_bed() -> None:
    background = steady(3)
    under = joined(list(blocks(Mixer(), background)))[2]
    assert np.array_equal(under, background[: len(under)])
