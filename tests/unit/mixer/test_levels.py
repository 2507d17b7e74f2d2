"""The levels of a night: voice, bed and programme, measured with libebur128."""

import numpy as np
import pytest

from player.audio import QUANTUM, RATE, Samples, db_to_gain
from player.mixer import Mixer, MixSettings
from tests.support.mixing import (
    SLOPES,
    Night,
    bed,
    blocks,
    joined,
    levelled,
    lufs,
    momentary,
    night,
    peak_dbtp,
    speech,
)

PAUSES_S = [1.0, 0.5, 2.5, 1.2, 0.7, 2.0, 1.6, 0.9]
LENGTHS_S = [4.0, 2.5, 5.0, 1.5, 3.0, 6.0, 2.0, 4.5]


def realistic(
    background: Samples, settings: MixSettings | None = None, depth: float = 0.0
) -> Night:
    clips = [speech(s, seed) for seed, s in enumerate(LENGTHS_S)]
    return night(background, clips, PAUSES_S, settings, depth=lambda _: depth)


@pytest.fixture(scope="module", params=SLOPES)
def mixdown(request: pytest.FixtureRequest) -> Night:
    return realistic(bed(40, request.param), MixSettings(drift_db=0.0))


def test_the_bed_sits_15_lu_under_the_speech(mixdown: Night) -> None:
    for start, end in mixdown.spans:
        gap = lufs(mixdown.voice[start:end]) - lufs(mixdown.bed[start:end])
        assert gap == pytest.approx(15.0, abs=0.5)


def test_the_bed_is_never_less_than_12_lu_under_the_speech(mixdown: Night) -> None:
    assert max(mixdown.moments(mixdown.bed)) <= -32.0


def test_the_programme_is_as_loud_as_its_speech(mixdown: Night) -> None:
    assert lufs(mixdown.mix) == pytest.approx(-20.0, abs=0.5)
    assert peak_dbtp(mixdown.mix) <= -3.0


def test_a_bed_10_lu_too_loud_fails_both_levels() -> None:
    night = realistic(bed(40) * np.float32(db_to_gain(10)), MixSettings(bed_lu=10, pause_lu=0))
    start, end = night.spans[2]
    assert lufs(night.voice[start:end]) - lufs(night.bed[start:end]) < 14.5
    assert max(night.moments(night.bed)) > -32.0


@pytest.mark.parametrize("bed_lu", [18.0, 20.0])
def test_system_voices_and_clear_get_more_room(bed_lu: float) -> None:
    night = realistic(bed(40), MixSettings(bed_lu=bed_lu))
    start, end = night.spans[2]
    assert lufs(night.bed[start:end]) == pytest.approx(-20.0 - bed_lu, abs=0.5)


@pytest.mark.parametrize("kind", SLOPES)
def test_a_deep_dip_clears_the_consonants_and_the_bed_stays_as_loud(kind: str) -> None:
    """The shallow one is the control."""
    inside = {}
    for deep in (False, True):
        settings = MixSettings(drift_db=0.0, bed_lu=18.0, deep_dip=deep)
        mixdown = realistic(bed(40, kind), settings)
        start, end = mixdown.spans[2]
        assert lufs(mixdown.voice[start:end]) - lufs(mixdown.bed[start:end]) == pytest.approx(
            18, abs=0.7
        )
        assert max(mixdown.moments(mixdown.bed)) <= -32.0
        power = np.abs(np.fft.rfft(mixdown.bed[start:end, 0])) ** 2
        hertz = np.fft.rfftfreq(end - start, 1 / RATE)
        inside[deep] = power[(hertz > 1_500) & (hertz < 3_500)].mean()
    assert inside[True] < db_to_gain(-6.0) ** 2 * inside[False]


def test_all_levels_follow_the_speech_for_other_deliveries() -> None:
    loud = MixSettings(speech_lufs=-14.0, ceiling_dbtp=-2.0, drift_db=0.0)
    clips = [speech(s, seed) * np.float32(db_to_gain(6.0)) for seed, s in enumerate(LENGTHS_S)]
    mixdown = night(bed(40), clips, PAUSES_S, loud)
    start, end = mixdown.spans[2]
    assert lufs(mixdown.bed[start:end]) == pytest.approx(-29.0, abs=0.5)
    assert peak_dbtp(mixdown.mix) <= -2.0


def test_a_bed_alone_comes_through_as_it_is() -> None:
    background = bed(4)
    mix, voice, under = joined(list(blocks(Mixer(), background)))
    assert np.array_equal(under, background[: len(under)])
    assert not voice.any()
    assert lufs(mix) == pytest.approx(-30.0, abs=0.2)


def test_the_whole_softens_by_6_db_with_the_depth() -> None:
    levels = [lufs(realistic(bed(40), depth=depth).mix) for depth in (0.0, 0.5, 1.0)]
    assert levels == pytest.approx([-20.0, -23.0, -26.0], abs=0.5)


def test_a_swell_of_the_bed_is_held_back_under_speech_and_only_there() -> None:
    background = bed(24).copy()
    swell = 1 + np.float32(db_to_gain(8.0) - 1) * np.hanning(4 * RATE).astype(np.float32)[:, None]
    background[10 * RATE : 14 * RATE] *= swell
    spoken = night(background, [speech(16.0)], [4.0])
    assert max(spoken.moments(spoken.bed)) <= -32.0
    alone = joined(list(blocks(Mixer(), background)))[2]
    assert max(momentary(alone)) > -23.0


def test_a_sound_played_is_in_the_bed_and_ducked_with_it() -> None:
    sound, background = levelled(bed(3, seed=7), -30.0), np.zeros((12 * RATE, 2), np.float32)
    background = background[: len(background) // QUANTUM * QUANTUM]
    mixer = Mixer()
    mixer.play(sound, 2 * RATE, gain_db=4.0)
    _, voice, under = joined(list(blocks(mixer, background)))
    assert not voice.any()
    assert lufs(under[2 * RATE : 5 * RATE]) == pytest.approx(-26.0, abs=0.3)
    assert not under[: 2 * RATE].any()
    mixer = Mixer()
    mixer.play(sound, 4 * RATE)
    mixer.say(speech(6.0), 3 * RATE)
    _, _, under = joined(list(blocks(mixer, background)))
    assert lufs(under[round(4.5 * RATE) : 7 * RATE]) == pytest.approx(-35.0, abs=1.0)


def test_the_balance_lowers_one_side_and_raises_none() -> None:
    for balance_db, voice_lufs, bed_lufs in ((6.0, -20.0, -41.0), (-6.0, -26.0, -35.0)):
        mixer = Mixer()
        mixer.balance_db = balance_db
        mixer.say(speech(5.0), RATE)
        _, voice, under = joined(list(blocks(mixer, bed(7))))
        assert lufs(voice[RATE : 6 * RATE]) == pytest.approx(voice_lufs, abs=0.2)
        assert lufs(under[RATE : 6 * RATE]) == pytest.approx(bed_lufs, abs=0.5)
