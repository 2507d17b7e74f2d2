"""A voice goes on speaking, whatever happens to the process in which it speaks."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from player.errors import UnavailableError
from player.script.utterance import Utterance
from player.voices import open_speech
from player.voices.silent import silent_clip
from player.voices.supervised import MAX_UTTERANCE_CHARACTERS, SupervisedVoice, VoiceLimits
from player.workers.launch import child_environment
from tests.support.processes import is_running
from tests.support.waiting import soon

FAULTY = [sys.executable, "-P", str(Path(__file__).parents[2] / "support" / "faulty_voice.py")]
LIMITS = VoiceLimits(start_s=1e6, sentence_s=1e6, character_s=0.0, deaths=3, max_delay_s=0.1)


class HangingClock:
    """The time, in which each hang of the voice takes ten times as long as is allowed.

    That time has passed once the voice hangs, and the player has set its deadline for that.
    """

    def __init__(self, folder: Path) -> None:
        self.voice: SupervisedVoice | None = None
        self._hangs = folder / "hangs"
        self._passed = 0

    def __call__(self) -> float:
        now = time.monotonic() + self._passed * 1e7
        process = self.voice and self.voice._process
        if process and process.ready and process.owed and "hang" in process.owed[0].text:
            self._passed = self._hangs.stat().st_size if self._hangs.exists() else 0
        return now


@pytest.fixture
def faulty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SupervisedVoice]:
    monkeypatch.setenv("FAULTS", str(tmp_path))
    clock = HangingClock(tmp_path)
    clock.voice = SupervisedVoice(FAULTY, {}, limits=LIMITS, clock=clock)
    yield clock.voice
    clock.voice.close()


def heard(speech: SupervisedVoice, text: str) -> bytes:
    clip = speech.take(Utterance(text), wait=True)
    assert clip is not None
    return clip.samples.tobytes()


@pytest.mark.parametrize("fault", ["crash", "raise", "hang"])
def test_a_sentence_that_fails_twice_is_said_the_third_time(
    faulty: SupervisedVoice, fault: str
) -> None:
    texts = ["Before.", f"{fault} 2: said at last.", "After."]
    for text in texts:
        faulty.request(Utterance(text))
    clips = [faulty.take(Utterance(text), wait=True) for text in texts]
    assert all(clip is not None and clip.samples.any() for clip in clips)
    assert faulty.trouble is None


@pytest.mark.parametrize(
    ("fault", "why"), [("crash", "it stopped"), ("raise", "tripped"), ("hang", "too long")]
)
def test_a_sentence_that_always_fails_is_silent_and_said_so_once(
    faulty: SupervisedVoice, fault: str, why: str
) -> None:
    utterance = Utterance(f"{fault}: never to be said aloud.")
    faulty.request(utterance)
    faulty.request(Utterance("And on."))
    clip = faulty.take(utterance, wait=True)
    assert clip is not None
    assert not clip.samples.any()
    assert clip.frames == silent_clip(utterance).frames
    assert np.frombuffer(heard(faulty, "And on."), np.float32).any()
    assert faulty.trouble is not None
    assert faulty.trouble.count("never to be said") == 1
    assert why in faulty.trouble


def test_what_a_library_prints_harms_nothing(faulty: SupervisedVoice) -> None:
    assert heard(faulty, "print: a word.") != heard(faulty, "After the print.")


def test_a_voice_that_never_starts_is_unavailable_and_does_not_spin() -> None:
    speech = SupervisedVoice(FAULTY, {"start": "crash"}, limits=LIMITS)
    with pytest.raises(UnavailableError, match="library is broken"):
        speech.take(Utterance("Hello."), wait=True)
    assert speech.pid is None
    assert speech._restarts.failures == LIMITS.deaths
    speech.close()


def test_a_voice_that_says_why_it_cannot_start_is_believed_at_once() -> None:
    speech = SupervisedVoice(FAULTY, {"start": "raise"})
    with pytest.raises(UnavailableError, match=r"libvoice.so: no such file"):
        speech.take(Utterance("Hello."), wait=True)
    speech.close()


def test_a_voice_that_is_not_there_is_said_in_one_sentence() -> None:
    speech = open_speech("system:klingon-us")
    with pytest.raises(UnavailableError, match="no voice 'klingon-us'"):
        speech.take(Utterance("Hello."), wait=True)
    speech.close()


def test_not_waiting_returns_at_once(faulty: SupervisedVoice) -> None:
    faulty._clock = time.monotonic  # the sentence is never late
    assert faulty.take(Utterance("hang: on."), wait=False) is None, "it waited for an hour"


def test_an_utterance_is_a_sentence_and_not_a_book(faulty: SupervisedVoice) -> None:
    with pytest.raises(ValueError, match="one sentence at a time"):
        faulty.request(Utterance("x" * (MAX_UTTERANCE_CHARACTERS + 1)))


def story(sentences: int) -> list[Utterance]:
    return [
        Utterance(f"Lamp {number} went out, and the stair was darker.")
        for number in range(sentences)
    ]


def kill_process(speech: SupervisedVoice) -> bool:
    """Kill its process; return whether there was one, and not just a pause before the next."""
    with contextlib.suppress(ProcessLookupError):
        if pid := speech.pid:
            os.kill(pid, signal.SIGKILL)
            return True
    return False


def killed_story(speech: SupervisedVoice, told: list[Utterance], kill_at: set[int]) -> list[bytes]:
    """Each sentence once, with the process killed before some, at different moments of its work."""
    asked, clips = 0, []
    for number, utterance in enumerate(told):
        while asked < min(len(told), number + 6):
            speech.request(told[asked])
            asked += 1
        if number in kill_at:
            time.sleep(0.013 * (number % 7))
            kill_process(speech)
        clips.append(heard(speech, utterance.text))
    return clips


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX")
def test_a_story_with_its_voice_killed_is_the_story_sample_for_sample() -> None:
    told = story(20)
    calm, stormy = open_speech("hibari", seed=3), open_speech("hibari", seed=3)
    assert isinstance(calm, SupervisedVoice)
    assert isinstance(stormy, SupervisedVoice)
    undisturbed = [heard(calm, utterance.text) for utterance in told]
    assert killed_story(stormy, told, {0, 1, 6, 11, 18}) == undisturbed
    assert len(set(undisturbed)) == len(told)
    assert stormy.trouble is None
    calm.close()
    stormy.close()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX")
def test_two_hundred_kills_at_random_lose_no_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FAULTS", raising=False)
    told, random = story(400), np.random.default_rng(5)
    reference = SupervisedVoice(FAULTY, {})
    undisturbed = [heard(reference, utterance.text) for utterance in told]
    assert reference.trouble is None
    reference.close()
    speech = SupervisedVoice(FAULTY, {})
    kills, clips, at = 0, [], 0
    while at < len(told):
        for utterance in told[at : at + 8]:
            speech.request(utterance)
        if kills < 200 and random.random() < 0.7:
            time.sleep(float(random.uniform(0, 0.25)))
            soon(lambda: kill_process(speech), "it is not started again", within_s=60.0)
            kills += 1
        clips.append(heard(speech, told[at].text))
        at += 1
    assert kills == 200
    assert clips == undisturbed
    assert speech.trouble is None
    speech.close()


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX")
def test_a_killed_player_leaves_no_voice_behind(tmp_path: Path) -> None:
    program = (
        "import os, sys, time\n"
        "from player.voices.supervised import SupervisedVoice\n"
        "from player.script.utterance import Utterance\n"
        f"speech = SupervisedVoice({FAULTY!r}, {{}})\n"
        "speech.take(Utterance('Ready.'), True)\n"
        "speech.request(Utterance('hang: for an hour'))\n"
        f"while not os.path.exists({str(tmp_path / 'hangs')!r}): time.sleep(0.01)\n"
        "print(speech.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    environment = child_environment() | {"FAULTS": str(tmp_path)}
    player = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, env=environment
    )
    assert player.stdout is not None
    pid = int(player.stdout.readline())
    os.kill(pid, signal.SIGINT)  # Ctrl-C is the player's
    time.sleep(0.1)
    os.kill(pid, 0)
    player.kill()
    player.wait()
    player.stdout.close()
    soon(lambda: not is_running(pid), f"the voice's process {pid} is still there", within_s=60.0)


def test_nothing_heavy_is_imported_before_the_voice_starts() -> None:
    program = (
        "import sys, player.voices, player.voices.catalog, player.voices.supervised\n"
        "heavy = {'numpy', 'hibari', 'onnxruntime', 'pydub', 'pyttsx3'} & set(sys.modules)\n"
        "sys.exit(', '.join(heavy) or 0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env=child_environment(), capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
