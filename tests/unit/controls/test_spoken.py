"""Spoken answers: when it listens, and what becomes of a process that does not."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from player.controls import PlaybackCommand
from player.controls.spoken import ECHO_S, RecogniserLimits, SpokenControls, open_spoken_controls
from player.errors import UnavailableError
from player.script import Ask, Option
from player.session import Choose, Event, Understood
from tests.support.needs import need_package

EARS = [sys.executable, "-P", str(Path(__file__).parents[2] / "support" / "faulty_ears.py")]
HASTE = RecogniserLimits(start_s=20.0, silent_s=20.0, pause_s=0.05, longest_pause_s=0.1, starts=3)
LAMP = Ask((Option("Follow the lamp"), Option("Stay by the gate")), 0, None, "", "", "Start")
TEA = Ask((Option("More tea"), Option("Enough")), 0, None, "", "", "Tea")


@pytest.fixture
def spoken(tmp_path: Path) -> Iterator[Callable[..., SpokenControls]]:
    """Opens answers whose listening process hears and does what it is told to."""
    opened: list[SpokenControls] = []

    def open_with(
        patience: RecogniserLimits = HASTE, latency_s: float = 0.0, **greeting: object
    ) -> SpokenControls:
        answers = SpokenControls(
            EARS, {"folder": str(tmp_path), **greeting}, lambda: latency_s, patience
        )
        opened.append(answers)
        return answers

    yield open_with
    for answers in opened:
        answers.close()


def until(
    answers: SpokenControls, done: Callable[[], bool], ask: Ask = LAMP, waiting: bool = True
) -> list:
    """Ask it as a night does, block after block, until it is ``done``; what it answered."""
    given, deadline = [], time.monotonic() + 20
    while not done():
        assert time.monotonic() < deadline, (given, answers.trouble)
        answer = answers.poll(ask, waiting)
        given += [answer] if answer not in (None, PlaybackCommand.HOLD) else []
        time.sleep(0.01)
    return given


def for_a_while(answers: SpokenControls, seconds: float, ask: Ask | None, waiting: bool) -> list:
    """The same for so long."""
    until_then = time.monotonic() + seconds
    given = []
    while time.monotonic() < until_then:
        answer = answers.poll(ask, waiting)
        given += [answer] if answer not in (None, PlaybackCommand.HOLD) else []
        time.sleep(0.01)
    return given


def wishes(folder: Path) -> list[dict]:
    path = folder / "wishes"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def first_answer(answers: SpokenControls, ask: Ask = LAMP) -> Understood:
    given: list = []
    deadline = time.monotonic() + 20
    while not given:
        assert time.monotonic() < deadline, answers.trouble
        given = for_a_while(answers, 0.05, ask, waiting=True)
    return given[0]


# -- when it listens -------------------------------------------------------------------------------


def test_what_is_understood_is_an_answer_with_the_words_to_say_back(spoken) -> None:
    answers = spoken(hears=["the gate"])
    assert first_answer(answers) == Understood(Choose(1), "The gate.")


def test_nothing_is_started_before_the_first_question(spoken, tmp_path: Path) -> None:
    answers = spoken(hears=["one"])
    assert for_a_while(answers, 0.3, None, waiting=False) == []
    assert answers.pid is None
    assert not (tmp_path / "starts").exists()


def test_it_listens_only_when_the_question_has_been_heard_to_its_end(spoken, tmp_path) -> None:
    answers = spoken(latency_s=0.4)
    until(answers, lambda: answers.pid is not None, waiting=False)
    for_a_while(answers, 0.8, LAMP, waiting=False)
    assert wishes(tmp_path) == []
    assert not answers.listening
    asked = time.monotonic()
    until(answers, lambda: answers.listening)
    assert time.monotonic() - asked >= 0.4 + ECHO_S
    assert [wish["op"] for wish in wishes(tmp_path)] == ["listen"]
    assert wishes(tmp_path)[0]["options"] == [option.text for option in LAMP.options]


def test_it_rests_while_the_question_is_asked_again(spoken, tmp_path: Path) -> None:
    answers = spoken()
    until(answers, lambda: answers.listening)
    for_a_while(answers, 0.2, LAMP, waiting=False)
    assert not answers.listening
    until(answers, lambda: answers.listening)
    assert [wish["op"] for wish in wishes(tmp_path)] == ["listen", "rest", "listen"]


def test_the_question_is_held_while_somebody_speaks_and_no_longer(spoken) -> None:
    answers = spoken(hears=["a fine evening"], after=0.5)
    until(answers, lambda: answers.listening)
    held = []
    until(answers, lambda: held.append(answers.poll(LAMP, True)) or len(held) > 150)
    assert held.count(PlaybackCommand.HOLD) > 10
    assert held[-1] is None


def test_what_was_heard_about_one_question_answers_no_other(spoken) -> None:
    answers = spoken(hears=["enough"], after=0.5)  # an answer to the second, heard for the first
    until(answers, lambda: answers.listening)
    assert for_a_while(answers, 1.0, TEA, waiting=False) == []


def test_what_was_said_in_time_counts_although_the_question_is_being_asked_again(spoken) -> None:
    answers = spoken(hears=["enough"], after=0.5)
    until(answers, lambda: answers.listening, ask=TEA)
    given = for_a_while(answers, 1.5, TEA, waiting=False)
    assert [answer.answer for answer in given] == [Choose(1)]


def test_a_poll_never_waits(spoken) -> None:
    answers = spoken(faults=["hang"])
    slowest = 0.0
    for _ in range(300):
        begin = time.perf_counter()
        answers.poll(LAMP, True)
        slowest = max(slowest, time.perf_counter() - begin)
        time.sleep(0.001)
    assert slowest < 1.0, "a process that hangs for an hour held up a block"


# -- a process that fails --------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["crash", "deaf", "crash later"])
def test_one_that_fails_is_started_again_and_hears(spoken, fault: str) -> None:
    answers = spoken(faults=[fault], hears=["again"] if fault != "crash later" else [])
    if fault == "crash later":
        until(answers, lambda: answers.listening)
        until(answers, lambda: not answers.listening)
        until(answers, lambda: answers.listening)
    else:
        assert first_answer(answers).answer is Event.REPEAT
    assert answers.trouble == "", "what has passed by the end is not worth a word"


def test_one_that_is_killed_is_started_again(spoken) -> None:
    answers = spoken()
    until(answers, lambda: answers.listening)
    first = answers.pid
    assert first
    os.kill(first, signal.SIGKILL)
    until(answers, lambda: not answers.listening)
    until(answers, lambda: answers.listening)
    assert answers.pid != first


def test_one_that_hangs_is_ended_and_started_again(spoken) -> None:
    answers = spoken(RecogniserLimits(start_s=0.5, pause_s=0.05), faults=["hang"], hears=["one"])
    assert first_answer(answers).answer == Choose(0)


@pytest.mark.parametrize(
    ("fault", "why"), [("crash", "the recogniser tripped"), ("deaf", "no microphone can be opened")]
)
def test_one_that_never_starts_is_left_alone_and_said_in_one_sentence(
    spoken, tmp_path: Path, fault: str, why: str
) -> None:
    answers = spoken(faults=[fault] * 9)
    until(answers, lambda: (tmp_path / "starts").exists() and starts(tmp_path) == 3)
    for_a_while(answers, 0.6, LAMP, waiting=True)
    assert starts(tmp_path) == 3
    assert why in answers.trouble
    assert "the keys work" in answers.trouble


def starts(folder: Path) -> int:
    return int((folder / "starts").read_text() or 0)


def test_closing_ends_the_process(spoken) -> None:
    answers = spoken()
    until(answers, lambda: answers.listening)
    pid = answers.pid
    answers.close()
    assert not answers.listening
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert answers.poll(LAMP, True) is None


# -- what it needs ---------------------------------------------------------------------------------


def test_without_the_model_it_says_how_to_get_it(tmp_path: Path) -> None:
    need_package("faster_whisper")
    with pytest.raises(UnavailableError, match="`dreamers voices add listen`"):
        open_spoken_controls(tmp_path)
    (tmp_path / "model.bin").write_bytes(b"half a download")
    with pytest.raises(UnavailableError, match="`dreamers voices add listen`"):
        open_spoken_controls(tmp_path)


def test_without_the_extra_it_says_how_to_get_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("player.controls.spoken.find_spec", lambda _name: None)
    with pytest.raises(UnavailableError, match=r"pip install 'dreamers\[listen\]'"):
        open_spoken_controls(tmp_path)


def test_opening_it_imports_nothing_heavy_into_the_player() -> None:
    program = (
        "import sys, pathlib, player.controls.spoken as spoken\n"
        "try: spoken.open_spoken_controls(pathlib.Path('/nowhere'))\n"
        "except Exception as error: assert 'listen' in str(error), error\n"
        "heavy = {'faster_whisper', 'ctranslate2', 'miniaudio', 'av', 'numpy'} & set(sys.modules)\n"
        "sys.exit(', '.join(heavy) or 0)\n"
    )
    root = str(Path(__file__).parents[3])
    env = {**os.environ, "PYTHONPATH": root}
    done = subprocess.run(
        [sys.executable, "-c", program], env=env, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
