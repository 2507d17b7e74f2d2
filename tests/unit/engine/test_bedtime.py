"""How a night ends by itself or is asked to go on; preludes, and what is said back."""

import numpy as np
import pytest

from player.audio import QUANTUM, RATE, Clip, fade
from player.controls import PlaybackCommand
from player.controls.scripted import ReplayedControls, ScriptedControls
from player.engine.sleep_timer import ClockTimer, Countdown
from player.errors import InputError
from player.session import (
    Answered,
    Choose,
    Ease,
    Event,
    FadeIn,
    FadeOut,
    Hush,
    MoreTime,
    Pacing,
    Session,
    State,
    Stop,
    Understood,
    Wait,
)
from player.story import parse
from tests.support.lantern import TALE, hear, night, spoken, until_asked, until_over
from tests.support.lantern_performance import QUICK, Tone, cues, performance, sound

CHAPTERS = """
:: Start
# chapter: One
The first.

# chapter: Two
The second.

And more of it.

# chapter: Three
The third.
"""


def in_chapters(count, start=None):
    return Session(parse("three.twee", CHAPTERS), start=start, chapters=count)


def until(session, state):
    done = []
    for _ in range(50):
        if session.state is state:
            return done
        done += hear(session, Event.FADED if session.state is State.FADING else Event.NEXT)
    raise AssertionError(f"it is {session.state}, and never {state}")


# -- the sleep timer, in the table -----------------------------------------------------------------


def test_after_the_timers_silence_the_night_lingers_and_then_is_over():
    session = night()
    hear(session, Event.NEXT, Event.SLEEP)
    assert hear(session, Event.FADED) == [Hush(), Wait(120.0)]
    assert session.state is State.LINGERING
    assert hear(session, Event.NEXT) == [Stop()]


def test_t_within_the_two_minutes_goes_on_where_the_fade_began():
    session = night()
    hear(session, Event.NEXT)
    fade_began = session.here
    hear(session, Event.SLEEP, Event.NEXT)
    assert session.here != fade_began
    hear(session, Event.FADED)
    back = hear(session, Event.MORE)
    assert FadeIn(2.0) in back
    assert MoreTime(900.0) in back
    assert spoken(back) == ["The gate is open."]
    assert session.state is State.TELLING


def test_t_while_it_fades_takes_the_fade_back_and_the_story_just_goes_on():
    session = night()
    hear(session, Event.NEXT, Event.SLEEP)
    assert hear(session, Event.MORE) == [FadeIn(2.0), MoreTime(900.0)]
    assert spoken(hear(session, Event.NEXT)) == ["There is a lamp on the wall."]
    assert session.bookmark == session.here


def test_a_question_that_the_timer_faded_is_asked_again_after_t():
    session = night()
    until_asked(session)
    hear(session, Event.SLEEP, Event.FADED)
    assert session.ask is None
    assert spoken(hear(session, Event.MORE))[0].startswith("Press one")
    assert session.state is State.ASKING


@pytest.mark.parametrize("event", [Event.BACK, Event.OASIS, Event.SLEEP, Event.PASSAGE_BACK])
def test_no_other_key_makes_a_sound_in_that_silence(event):
    session = night()
    hear(session, Event.NEXT, Event.SLEEP, Event.FADED)
    assert hear(session, event) == []
    assert hear(session, Event.QUIT) == [Stop()]


def test_t_at_the_bed_after_the_story_keeps_the_bed_longer():
    session = night()
    until_asked(session)
    hear(session, Choose(0))
    until_asked(session)
    hear(session, Choose(0))
    hear(session, Event.NEXT)
    assert session.state is State.LEAVING
    assert Wait(900.0) in hear(session, Event.MORE)
    hear(session, Event.NEXT)
    assert session.state is State.FADING
    assert hear(session, Event.MORE)[-1] == Wait(900.0)
    assert session.finished
    assert Stop() in until_over(session)


