"""The voices of the machine, through pyttsx3: eSpeak NG on Linux, and what macOS and Windows have.

pyttsx3's queue loses settings and sentences unless it is held by the hand. So: one sentence at a
time, after an empty run that leaves its queue open; eSpeak told to synchronise after the settings
and after the run; the setting read back, the end of the sentence waited for, and the file that was
written checked before it is believed. What fails a check is said again.

eSpeak has a pitch of its own. The throat of a member of the cast (its formants) is made by speaking
slower and lower and playing faster, or the reverse, so that the pace stays right; elsewhere, where
no pitch can be set, the pitch follows the throat.

This module lives in the child process.
"""

import ctypes
import os
import sys
import tempfile
import time
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np

from player.audio import RATE, Filter, Samples, high_shelf, resample
from player.errors import UnavailableError
from player.lexicon import Lexicon
from player.sentences import has_words, pieces
from player.speech import Utterance
from player.voices.silent import seconds_to_say

BEDTIME_WPM = 115
"""What is set for rate 1: eSpeak then measures 137 words a minute within a sentence."""

_WPM_RANGE = (80, 450)  # eSpeak's own
_PITCH_RATIO = (0.727, 0.749, 0.798, 0.839, 0.912, 1.0, 1.103, 1.223, 1.360, 1.684)
_PITCH_SETTING = (0, 10, 20, 30, 40, 50, 60, 70, 80, 99)
"""eSpeak's pitch setting against the fundamental it gives, as a factor on that at 50 (measured)."""

_PRESENCE = high_shelf(2_500.0, 5.0)
"""eSpeak's consonants are weak: over the hiss of a cold bed, one word in twenty-five was lost."""

_LONGEST = 300  # characters in one run: about 50 words
_TRIES = 4
_FINISH_S = 8.0
_NOTHING: tuple[Samples, int] = (np.zeros(1, np.float32), 22_050)


