"""The system's voices, through pyttsx3: eSpeak NG on Linux, and the voices of macOS and Windows.

pyttsx3's queue loses settings and sentences unless each step is checked. So it gets one sentence
at a time, after an empty run that leaves its queue open. eSpeak is told to synchronise after the
settings and after the run; the settings are read back, the end of the sentence is waited for, and
the file is checked. A sentence that fails a check is spoken again.

eSpeak's pitch jitters, and its random state goes on from sentence to sentence. So each sentence is
spoken in a forked process (20 ms more): it does not depend on earlier ones, and the same sentence
always gives the same samples.

A speaker's formants are shifted by speaking slower and lower and playing faster, or the reverse, so
that the pace stays right. Where no pitch can be set (macOS, Windows), the pitch follows them.

Used in the voice's process.
"""

import ctypes
import os
import sys
import tempfile
import time
from collections.abc import Callable
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import soundfile

from player.audio import RATE, Filter, Samples, high_shelf, low_shelf, resample
from player.errors import UnavailableError
from player.message_text import guess
from player.script.sentences import has_words, pieces
from player.script.utterance import Utterance
from player.story.lexicon import Lexicon
from player.voices.forked import run_forked
from player.voices.silent import seconds_to_say

BEDTIME_WPM = 115
"""Setting for rate 1, with which eSpeak speaks 137 words per minute within a sentence."""

_WPM_RANGE = (80, 450)  # accepted by eSpeak
_PITCH_RATIO = (0.727, 0.749, 0.798, 0.839, 0.912, 1.0, 1.103, 1.223, 1.360, 1.684)
_PITCH_SETTING = (0, 10, 20, 30, 40, 50, 60, 70, 80, 99)
"""eSpeak's pitch settings, and the measured fundamental of each relative to that at 50."""

_TONE = np.stack([low_shelf(250.0, 5.0), high_shelf(2_500.0, 5.0)])
"""Equaliser for eSpeak. Its low frequencies are 5 to 13 dB weaker than people's (Byrne et al., JASA
96, 1994), and a warm soundscape masks them first; a cold one masks its weak consonants."""

_NO_MARKUP = str.maketrans("<>[]", "  ()")
"""Replaces markup: Windows' voices obey XML, which may name a file to play, and macOS's obey
``[[volm 1]]``."""

_MAX_RUN_CHARACTERS = 300  # about 50 words
_TRIES = 4
_FINISH_S = 8.0
_FAILED: tuple[Samples, int] = (np.zeros(1, np.float32), 22_050)
_Result = TypeVar("_Result")


class SystemVoice:
    """Synthesiser with one voice of the system. With eSpeak, equal utterances sound equal."""

    def __init__(self, voice: str | None, lexicon: Lexicon) -> None:
        """Check that it can speak. ``voice`` is an id of `voices`; None is the system's default.

        Raises `UnavailableError` if the voice or a library is missing.
        """
        self._lexicon = lexicon
        self._voice = voice
        self._engine: _Engine | None = None
        try:
            _prepare()
            self._with_engine(lambda engine: None)  # fails now if anything is missing
        except (ImportError, OSError, RuntimeError) as error:
            raise UnavailableError(
                f"The system's voice cannot start ({error}); install pyttsx3 and, on Linux,"
                " espeakng-loader."
            ) from error

    def voices(self) -> list[tuple[str, bool]]:
        """Return the ids of the installed voices, and whether each speaks English."""
        return [(ident, english) for ident, english in self._with_engine(_Engine.voices)]

    def speak(self, utterance: Utterance) -> tuple[Samples, int]:
        """Return raw samples ``(n,)`` and their rate in Hz; no samples if nothing can be said."""
        throat = float(np.clip(utterance.shading.formant, 0.7, 1.4))
        parts, rate = [np.zeros(0, np.float32)], 22_050
        plain = self._lexicon.respelled(utterance.text).translate(_NO_MARKUP)
        for text in pieces(plain, _MAX_RUN_CHARACTERS):
            if has_words(text):
                samples, rate = self._say(text, utterance, throat)
                parts.append(samples)
        played = rate if throat == 1.0 else 50 * round(rate * throat / 50)
        samples = resample(np.concatenate(parts), played)
        if _is_espeak():
            samples = Filter(_TONE, channels=1)(samples[:, None])[:, 0]
        return samples, RATE

    def _say(self, text: str, utterance: Utterance, throat: float) -> tuple[Samples, int]:
        wanted = BEDTIME_WPM * utterance.rate * utterance.shading.rate / throat
        wpm = int(np.clip(round(wanted), *_WPM_RANGE))
        expected = seconds_to_say(Utterance(text)) * 140 / wpm
        for _ in range(_TRIES):
            samples, rate = self._with_engine(
                lambda engine: engine.say(text, wpm, utterance.shading.pitch / throat)
            )
            if len(samples) > 0.1 * expected * rate and np.abs(samples).max() > 1e-3:
                return samples, rate
        raise UnavailableError(f"The system's voice could not be made to say {text[:60]!r}.")

    def _with_engine(self, act: "Callable[[_Engine], _Result]") -> _Result:
        if _is_espeak():
            return run_forked(lambda: act(_Engine(self._voice)))
        if self._engine is None:
            self._engine = _Engine(self._voice)
        return act(self._engine)


