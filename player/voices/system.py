"""The voices of the machine, through pyttsx3: eSpeak NG on Linux, and what macOS and Windows have.

pyttsx3's queue loses settings and sentences unless it is held by the hand. So: one sentence at a
time, after an empty run that leaves its queue open; eSpeak told to synchronise after the settings
and after the run; the setting read back, the end of the sentence waited for, and the file that was
written checked before it is believed. What fails a check is said again.

eSpeak's pitch wavers, and goes on wavering from sentence to sentence. So each sentence is said by
an eSpeak of its own, in a process split off for it (20 ms more): what was said before, or ahead, is
not heard in it, and the same sentence is always the same samples.

eSpeak has a pitch of its own. The throat of a member of the cast (its formants) is made by speaking
slower and lower and playing faster, or the reverse, so that the pace stays right; elsewhere, where
no pitch can be set, the pitch follows the throat.

This module lives in the child process.
"""

import ctypes
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn, TypeVar, cast

import numpy as np
import soundfile

from player.audio import RATE, Filter, Samples, high_shelf, low_shelf, resample
from player.errors import UnavailableError
from player.message_text import guess
from player.script.sentences import has_words, pieces
from player.script.utterance import Utterance
from player.story.lexicon import Lexicon
from player.voices.silent import seconds_to_say
from player.workers.framing import BrokenFrameError, Message, read_frame, write_frame

BEDTIME_WPM = 115
"""What is set for rate 1: eSpeak then measures 137 words a minute within a sentence."""

_WPM_RANGE = (80, 450)  # eSpeak's own
_PITCH_RATIO = (0.727, 0.749, 0.798, 0.839, 0.912, 1.0, 1.103, 1.223, 1.360, 1.684)
_PITCH_SETTING = (0, 10, 20, 30, 40, 50, 60, 70, 80, 99)
"""eSpeak's pitch setting against the fundamental it gives, as a factor on that at 50 (measured)."""

_TONE = np.stack([low_shelf(250.0, 5.0), high_shelf(2_500.0, 5.0)])
"""What eSpeak lacks. Its lows are 5 to 13 dB under those of people (Byrne et al., JASA 96, 1994),
and drown first in a warm room; of its weak consonants the hiss of a cold one took some."""

_NO_MARKUP = str.maketrans("<>[]", "  ()")
"""Windows' voices obey XML, which may name a file to play, and macOS's obey ``[[volm 1]]``."""

_LONGEST = 300  # characters in one run: about 50 words
_TRIES = 4
_FINISH_S = 8.0
_HANGS_S = 20  # an eSpeak that has not ended of itself by then
_NOTHING: tuple[Samples, int] = (np.zeros(1, np.float32), 22_050)
_Did = TypeVar("_Did")


class SystemVoice:
    """Speaks utterances with one voice of the system; eSpeak says the same one the same way."""

    def __init__(self, voice: str | None, lexicon: Lexicon) -> None:
        """``voice``: an id of :meth:`voices`, or ``None`` for the system's own choice."""
        self._lexicon = lexicon
        self._voice = voice
        self._engine: _Engine | None = None
        try:
            _prepare()
            self._with_engine(lambda engine: None)  # what is not there is said now
        except (ImportError, OSError, RuntimeError) as error:
            raise UnavailableError(
                f"The system's voice cannot start ({error}); install pyttsx3 and, on Linux,"
                " espeakng-loader."
            ) from error

    def voices(self) -> list[tuple[str, bool]]:
        """The ids of the installed voices, and whether each speaks English."""
        return [(ident, english) for ident, english in self._with_engine(_Engine.voices)]

    def speak(self, utterance: Utterance) -> tuple[Samples, int]:
        """Raw samples ``(n,)`` and their rate; none where there is nothing to say."""
        throat = float(np.clip(utterance.shading.formant, 0.7, 1.4))
        parts, rate = [np.zeros(0, np.float32)], 22_050
        for text in pieces(self._lexicon.respelled(utterance.text).translate(_NO_MARKUP), _LONGEST):
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

    def _with_engine(self, act: "Callable[[_Engine], _Did]") -> _Did:
        if _is_espeak():
            return _apart(lambda: act(_Engine(self._voice)))
        if self._engine is None:
            self._engine = _Engine(self._voice)
        return act(self._engine)


