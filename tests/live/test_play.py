"""Nights that are really played: a pseudo-terminal, keys, and a virtual card that is recorded."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile

from player.audio import QUANTUM, RATE
from player.cli.assembly import NightRequest, open_night
from player.cli.options import SharedOptions, night_pacing, open_voice
from player.cli.ui.fullscreen import COLOURS
from player.controls.scripted import ReplayedControls
from player.cues import Cue
from player.library.stories import find_story
from player.session import Choose
from player.storage.settings import load_settings
from tests.support import spoken_ahead
from tests.support.needs import need
from tests.support.played import environment, heard
from tests.support.terminal import Terminal, dreamers

need("pulseaudio", "pactl", "parec")
pytestmark = pytest.mark.live


SHORT = """
[night]
ending_bed_s = 1.0
ending_fade_s = 1.5
quit_fade_s = 0.5
answer_s = 6.0
"""


@pytest.fixture(autouse=True)
def short_nights(own_home):
    config = own_home / "config" / "config.toml"
    config.parent.mkdir()
    config.write_text(SHORT)


def told_again(story: Path, cues: list[dict]) -> tuple[np.ndarray, list[Cue]]:
    """The render of the same answers, given at the same frames."""
    answers = {c["start"]: Choose(int(c["value"])) for c in cues if c["kind"] == "answer"}
    options = SharedOptions(story=str(story), voice="hibari")
    settings = load_settings(Path(os.environ["DREAMERS_HOME"]) / "config" / "config.toml")
    source = find_story(str(story))
    speech = open_voice(options, source)
    try:
        night = open_night(
            NightRequest(
                options=options,
                settings=settings,
                source=source,
                speech=speech,
                pacing=night_pacing(options, settings),
                controls=ReplayedControls(answers),
            )
        )
        samples = np.concatenate(list(night.performance))
        return samples, sorted(night.performance.cues, key=lambda cue: cue.start)
    finally:
        speech.close()


def play_to_the_end(card, story, own_home, sheet):
    """Play one night with two keys; return the recording and the cues."""
    recorder = card.record()
    utterances = spoken_ahead.utterances_of(story, "1", "1")
    options = ("play", str(story), "--fresh", "--cues", str(sheet))
    command = spoken_ahead.night(utterances, sheet.with_name("utterances"), *options)
    with Terminal(command, environment(card, own_home)) as night:
        at = night.wait_for("Follow the lamp")
        time.sleep(1.0)  # in the middle of the question
        night.press("1")
        night.wait_for("Go on", after=at)
        time.sleep(3.0)
        night.press("f")
        assert night.wait() == 0, night.text
        assert "too busy" not in night.text, "samples were dropped"
    time.sleep(0.5)
    return heard(recorder.stop()), json.loads(sheet.read_text())["cues"]


def test_a_whole_night_with_keys_is_sample_for_sample_what_is_rendered(
    card, story, own_home, tmp_path
):
    recording, cues = play_to_the_end(card, story, own_home, tmp_path / "cues.json")
    assert [c["text"] for c in cues if c["kind"] == "answer"] == ["Follow the lamp", "Go on"]
    night, again = told_again(story, cues)
    assert [(cue.start, cue.kind) for cue in again] == [(c["start"], c["kind"]) for c in cues]
    rendered = heard(night)
    assert len(recording) == len(rendered)
    assert np.array_equal(recording, rendered), "a sample was dropped or changed"
    assert not np.array_equal(np.delete(recording, 4000, axis=0), rendered[1:])


def test_an_answer_is_heard_soon_after_its_key(card, story, own_home, tmp_path):
    sheet = tmp_path / "cues.json"
    recorder = card.record(latency_ms=20)
    command = dreamers("play", str(story), "--cues", str(sheet))
    with Terminal(command, environment(card, own_home)) as night:
        night.wait_for("Follow the lamp")
        time.sleep(4.0)  # the question has been asked: only the bed is heard
        pressed = night.press("2")
        time.sleep(2.0)
        night.press("q")
        assert night.wait() == 0
    recording = recorder.stop()
    cues = json.loads(sheet.read_text())["cues"]
    begins = next(c["start"] for c in cues if c["text"] == "The gate is quiet now.")
    first = np.flatnonzero(recording.any(axis=1))[0]
    rendered, _ = told_again(story, cues)
    rendered_first = np.flatnonzero(rendered[: 10 * QUANTUM].any(axis=1))[0]
    delay = recorder.time_of(first + begins - rendered_first) - pressed
    assert 0.0 < delay < 0.6, f"{delay:.3f} s"  # the bench says how fast; this, that nothing hangs


def test_q_keeps_the_place_and_the_next_night_goes_on_there(card, story, own_home):
    env = environment(card, own_home)
    with Terminal(dreamers("play", str(story)), env) as night:
        night.wait_for("Follow the lamp")
        night.press("2")
        night.wait_for("The gate is quiet now.")
        night.press("q")
        assert night.wait() == 0
    with Terminal(dreamers("play", str(story)), env) as night:
        night.wait_for("Picking up where you left off")
        night.wait_for("The gate is quiet now.")
        assert "a lamp is lit" not in night.text
        night.press("q")
        assert night.wait() == 0
    with Terminal(dreamers("play", str(story), "--fresh"), env) as night:
        night.wait_for("a lamp is lit")
        night.press("q")
        assert night.wait() == 0


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -9)]
)
def test_a_night_that_is_broken_off_is_taken_up_again(card, story, own_home, number, code):
    env = environment(card, own_home)
    with Terminal(dreamers("play", str(story)), env) as night:
        night.wait_for("Follow the lamp")
        night.press("1")
        night.wait_for("It is warm here.")
        night.kill(number)
        assert night.wait() == code
    with Terminal(dreamers("play", str(story)), env) as night:
        night.wait_for("It is warm here.")
        night.press("q")
        assert night.wait() == 0
        assert "a lamp is lit" not in night.text


def test_the_terminal_is_given_back_as_it_was(card, story, own_home):
    with Terminal(dreamers("play", str(story)), environment(card, own_home)) as night:
        night.wait_for("a lamp is lit")
        assert "\x1b[?25l" in night.raw
        night.press("q")
        assert night.wait() == 0
        assert night.raw.rindex("\x1b[?25h") > night.raw.rindex("\x1b[?25l")
        assert night.raw.rindex("\x1b[?1049l") > night.raw.rindex("\x1b[?1049h")


def test_the_screen_shows_no_bright_colour_and_writes_only_what_changes(card, story, own_home):
    env = environment(card, own_home)
    env.pop("NO_COLOR", None)
    with Terminal(dreamers("play", str(story)), env) as night:
        night.wait_for("Follow the lamp")
        before = len(night.raw)
        night.read(3.0)
        written = len(night.raw) - before
        night.press("q")
        assert night.wait() == 0
    colours = {part.split("m")[0] for part in night.raw.split("\x1b[38;5;")[1:]}
    assert colours <= {str(colour) for pair in COLOURS for colour in pair}
    assert written < 400, "it redraws what has not changed"


def test_the_help_key_shows_the_keys_and_pause_is_heard(card, story, own_home):
    recorder = card.record()
    with Terminal(dreamers("play", str(story)), environment(card, own_home)) as night:
        night.wait_for("Follow the lamp")
        night.press("?")
        night.wait_for("only the bed, then silence")
        pressed = night.press(" ")
        night.wait_for("paused")
        time.sleep(1.5)
        resumed = night.press(" ")
        time.sleep(1.0)
        night.press("q")
        assert night.wait() == 0
    recording = recorder.stop()
    quiet = ~recording.any(axis=1)
    times = recorder.time_of(0) + np.arange(len(recording)) / RATE
    silent = times[quiet & (times > pressed) & (times < resumed + 0.6)]
    assert 0.0 < silent[0] - pressed < 0.7
    assert silent[-1] - silent[0] > 1.0


def policies_of(process: int) -> list[int]:
    """How the system schedules each thread of a process."""
    return [os.sched_getscheduler(int(task)) for task in os.listdir(f"/proc/{process}/task")]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="threads are listed by Linux")
def test_the_sound_goes_before_what_merely_computes_where_it_may(card, story, own_home):
    real_time = subprocess.run(["chrt", "-r", "1", "true"], check=False, capture_output=True)
    may = real_time.returncode == 0
    with Terminal(dreamers("play", str(story)), environment(card, own_home)) as night:
        night.wait_for("The gate is open")
        process = night.process.pid
        policies = policies_of(process)
        assert os.sched_getscheduler(process) == (os.SCHED_RR if may else os.SCHED_OTHER)
        assert not may or policies.count(os.SCHED_OTHER) <= 1, "more than what prepares places"
        tasks = Path(f"/proc/{process}/task").iterdir()
        children = [int(n) for task in tasks for n in (task / "children").read_text().split()]
        assert children
        assert {os.SCHED_OTHER}.issuperset(*map(policies_of, children)), "a child must not go first"
        assert all(os.getpriority(os.PRIO_PROCESS, child) >= 0 for child in children)
        night.press("q")
        night.wait()


OWN = """
:: StoryTitle
Rain

