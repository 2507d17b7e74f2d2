"""The one loop: the night's sound, with a silent voice, over the real bed and the real mixer."""

import numpy as np
import pytest

from player.audio import QUANTUM, RATE
from player.controls import PlaybackCommand
from player.controls.scripted import ReplayedControls, ScriptedControls
from player.engine.scheduler import _recording_gain_db
from player.engine.sleep_timer import Countdown
from player.errors import InputError
from player.library.recordings import Recorded
from player.session import Choose, Event, Pacing, Session, State
from player.story import parse
from player.voices.silent import Silent
from tests.support.lantern import TALE
from tests.support.lantern_performance import QUICK, Late, cues, performance, play, sound
from tests.support.memory_output import MemoryOutput
from tests.support.mixing import momentary


def test_a_night_is_told_from_its_first_line_to_silence():
    night = performance(ScriptedControls(["1", "2"]))
    heard = sound(night)
    assert [cue.text for cue in cues(night, "line")] == [
        "The gate is open.", "There is a lamp on the wall.",
        "The stair goes down.", "It is warm here.", "Sleep.",
    ]  # fmt: skip
    assert [cue.text for cue in cues(night, "answer")] == ["Follow the lamp", "Sit down"]
    assert [cue.text for cue in cues(night, "soundscape")] == ["hyper-rest", "oasis"]
    assert np.abs(heard[-RATE // 20 :]).max() < 1e-4
    assert night.session.state is State.OVER


def test_every_line_sounds_at_the_frames_of_its_cue():
    night = performance(ScriptedControls(["1", "2"]))
    voice = np.concatenate([night.mixed.voice[:, 0] for _ in night])
    for cue in cues(night, "line"):
        assert np.abs(voice[cue.start : cue.start + 400]).max() > 0.01
        assert np.abs(voice[cue.start - 400 : cue.start - 1]).max() < 0.01
        assert np.abs(voice[cue.end - 400 : cue.end]).max() > 0.01


def test_the_same_answers_and_seed_give_the_same_samples_and_another_seed_does_not():
    first, again = (
        sound(performance(ScriptedControls(["1", "2"]))),
        sound(performance(ScriptedControls(["1", "2"]))),
    )
    assert np.array_equal(first, again)
    other = sound(performance(ScriptedControls(["1", "2"]), seed=1))
    assert not np.array_equal(first[: len(other)], other[: len(first)])


def test_live_equals_rendered_when_the_voice_is_in_time():
    rendered = sound(performance(ScriptedControls(["1", "2"])))
    live = sound(performance(ScriptedControls(["1", "2"]), live=True, speech=Late(0.25)))
    assert np.array_equal(rendered, live)


def test_while_the_voice_is_late_the_bed_plays_on_and_nothing_is_lost():
    night = performance(ScriptedControls(["1", "2"]), live=True, speech=Late(2.5))
    heard = sound(night)
    assert len(cues(night, "line")) == 5
    first = cues(night, "line")[0].start
    assert first > RATE * 2.5
    assert np.abs(heard[RATE * 2 - 4800 : RATE * 2]).max() > 1e-3


def test_answers_given_again_at_their_frames_give_the_same_night():
    night = performance(ScriptedControls(["2", "1", "1"]))
    first = sound(night)
    answers = {cue.start: Choose(int(cue.value)) for cue in cues(night, "answer")}
    assert len(answers) == 3
    assert np.array_equal(first, sound(performance(ReplayedControls(answers))))


def test_while_a_place_is_being_made_the_bed_plays_on_and_it_is_entered_once_it_is_there():
    night = performance(ScriptedControls(["1", "2"]), live=True)
    assets, asked = night._parts.assets, []
    ready = assets.is_ready

    def slowly(step, wait):
        asked.append(night.frame)
        return ready(step, wait) and night.frame - asked[0] > 2 * RATE

    assets.is_ready = slowly
    heard = sound(night)
    changed = cues(night, "soundscape")[1]
    assert changed.start - asked[0] == pytest.approx(2 * RATE, abs=2 * QUANTUM)
    line = next(cue for cue in cues(night, "line") if cue.start >= changed.start)
    assert line.text == "The stair goes down."
    for at in range(asked[0], changed.start, QUANTUM):
        assert heard[at : at + QUANTUM].any(), "the bed fell silent"


def test_a_place_that_is_not_ready_when_the_listener_goes_on_is_gone_to_all_the_same():
    night = performance(ScriptedControls(["1", "2"]), live=True)
    assets, since = night._parts.assets, []
    ready, poll = assets.is_ready, night._parts.answers.poll

    def slowly(step, wait):
        since.append(night.frame)
        return ready(step, wait) and night.frame - since[0] > RATE

    def hastily(ask, waiting):
        if since and not night.session.ask and night.frame - since[0] in range(3 * QUANTUM):
            return Event.PASSAGE_ON
        return poll(ask, waiting)

    assets.is_ready, night._parts.answers.poll = slowly, hastily
    sound(night)
    assert [cue.text for cue in cues(night, "soundscape")][1:] == ["oasis"]
    assert night._parts.bed.recipe.id == "oasis"


def test_a_place_that_is_not_ready_when_the_listener_goes_back_is_passed_over():
    night = performance(ScriptedControls(["1", "2"]), live=True)
    entered, back = [], []
    ready, enter = night._parts.assets.is_ready, night._parts.assets.enter
    poll = night._parts.answers.poll

    def backwards(ask, waiting):
        if since_asked and not back:
            back.append(night.frame)
            return Event.PASSAGE_BACK
        return poll(ask, waiting)

    since_asked = []

    def late(step, wait):
        since_asked.append(night.frame)
        return ready(step, wait) and night.frame - since_asked[0] > RATE

    night._parts.assets.is_ready = late
    night._parts.assets.enter = lambda step: (entered.append(step.name), enter(step))
    night._parts.answers.poll = backwards
    for _ in zip(range(90 * RATE // QUANTUM), night, strict=False):
        if back and night.frame - back[0] > 2 * RATE:
            break
    assert back
    assert entered == [], "it went on to where the listener had turned back from"


def test_a_loud_recording_is_brought_down_to_the_bed():
    noise = np.random.default_rng(3).uniform(-1, 1, (3 * RATE, 2)).astype(np.float32)
    loudest = max(momentary(noise))
    assert loudest > -8.0, "it would wake anybody"
    tale = TALE.replace("There is a lamp on the wall.", "# sound: kettle.wav\nThere is a lamp.")
    night = performance(
        ScriptedControls(["1", "2"]), speech=Silent(), tale=tale,
        sounds=lambda _: Recorded(noise, loudest, 1.0),
    )  # fmt: skip
    plain = performance(ScriptedControls(["1", "2"]), speech=Silent(), tale=tale)
    with_it, without = sound(night), sound(plain)
    rise = max(momentary(with_it)) - max(momentary(without))
    assert 1.0 < rise < 4.0, "heard, and no louder than the bed"


def test_a_quiet_recording_is_brought_up_no_further_than_its_own_noise_allows():
    faint = np.full((RATE, 2), 1e-4, np.float32)
    assert _recording_gain_db(Recorded(faint, -80.0, 1e-4)) == 12.0
    assert _recording_gain_db(Recorded(faint, -40.0, 1.0)) == -9.0, "a click does not stand out"
    assert _recording_gain_db(Recorded(faint, -12.0, 0.5)) == -18.0


def test_an_answer_begins_within_a_tenth_of_a_second_of_its_block():
    night = performance(ReplayedControls({400 * QUANTUM: Choose(1)}))
    sound(night)
    answer = cues(night, "answer")[0].start
    assert answer == 400 * QUANTUM
    begins = next(cue.start for cue in cues(night, "line") if cue.text == "The gate is quiet.")
    assert 0 < begins - answer <= 0.12 * RATE


def test_a_hushed_line_is_cut_short_in_the_record_and_in_the_sound():
    night = performance(
        ReplayedControls({40 * QUANTUM: Event.PASSAGE_ON, 900 * QUANTUM: Choose(1)})
    )
    sound(night)
    first, second = cues(night, "line")[0], cues(night, "choice")[0]
    assert first.end == 40 * QUANTUM
    assert second.start > first.end


def test_a_pause_is_silence_and_takes_no_time_from_the_night():
    quiet = performance(
        ReplayedControls(
            {100 * QUANTUM: PlaybackCommand.PAUSE, 160 * QUANTUM: PlaybackCommand.PAUSE}
        )
    )
    heard = sound(quiet)
    paused = heard[108 * QUANTUM : 160 * QUANTUM]
    assert not paused.any()
    assert np.abs(heard[165 * QUANTUM : 200 * QUANTUM]).max() > 1e-3
    plain = performance(ReplayedControls({}))
    assert len(heard) > len(sound(plain)) + 50 * QUANTUM - RATE


def test_quitting_while_paused_ends_the_night():
    night = performance(
        ReplayedControls({100 * QUANTUM: PlaybackCommand.PAUSE, 160 * QUANTUM: Event.QUIT})
    )
    assert len(sound(night)) < 220 * QUANTUM


def test_someone_asleep_is_left_with_the_bed_and_then_with_silence():
    night = performance(ReplayedControls({}))
    heard = sound(night)
    assert cues(night, "line")[-1].text == "Sleep well."
    assert np.abs(heard[-RATE // 20 :]).max() < 1e-4


def test_the_sleep_timer_ends_in_silence_at_its_time():
    pacing = Pacing(sleep_fade_s=4.0, linger_s=0.0)
    night = performance(ScriptedControls(["1", "1"]), pacing=pacing, timer=Countdown(12.0))
    heard = sound(night)
    assert len(heard) / RATE == pytest.approx(12.0, abs=0.2)
    assert np.abs(heard[-RATE // 10 :]).max() < 2e-3


def test_volume_and_balance_change_what_is_heard():
    loud = sound(performance(ReplayedControls({20 * QUANTUM: Event.QUIT})))
    night = performance(
        ReplayedControls(
            {0: PlaybackCommand.SOFTER, QUANTUM: PlaybackCommand.SOFTER, 20 * QUANTUM: Event.QUIT}
        )
    )
    soft = sound(night)
    part = slice(12 * QUANTUM, 16 * QUANTUM)
    change = 20 * np.log10(np.abs(soft[part]).mean() / np.abs(loud[part]).mean())
    assert change == pytest.approx(-3.0, abs=0.1)


class Breaking:
    """A story that breaks after the first question."""

    def __init__(self):
        self._story = parse("lantern.twee", TALE)
        self._broken = False

    def __getattr__(self, name):
        return getattr(self._story, name)

    def choose(self, index):
        self._story.choose(index)
        self._broken = True

    def next(self):
        if self._broken:
            raise InputError("lantern.twee breaks in 'Stair'.")
        return self._story.next()


def test_a_story_that_breaks_fades_out_before_it_is_told():
    night = performance(ScriptedControls(["1"]), live=True, speech=Late(0.0))
    night.session = Session(Breaking(), QUICK)
    output = MemoryOutput()
    with pytest.raises(InputError, match="breaks in 'Stair'"):
        play(night, output)
    heard = output.samples
    assert np.abs(heard[-QUANTUM // 2 :]).max() < 1e-4
    steps = np.abs(np.diff(heard[-RATE:, 0]))
    assert steps.max() < 0.05
