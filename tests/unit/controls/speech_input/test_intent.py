"""What counts as an answer, and what does not; and where speech begins and ends."""

from collections.abc import Sequence

import numpy as np
import pytest

from player.audio import Samples
from player.controls.speech_input.acceptance import understand
from player.controls.speech_input.endpointing import RATE, EndpointDetector
from player.controls.speech_input.hypotheses import Recognition, Transcript
from player.controls.speech_input.intent import hints, meaning, said_back
from player.controls.speech_input.worker import AnswerListener
from player.script.sentences import sentences
from player.session import Choose, Event
from tests.support.spoken_questions import BRING, KITE, ask, sentences_and_questions


@pytest.mark.parametrize(
    ("words", "index"),
    [
        *[("one", 0), ("One.", 0), ("1", 0), ("the first", 0), ("the first one", 0)],
        *[("number two", 1), ("2.", 1), ("second", 1), ("three, three, three,", 2), ("won", 0)],
        *[("the last one", 2), ("okay, the third one please", 2), ("I choose two", 1)],
        *[("Bring the felt whale.", 0), ("the whale", 0), ("felt whale", 0), ("whales", 0)],
        *[("patchwork", 1), ("and the patchwork blanket", 1), ("wear the blanket", 1)],
        *[("light the lamp", 2), ("the jam jar", 2), ("lamp lamp lamp", 2)],
        *[("one, the felt whale", 0), ("light the jam char lamp", 2)],
    ],
)
def test_a_number_or_the_choices_own_words_are_an_answer(words: str, index: int) -> None:
    understood = meaning(words, BRING)
    assert understood is not None
    assert understood.answer == Choose(index)


@pytest.mark.parametrize(
    ("words", "event", "back"),
    [
        *[(words, Event.REPEAT, "Again.") for words in ("again", "Say it again, please.")],
        *[(words, Event.WAIT, "I'll wait.") for words in ("Wait!", "please wait", "wait a moment")],
        *[(words, Event.OASIS, "Good night.") for words in ("Good night.", "goodnight")],
    ],
)
def test_three_wishes_are_known_at_every_question(words: str, event: Event, back: str) -> None:
    for question in (BRING, KITE):
        understood = meaning(words, question)
        assert understood is not None
        assert (understood.answer, understood.words) == (event, back)


@pytest.mark.parametrize(
    "words",
    [
        *["", "yes", "the", "four", "the fourth one", "one more thing", "two sugars please"],
        *["turn off the lamp", "the lamp in the hall is on", "bring me some water"],
        *["whale blanket", "one or two", "one, the patchwork blanket", "good night love"],
        *["wait until you hear this", "not again", "say good night to your mother", "once"],
        *["press one to bring the felt whale", "press two", "I'll wait", "limp"],
    ],
)
def test_all_else_is_none(words: str) -> None:
    assert meaning(words, BRING) is None


def test_words_that_two_choices_share_are_none_and_those_of_one_are_its_own() -> None:
    assert meaning("the kite", KITE) is None
    assert meaning("hold on", KITE).answer == Choose(0)
    assert meaning("let it go", KITE).answer == Choose(1)
    assert meaning("go", KITE) is None, "too faint a word to act on"
    assert meaning("go", ask("Go", "Stay")).answer == Choose(0), "unless it is the whole choice"


def test_a_choices_own_words_win_over_a_wish() -> None:
    assert meaning("wait", ask("Cross", "Wait")).answer == Choose(1)
    assert meaning("again", ask("Again", "Enough")).answer == Choose(0)
    assert meaning("yes", ask("Yes", "No")).answer == Choose(0)
    assert meaning("sleep", ask("Sleep in the boat", "Sleep")).answer == Choose(1)


@pytest.mark.parametrize(
    ("words", "back"),
    [
        *[
            ("lamp", "The jam jar lamp."),
            ("the jam jar", "The jam jar."),
            ("whale", "The felt whale."),
        ],
        *[("light the lamp", "Light the jam jar lamp."), ("two", "Wear the patchwork blanket.")],
    ],
)
def test_what_is_said_back_is_the_part_that_was_said(words: str, back: str) -> None:
    understood = meaning(words, BRING)
    assert understood is not None
    assert understood.words == back


def test_a_long_choice_is_said_back_by_its_beginning() -> None:
    text = "Ask the baker for the last of the bread, since nobody else has"
    assert said_back(text) == "Ask the baker."
    assert said_back("Stay") == "Stay."


# -- the night itself on the microphone ------------------------------------------------------------


