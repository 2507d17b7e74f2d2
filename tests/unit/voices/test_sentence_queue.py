"""Which sentence comes next, and how much is kept."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from player.audio import Clip
from player.script.utterance import Utterance
from player.voices.sentence_queue import AHEAD, KEEP, SentenceQueue


def said(text: str) -> Utterance:
    return Utterance(text)


def clip_of(utterance: Utterance) -> Clip:
    return Clip(np.full(1, float(hash(utterance.text) % 1_000), dtype=np.float32))


def speak_all(backlog: SentenceQueue) -> list[str]:
    """Speak until nothing more is wanted; what was spoken."""
    spoken = []
    while (utterance := backlog.next()) is not None:
        spoken.append(utterance.text)
        backlog.deliver(utterance, clip_of(utterance))
    return spoken


def test_sentences_are_spoken_once_and_in_the_order_of_asking() -> None:
    backlog = SentenceQueue()
    for text in "abcab":
        backlog.ask(said(text))
    assert speak_all(backlog) == ["a", "b", "c"]
    backlog.ask(said("b"))
    assert speak_all(backlog) == []


def test_what_is_waited_for_comes_first() -> None:
    backlog = SentenceQueue()
    backlog.ask(said("a"))
    assert backlog.take(said("x")) is None
    assert speak_all(backlog) == ["x", "a"]
    assert backlog.take(said("x")) is not None


def test_only_so_much_is_spoken_ahead_unless_somebody_waits() -> None:
    backlog = SentenceQueue()
    for number in range(100):
        backlog.ask(said(str(number)))
    assert len(speak_all(backlog)) == AHEAD
    assert backlog.take(said("later")) is None
    assert speak_all(backlog) == ["later"]
    assert backlog.take(said("0")) is not None
    assert backlog.take(said("1")) is not None


def test_a_passage_that_was_skipped_is_not_spoken_any_more() -> None:
    backlog = SentenceQueue()
    for text in "abcdef":
        backlog.ask(said(text))
    assert backlog.take(said("e")) is None
    assert speak_all(backlog) == ["e", "f"]


def test_answers_not_chosen_make_room() -> None:
    backlog = SentenceQueue()
    for night in range(50):
        answers = [said(f"{night} {option}") for option in "abc"]
        for answer in answers:
            backlog.ask(answer)
        speak_all(backlog)
        assert backlog.take(answers[1]) is not None
    assert len(backlog._ready) <= 2
    assert len(backlog._heard) <= KEEP


def test_a_sentence_just_heard_can_be_said_again_at_once() -> None:
    backlog = SentenceQueue()
    backlog.ask(said("a"))
    speak_all(backlog)
    assert backlog.take(said("a")) is backlog.take(said("a"))
    assert speak_all(backlog) == []


def test_what_was_given_back_is_next_in_its_order() -> None:
    backlog = SentenceQueue()
    for text in "abc":
        backlog.ask(said(text))
    owed = [backlog.next(), backlog.next()]
    backlog.give_back(utterance for utterance in owed if utterance)
    assert speak_all(backlog) == ["a", "b", "c"]


@given(
    st.lists(st.tuples(st.sampled_from("ask take next deliver give".split()), st.integers(0, 40)))
)
def test_in_any_order_of_events_memory_is_bounded_and_clips_are_their_own(
    events: list[tuple[str, int]],
) -> None:
    backlog, speaking = SentenceQueue(), []
    for event, number in events:
        utterance = said(str(number))
        if event == "ask":
            backlog.ask(utterance)
        elif event == "take":
            clip = backlog.take(utterance)
            assert clip is None or clip.samples[0] == clip_of(utterance).samples[0]
        elif event == "next" and (following := backlog.next()):
            speaking.append(following)
        elif event == "deliver" and speaking:
            done = speaking.pop(0)
            backlog.deliver(done, clip_of(done))
        elif event == "give":
            backlog.give_back(speaking)
            speaking.clear()
        assert len(backlog._ready) <= AHEAD + 2
        assert len(backlog._heard) <= KEEP