def test_two_chapters_are_told_and_the_next_night_begins_with_the_third():
    session = in_chapters(2)
    done = until(session, State.LINGERING)
    assert spoken(done) == ["The first.", "The second.", "And more of it."]
    assert FadeOut(60.0) in done
    assert not session.finished
    tomorrow = in_chapters(1, session.bookmark)
    assert spoken(until(tomorrow, State.LEAVING)) == ["The third."]
    assert tomorrow.finished


def test_t_asks_for_one_more_chapter():
    early, late = in_chapters(1), in_chapters(1)
    hear(early, Event.NEXT)
    assert hear(early, Event.MORE) == [FadeIn(2.0)]
    assert spoken(until(early, State.LEAVING)) == ["The second.", "And more of it."]
    until(late, State.LINGERING)
    back = hear(late, Event.MORE)
    assert spoken(back) == ["The second."]
    assert not any(isinstance(action, MoreTime) for action in back)
    assert spoken(until(late, State.LEAVING)) == ["And more of it."]


def test_a_chapter_that_is_gone_back_to_is_not_counted_twice():
    session = in_chapters(2)
    while "The second." not in spoken(hear(session, Event.NEXT)):
        pass
    hear(session, Event.BACK)
    assert spoken(until(session, State.LEAVING)) == ["The second.", "And more of it."]


# -- the sleep timer, heard ------------------------------------------------------------------------

FADING = Pacing(sleep_fade_s=4.0, linger_s=6.0)


def frame_of(seconds):
    return round(seconds * RATE / QUANTUM) * QUANTUM


def test_no_sentence_is_cut_by_the_timer():
    for ends_s in np.arange(8.0, 16.0, 0.5):
        night = performance(ScriptedControls(["1", "1"]), pacing=FADING, timer=Countdown(ends_s))
        silence = None
        for _ in night:
            if night.session.state is State.LINGERING and silence is None:
                silence = night.frame
        said = cues(night, "line") + cues(night, "choice")
        assert silence >= frame_of(ends_s)
        assert all(cue.end <= silence + QUANTUM for cue in said)


def test_t_in_the_silence_is_heard_again_where_the_fade_began():
    more = ReplayedControls({frame_of(14.0): Event.MORE, frame_of(24.0): Event.QUIT})
    night = performance(more, pacing=FADING, timer=Countdown(12.0))
    heard = sound(night)
    silent = heard[round(12.4 * RATE) : round(13.8 * RATE)]
    assert np.abs(silent).max() < 1e-4
    lines = cues(night, "line") + cues(night, "choice")
    before = [cue for cue in lines if cue.start < 8.0 * RATE][-1]
    after = next(cue for cue in lines if cue.start > 14.0 * RATE)
    assert after.text == before.text
    assert np.abs(heard[round(17 * RATE) : round(18 * RATE)]).max() > 1e-2


def test_the_night_ends_by_itself_when_nobody_wants_more():
    night = performance(ReplayedControls({}), pacing=FADING, timer=Countdown(12.0))
    assert len(sound(night)) / RATE == pytest.approx(12.0 + 6.0, abs=0.7)


def test_pause_in_the_silence_does_nothing():
    night = performance(
        ReplayedControls({frame_of(13.0): PlaybackCommand.PAUSE}),
        pacing=FADING,
        timer=Countdown(12.0),
    )
    heard = sound(night)
    assert np.abs(heard[round(12.4 * RATE) :]).max() < 1e-4


def test_a_pause_while_it_fades_is_heard_and_the_fade_then_goes_on():
    pause = ReplayedControls(
        {frame_of(9.5): PlaybackCommand.PAUSE, frame_of(14.5): PlaybackCommand.PAUSE}
    )
    night = performance(pause, pacing=FADING, timer=Countdown(12.0))
    heard = sound(night)
    assert np.abs(heard[frame_of(8.5) : frame_of(9.4)]).max() > 3e-3
    assert np.abs(heard[frame_of(9.8) : frame_of(14.4)]).max() == 0
    after = np.abs(heard[frame_of(14.8) : frame_of(15.6)]).max()
    assert 1e-3 < after < np.abs(heard[frame_of(8.5) : frame_of(9.4)]).max()
    assert len(heard) / RATE == pytest.approx(12.0 + 5.0 + 6.0, abs=0.7)


