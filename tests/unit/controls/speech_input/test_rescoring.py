"""The second opinion: which answer was it most likely, where what was read is none."""

import json
from dataclasses import replace

import pytest

from player.controls.speech_input.acceptance import as_fields, from_fields, understand
from player.controls.speech_input.hypotheses import Recognition, ScoredPhrase, Transcript
from player.controls.speech_input.intent import meaning
from player.controls.speech_input.rescoring import MAX_PHRASES, likeliest, phrases, sayable
from player.session import Choose, Event, Understood
from tests.support.spoken_questions import BRING, ask


def test_every_kind_of_answer_is_weighed_and_nothing_that_is_none() -> None:
    found = phrases(BRING)
    for text in ("one", "number two", "the third", "the second one", "say it again", "good night"):
        assert text in found
    for text in ("whale", "the whale", "felt whale", "bring the felt whale", "the jam jar"):
        assert text in found
    assert all(meaning(text, BRING) is not None for text in found)
    assert len(set(found)) == len(found)


def test_a_story_of_endless_choices_cannot_make_it_slow() -> None:
    words = [f"w{number:03}" for number in range(400)]
    endless = ask(*(" ".join(words[at : at + 40]) for at in range(0, 360, 40)))
    assert len(phrases(endless)) == MAX_PHRASES


def test_only_what_can_be_said_in_the_time_is_weighed() -> None:
    texts = ("one", "the felt whale", "bring the felt whale")
    assert sayable(texts, 0.8) == ["one"]
    assert sayable(texts, 1.5) == ["the felt whale", "bring the felt whale"]
    assert sayable(texts, 9.0) == []


def heard(*scored: ScoredPhrase, read: str = "the forest", no_speech: float = 0.1) -> Recognition:
    return Recognition(
        transcripts=(Transcript(read, -1.0, -0.2),),
        plain=read,
        seconds=1.4,
        no_speech=no_speech,
        scored=scored,
    )


def test_the_likeliest_is_it_where_it_is_likely_and_nothing_else_is_nearly_so() -> None:
    whale = ScoredPhrase("the whale", -6.0, -20.0)
    blanket = ScoredPhrase("the blanket", -17.0, -20.0)
    assert likeliest(heard(blanket, whale), BRING).answer == Choose(0)
    assert likeliest(heard(blanket), BRING) is None, "not likely"
    lamp = ScoredPhrase("the lamp", -6.2, -20.0)
    assert likeliest(heard(blanket, lamp, whale), BRING) is None, "either of two"
    other = ScoredPhrase("felt whale", -6.2, -20.0)
    assert likeliest(heard(other, whale), BRING).answer == Choose(0), "two ways to say the same"
    assert likeliest(heard(), BRING) is None


def test_what_is_heard_in_any_murmur_takes_more() -> None:
    assert likeliest(heard(ScoredPhrase("one", -8.0, -9.7), read="on"), BRING) is None
    assert likeliest(heard(ScoredPhrase("patchwork", -8.0, -24.0)), BRING).answer == Choose(1)
    assert likeliest(heard(ScoredPhrase("one", -2.0, -9.7), read="on"), BRING).answer == Choose(0)


def test_a_wish_takes_more_than_a_choice() -> None:
    rival = ScoredPhrase("two", -9.0, -10.0)
    choice, wish = (ScoredPhrase(text, -4.0, -9.0) for text in ("three", "again"))
    assert likeliest(heard(choice, rival, read="a"), BRING).answer == Choose(2)
    assert likeliest(heard(wish, rival, read="a"), BRING) is None
    assert likeliest(heard(wish, read="a"), BRING).answer is Event.REPEAT


def test_where_much_more_was_said_it_was_something_else() -> None:
    again = ScoredPhrase("say it again", -4.0, -16.0)
    assert likeliest(heard(again, read="say a gain"), BRING).answer is Event.REPEAT
    assert likeliest(heard(again, read="say it to your father again in the morning"), BRING) is None


def test_where_something_else_was_read_with_certainty_it_is_not_overruled() -> None:
    whale = ScoredPhrase("the whale", -9.0, -20.0)
    doubtful, certain = ScoredPhrase("the wail", -4.0, -22.0), ScoredPhrase("the wail", -0.5, -22.0)
    assert likeliest(heard(whale, doubtful, read="the wail"), BRING).answer == Choose(0)
    assert likeliest(heard(whale, certain, read="the wail"), BRING) is None


@pytest.mark.parametrize(
    ("read", "answer"),
    [("the felt whale", Choose(0)), ("again", Event.REPEAT), ("the forest went", Choose(2))],
)
def test_it_is_asked_only_where_what_was_read_is_no_answer(
    read: str, answer: Choose | Event
) -> None:
    third = ScoredPhrase("the third one", -5.0, -17.0)
    assert understand(heard(third, read=read), BRING).answer == answer


@pytest.mark.parametrize(
    ("read", "total", "silent", "believed"),
    [
        ("the felt whale", -11.0, -20.0, True),
        ("the felt whale", -17.0, -20.0, False),
        ("one", -3.0, -9.7, True),
        ("one", -6.0, -9.7, False),
        ("good night", -6.0, -11.5, True),
        ("good night", -7.0, -11.5, False),
    ],
)
def test_what_was_read_is_weighed_too(
    read: str, total: float, silent: float, believed: bool
) -> None:
    understood = understand(heard(ScoredPhrase(read, total, silent), read=read), BRING)
    assert (understood is not None) is believed


def test_what_is_clear_only_on_average_over_views_of_it_is_believed_too() -> None:
    whale, lamp = ScoredPhrase("the whale", -11.0, -20.0), ScoredPhrase("the lamp", -13.0, -20.0)

    def look_again(first: Recognition) -> Recognition:
        return replace(first, scored=(replace(whale, total=clearer), lamp))

    first = heard(whale, lamp)
    assert understand(first, BRING) is None
    clearer = -9.0
    assert understand(first, BRING, look_again).answer == Choose(0)
    clearer = -10.0
    assert understand(first, BRING, look_again) is None, "the lamp is too near"


def test_a_second_look_is_taken_only_where_the_first_came_to_nothing() -> None:
    def look_again(heard: Recognition) -> Recognition:
        raise AssertionError(heard)

    third = ScoredPhrase("the third one", -5.0, -17.0)
    assert understand(heard(read="the felt whale"), BRING, look_again).answer == Choose(0)
    assert understand(heard(third), BRING, look_again).answer == Choose(2)
    assert understand(heard(third, read="you", no_speech=0.97), BRING, look_again) is None


def test_where_nobody_spoke_it_is_not_asked_either() -> None:
    third = ScoredPhrase("the third one", -5.0, -17.0)
    assert understand(heard(third, read="you", no_speech=0.97), BRING) is None


@pytest.mark.parametrize(
    "understood",
    [None, Understood(Choose(2), "The lamp."), Understood(Event.OASIS, "Good night.")],
)
def test_what_was_understood_comes_whole_from_the_process_that_listens(
    understood: Understood | None,
) -> None:
    assert from_fields(json.loads(json.dumps(as_fields(understood)))) == understood