def test_no_sentence_of_the_story_answers_any_of_its_questions() -> None:
    spoken, asks = sentences_and_questions()
    assert len(spoken) > 800
    assert len(asks) >= 12
    acted = {
        sentence
        for sentence in set(spoken)
        if any(meaning(sentence, question) is not None for question in asks)
    }
    commands = {"Good night.", "Look.", "To bed."}  # a listener could say just that
    assert acted <= commands


def test_no_question_answers_itself() -> None:
    _, asks = sentences_and_questions()
    for question in asks:
        assert meaning(question.question, question) is None
        assert meaning(question.again, question) is None
        for sentence in sentences(question.question):
            assert meaning(sentence, question) is None


# -- what is believed ------------------------------------------------------------------------------


def heard(text: str, plain: str | None = None, mean: float = -0.2, **more: float) -> Recognition:
    readings = (Transcript(text, -1.0, mean),)
    doubts = {"seconds": 2.0, "no_speech": 0.1, **more}
    return Recognition(
        readings, text if plain is None else plain, doubts["seconds"], doubts["no_speech"]
    )


def test_what_was_heard_clearly_is_believed() -> None:
    assert understand(heard("the felt whale"), BRING).answer == Choose(0)


def test_what_both_readings_say_goes_before_what_was_only_hoped_for() -> None:
    """As somebody's "four" was read, in a noisy room: "one", with the answers in mind."""
    hoped = (Transcript("one,", -1.6, -0.5), Transcript("three,", -2.4, -0.8))
    assert understand(Recognition(hoped, "Three.", 0.9, 0.3), BRING).answer == Choose(2)
    assert understand(Recognition(hoped[:1], "Three.", 0.9, 0.3), BRING) is None, "they disagree"
    assert understand(Recognition(hoped[:1], "Won.", 0.9, 0.3), BRING).answer == Choose(0)


@pytest.mark.parametrize(
    "doubtful",
    [
        heard("the felt whale", no_speech=0.95),
        heard("the felt whale", mean=-1.4),
        heard("the felt whale", plain="I will tell her so tomorrow"),
        heard("wear the patchwork blanket", seconds=0.5),
        heard("good night", mean=-0.9),
        heard("good night", plain="I forgot"),
        Recognition((), "", 1.0, 0.0),
    ],
)
def test_what_was_hardly_heard_or_only_hoped_for_is_not(doubtful: Recognition) -> None:
    assert understand(doubtful, BRING) is None


def test_a_less_likely_reading_counts_only_where_it_is_hardly_less_likely() -> None:
    first, second = (
        Transcript("the felt wail", -1.0, -0.3),
        Transcript("the felt whale", -1.6, -0.4),
    )
    near = Recognition((first, second), "the felt wale", 2.0, 0.1)
    assert understand(near, BRING).answer == Choose(0)
    far = Recognition(
        (Transcript("the belt well", -1.0, -0.3), Transcript("blanket", -4.0, -0.9)), "", 2.0, 0.1
    )
    assert understand(far, BRING) is None


def test_the_recogniser_has_every_way_to_answer_in_mind() -> None:
    for phrase in ("one", "three", "the second", "again", "good night", "light the jam jar lamp"):
        assert phrase in hints(BRING)
    assert "four" not in hints(BRING)


# -- where speech begins and ends ------------------------------------------------------------------


def murmur(seconds: float, level: float) -> Samples:
    """Something like a vowel: a buzz of 120 Hz through two throats, in syllables."""
    t = np.arange(round(seconds * RATE)) / RATE
    buzz = sum(np.sin(2 * np.pi * 120 * k * t) / k for k in range(1, 25))
    syllables = 0.6 + 0.4 * np.sin(2 * np.pi * 4 * t)
    return np.asarray(level * buzz * syllables, np.float32)


def room(seconds: float, level: float, seed: int = 2) -> Samples:
    noise = np.random.default_rng(seed).standard_normal(round(seconds * RATE))
    return np.asarray(level * noise, np.float32)


def stretches(sound: Samples, block: int = 688, before: Samples | None = None) -> list[Samples]:
    ends = EndpointDetector()
    if before is not None:
        ends.feed(before, listening=False)
    ends.begin()
    return [
        stretch
        for at in range(0, len(sound), block)
        for stretch in ends.feed(sound[at : at + block])
    ]


def over(noise: Samples, speech: Samples, at_s: float) -> Samples:
    sound = noise.copy()
    at = round(at_s * RATE)
    sound[at : at + len(speech)] += speech
    return sound


@pytest.mark.parametrize("noise", [0.0, 0.0005, 0.01])
def test_speech_is_cut_out_whole_with_a_little_around_it(noise: float) -> None:
    sound = over(room(4.0, noise), murmur(1.0, 0.1), 1.5)
    (stretch,) = stretches(sound)
    assert 1.0 <= len(stretch) / RATE <= 1.8


