"""The mixer: places in time, stems, hushing, fading and cost."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from player.audio import QUANTUM, RATE, Samples, db_to_gain
from player.errors import UsageError
from player.mixer import LATENCY, Mixer, MixSettings
from tests.support.mixing import bed, blocks, joined, night, peak_dbtp, speech, tone


def silence(seconds: float) -> Samples:
    return np.zeros((round(seconds * RATE) // QUANTUM * QUANTUM, 2), np.float32)


def roughness(x: Samples) -> float:
    """The largest second difference: what a click is made of."""
    return float(np.abs(np.diff(x, n=2, axis=0)).max())


# -- places ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("at", [0, 1, 2_047, 2_048, 5_000])
def test_a_clip_sounds_at_its_frame_whole_and_once(at: int) -> None:
    clip, mixer = speech(0.5), Mixer()
    mixer.say(clip, at)
    mix, voice, _ = joined(list(blocks(mixer, silence(1.0))))
    for stem in (mix, voice):
        assert np.array_equal(stem[at : at + len(clip), 0], clip)
        assert not stem[:at].any()
        assert not stem[at + len(clip) :].any()


def test_the_output_is_late_by_the_latency_and_no_more() -> None:
    mixer = Mixer()
    mixer.say(np.full(10, 0.5, np.float32), 100)
    first = mixer.block(silence(0.1)[:QUANTUM], 0.0)
    for stem in (first.mix, first.voice):
        assert np.flatnonzero(stem[:, 0])[0] == 100 + LATENCY == 100 + mixer.LATENCY


def test_the_mixer_knows_where_it_is_and_how_long_it_will_speak() -> None:
    mixer = Mixer()
    assert (mixer.frame, mixer.speaking_until) == (0, 0)
    mixer.say(np.zeros(3_000, np.float32), 5_000)
    mixer.say(np.zeros(100, np.float32), 1_000)
    assert mixer.speaking_until == 8_000
    list(blocks(mixer, silence(0.5)))
    assert mixer.frame == len(silence(0.5))
    assert mixer.speaking_until == 8_000


def test_what_cannot_be_is_refused() -> None:
    mixer = Mixer()
    mixer.block(silence(0.1)[:QUANTUM], 0.0)
    with pytest.raises(ValueError, match="frame 2047 has been mixed"):
        mixer.say(np.zeros(4, np.float32), QUANTUM - 1)
    with pytest.raises(ValueError, match="mono"):
        mixer.say(np.zeros((4, 2), np.float32), QUANTUM)
    with pytest.raises(ValueError, match="stereo"):
        mixer.play(np.zeros(4, np.float32), QUANTUM)
    with pytest.raises(ValueError, match="bed of shape"):
        mixer.block(np.zeros((100, 2), np.float32), 0.0)
    with pytest.raises(ValueError, match="finite"):
        mixer.volume_db = float("nan")


@pytest.mark.parametrize(
    ("field", "value"),
    [("bed_lu", 9.0), ("pause_lu", -1.0), ("drift_db", float("nan")), ("ceiling_dbtp", 0.5)],
)
def test_settings_that_cannot_be_mixed_are_a_usage_error(field: str, value: float) -> None:
    with pytest.raises(UsageError, match=field):
        MixSettings(**{field: value})


# -- stems ----------------------------------------------------------------------------------------


def test_voice_and_bed_add_up_to_the_mix() -> None:
    clips = [speech(2.0) * np.float32(0.5), speech(1.5, 1) * np.float32(0.5)]
    mixdown = night(bed(8), clips, [1.0, 2.0], depth=lambda done: done)
    assert len(mixdown.mix) == len(mixdown.voice) == len(mixdown.bed)
    assert np.abs(mixdown.voice + mixdown.bed - mixdown.mix).max() < 1e-6
    late = np.roll(mixdown.voice, 1, axis=0)
    assert np.abs(late + mixdown.bed - mixdown.mix).max() > 1e-3, "a control: one frame late shows"


def test_the_master_gain_is_not_in_the_stems() -> None:
    mixer = Mixer()
    mixer.volume_db = -12.0
    mixer.say(speech(2.0), 0)
    mix, voice, under = joined(list(blocks(mixer, bed(2))))
    settled = slice(RATE, 2 * RATE - QUANTUM)
    expected = (voice + under)[settled] * np.float32(db_to_gain(-12.0))
    assert mix[settled] == pytest.approx(expected, abs=1e-6)


# -- moves without a click ------------------------------------------------------------------------


@pytest.fixture
def hummed() -> Mixer:
    """A mixer in the middle of a long 200 Hz tone, said and then mixed for a second."""
    mixer = Mixer()
    mixer.say(tone(6.0, 200.0, 0.3), 0)
    for _ in range(24):
        mixer.block(silence(0.1)[:QUANTUM], 0.0)
    return mixer


STEADY = roughness(np.stack([tone(1.0, 200.0, 0.3)] * 2, axis=1))


def test_the_measure_hears_a_cut() -> None:
    cut = np.stack([tone(1.0, 200.0, 0.3)] * 2, axis=1)
    cut[20_050:] = 0
    assert roughness(cut) > 20 * STEADY


def test_hush_fades_out_and_forgets(hummed: Mixer) -> None:
    at = hummed.frame
    hummed.say(speech(1.0), at + RATE)
    hummed.play(np.ones((RATE, 2), np.float32), at + RATE)
    hummed.hush(0.15)
    assert hummed.speaking_until == at + round(0.15 * RATE)
    mixed = list(blocks(hummed, silence(3.0)))
    mix = np.concatenate([m.mix for m in mixed])
    gone = LATENCY + round(0.15 * RATE)
    assert roughness(mix) < 1.5 * STEADY
    assert np.abs(mix[: gone // 2]).max() > 0.2
    assert not mix[gone:].any()


def test_after_a_hush_the_answer_begins_at_once_and_whole(hummed: Mixer) -> None:
    answer, at = speech(0.5), hummed.frame + round(0.1 * RATE)
    hummed.hush(0.05)
    hummed.say(answer, at)
    voice = np.concatenate([m.voice for m in blocks(hummed, silence(1.0))])
    offset = at - 24 * QUANTUM + LATENCY
    assert np.array_equal(voice[offset : offset + len(answer), 0], answer)


@pytest.mark.parametrize("knob", ["fade", "volume", "balance"])
def test_no_knob_clicks(hummed: Mixer, knob: str) -> None:
    if knob == "fade":
        hummed.fade(0.15, 0.0)
    elif knob == "volume":
        hummed.volume_db = -6.0
    else:
        hummed.balance_db = -6.0
    mix = np.concatenate([m.mix for m in blocks(hummed, silence(1.0))])
    assert roughness(mix) < 1.6 * STEADY
    settled = np.abs(mix[RATE // 2 :]).max()
    assert settled == pytest.approx(0.0 if knob == "fade" else 0.3 * db_to_gain(-6.0), abs=1e-3)


def test_a_pause_and_its_end(hummed: Mixer) -> None:
    hummed.fade(0.15, 0.0)
    list(blocks(hummed, silence(0.5)))
    hummed.fade(0.15, 1.0)
    mix = np.concatenate([m.mix for m in blocks(hummed, silence(0.5))])
    assert np.abs(mix[: LATENCY + 10]).max() < 1e-3
    assert np.abs(mix[-QUANTUM:]).max() == pytest.approx(0.3, abs=1e-3)


def test_a_night_can_begin_in_silence() -> None:
    mixer = Mixer()
    mixer.fade(0.0, 0.0)
    mixer.fade(2.0, 1.0)
    mix, _, _ = joined(list(blocks(mixer, bed(4))))
    level = np.abs(mix[: len(mix) // 4_800 * 4_800]).reshape(-1, 4_800, 2).max(axis=(1, 2))
    assert level[0] < 0.003
    assert level[10] == pytest.approx(0.5 * level[30:].max(), rel=0.35)


def test_quantum_edges_are_as_smooth_as_any_place() -> None:
    mixdown = night(bed(12), [speech(2.0), speech(3.0, 1)], [1.0, 3.0], depth=lambda done: done)
    steps = np.abs(np.diff(mixdown.bed, n=2, axis=0)).mean(axis=1)
    at_edge = (np.arange(len(steps)) + 2 + LATENCY) % QUANTUM < 2
    assert steps[at_edge].mean() == pytest.approx(steps[~at_edge].mean(), rel=0.15)
    clicked = mixdown.bed.copy()
    clicked[QUANTUM - LATENCY :: QUANTUM] += np.float32(0.01)
    steps = np.abs(np.diff(clicked, n=2, axis=0)).mean(axis=1)
    assert steps[at_edge].mean() > 1.15 * steps[~at_edge].mean(), "a control"


# -- the same, always -----------------------------------------------------------------------------


def test_the_same_night_twice_is_the_same_samples() -> None:
    clips = [speech(2.0), speech(1.5, 1)]
    first, again = (night(bed(8), clips, [1.0, 2.0], depth=lambda done: done) for _ in range(2))
    assert np.array_equal(first.mix, again.mix)


def test_how_far_ahead_a_clip_is_told_does_not_change_the_night() -> None:
    clips = [speech(2.0), speech(1.5, 1)]
    first, again = (night(bed(9), clips, [1.0, 3.0], ahead_s=ahead) for ahead in (0.4, 1.4))
    assert np.array_equal(first.mix, again.mix)


def test_memory_does_not_grow_with_the_night() -> None:
    mixer, background, clip = Mixer(), bed(1)[:QUANTUM], speech(1.0)

    def play_on(seconds: int) -> int:
        for _ in range(seconds * RATE // QUANTUM):
            if mixer.speaking_until <= mixer.frame:
                mixer.say(clip.copy(), mixer.frame + RATE)
            mixer.block(background, 0.5)
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        early, later = play_on(10), play_on(40)
    finally:
        tracemalloc.stop()
    assert later < early + len(clip) * 4 * 2


@settings(max_examples=20, deadline=None)
@given(
    events=st.lists(
        st.tuples(
            st.sampled_from(["say", "play", "hush", "fade", "volume", "balance"]),
            st.floats(0.0, 2.0),
            st.floats(-24.0, 24.0),
        ),
        max_size=25,
    ),
    depths=st.lists(st.floats(0.0, 1.0), min_size=25, max_size=25),
)
def test_whatever_is_done_to_it_the_ceiling_holds_and_nothing_breaks(
    events: list[tuple[str, float, float]], depths: list[float]
) -> None:
    mixer, background, mixed = Mixer(), bed(2), []
    for step, depth in enumerate(depths):
        if step < len(events):
            act(mixer, *events[step])
        at = step * QUANTUM % (len(background) - QUANTUM)
        mixed.append(mixer.block(background[at : at + QUANTUM], depth))
    mix, voice, under = joined(mixed)
    assert all(np.isfinite(x).all() for x in (mix, voice, under))
    assert peak_dbtp(mix + np.float32(1e-9)) <= -3.0


def act(mixer: Mixer, what: str, seconds: float, db: float) -> None:
    gain = np.float32(db_to_gain(db))
    at = mixer.frame + round(seconds * RATE)
    if what == "say":
        mixer.say(speech(0.7) * gain, at)
    elif what == "play":
        mixer.play(bed(2)[:30_000], at, db)
    elif what == "hush":
        mixer.hush(seconds)
    elif what == "fade":
        mixer.fade(seconds, min(1.0, abs(db) / 12))
    elif what == "volume":
        mixer.volume_db = db
    else:
        mixer.balance_db = db
