"""The system's voice, through pyttsx3: every sentence whole, at its rate, in its file."""

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from player import audio
from player.audio import Samples
from player.errors import UnavailableError
from player.script.utterance import Utterance, VoiceShading
from player.story.lexicon import Lexicon
from player.voices import Speech, names, open_speech
from player.voices.forked import run_forked
from player.voices.supervised import SupervisedVoice
from player.voices.system import SystemVoice
from tests.support.listening import formant_factor, fundamental_hz
from tests.support.waiting import soon

pytestmark = pytest.mark.skipif(
    sys.platform != "linux",
    reason="eSpeak NG's pace and pitch are measured; SAPI and NSSpeech vary",
)
TEXT = "The lamps along the corridor had been told to stay awake, and so had everyone beneath them."


@pytest.fixture(scope="module")
def speech() -> Iterator[Speech]:
    opened = open_speech("system", lexicon=Lexicon(respell={"Mira": "Mirabella"}))
    yield opened
    opened.close()


def said(speech: Speech, utterance: Utterance) -> Samples:
    clip = speech.take(utterance, wait=True)
    assert clip is not None
    return clip.samples


def check_in_a_row(speech: Speech, count: int) -> None:
    """Three rates in turn, sentences of one length: a rate that was lost shows in the length."""
    rates = (1.0, 0.8, 1.3)
    told = [
        Utterance(
            f"Lantern {10 + n % 90} went out, and the long stair was darker.", rate=rates[n % 3]
        )
        for n in range(count)
    ]
    lengths = []
    for number, utterance in enumerate(told):
        for ahead in told[number : number + 4]:
            speech.request(ahead)
        clip = said(speech, utterance)
        assert audio.loudness(clip) == pytest.approx(-20.0, abs=0.1)
        lengths.append(len(clip) / audio.RATE * utterance.rate)
    middle = sorted(lengths)[count // 2]
    wrong = [f"{n}: {s:.2f} s" for n, s in enumerate(lengths) if not 0.85 < s / middle < 1.15]
    assert not wrong, f"around {middle:.2f} s"


def test_twelve_sentences_in_a_row_are_all_there_at_their_rate(speech: Speech) -> None:
    check_in_a_row(speech, 12)


@pytest.mark.slow
def test_two_hundred_sentences_in_a_row_are_all_there_at_their_rate(speech: Speech) -> None:
    check_in_a_row(speech, 200)


def test_the_first_sentence_has_its_rate_too() -> None:
    speech = open_speech("system")
    first = said(speech, Utterance(TEXT))
    again = said(speech, Utterance(TEXT + " "))
    assert len(first) == pytest.approx(len(again), rel=0.02)
    assert 115 < len(TEXT.split()) / (len(first) / audio.RATE) * 60 < 150
    speech.close()


def test_a_sentence_is_the_same_samples_whatever_was_said_before_it(speech: Speech) -> None:
    first = said(speech, Utterance(TEXT))
    for before in ("A lamp.", "Snow fell on the stairs, and on the lamps, and on the snow."):
        said(speech, Utterance(before))
        alone = open_speech("system")
        said(alone, Utterance(before, rate=0.8))
        assert np.array_equal(said(alone, Utterance(TEXT)), first)
        alone.close()


def test_what_is_done_apart_is_told_raised_or_missed_and_leaves_nothing_of_ours_open() -> None:
    kept_open = os.pipe()
    assert run_forked(lambda: [fd for fd in kept_open if _is_open(fd)]) == []
    assert all(map(_is_open, kept_open)), "here they stay as they were"
    with pytest.raises(RuntimeError, match="KeyError: 'lamp'"):
        run_forked(lambda: {}["lamp"])
    with pytest.raises(UnavailableError, match="broke off"):
        run_forked(lambda: os.kill(os.getpid(), signal.SIGKILL))
    for fd in kept_open:
        os.close(fd)


def _is_open(fd: int) -> bool:
    try:
        os.fstat(fd)
    except OSError:
        return False
    return True


@pytest.mark.parametrize(
    "shading",
    [
        VoiceShading(0.93, 0.97),
        VoiceShading(0.65, 0.87),
        VoiceShading(1.2, 1.13),
        VoiceShading(1.0, 1.13),
    ],
)
def test_a_member_of_the_cast_has_a_pitch_and_a_throat_of_their_own(
    speech: Speech, shading: VoiceShading
) -> None:
    narrator = said(speech, Utterance(TEXT))
    member = said(speech, Utterance(TEXT, shading))
    pitch = fundamental_hz(member) / fundamental_hz(narrator)
    assert pitch == pytest.approx(shading.pitch, rel=0.07)
    assert formant_factor(member, narrator) == pytest.approx(shading.formant, rel=0.025)
    assert len(member) == pytest.approx(len(narrator), rel=0.03), "the pace stays"


def test_names_are_respelled(speech: Speech) -> None:
    plain = open_speech("system")
    spelt = said(plain, Utterance("Mirabella slept."))
    assert len(said(speech, Utterance("Mira slept."))) == pytest.approx(len(spelt), rel=0.01)
    assert len(said(plain, Utterance("Mira slept."))) != pytest.approx(len(spelt), rel=0.01)
    plain.close()


def test_a_voice_is_chosen_by_its_id() -> None:
    english = [name for name in names() if name.startswith("system:")]
    assert "system:gmw/en-us" in english
    lengths = set()
    for name in ("system:gmw/en-gb-scotland", "system:en-us", "system:en-us+f3"):
        speech = open_speech(name)
        lengths.add(round(fundamental_hz(said(speech, Utterance(TEXT)))))
        speech.close()
    assert len(lengths) >= 2


@pytest.mark.parametrize("killed", [False, True])
def test_nothing_of_what_was_said_is_left_on_the_disk(
    killed: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    speech = open_speech("system")
    said(speech, Utterance(TEXT))
    assert not [*tmp_path.iterdir()], "after a sentence"
    speech.request(Utterance(f"{TEXT} " * 8))
    soon(lambda: [*tmp_path.iterdir()], "the next sentence was not begun")
    if killed:
        assert isinstance(speech, SupervisedVoice)
        os.kill(speech.pid, signal.SIGKILL)
    speech.close()
    soon(lambda: not [*tmp_path.iterdir()], "after one that nobody waited for")


def test_no_words_of_a_story_are_orders_to_the_voice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows' voices obey XML in a text, and those of macOS double brackets."""
    told: list[str] = []

    def say(_: SystemVoice, text: str, *__: object) -> tuple[np.ndarray, int]:
        told.append(text)
        return np.zeros(10, np.float32), 22_050

    monkeypatch.setattr(SystemVoice, "__init__", lambda self: setattr(self, "_lexicon", Lexicon()))
    monkeypatch.setattr(SystemVoice, "_say", say)
    SystemVoice().speak(Utterance('<audio src="loud.wav"/> [[volm 1.0]] Good night.'))  # type: ignore[call-arg]
    assert told
    assert not set("".join(told)) & set("<>[]")
    assert "Good night." in told[-1]