class _Engine:
    """pyttsx3, held by the hand, with its voice chosen."""

    def __init__(self, voice: str | None) -> None:
        import pyttsx3

        self._pyttsx3: Any = pyttsx3.init()
        self._finished: list[bool] = []
        self._pyttsx3.connect("finished-utterance", self._on_finished)
        self._pyttsx3.runAndWait()  # until a first run, it queues settings past their sentence
        if voice is not None:
            self._choose(voice)

    def voices(self) -> list[tuple[str, bool]]:
        """As :meth:`SystemVoice.voices`."""
        found = self._pyttsx3.getProperty("voices")
        return [(voice.id, _is_english(voice)) for voice in found]

    def say(self, text: str, wpm: int, pitch: float) -> tuple[Samples, int]:
        """What was said, as far as it was, and its rate. Its file is gone again at once, though
        whoever asked is ended meanwhile: nothing of a night is to be left lying about."""
        with tempfile.TemporaryDirectory(
            prefix="dreamers-voice-", ignore_cleanup_errors=True
        ) as folder:
            path = Path(folder, "said.wav")
            if self._set(wpm, pitch) and self._run(text, path):
                return _read(path)
        return _NOTHING

    def _set(self, wpm: int, pitch: float) -> bool:
        """Set pace and pitch; whether the pace arrived."""
        self._pyttsx3.setProperty("rate", wpm)
        if _is_espeak():
            self._pyttsx3.setProperty(
                "pitch", round(float(np.interp(pitch, _PITCH_RATIO, _PITCH_SETTING)))
            )
        _synchronise()
        return int(self._pyttsx3.getProperty("rate")) == wpm

    def _run(self, text: str, path: Path) -> bool:
        """Have ``text`` written to ``path``; whether it was said to its end."""
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
        """pyttsx3 passes over a voice that is not there; this says so."""
        ids = [known for known, _ in self.voices()]
        base = voice.partition("+")[0].lower()
        known = next((i for i in ids if base in (i.lower(), i.lower().rpartition("/")[2])), None)
        if known is None:
            raise UnavailableError(unknown_voice(voice, ids))
        self._pyttsx3.setProperty("voice", known + voice[len(base) :])
        _synchronise()
        now = str(self._pyttsx3.getProperty("voice"))
        if _is_espeak() and now.lower() != (known + voice[len(base) :]).lower():
            raise UnavailableError(unknown_voice(voice, ids))


def unknown_voice(voice: str, ids: list[str]) -> str:
    """One sentence about a voice that is not there, with what may have been meant."""
    short = {i.rpartition("/")[2]: i for i in ids} | {i: i for i in ids}
    near = dict.fromkeys(short[match] for match in get_close_matches(voice, short, 4, 0.5))
    return f"The system has no voice {voice!r}; {guess(near) or '`dreamers voices` lists them.'}"


def _prepare() -> None:
    """Load what every eSpeak needs, which none that is split off then has to load again; but start
    none here: it has threads, and they do not come along."""
    if not _is_espeak():
        return
    try:
        import espeakng_loader
    except ImportError:
        pass  # then the system's own libespeak-ng may be there
    else:
        data = Path(espeakng_loader.get_data_path())
        os.environ["ESPEAK_DATA_PATH"] = str(data.parent)
        # Loaded before pyttsx3 looks for it: then its name is already known to the linker.
        ctypes.CDLL(espeakng_loader.get_library_path(), mode=ctypes.RTLD_GLOBAL)
    import_module("pyttsx3.drivers.espeak")


def _apart(act: Callable[[], _Did]) -> _Did:
    """What ``act`` returns or raises, done in a process split off from this one.

    It keeps nothing of ours open, so that our own end is noticed though it may still be busy.

    It comes as a frame, and not pickled: what an eSpeak that went astray wrote must not be able to
    start anything here.

    Raises:
        UnavailableError: that process ended without a word, or raised this itself.
        RuntimeError: it raised anything else.
        BrokenFrameError: it wrote nonsense.
    """
    receiver, sender = os.pipe()
    pid = os.fork()
    if not pid:
        _do_and_end(act, sender)
    os.close(sender)
    try:
        with open(receiver, "rb") as answer:
            told = read_frame(answer)
    finally:
        os.waitpid(pid, 0)
    if told is None:
        raise UnavailableError("The system's voice broke off; `dreamers doctor` says more.")
    return cast(_Did, _unpacked(*told))


def _do_and_end(act: Callable[[], object], sender: int) -> NoReturn:
    try:
        signal.alarm(_HANGS_S)
        for ours in map(int, os.listdir("/dev/fd")):
            with suppress(OSError):  # the listing's own
                if ours != sender:
                    os.close(ours)
        nowhere = os.open(os.devnull, os.O_RDWR)  # the first that is free: 0
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        with open(sender, "wb") as answer:
            write_frame(answer, *_packed(act))
    finally:
        os._exit(0)


def _packed(act: Callable[[], object]) -> tuple[Message, bytes]:
    """Return what ``act`` gives or raises as a frame: samples and their rate, or plain values."""
    try:
        done = act()
    except UnavailableError as error:
        return {"unavailable": str(error)}, b""
    except Exception as error:  # raised again where it is waited for
        return {"failed": f"{type(error).__name__}: {error}"}, b""
    if isinstance(done, tuple):
        samples, rate = cast("tuple[Samples, int]", done)
        return {"rate": rate}, samples.astype(np.float32).tobytes()
    return {"value": done}, b""


def _unpacked(header: Message, payload: bytes) -> object:
    match header:
        case {"rate": int(rate)}:
            return np.frombuffer(payload, np.float32), rate
        case {"unavailable": str(why)}:
            raise UnavailableError(why)
        case {"failed": str(why)}:
            raise RuntimeError(why)
        case {"value": value}:
            return value
    raise BrokenFrameError(str(header)[:80])


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
    try:
        samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    except soundfile.LibsndfileError:
        return _NOTHING
    return samples.mean(axis=1), rate
