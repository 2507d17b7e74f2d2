"""The night as a state machine: asked, answered, fallen asleep at, gone back in."""

import pytest

from player.script import BeginChapter, ChangeDepth, ChangeSoundscape, PlaySound
from player.session import (
    Answered,
    Choose,
    Event,
    FadeOut,
    Hush,
    Session,
    Speak,
    State,
    Stop,
    Wait,
)
from player.story import parse
from tests.support.lantern import TALE, hear, night, spoken, until_asked, until_over

WHISTLING = """It is warm here.
# sound: kettle.wav
A kettle."""


def test_lines_are_told_in_order_and_then_the_question_is_asked():
    session = night()
    done = until_asked(session)
    assert spoken(done) == [
        "The gate is open.",
        "There is a lamp on the wall.",
        "Press one to follow the lamp. Press two to stay by the gate.",
    ]
    assert done[:2] == [BeginChapter("The Gate"), ChangeDepth(0.2, 10.0)]
    assert done[-1] == Wait(20.0)


def test_an_answer_hushes_the_question_and_tells_what_was_chosen():
    session = night()
    until_asked(session)
    done = hear(session, Choose(0))
    assert done[0] == Hush()
    assert done[1] == Answered("Follow the lamp", 0, "Start")
    assert done[2] == ChangeSoundscape("oasis", 5.0)
    assert spoken(done) == ["The stair goes down."]


def test_an_answer_may_come_while_the_question_is_still_being_asked():
    session = night()
    while session.state is not State.ASKING:
        hear(session, Event.NEXT)
    assert spoken(hear(session, Choose(1))) == ["The gate is quiet."]


def test_an_answer_that_is_not_offered_changes_nothing():
    session = night()
    until_asked(session)
    assert hear(session, Choose(5)) == []
    assert session.state is State.WAITING


def test_keys_for_choices_mean_nothing_while_the_story_is_told():
    session = night()
    hear(session, Event.NEXT)
    assert hear(session, Choose(0), Event.DEFAULT) == []


def test_a_question_nobody_answers_is_asked_again_softer_then_takes_its_default():
    session = night()
    until_asked(session)
    again = hear(session, Event.NEXT)
    assert spoken(again) == ["One, follow the lamp. Two, stay by the gate."]
    assert again[0].utterances[0].lufs == -23.0
    assert hear(session, Event.NEXT) == [Wait(20.0)]
    done = hear(session, Event.NEXT)
    assert done[0] == Answered("Follow the lamp", 0, "Start")
    assert next(a for a in done if isinstance(a, Speak)).utterances[0].lufs == -23.0


def test_after_two_unanswered_questions_the_night_takes_its_leave():
    session = night()
    until_asked(session)
    asked_at = session.here
    done = until_over(session)
    assert spoken(done)[-2:] == ["Water.", "Sleep well."]
    assert done[-4:-2] == [Wait(900.0), FadeOut(120.0)] or FadeOut(120.0) in done
    assert isinstance(done[-1], Stop)
    assert session.bookmark == asked_at
    assert not session.finished


def test_one_answer_between_and_the_listener_is_awake():
    session = night()
    until_asked(session)
    hear(session, Event.NEXT, Event.NEXT, Event.NEXT)  # unanswered: its default
    until_asked(session)
    hear(session, Choose(0))
    done = until_over(session)
    assert "Sleep well." not in spoken(done)
    assert session.finished


def test_the_end_leaves_the_bed_a_while_then_fades_and_is_over():
    session = night()
    until_asked(session)
    hear(session, Choose(1))
    until_asked(session)
    hear(session, Choose(1))
    assert until_over(session) == [Wait(10.0), FadeOut(20.0), Stop()]
    assert session.finished


def test_quitting_fades_at_once_from_anywhere_and_keeps_the_place():
    session = night()
    hear(session, Event.NEXT)
    place = session.here
    assert hear(session, Event.QUIT) == [Hush(), FadeOut(2.0)]
    assert hear(session, Event.NEXT, Choose(0), Event.BACK) == []
    assert hear(session, Event.FADED) == [Stop()]
    assert session.bookmark == place


def test_the_oasis_lets_the_voice_go_and_keeps_the_bed():
    session = night()
    hear(session, Event.NEXT)
    assert hear(session, Event.OASIS) == [Hush(), Wait(900.0)]
    assert hear(session, Event.NEXT) == [FadeOut(120.0)]


def test_the_sleep_timer_fades_while_the_story_goes_on():
    session = night()
    hear(session, Event.NEXT)
    place = session.here
    assert hear(session, Event.SLEEP) == [FadeOut(60.0)]
    assert spoken(hear(session, Event.NEXT)) == ["There is a lamp on the wall."]
    assert session.bookmark == place