def test_two_sentences_are_two_stretches_and_a_breath_between_words_divides_none() -> None:
    word = murmur(0.5, 0.1)
    breath = over(over(room(5.0, 0.002), word, 1.0), word, 1.8)
    assert len(stretches(breath)) == 1
    pause = over(over(room(5.0, 0.002), word, 1.0), word, 2.6)
    assert len(stretches(pause)) == 2


@pytest.mark.parametrize("block", [1, 97, 640, 48_000])
def test_it_does_not_depend_on_how_the_sound_comes_in(block: int) -> None:
    sound = over(room(2.5, 0.002), murmur(0.6, 0.1), 0.9)
    wanted, found = stretches(sound), stretches(sound, block)
    assert len(found) == len(wanted) == 1
    assert np.array_equal(found[0], wanted[0])


def test_a_bed_that_rises_and_swells_is_the_rooms_floor_and_no_speech() -> None:
    t = np.arange(20 * RATE) / RATE
    swell = 0.004 * 10 ** ((3 * np.sin(2 * np.pi * t / 7) + np.minimum(t, 8.0)) / 20)
    bed = room(20.0, 1.0) * swell.astype(np.float32)
    assert stretches(bed) == []
    assert len(stretches(over(bed, murmur(1.0, 0.2), 12.0))) == 1, "and a voice is heard over it"


def test_a_click_is_no_speech_and_one_who_talks_on_and_on_is_left_out() -> None:
    click = over(room(3.0, 0.0005), murmur(0.03, 0.3), 1.0)
    assert stretches(click) == []
    assert stretches(over(room(14.0, 0.0005), murmur(9.0, 0.1), 1.0)) == []


def test_what_had_begun_before_listening_did_is_left_out() -> None:
    tail = over(room(4.0, 0.0005), murmur(0.5, 0.1), 0.0)
    assert stretches(tail, before=room(2.0, 0.0005)) == []
    again = over(tail, murmur(0.5, 0.1), 2.0)
    assert len(stretches(again, before=room(2.0, 0.0005))) == 1


class Parrot:
    """A recogniser that reads everything as one phrase, and counts."""

    def __init__(self) -> None:
        self.lengths: list[float] = []

    def expect(self, phrases: Sequence[str]) -> None:
        pass

    def hear(self, stretch: Samples, hints: str, phrases: Sequence[str]) -> Recognition:
        self.lengths.append(len(stretch) / RATE)
        return heard(hints)

    def look_again(self, stretch: Samples, heard: Recognition) -> Recognition:
        return heard


def test_what_is_said_while_it_rests_is_never_read() -> None:
    parrot, lines = Parrot(), []
    listening = AnswerListener(parrot, lines.append)
    sound = over(room(3.0, 0.001), murmur(0.6, 0.1), 1.0)
    listening.feed(sound)
    assert lines == []
    listening.handle({"op": "listen", "turn": 4, "options": ["One"]})
    listening.feed(sound)
    assert [(line["op"], line["turn"]) for line in lines] == [("listening", 4), ("answer", 4)]
    listening.handle({"op": "rest"})
    listening.feed(sound)
    assert len(lines) == 2
    assert len(parrot.lengths) == 1


def test_it_tells_when_somebody_begins_to_speak_and_when_they_are_done() -> None:
    lines: list = []
    listening = AnswerListener(Parrot(), lines.append)
    listening.handle({"op": "listen", "turn": 4, "options": ["One"]})
    speech = over(room(4.0, 0.001), murmur(1.0, 0.1), 1.0)
    listening.feed(speech[: round(1.8 * RATE)])
    assert lines[-1] == {"op": "speech", "turn": 4, "active": True}
    listening.feed(speech[round(1.8 * RATE) :])
    assert [line["op"] for line in lines] == ["listening", "speech", "answer", "speech"]
    assert lines[-1]["active"] is False


def test_half_a_sentence_from_before_is_not_read_with_what_comes_after() -> None:
    parrot, lines = Parrot(), []
    listening = AnswerListener(parrot, lines.append)
    speech = over(room(1.3, 0.001), murmur(0.3, 0.1), 1.0)
    listening.feed(speech)  # ends in the middle of a word
    listening.handle({"op": "listen", "turn": 1, "options": ["One"]})
    listening.feed(over(room(3.0, 0.001), murmur(0.6, 0.1), 1.5))
    assert len(parrot.lengths) == 1
    assert parrot.lengths[0] < 1.4
