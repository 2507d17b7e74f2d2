"""Spoken answers: when it listens, and what becomes of a process that does not."""

import json
import math
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from player.controls import PlaybackCommand
from player.controls.spoken import ECHO_S, RecogniserLimits, SpokenControls, open_spoken_controls
from player.errors import UnavailableError
from player.script import Ask, Option
from player.session import Choose, Event, Understood
from tests.support.needs import need_package
from tests.support.processes import is_running
from tests.support.waiting import soon

EARS = [sys.executable, "-P", str(Path(__file__).parents[2] / "support" / "faulty_ears.py")]
HASTE = RecogniserLimits(
    start_s=math.inf, silent_s=math.inf, first_delay_s=0.0, max_delay_s=0.0, starts=3
)
LAMP = Ask(
    options=(Option("Follow the lamp"), Option("Stay by the gate")),
    default=0,
    timeout_s=None,
    question="",
    again="",
    path="Start",
)
TEA = Ask(
    options=(Option("More tea"), Option("Enough")),
    default=0,
    timeout_s=None,
    question="",
    again="",
    path="Tea",
)
POLL_S = 0.01


class Clock:
    """Simulated time, which passes only when a test lets it pass."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def spoken(tmp_path: Path, clock: Clock) -> Iterator[Callable[..., SpokenControls]]:
    """Opens controls whose recogniser hears and does what it is told to."""
    opened: list[SpokenControls] = []

    def open_with(
        limits: RecogniserLimits = HASTE, latency_s: float = 0.0, **greeting: object
    ) -> SpokenControls:
        answers = SpokenControls(
            EARS,
            {"folder": str(tmp_path), **greeting},
            lambda: latency_s,
            limits=limits,
            clock=clock,
        )
        opened.append(answers)
        return answers

    yield open_with
    for answers in opened:
        answers.close()


def until(
    answers: SpokenControls, done: Callable[[], object], ask: Ask = LAMP, waiting: bool = True
) -> list:
    """Poll as a night does, block after block, until it is ``done``; return the answers."""
    given: list = []

    def is_done() -> object:
        given.extend(polled(answers, 1, ask, waiting))
        return done()

    soon(is_done, "it never came to that", within_s=60.0)
    return given


def polled(answers: SpokenControls, polls: int, ask: Ask | None, waiting: bool) -> list:
    """Poll some times, while as much simulated time passes; return the answers."""
    given = []
    for _ in range(polls):
        answer = answers.poll(ask, waiting)
        given += [answer] if answer not in (None, PlaybackCommand.HOLD) else []
        answers._clock.advance(POLL_S)
    return given


def requests(folder: Path) -> list[dict]:
    path = folder / "requests"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def first_answer(answers: SpokenControls, ask: Ask = LAMP, waiting: bool = True) -> Understood:
    given: list = []
    soon(lambda: given.extend(polled(answers, 1, ask, waiting)) or given, within_s=60.0)
    return given[0]


# -- when it listens -------------------------------------------------------------------------------


def test_what_is_understood_is_an_answer_with_the_words_to_say_back(spoken) -> None:
    answers = spoken(hears=["the gate"])
    assert first_answer(answers) == Understood(Choose(1), "The gate.")


def test_nothing_is_started_before_the_first_question(spoken, tmp_path: Path) -> None:
    answers = spoken(hears=["one"])
    assert polled(answers, 100, None, waiting=False) == []
    assert answers._process is None
    assert not (tmp_path / "starts").exists()


def test_it_listens_only_when_the_question_has_been_heard_to_its_end(
    spoken, clock: Clock, tmp_path: Path
) -> None:
    answers = spoken(latency_s=0.4)
    until(answers, lambda: answers._process.ready, waiting=False)
    polled(answers, 100, LAMP, waiting=False)
    assert not answers.listening
    asked = clock()
    until(answers, lambda: answers.listening)
    assert clock() - asked >= 0.4 + ECHO_S
    assert [request["op"] for request in requests(tmp_path)] == ["listen"]
    assert requests(tmp_path)[0]["options"] == [option.text for option in LAMP.options]


def test_it_rests_while_the_question_is_asked_again(spoken, tmp_path: Path) -> None:
    answers = spoken()
    until(answers, lambda: answers.listening)
    polled(answers, 20, LAMP, waiting=False)
    assert not answers.listening
    until(answers, lambda: answers.listening)
    assert [request["op"] for request in requests(tmp_path)] == ["listen", "rest", "listen"]


def test_the_question_is_held_while_somebody_speaks_and_no_longer(spoken, tmp_path) -> None:
    answers = spoken(hears=["a fine evening"], until=str(tmp_path / "said"))
    until(answers, lambda: answers.listening)
    soon(lambda: answers.poll(LAMP, True) is PlaybackCommand.HOLD, within_s=60.0)
    assert {answers.poll(LAMP, True) for _ in range(100)} == {PlaybackCommand.HOLD}
    (tmp_path / "said").touch()
    soon(lambda: answers.poll(LAMP, True) is None, within_s=60.0)


def test_what_was_heard_about_one_question_answers_no_other(spoken, tmp_path) -> None:
    # An answer to the second question, heard for the first.
    answers = spoken(hears=["enough"], until=str(tmp_path / "said"))
    until(answers, lambda: answers.listening)
    given = polled(answers, 1, TEA, waiting=False)
    (tmp_path / "said").touch()
    given += until(answers, lambda: answers.listening, TEA)  # all that was sent before has come
    assert given == []


def test_what_was_said_in_time_counts_although_the_question_is_being_asked_again(
    spoken, tmp_path
) -> None:
    answers = spoken(hears=["enough"], until=str(tmp_path / "said"))
    until(answers, lambda: answers.listening, ask=TEA)
    given = polled(answers, 1, TEA, waiting=False)
    (tmp_path / "said").touch()
    given += [first_answer(answers, TEA, waiting=False)]
    given += polled(answers, 50, TEA, waiting=False)
    assert [answer.answer for answer in given] == [Choose(1)]


def test_a_poll_never_waits(spoken, tmp_path) -> None:
    answers = spoken(faults=["hang"])
    slowest = 0.0
    until(answers, (tmp_path / "hangs").exists)
    for _ in range(300):
        begin = time.perf_counter()
        answers.poll(LAMP, True)
        slowest = max(slowest, time.perf_counter() - begin)
    assert slowest < 20.0, "a process that hangs for an hour held up a block"


# -- a process that fails --------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["crash", "no microphone", "crash later"])
def test_one_that_fails_is_started_again_and_hears(spoken, tmp_path: Path, fault: str) -> None:
    answers = spoken(faults=[fault], hears=["again"] if fault != "crash later" else [])
    if fault == "crash later":
        # On a busy machine it may be gone before it is seen to listen.
        starts = tmp_path / "starts"
        until(answers, lambda: starts.exists() and starts.read_text() == "2")
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


def test_one_that_hangs_is_ended_and_started_again(spoken, clock: Clock, tmp_path) -> None:
    limits = replace(HASTE, start_s=1e6)
    answers = spoken(limits, faults=["hang"], hears=["one"])
    until(answers, (tmp_path / "hangs").exists)
    clock.advance(1e6)
    assert first_answer(answers).answer == Choose(0)
    assert starts(tmp_path) == 2


def test_one_that_shows_no_sign_of_life_is_ended_and_started_again(spoken, clock: Clock) -> None:
    answers = spoken(replace(HASTE, silent_s=1e6))
    until(answers, lambda: answers.listening)
    first = answers.pid
    clock.advance(2e6)
    polled(answers, 1, LAMP, waiting=True)
    until(answers, lambda: answers.listening)
    assert answers.pid != first


def test_each_start_in_vain_is_followed_by_a_longer_delay(spoken, clock: Clock, tmp_path) -> None:
    limits = replace(HASTE, first_delay_s=1.0, max_delay_s=2.5, starts=4)
    answers = spoken(limits, faults=["crash"] * 9)
    delays = []
    for number in (1, 2, 3):
        until(answers, lambda number=number: starts(tmp_path) == number)
        until(answers, lambda: answers._process is None)
        delays.append(answers._restarts.not_before - clock())
        clock.advance(10.0)
    assert delays == pytest.approx([1.0, 2.0, 2.5], abs=3 * POLL_S)


@pytest.mark.parametrize(
    ("fault", "why"),
    [("crash", "the recogniser tripped"), ("no microphone", "no microphone can be opened")],
)
def test_one_that_never_starts_is_left_alone_and_said_in_one_sentence(
    spoken, clock: Clock, tmp_path: Path, fault: str, why: str
) -> None:
    answers = spoken(faults=[fault] * 9)
    until(answers, lambda: starts(tmp_path) == 3)
    until(answers, lambda: answers._process is None)
    clock.advance(1e6)
    polled(answers, 100, LAMP, waiting=True)
    assert answers._process is None
    assert starts(tmp_path) == 3
    assert why in answers.trouble
    assert "the keys work" in answers.trouble


def starts(folder: Path) -> int:
    count = folder / "starts"
    return int(count.read_text() or 0) if count.exists() else 0


def test_closing_ends_the_process(spoken) -> None:
    answers = spoken()
    until(answers, lambda: answers.listening)
    pid = answers.pid
    answers.close()
    assert not answers.listening
    soon(lambda: not is_running(pid), "its process is still there", within_s=60.0)
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