def test_a_pause_at_a_question_is_not_answered_for_the_listener():
    night = performance(ScriptedControls(["1"]))
    paused_s = 0.0
    for _ in night:
        asked = any(cue.end <= night.frame for cue in cues(night, "choice"))
        if night.session.state is State.WAITING and asked and not paused_s:
            night._turn(PlaybackCommand.PAUSE)
        paused_s += night.paused * QUANTUM / RATE
        if paused_s > 10.0:
            break
    assert night.paused
    assert night.session.state is State.WAITING


def test_t_without_a_timer_starts_one():
    pacing = Pacing(sleep_fade_s=2.0, more_s=6.0, linger_s=0.0)
    night = performance(ReplayedControls({frame_of(4.0): Event.MORE}), pacing=pacing)
    assert 10.0 <= len(sound(night)) / RATE <= 13.0  # the last sentence is said to its end


def test_a_pause_takes_nothing_from_a_countdown_but_the_clock_goes_on():
    clock = [100.0]
    by_clock, countdown = ClockTimer(160.0, lambda: clock[0]), Countdown(60.0)
    clock[0] += 50.0
    assert by_clock.left_s(0) == 10.0
    assert countdown.left_s(0) == 60.0
    assert countdown.left_s(50 * RATE) == 10.0


@pytest.mark.parametrize("passed_s", [0, 50, 70])
def test_more_time_is_added_to_what_is_left_or_counts_from_now(passed_s):
    clock = [float(passed_s)]
    by_clock, countdown = ClockTimer(60.0, lambda: clock[0]), Countdown(60.0)
    by_clock.extend(900.0, 0)
    countdown.extend(900.0, passed_s * RATE)
    expected = max(60 - passed_s, 0) + 900.0
    assert by_clock.left_s(0) == expected
    assert countdown.left_s(passed_s * RATE) == expected


# -- the prelude -----------------------------------------------------------------------------------


def test_a_prelude_is_the_bed_alone_and_softens_to_the_storys_level():
    session = night(prelude_s=180.0)
    assert session.opening() == (Ease(6.0, 180.0), Wait(180.8))
    assert spoken(hear(session, Event.NEXT)) == ["The gate is open."]


def test_the_prelude_is_passed_over_by_the_key_for_the_next_passage():
    session = night(prelude_s=180.0)
    session.opening()
    done = hear(session, Event.PASSAGE_ON)
    assert done[:2] == [Hush(), Ease(0.0, 2.0)]
    assert spoken(done) == ["The gate is open."]


def test_last_night_is_told_after_the_prelude():
    first = night()
    until_asked(first)
    again = Session(
        parse("lantern.twee", "\n".join([":: Start", "Begin."])),
        Pacing(prelude_s=60.0),
        recap="A lamp was lit.",
    )
    again.opening()
    assert spoken(hear(again, Event.NEXT)) == ["A lamp was lit."]
    assert spoken(hear(again, Event.NEXT)) == ["Begin."]


def test_a_prelude_is_heard_to_come_down_by_its_decibels():
    pacing = Pacing(prelude_s=20.0, quit_fade_s=0.1)
    plain = performance(
        ReplayedControls({frame_of(24.0): Event.QUIT}), pacing=Pacing(opening_s=40.0)
    )
    night = performance(ReplayedControls({frame_of(24.0): Event.QUIT}), pacing=pacing)
    eased, usual = sound(night), sound(plain)

    def louder_db(at_s):
        piece = slice(round(at_s * RATE), round((at_s + 0.5) * RATE))
        return 20 * np.log10(np.abs(eased[piece]).mean() / np.abs(usual[piece]).mean())

    assert louder_db(2.0) == pytest.approx(6.0, abs=0.3)
    assert louder_db(10.0) == pytest.approx(3.0, abs=0.5)
    assert louder_db(20.0) == pytest.approx(0.0, abs=0.1)