def test_back_goes_one_line_back_and_says_it_again():
    session = night()
    hear(session, Event.NEXT, Event.NEXT)
    assert spoken(hear(session, Event.BACK)) == ["The gate is open."]
    assert spoken(hear(session, Event.NEXT)) == ["There is a lamp on the wall."]


def test_back_from_the_first_line_says_it_again():
    session = night()
    hear(session, Event.NEXT)
    assert spoken(hear(session, Event.BACK)) == ["The gate is open."]


def test_back_over_a_choice_asks_it_again_and_another_answer_can_be_given():
    session = night()
    until_asked(session)
    hear(session, Choose(0))
    assert spoken(hear(session, Event.BACK))[0].startswith("Press one")
    assert spoken(hear(session, Choose(1))) == ["The gate is quiet."]
    assert session.here.answers == (1,)


def test_passage_back_goes_to_its_first_line_and_then_to_the_one_before():
    session = night()
    until_asked(session)
    hear(session, Choose(0), Event.NEXT)
    assert spoken(hear(session, Event.PASSAGE_BACK)) == ["The stair goes down."]
    done = hear(session, Event.PASSAGE_BACK)
    assert spoken(done) == ["The gate is open."]
    assert ChangeDepth(0.2, 4.0) in done


def test_passage_on_goes_to_the_question():
    session = night()
    hear(session, Event.NEXT)
    assert spoken(hear(session, Event.PASSAGE_ON))[0].startswith("Press one")


def test_repeat_says_the_question_or_the_line_again():
    session = night()
    hear(session, Event.NEXT)
    assert spoken(hear(session, Event.REPEAT)) == ["The gate is open."]
    until_asked(session)
    assert spoken(hear(session, Event.REPEAT))[0].startswith("Press one")
    assert session.state is State.ASKING


def test_the_voice_slows_and_pauses_lengthen_with_the_depth():
    cold = next(a for a in night().on(Event.NEXT) if isinstance(a, Speak))
    warm_tale = TALE.replace("depth: 0.2 over=10s", "depth: 1.0")
    warm = next(
        a for a in Session(parse("w.twee", warm_tale)).on(Event.NEXT) if isinstance(a, Speak)
    )
    assert cold.utterances[0].rate == pytest.approx(1 - 0.12 * 0.2, abs=1e-3)
    assert warm.utterances[0].rate == pytest.approx(0.88)
    assert warm.pause_s / cold.pause_s == pytest.approx(1.5 / 1.1)


def test_what_comes_next_is_known_ahead_and_at_a_question_every_answers_first_sentence():
    session = night()
    assert [u.text for u in session.ahead()][:2] == [
        "The gate is open.",
        "There is a lamp on the wall.",
    ]
    until_asked(session)
    assert [u.text for u in session.ahead()] == ["The stair goes down.", "The gate is quiet."]
    chosen = hear(session, Choose(1))
    assert chosen[-1].utterances[0].text == "The gate is quiet."


def test_the_places_of_what_comes_and_of_every_answer_are_known_ahead():
    session = night()
    until_asked(session)
    assert session.assets_ahead() == [[], [ChangeSoundscape("oasis", 5.0)], []]
    told = hear(session, Choose(0))
    assert ChangeSoundscape("oasis", 5.0) in told
    assert session.assets_ahead() == [[]]
    coming = Session(parse("lantern.twee", TALE.replace("It is warm here.", WHISTLING)))
    until_asked(coming)
    coming.on(Choose(0))
    assert coming.assets_ahead() == [[PlaySound("kettle.wav")]]
    coming.on(Event.QUIT)
    assert coming.assets_ahead() == [[]]


def test_nothing_is_made_ready_for_an_answer_of_a_night_that_is_over():
    session = night()
    until_asked(session)
    session.on(Event.QUIT)
    assert session.assets_ahead() == [[]]


def test_what_was_spoken_ahead_is_exactly_what_is_said():
    session = night()
    until_asked(session)
    ahead = set(session.ahead())
    for index in (0, 1):
        fresh = night()
        until_asked(fresh)
        said = next(a for a in fresh.on(Choose(index)) if isinstance(a, Speak))
        assert said.utterances[0] in ahead


def test_a_night_goes_on_from_any_place_as_it_would_have():
    first = night()
    told = until_asked(first)
    place = first.here
    again = Session(parse("lantern.twee", TALE), start=place)
    assert spoken(until_asked(again)) == [spoken(told)[-1]]
    assert spoken(hear(again, Choose(0))) == ["The stair goes down."]
    assert again.here.scene == "oasis"


def test_nothing_happens_after_the_end():
    session = night()
    hear(session, Event.QUIT, Event.FADED)
    assert session.state is State.OVER
    assert hear(session, Event.NEXT, Choose(0), Event.BACK, Event.QUIT) == []
