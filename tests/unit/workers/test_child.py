"""A child process is started, fed, read and ended, whatever it does."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from player.workers.child import ChildFailedError, ChildProcess, request_frame
from tests.support.processes import is_running
from tests.support.waiting import soon

ROOT = str(Path(__file__).parents[3])
PREAMBLE = f"""
import os, sys, time
sys.path.insert(0, {ROOT!r})
from player.workers.framing import read_frame, write_frame
def read(): return read_frame(sys.stdin.buffer)
def send(message, payload=b""): write_frame(sys.stdout.buffer, message, payload)
"""
ECHO = "while frame := read(): send(frame[0])"
HANG = "time.sleep(3600)"


def command(script: str) -> list[str]:
    return [sys.executable, "-c", PREAMBLE + script]


class Watched:
    """A child, what it has sent, and how often its end was announced."""

    def __init__(self, script: str, **options: object) -> None:
        self.messages: list[dict] = []
        self.ends = 0
        self.child = ChildProcess(
            command(script),
            on_frame=lambda _, message, __: self.messages.append(message),
            on_end=self._end,
            **options,
        )

    def _end(self, _: ChildProcess) -> None:
        self.ends += 1


@pytest.fixture
def start() -> Iterator[Callable[..., Watched]]:
    started: list[Watched] = []

    def start(script: str, **options: object) -> Watched:
        watched = Watched(script, **options)
        started.append(watched)
        watched.child.start()
        return watched

    yield start
    for watched in started:
        watched.child.kill()
        assert watched.child.wait(60.0)


def test_messages_go_to_it_and_come_back_in_their_order(start) -> None:
    echo = start(ECHO)
    for number in range(100):
        echo.child.send({"number": number})
    echo.child.close(60.0)
    assert echo.messages == [{"number": number} for number in range(100)]
    assert (echo.child.exit_code, echo.ends) == (0, 1)


def test_sending_never_waits_for_a_child_that_does_not_read(start) -> None:
    hanging = start(HANG)
    for _ in range(100):
        hanging.child.send({"text": "x" * 100_000})  # much more than a pipe holds
    assert not hanging.child.ended


def test_a_message_may_take_the_place_of_those_that_were_not_written_yet(start) -> None:
    hanging = start(HANG)
    hanging.child.send({"text": "x" * 1_000_000})
    for number in range(1_000):
        hanging.child.send({"number": number}, drop_pending=True)
    assert len(hanging.child._pending) == 1


def test_closing_kills_a_child_that_does_not_end(start) -> None:
    hanging = start(HANG)
    hanging.child.close(0.0)
    assert hanging.child.wait(60.0)
    assert hanging.child.exit_code == -signal.SIGKILL


@pytest.mark.skipif(sys.platform == "win32", reason="there are no process groups")
def test_a_kill_takes_along_what_the_child_has_started(start) -> None:
    parent = start(
        "import subprocess\nprogram = subprocess.Popen(['sleep', '3600'])\n"
        "send({'pid': program.pid})\ntime.sleep(3600)"
    )
    soon(lambda: parent.messages, within_s=60.0)
    parent.child.kill("it took too long")
    assert parent.child.wait(60.0)
    soon(lambda: not is_running(parent.messages[0]["pid"]), within_s=60.0)
    assert parent.child.end_reason == "it took too long"
    assert not parent.child.killed_from_outside


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX")
def test_a_kill_from_outside_is_told_from_our_own(start) -> None:
    hanging = start(HANG)
    os.kill(hanging.child.pid, signal.SIGKILL)
    assert hanging.child.wait(60.0)
    assert hanging.child.killed_from_outside
    assert hanging.child.end_reason == "it stopped"


def test_the_last_line_of_its_standard_error_is_the_reason_of_its_end(start) -> None:
    failing = start("sys.exit('first\\nthe library is broken\\n\\n')")
    assert failing.child.wait(60.0)
    assert failing.child.end_reason == "the library is broken"
    assert failing.child.exit_code == 1


def test_a_frame_that_its_owner_refuses_ends_it(start) -> None:
    hanging = start("send({}, b'payload')\n" + HANG)
    assert hanging.child.wait(60.0)
    assert "a frame of" in hanging.child.end_reason
    assert hanging.messages == []


def test_a_program_that_is_not_there_reads_as_an_end_in_the_background() -> None:
    ends = threading.Event()
    child = ChildProcess(["/nowhere/at/all"], on_frame=lambda *_: None, on_end=lambda _: ends.set())
    with pytest.raises(OSError, match="nowhere"):
        child.start()
    child.start_in_background()
    assert ends.wait(60.0)
    assert child.ended
    assert "nowhere" in child.end_reason


def test_a_child_that_is_killed_before_its_start_does_not_stay() -> None:
    child = ChildProcess(command(HANG), on_frame=lambda *_: None)
    child.kill()
    child.start_in_background()
    assert child.wait(60.0)


def test_one_frame_is_requested() -> None:
    script = "send({'levels': [1, 2]}, b'sound')"
    assert request_frame(command(script), deadline_s=60.0, max_payload_bytes=5) == (
        {"levels": [1, 2]},
        b"sound",
    )


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("sys.exit('no such file')", "no such file"),
        ("send({}); sys.exit('it broke off')", "it broke off"),
        ("pass", "it stopped"),
        ("send({}); send({})", "a second frame"),
        ("send({}, b'payload')", "a frame of"),
    ],
)
def test_anything_but_one_frame_is_a_failure(script: str, reason: str) -> None:
    with pytest.raises(ChildFailedError, match=reason):
        request_frame(command(script), deadline_s=60.0)


def test_a_request_that_takes_too_long_is_a_failure() -> None:
    with pytest.raises(ChildFailedError, match=r"it takes more than 0.01 s"):
        request_frame(command(HANG), deadline_s=0.01)