:: Start
# soundscape: studio
The lamp is lit.

# soundscape: roof fade=2s
It rains on the roof.

# sound: kettle.flac
There is a kettle.

Good night.
"""
ROOF = """
schema = 1
id = "roof"
title = "Rain on a roof"
depth = [0.0, 1.0]
[[layer]]
name = "rain"
source = { type = "recording", file = "rain.flac" }
level_db = 0
"""


def test_long_recordings_come_into_the_night_without_a_gap(card, own_home, tmp_path):
    noise = np.random.default_rng(1).normal(0, 0.1, (44_100 * 240, 2)).astype(np.float32)
    soundfile.write(tmp_path / "rain.flac", noise, 44_100)
    soundfile.write(tmp_path / "kettle.flac", noise[: 44_100 * 60], 44_100)
    (tmp_path / "rain.twee").write_text(OWN)
    (tmp_path / "roof.toml").write_text(ROOF)
    recorder = card.record()
    sheet = tmp_path / "cues.json"
    command = dreamers("play", str(tmp_path / "rain.twee"), "--cues", str(sheet))
    with Terminal(command, environment(card, own_home)) as night:
        assert night.wait() == 0, night.text
        assert "too busy" not in night.text
        assert "recording" not in night.text, "it was passed over"
    cues = json.loads(sheet.read_text())["cues"]
    changes = [cue["text"] for cue in cues if cue["kind"] == "soundscape"]
    assert changes == ["hyper-rest", "studio", "roof"]
    silent = ~heard(recorder.stop())[RATE:].any(axis=1)
    longest = np.diff(np.flatnonzero(~silent)).max() - 1
    # Decoding takes seconds; beside busy programs the card itself may lose some milliseconds.
    assert longest < RATE // 5, f"{longest} samples were dropped"


@pytest.mark.parametrize("command", [["play"], ["bed", "oasis"]])
def test_without_a_device_one_sentence_says_so_and_nothing_is_written(
    story, own_home, tmp_path, command
):
    env = {**os.environ, "DREAMERS_HOME": str(own_home), "PULSE_SERVER": "unix:/nowhere"}
    env["ALSA_CONFIG_PATH"] = str(tmp_path / "none.conf")
    words = [*command, str(story), "--voice", "silent"] if command == ["play"] else command
    before = sorted(tmp_path.iterdir())
    with Terminal(dreamers(*words), env, cwd=str(tmp_path)) as night:
        assert night.wait() == 69, night.text
    told = " ".join(night.text.split())
    assert "no sound device can be opened here" in told
    assert "dreamers doctor" in told
    assert "dreamers render" in told
    assert "Which" not in told, "the story is not shown"
    assert sorted(tmp_path.iterdir()) == before