# -- spoken answers --------------------------------------------------------------------------------


def test_what_was_understood_is_said_back_before_it_is_done():
    session = night()
    until_asked(session)
    done = hear(session, Understood(Choose(1), "By the gate."))
    assert done[0] == Hush()
    assert spoken(done) == ["By the gate.", "The gate is quiet."]
    assert Answered("Stay by the gate", 1, "Start") in done
    assert done.count(Hush()) == 1


def test_what_means_nothing_now_is_not_said_back():
    session = night()
    hear(session, Event.NEXT)
    assert hear(session, Understood(Choose(1), "By the gate.")) == []


def test_wait_leaves_the_question_open_for_two_minutes_and_then_asks_again():
    session = night()
    until_asked(session)
    done = hear(session, Understood(Event.WAIT, "I'll wait."))
    assert spoken(done) == ["I'll wait."]
    assert done[-1] == Wait(120.0)
    assert spoken(hear(session, Event.NEXT))[0].startswith("One,")


class Speaking:
    """Somebody who begins to answer after ``begins_s`` of a question and takes ``takes_s``."""

    def __init__(self, begins_s, takes_s, answer=None):
        self._begins, self._ends = begins_s * RATE, (begins_s + takes_s) * RATE
        self._answer, self._waited = answer, 0

    def poll(self, ask, waiting):
        self._waited += QUANTUM * waiting
        if self._waited < self._ends:
            return PlaybackCommand.HOLD if self._waited >= self._begins else None
        answer, self._answer = self._answer, None
        return answer


def asked(night):
    """Seconds from the end of the first question to the start of the next, or to the end."""
    sound(night)
    first, *more = cues(night, "choice")
    return ((more[0].start if more else night.frame) - first.end) / RATE


def test_a_question_is_not_asked_again_in_the_middle_of_an_answer():
    late = performance(Speaking(1.2, 3.0, Choose(0)))
    sound(late)
    questions = cues(late, "choice")
    assert cues(late, "answer")[0].text == "Follow the lamp"
    assert not questions[1].text.startswith("One,"), "it was asked again"


def test_a_television_that_never_ends_holds_a_question_for_eight_seconds():
    quiet = asked(performance(ReplayedControls({})))
    assert quiet == pytest.approx(QUICK.answer_s, abs=0.5)
    assert asked(performance(Speaking(1.0, 1e6))) == pytest.approx(quiet + 8.0, abs=0.3)


def test_what_is_said_back_is_heard_before_the_story_goes_on():
    night = performance(ReplayedControls({400 * QUANTUM: Understood(Choose(1), "By the gate.")}))
    sound(night)
    back, first = (
        next(cue for cue in cues(night, "line") if cue.text == text)
        for text in ("By the gate.", "The gate is quiet.")
    )
    assert 400 * QUANTUM < back.start < back.end < first.start


# -- one who is asleep -----------------------------------------------------------------------------


def test_what_is_told_softer_to_one_who_sleeps_was_spoken_ahead():
    session = night()
    until_asked(session)
    hear(session, Event.NEXT)
    ahead = set(session.ahead())
    hear(session, Event.NEXT)
    ahead |= set(session.ahead())
    done = session.on(Event.NEXT)
    first = next(action for action in done if hasattr(action, "utterances"))
    assert first.utterances[0].lufs == -23.0
    assert first.utterances[0] in ahead


def test_r_at_the_bed_brings_back_the_question_that_was_slept_through():
    session = night()
    until_asked(session)
    asked_at = session.here
    while session.state is not State.LEAVING:
        hear(session, Event.NEXT)
    assert session.here != asked_at
    assert spoken(hear(session, Event.REPEAT))[0].startswith("Press one")
    assert session.state is State.ASKING


