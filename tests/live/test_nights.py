"""Whole nights, recorded while devices fail: nothing of the tale is lost."""

import json
import os
import signal
import time

import numpy as np
import pytest

from player.audio import RATE
from tests.support.aloud import LINES, Tale, environment
from tests.support.needs import need, need_package
from tests.support.terminal import Terminal
from tests.support.virtual_card import VirtualCard

need("pulseaudio", "pactl", "parec")
pytestmark = [pytest.mark.live, pytest.mark.slow]


@pytest.fixture(scope="module")
def tale(tmp_path_factory):
    """Render the tale once, in a home that all nights share."""
    folder = tmp_path_factory.mktemp("tale")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DREAMERS_HOME", str(folder / "home"))
        yield Tale(folder, folder / "home")


@pytest.fixture
def card(tmp_path):
    with VirtualCard(tmp_path) as card:
        yield card


def trimmed(recording):
    loud = np.flatnonzero(recording.any(axis=1))
    return recording[loud[0] : loud[-1] + 1]


class Night:
    """The tale, played by the real command in a terminal."""

    def __init__(self, tale, card, *options, env=None):
        self.tale = tale
        home = tale.cues.parent / "home"
        given = environment(home, card.env if card else os.environ, env or {})
        self.terminal = Terminal(tale.command(*options), given)

    def __enter__(self):
        self.terminal.__enter__()
        return self

    def __exit__(self, *error):
        self.terminal.__exit__(*error)

    def reach(self, line):
        """Wait until the middle of a sentence's first second."""
        self.terminal.wait_for(LINES[line])
        time.sleep(0.7)

    def end(self):
        """Wait for the end of the night; it must succeed."""
        assert self.terminal.wait() == 0, self.terminal.text
        assert self.tale.is_told_as_rendered()
        time.sleep(0.5)  # until the recording has it, too


def test_a_night_is_heard_as_it_is_rendered(tale, card):
    recorder = card.record()
    with Night(tale, card) as night:
        night.end()
    recording = recorder.stop()
    assert tale.missing(recording) == ""
    assert tale.first_word() > RATE // 2, "a card that swallows the first half second loses no word"
    # The negative controls.
    assert tale.missing(recording[: -3 * RATE])
    assert tale.missing(recording, recording)
    assert tale.missing(np.delete(recording, slice(8 * RATE, 8 * RATE + RATE // 10), axis=0))


def test_a_server_that_dies_in_mid_sentence_and_returns_loses_no_word(tale, card):
    before = card.record(latency_ms=20)
    with Night(tale, card) as night:
        night.reach(1)
        back = card.die_for(2.0)
        after = back.recorder()
        night.end()
    assert tale.missing(before.stop(), after.stop()) == ""


def test_the_only_card_unplugged_in_mid_sentence_is_waited_for(tale, card):
    before = card.record(latency_ms=20)
    with Night(tale, card) as night:
        night.reach(1)
        before.stop()
        card.unplug("bed")
        time.sleep(3.0)
        card.plug("bed")
        after = card.record(latency_ms=20)
        night.end()
    assert tale.missing(before.stop(), after.stop()) == ""


def test_while_the_card_is_gone_the_listener_can_leave(tale, card):
    with Night(tale, card) as night:
        night.reach(1)
        assert "no sound device" not in night.terminal.text
        card.unplug("bed")
        night.terminal.wait_for("no sound device")
        night.terminal.press("q")
        assert night.terminal.wait() == 0
    assert "sound device is gone" not in night.terminal.text


@pytest.mark.parametrize("seconds", [3.0, pytest.param(20.0, marks=pytest.mark.slow)])
def test_a_suspended_laptop_goes_on_where_it_was_and_the_sleep_timer_waits_with_it(
    tale, card, seconds
):
    recorder = card.record()
    timer_s = len(tale.samples) / RATE + 2.5  # its fade would begin within the time that is slept
    with Night(tale, card, "--sleep", f"{timer_s:.1f}s") as night:
        night.reach(1)
        group = os.getpgid(night.terminal.process.pid)
        os.killpg(group, signal.SIGSTOP)
        time.sleep(seconds)
        os.killpg(group, signal.SIGCONT)
        night.end()
    recording = recorder.stop()
    assert tale.missing(recording) == ""
    loud = np.flatnonzero(recording.any(axis=1))
    assert np.diff(loud).max() > (seconds - 1) * RATE, "it has stood still indeed"


def test_through_simpleaudio_the_same_night_is_heard_without_a_gap(tale, card):
    need_package("simpleaudio")
    recorder = card.record()
    with Night(tale, card, "--output", "simpleaudio") as night:
        night.end()
    heard, wanted = recorder.stop(), tale.samples / 2.0**23
    # Dither goes from the first block on: where it begins is found by what is loudest.
    peak = int(np.abs(wanted[:, 0]).argmax())
    start = int(np.abs(heard[:, 0]).argmax()) - peak
    starts = range(start - 20, start + 21)
    errors = [np.abs(heard[at : at + len(wanted)] - wanted).max() for at in starts]
    assert min(errors) < 1.6 / 32_768, "each sample, but for its dither and its rounding to 16 bits"
    assert sorted(errors)[1] > 0.01, "this measure would not notice a sample too many"


def test_without_any_device_null_takes_as_long_as_the_night(tale, tmp_path):
    nobody = {"PULSE_SERVER": f"unix:{tmp_path}/nobody", "XDG_RUNTIME_DIR": str(tmp_path)}
    (tmp_path / "asound.conf").write_text("")
    nobody["ALSA_CONFIG_PATH"] = f"{tmp_path}/asound.conf"
    with Night(tale, None, "--output", "null", env=nobody) as night:
        night.terminal.wait_for(LINES[0])
        began = time.monotonic()
        night.end()
        took = time.monotonic() - began
    sheet = json.loads(tale.cues.read_text())
    left = (sheet["frames"] - tale.first_word()) / RATE
    assert sheet["frames"] == len(tale.samples)
    assert left - 1.0 < took < left + 5.0