class SystemVoice:
    """Speaks utterances with one voice of the system."""

    def __init__(self, voice: str | None, lexicon: Lexicon) -> None:
        """``voice``: an id of :meth:`voices`, or ``None`` for the system's own choice."""
        self._lexicon = lexicon
        self._engine = _engine()
        self._finished: list[bool] = []
        self._engine.connect("finished-utterance", self._on_finished)
        self._engine.runAndWait()  # until a first run, pyttsx3 queues settings past their sentence
        if voice is not None:
            self._choose(voice)

    def voices(self) -> list[tuple[str, bool]]:
        """The ids of the installed voices, and whether each speaks English."""
        found = self._engine.getProperty("voices")
        return [(voice.id, _is_english(voice)) for voice in found]

    def speak(self, utterance: Utterance) -> tuple[Samples, int]:
        """Raw samples ``(n,)`` and their rate; none where there is nothing to say."""
        throat = float(np.clip(utterance.shade.formant, 0.7, 1.4))
        parts, rate = [np.zeros(0, np.float32)], 22_050
        for text in pieces(self._lexicon.respelled(utterance.text), _LONGEST):
            if has_words(text):
                samples, rate = self._say(text, utterance, throat)
                parts.append(samples)
        played = rate if throat == 1.0 else 50 * round(rate * throat / 50)
        samples = resample(np.concatenate(parts), played)
        if _is_espeak():
            samples = Filter(_PRESENCE[None], channels=1)(samples[:, None])[:, 0]
        return samples, RATE

    def _say(self, text: str, utterance: Utterance, throat: float) -> tuple[Samples, int]:
        wanted = BEDTIME_WPM * utterance.rate * utterance.shade.rate / throat
        wpm = int(np.clip(round(wanted), *_WPM_RANGE))
        expected = seconds_to_say(Utterance(text)) * 140 / wpm
        for _ in range(_TRIES):
            samples, rate = self._try(text, wpm, utterance.shade.pitch / throat)
            if len(samples) > 0.1 * expected * rate and np.abs(samples).max() > 1e-3:
                return samples, rate
        raise UnavailableError(f"The system's voice could not be made to say {text[:60]!r}.")

    def _try(self, text: str, wpm: int, pitch: float) -> tuple[Samples, int]:
        """What was said, as far as it was. Its file is gone again at once: the process may be
        ended at any time, and nothing of a night is to be left lying about."""
        with tempfile.TemporaryDirectory(
            prefix="dreamers-voice-", ignore_cleanup_errors=True
        ) as folder:
            path = Path(folder, "said.wav")
            if self._set(wpm, pitch) and self._run(text, path):
                return _read(path)
        return _NOTHING

    def _set(self, wpm: int, pitch: float) -> bool:
        """Set pace and pitch; whether the pace arrived."""
        self._engine.setProperty("rate", wpm)
        if _is_espeak():
            self._engine.setProperty(
                "pitch", round(float(np.interp(pitch, _PITCH_RATIO, _PITCH_SETTING)))
            )
        _synchronise()
        return int(self._engine.getProperty("rate")) == wpm

    def _run(self, text: str, path: Path) -> bool:
        """Have ``text`` written to ``path``; whether it was said to its end."""
        self._finished.clear()
        self._engine.save_to_file(text, str(path))
        self._engine.runAndWait()
        _synchronise()
        deadline = time.monotonic() + _FINISH_S
        while not (self._finished and path.exists()) and time.monotonic() < deadline:
            time.sleep(0.005)
        return bool(self._finished) and path.exists()

    def _on_finished(self, name: str, completed: bool) -> None:
        self._finished.append(completed)

    def _choose(self, voice: str) -> None:
        """pyttsx3 passes over a voice that is not there; this says so."""
        ids = [known for known, _ in self.voices()]
        base = voice.partition("+")[0].lower()
        known = next((i for i in ids if base in (i.lower(), i.lower().rpartition("/")[2])), None)
        if known is None:
            raise UnavailableError(unknown_voice(voice, ids))
        self._engine.setProperty("voice", known + voice[len(base) :])
        _synchronise()
        now = str(self._engine.getProperty("voice"))
        if _is_espeak() and now.lower() != (known + voice[len(base) :]).lower():
            raise UnavailableError(unknown_voice(voice, ids))


def unknown_voice(voice: str, ids: list[str]) -> str:
    """One sentence about a voice that is not there, with what may have been meant."""
    short = {i.rpartition("/")[2]: i for i in ids} | {i: i for i in ids}
    near = dict.fromkeys(short[match] for match in get_close_matches(voice, short, 4, 0.5))
    meant = f"did you mean {' or '.join(near)}?" if near else "`dreamers voices` lists them."
    return f"The system has no voice {voice!r}; {meant}"


def _engine() -> Any:
    """pyttsx3's engine, with the eSpeak NG that came as a wheel where there is one."""
    if _is_espeak():
        try:
            import espeakng_loader
        except ImportError:
            pass  # then the system's own libespeak-ng may be there
        else:
            data = Path(espeakng_loader.get_data_path())
            os.environ["ESPEAK_DATA_PATH"] = str(data.parent)
            # Loaded before pyttsx3 looks for it: then its name is already known to the linker.
            ctypes.CDLL(espeakng_loader.get_library_path(), mode=ctypes.RTLD_GLOBAL)
    try:
        import pyttsx3

        return pyttsx3.init()
    except (ImportError, OSError, RuntimeError) as error:
        raise UnavailableError(
            f"The system's voice cannot start ({error}); install pyttsx3 and, on Linux,"
            " espeakng-loader."
        ) from error


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
    """The file as mono; WAV whatever its name says, or AIFF on macOS."""
    import soundfile

    try:
        samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    except soundfile.LibsndfileError:
        return _NOTHING
    return samples.mean(axis=1), rate