@pytest.mark.parametrize("event", [Event.PASSAGE_ON, Event.REPEAT, Event.WAIT])
def test_one_who_presses_any_key_is_awake(event):
    session = night()
    until_asked(session)
    unanswered_at = session.bookmark
    hear(session, *[Event.NEXT] * 3)  # asked again, waited for, and its default told
    assert session.bookmark == unanswered_at
    if event is not Event.PASSAGE_ON:
        until_asked(session)
    hear(session, event)
    assert session.bookmark != unanswered_at
    until_asked(session)
    hear(session, *[Event.NEXT] * 3)
    assert "Sleep well." not in spoken(until_over(session)), "it was the first one in a row"


def test_what_is_done_while_the_timer_fades_leaves_the_bookmark_where_the_fade_began():
    session = night()
    for _ in range(3):
        hear(session, Event.NEXT)
    hear(session, Event.SLEEP)
    began = session.bookmark
    hear(session, Event.BACK)
    hear(session, Event.FADED)
    assert session.state is State.LINGERING
    assert session.bookmark == began


def test_t_never_takes_from_the_bed():
    session = night(asleep_bed_s=7_200.0)
    hear(session, Event.NEXT, Event.OASIS)
    assert Wait(7_200.0) in hear(session, Event.MORE)


def test_a_second_q_does_not_cut_the_fade():
    session = night()
    hear(session, Event.NEXT, Event.QUIT)
    assert hear(session, Event.QUIT) == []
    assert hear(session, Event.FADED) == [Stop()]


# -- going back and on -----------------------------------------------------------------------------


class Soft(Tone):
    """A tone that begins and ends softly, as what a voice says does."""

    def take(self, utterance, wait):
        return Clip(fade(super().take(utterance, wait).samples, RATE // 100, RATE // 100))


@pytest.mark.parametrize(
    "event", [Event.BACK, Event.PASSAGE_BACK, Event.PASSAGE_ON, Event.REPEAT, Event.OASIS]
)
def test_a_jump_in_mid_word_is_heard_at_once_and_without_a_click(event):
    def bends(x):
        return np.abs(np.diff(x, 2)).max()

    at = frame_of(6.0)  # in the middle of the second line
    night = performance(ReplayedControls({at: event, frame_of(12.0): Event.QUIT}), speech=Soft())
    voice = np.concatenate([night.mixed.voice[:, 0] for _ in night])
    assert np.abs(voice[at - RATE // 20 : at]).max() > 0.01, "it speaks"
    assert bends(voice) < 1e-3
    cut = voice.copy()
    cut[at + 300 :] = 0.0
    assert bends(cut) > 5e-3, "the control: a hard cut"
    quiet = voice[at + round(0.2 * RATE) : at + round(0.22 * RATE)]
    begins = [cue.start for cue in cues(night, "line") + cues(night, "choice") if cue.start > at]
    if event is Event.OASIS:
        assert np.abs(quiet).max() < 1e-3
        assert not begins
    else:
        assert begins[0] - at < 0.15 * RATE


def test_where_nothing_was_said_there_is_nothing_to_go_back_to():
    bed = Session(parse("bed.twee", ":: Start\n# depth: 1.0 over=60s\n"))
    until(bed, State.LEAVING)
    for event in (Event.BACK, Event.PASSAGE_BACK, Event.REPEAT):
        assert hear(bed, event) == []


def test_going_back_twice_before_a_line_is_heard_forgets_nothing():
    session = night()
    until_asked(session)
    before = len(session._night.back_stack)
    session.on(Event.BACK)
    place = session.here
    session.on(Event.REPEAT)
    assert session.here == place
    assert len(session._night.back_stack) == before - 1


class Forked:
    """A story of which one answer leads to a broken place."""

    def __init__(self):
        self._story = parse("lantern.twee", TALE)

    def __getattr__(self, name):
        return getattr(self._story, name)

    def peek(self, index):
        if index == 1:
            raise InputError("lantern.twee breaks in 'Gate'.")
        return self._story.peek(index)


def test_a_broken_branch_that_nobody_takes_does_no_harm():
    session = Session(Forked())
    until_asked(session)
    assert [utterance.text for utterance in session.ahead()][:1] == ["The stair goes down."]
    assert spoken(hear(session, Choose(0)))
