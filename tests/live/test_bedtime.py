"""How nights end, really played: asleep at a choice, the timer and more time, beds and preludes."""

import json
import signal
import time

import numpy as np
import pytest

from player.audio import RATE, loudness
from tests.support.needs import need
from tests.support.played import environment, heard
from tests.support.terminal import Terminal, dreamers
from tests.support.virtual_card import VirtualCard

need("pulseaudio", "pactl", "parec")
pytestmark = pytest.mark.live

SETTINGS = """
[night]
answer_s = 2.0
asleep_bed_s = 4.0
asleep_fade_s = 3.0
ending_bed_s = 1.0
ending_fade_s = 1.0
quit_fade_s = 0.3
sleep_fade_s = 3.0
linger_s = 20.0
more_s = 30.0
"""


@pytest.fixture(autouse=True)
def short_nights(own_home):
    config = own_home / "config" / "config.toml"
    config.parent.mkdir()
    config.write_text(SETTINGS)


def kept(own_home):
    return json.loads(next((own_home / "state" / "bookmarks").glob("*.json")).read_text())


def level(recording, start_s, end_s):
    """LUFS of a piece."""
    return loudness(recording[round(start_s * RATE) : round(end_s * RATE)])


def test_one_who_falls_asleep_is_left_with_the_bed_then_silence_and_exit_0(
    card, story, own_home, tmp_path
):
    sheet = tmp_path / "cues.json"
    recorder = card.record()
    command = dreamers("play", str(story), "--cues", str(sheet))
    with Terminal(command, environment(card, own_home)) as night:
        assert night.wait() == 0, night.text
    time.sleep(0.5)
    recording = heard(recorder.stop())
    cues = json.loads(sheet.read_text())["cues"]
    spoken = [(c["kind"], c["text"]) for c in cues if c["kind"] in ("line", "choice")]
    assert [kind for kind, _ in spoken].count("choice") == 4, "two questions, each asked twice"
    assert [c["text"] for c in cues if c["kind"] == "answer"] == ["Follow the lamp", "Go on"]
    assert spoken[-2:] == [("line", "The water is slow."), ("line", "Sleep well.")]

    leave = next(c for c in cues if c["text"] == "Sleep well.")["end"] / RATE
    words = next(c for c in cues if c["kind"] == "line")
    voice = level(recording, words["start"] / RATE, words["end"] / RATE)
    bed = level(recording, leave + 2.5, leave + 4.5)
    assert voice - bed > 6.0, "the bed alone"
    late = level(recording, len(recording) / RATE - 1.2, len(recording) / RATE - 0.2)
    assert late < bed - 3.0, "it fades"
    assert np.abs(recording[-2400:]).max() < 2e-3, "to silence"
    question = next(c for c in cues if c["kind"] == "choice")
    assert kept(own_home)["place"]["path"] == question["path"], "tomorrow begins there"

    with Terminal(dreamers("play", str(story)), environment(card, own_home)) as again:
        again.wait_for("Follow the lamp")
        again.press("q")
        assert again.wait() == 0
        assert "lamp is lit" not in again.text, "at the question, not before"


def test_t_after_the_timers_silence_goes_on_where_the_fade_began(card, story, own_home):
    recorder = card.record()
    command = dreamers("play", str(story), "--sleep", "8s")
    with Terminal(command, environment(card, own_home)) as night:
        night.wait_for("lamp is lit")
        began = time.monotonic()
        night.read(12.0)
        before = len(night.text)
        pressed = night.press("t")
        night.wait_for("Follow the lamp", after=before)
        night.read(max(0.0, pressed + 5.0 - time.monotonic()))
        night.press("q")
        assert night.wait() == 0
    recording = recorder.stop()
    times = recorder.time_of(0) + np.arange(len(recording)) / RATE
    silent = recording[(times > began + 9.5) & (times < pressed)]
    assert np.abs(silent).max() < 1e-4
    assert len(silent) > RATE
    back = recording[(times > pressed + 2.0) & (times < pressed + 4.0)]
    assert np.abs(back).max() > 1e-2


@pytest.mark.slow
def test_a_night_that_nobody_brings_back_is_over_by_itself(card, story, own_home):
    config = own_home / "config" / "config.toml"
    config.write_text(SETTINGS.replace("linger_s = 20.0", "linger_s = 3.0"))
    command = dreamers("play", str(story), "--sleep", "6s")
    with Terminal(command, environment(card, own_home)) as night:
        assert night.wait() == 0
    assert kept(own_home)["place"]["path"] == "Start"


def test_the_volume_that_a_key_set_is_kept_for_the_next_night(card, story, own_home):
    with Terminal(dreamers("play", str(story)), environment(card, own_home)) as night:
        night.wait_for("lamp is lit")
        night.press("\x1b[B\x1b[B")
        night.wait_for("volume −3.0 dB")
        night.read(0.5)
        night.kill(signal.SIGKILL)
        night.wait()
    assert json.loads((own_home / "state" / "levels.json").read_text())["volume_db"] == -3.0
    with Terminal(dreamers("play", str(story)), environment(card, own_home)) as night:
        night.wait_for("Follow the lamp")
        night.press("\x1b[A")
        night.wait_for("volume −1.5 dB")
        night.press("q")
        assert night.wait() == 0


@pytest.mark.slow
def test_a_bed_is_heard_without_words_softens_and_ends_by_itself(card, own_home):
    recorder = card.record()
    command = dreamers("bed", "oasis", "--depth", "0", "--sleep", "14s")
    with Terminal(command, environment(card, own_home)) as night:
        assert night.wait() == 0, night.text
    time.sleep(0.5)
    recording = heard(recorder.stop())
    assert len(recording) / RATE == pytest.approx(14.0, abs=1.0)
    early, late = level(recording, 2.0, 4.0), level(recording, 9.0, 11.0)
    assert -40.0 < early < -28.0
    assert late < early - 0.8
    assert not (own_home / "state" / "bookmarks").exists()
    assert not (own_home / "state" / "nights").exists()


@pytest.mark.slow
def test_a_prelude_is_the_bed_alone_and_the_story_begins_after_it(card, story, own_home, tmp_path):
    sheet = tmp_path / "cues.json"
    command = dreamers("play", str(story), "--prelude", "5s", "--cues", str(sheet))
    recorder = card.record()
    with Terminal(command, environment(card, own_home)) as night:
        night.wait_for("Follow the lamp")
        night.press("q")
        assert night.wait() == 0
    recording = heard(recorder.stop())
    cues = json.loads(sheet.read_text())["cues"]
    first = next(c for c in cues if c["kind"] == "line")["start"] / RATE
    assert first == pytest.approx(5.0 + 0.8 + 0.4, abs=1.5)
    assert level(recording, 1.6, 2.6) > level(recording, 4.6, 5.6) + 1.5


@pytest.mark.slow
def test_only_so_many_chapters_are_told(card, story, own_home):
    command = dreamers("play", str(story), "--sleep", "1 chapter", "--choices", "1")
    with Terminal(command, environment(card, own_home)) as night:
        night.wait_for("Follow the lamp")
        night.read(14.0)
        assert "It is warm here" not in night.text
        assert night.process.poll() is None, "it lingers"
        night.press("t")
        night.wait_for("It is warm here")
        night.press("q")
        assert night.wait() == 0


assert VirtualCard  # the type of the fixture `card`
