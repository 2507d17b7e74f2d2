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


def speak_all(queue: SentenceQueue) -> list[str]:
    """Speak until nothing more is wanted; what was spoken."""
    spoken = []
    while (utterance := queue.next()) is not None:
        spoken.append(utterance.text)
        queue.deliver(utterance, clip_of(utterance))
    return spoken


def test_sentences_are_spoken_once_and_in_the_order_of_asking() -> None:
    queue = SentenceQueue()
    for text in "abcab":
        queue.request(said(text))
    assert speak_all(queue) == ["a", "b", "c"]
    queue.request(said("b"))
    assert speak_all(queue) == []


def test_what_is_waited_for_comes_first() -> None:
    queue = SentenceQueue()
    queue.request(said("a"))
    assert queue.take(said("x")) is None
    assert speak_all(queue) == ["x", "a"]
    assert queue.take(said("x")) is not None


def test_only_so_much_is_spoken_ahead_unless_somebody_waits() -> None:
    queue = SentenceQueue()
    for number in range(100):
        queue.request(said(str(number)))
    assert len(speak_all(queue)) == AHEAD
    assert queue.take(said("later")) is None
    assert speak_all(queue) == ["later"]
    assert queue.take(said("0")) is not None
    assert queue.take(said("1")) is not None


def test_a_passage_that_was_skipped_is_not_spoken_any_more() -> None:
    queue = SentenceQueue()
    for text in "abcdef":
        queue.request(said(text))
    assert queue.take(said("e")) is None
    assert speak_all(queue) == ["e", "f"]


def test_answers_not_chosen_make_room() -> None:
    queue = SentenceQueue()
    for night in range(50):
        answers = [said(f"{night} {option}") for option in "abc"]
        for answer in answers:
            queue.request(answer)
        speak_all(queue)
        assert queue.take(answers[1]) is not None
    assert len(queue._ready) <= 2
    assert len(queue._taken) <= KEEP


def test_a_sentence_just_heard_can_be_said_again_at_once() -> None:
    queue = SentenceQueue()
    queue.request(said("a"))
    speak_all(queue)
    assert queue.take(said("a")) is queue.take(said("a"))
    assert speak_all(queue) == []


def test_what_was_given_back_is_next_in_its_order() -> None:
    queue = SentenceQueue()
    for text in "abc":
        queue.request(said(text))
    owed = [queue.next(), queue.next()]
    queue.requeue(utterance for utterance in owed if utterance)
    assert speak_all(queue) == ["a", "b", "c"]


@given(
    st.lists(st.tuples(st.sampled_from("ask take next deliver give".split()), st.integers(0, 40)))
)
def test_in_any_order_of_events_memory_is_bounded_and_clips_are_their_own(
    events: list[tuple[str, int]],
) -> None:
    queue, speaking = SentenceQueue(), []
    for event, number in events:
        utterance = said(str(number))
        if event == "ask":
            queue.request(utterance)
        elif event == "take":
            clip = queue.take(utterance)
            assert clip is None or clip.samples[0] == clip_of(utterance).samples[0]
        elif event == "next" and (following := queue.next()):
            speaking.append(following)
        elif event == "deliver" and speaking:
            done = speaking.pop(0)
            queue.deliver(done, clip_of(done))
        elif event == "give":
            queue.requeue(speaking)
            speaking.clear()
        assert len(queue._ready) <= AHEAD + 2
        assert len(queue._taken) <= KEEP