class _Engine:
    """pyttsx3 with a chosen voice, and every step checked."""

    def __init__(self, voice: str | None) -> None:
        import pyttsx3

        self._pyttsx3: Any = pyttsx3.init()
        self._finished: list[bool] = []
        self._pyttsx3.connect("finished-utterance", self._on_finished)
        self._pyttsx3.runAndWait()  # before a first run, it applies settings too late
        if voice is not None:
            self._choose(voice)

    def voices(self) -> list[tuple[str, bool]]:
        """Return the same as `SystemVoice.voices`."""
        voices = self._pyttsx3.getProperty("voices")
        return [(voice.id, _is_english(voice)) for voice in voices]

    def say(self, text: str, wpm: int, pitch: float) -> tuple[Samples, int]:
        """Return the samples of ``text`` and their rate; one zero sample if a check fails.

        The temporary file is removed at once, because nothing of a night may be left on disk.
        """
        with tempfile.TemporaryDirectory(
            prefix="dreamers-voice-", ignore_cleanup_errors=True
        ) as folder:
            path = Path(folder, "said.wav")
            if self._set(wpm, pitch) and self._run(text, path):
                return _read(path)
        return _FAILED

    def _set(self, wpm: int, pitch: float) -> bool:
        """Set pace and pitch; return whether the pace was accepted."""
        self._pyttsx3.setProperty("rate", wpm)
        if _is_espeak():
            self._pyttsx3.setProperty(
                "pitch", round(float(np.interp(pitch, _PITCH_RATIO, _PITCH_SETTING)))
            )
        _synchronise()
        return int(self._pyttsx3.getProperty("rate")) == wpm

    def _run(self, text: str, path: Path) -> bool:
        """Write the speech of ``text`` to ``path``; return whether it was spoken to its end."""
        self._finished.clear()
        self._pyttsx3.save_to_file(text, str(path))
        self._pyttsx3.runAndWait()
        _synchronise()
        deadline = time.monotonic() + _FINISH_S
        while not (self._finished and path.exists()) and time.monotonic() < deadline:
            time.sleep(0.005)
        return bool(self._finished) and path.exists()

    def _on_finished(self, name: str, completed: bool) -> None:
        self._finished.append(completed)

    def _choose(self, voice: str) -> None:
        """Choose a voice. Raises `UnavailableError` if it is missing; pyttsx3 would ignore that."""
        ids = [ident for ident, _ in self.voices()]
        base = voice.partition("+")[0].lower()
        match = next((i for i in ids if base in (i.lower(), i.lower().rpartition("/")[2])), None)
        if match is None:
            raise UnavailableError(unknown_voice(voice, ids))
        setting = match + voice[len(base) :]
        self._pyttsx3.setProperty("voice", setting)
        _synchronise()
        chosen = str(self._pyttsx3.getProperty("voice"))
        if _is_espeak() and chosen.lower() != setting.lower():
            raise UnavailableError(unknown_voice(voice, ids))


def unknown_voice(voice: str, ids: list[str]) -> str:
    """Return a sentence about a voice that is missing, with guesses at what was meant."""
    short = {i.rpartition("/")[2]: i for i in ids} | {i: i for i in ids}
    near = dict.fromkeys(short[match] for match in get_close_matches(voice, short, 4, 0.5))
    return f"The system has no voice {voice!r}; {guess(near) or '`dreamers voices` lists them.'}"


def _prepare() -> None:
    """Load eSpeak's library and data, so that no forked process has to.

    eSpeak itself is not started here, because its threads would not survive a fork.
    """
    if not _is_espeak():
        return
    try:
        import espeakng_loader
    except ImportError:
        pass  # the system's libespeak-ng may be installed
    else:
        data = Path(espeakng_loader.get_data_path())
        os.environ["ESPEAK_DATA_PATH"] = str(data.parent)
        # Loaded before pyttsx3 asks for it by name, so that the linker finds this one.
        ctypes.CDLL(espeakng_loader.get_library_path(), mode=ctypes.RTLD_GLOBAL)
    import_module("pyttsx3.drivers.espeak")


def _is_espeak() -> bool:
    return sys.platform not in ("darwin", "win32")


def _synchronise() -> None:
    if _is_espeak():
        from pyttsx3.drivers import _espeak

        _espeak.Synchronize()


def _is_english(voice: Any) -> bool:
    languages = [str(language).lower() for language in getattr(voice, "languages", None) or []]
    return any(language.startswith("en") for language in languages)


def _read(path: Path) -> tuple[Samples, int]:
    """Return a file as mono samples and their rate; WAV or (on macOS) AIFF, whatever its name."""
    try:
        samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    except soundfile.LibsndfileError:
        return _FAILED
    return samples.mean(axis=1), rate
