"""The sound card through simpleaudio and ALSA."""

import importlib
import subprocess
import sys
import time

import numpy as np
import pytest

from player.audio import QUANTUM, RATE
from player.errors import UnavailableError
from player.outputs import open_output
from tests.support.needs import need, need_package
from tests.support.signals import fault, indexed, play
from tests.support.virtual_card import NORMALLY, VirtualCard

pytestmark = pytest.mark.live


@pytest.fixture
def card(tmp_path, monkeypatch):
    need("pulseaudio", "pactl", "parec")
    need_package("simpleaudio")
    with VirtualCard(tmp_path) as card:
        yield card.lend(monkeypatch)


def opened(**settings):
    return importlib.import_module("player.outputs.simpleaudio").SimpleAudioOutput(**settings)


def test_without_the_extra_it_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "simpleaudio", None)
    with pytest.raises(UnavailableError, match=r"pip install 'dreamers\[simpleaudio\]'"):
        open_output("simpleaudio")


def test_every_sample_is_heard_once_without_a_gap(card):
    recorder = card.record()
    output = opened(dither_seed=None)
    play(output, 2 * RATE + 77)
    output.close()
    time.sleep(0.3)
    assert fault(recorder.stop(), 2 * RATE + 77) == ""
    assert output.underruns == 0


def test_it_runs_in_real_time_and_ends_soon_after_the_last_sample(card):
    output = opened()
    play(output, RATE)
    began = time.monotonic()
    play(output, RATE, start=RATE)
    assert time.monotonic() - began == pytest.approx(1.0, abs=0.1)
    began = time.monotonic()
    output.close()
    assert time.monotonic() - began < 1.7
    output.close()


def test_a_quiet_bed_is_dithered_not_roughened(card):
    """A tone of half a step would vanish or turn into a square without dither."""
    recorder = card.record()
    output = opened()
    tone = 0.5 / 32_768 * np.sin(2 * np.pi * 480 * np.arange(2 * RATE) / RATE)
    sound = np.stack([tone, tone], axis=1).astype(np.float32)
    for at in range(0, len(sound), QUANTUM):
        output.write(sound[at : at + QUANTUM])
    output.close()
    heard = recorder.stop()
    loud = np.flatnonzero(heard.any(axis=1))
    heard = heard[loud[0] : loud[0] + RATE, 0] * 32_768
    spectrum = np.abs(np.fft.rfft(heard)) / (RATE / 2)
    assert spectrum[480] == pytest.approx(0.5, rel=0.15)
    assert spectrum[3 * 480] < 0.05  # the third harmonic of a square would be a third of it
    assert set(np.unique(np.rint(heard))) <= {-2.0, -1.0, 0.0, 1.0, 2.0}


def test_a_new_stretch_of_memory_goes_on_where_the_last_one_ended(card):
    recorder = card.record()
    output = opened(dither_seed=None, buffer_s=1.6)
    level = np.full((QUANTUM, 2), 0.25, np.float32)  # so that its envelope is plain to see
    blocks = round(2.0 * RATE / QUANTUM)
    for _ in range(blocks):
        output.write(level)
    output.close()
    time.sleep(0.3)
    left = recorder.stop()[:, 0]
    heard = np.flatnonzero(left)
    night = left[heard[0] : heard[-1] + 1]
    assert (night == 0).any(), "there was no turn to be heard"
    assert np.abs(np.diff(night)).max() < 1e-3, "it goes softly, and comes back softly"
    assert (night == 0.25).sum() >= blocks * QUANTUM - 2, "what was faded is heard again, whole"


def test_a_server_that_dies_and_returns_is_waited_for(card):
    output = opened(dither_seed=None)
    play(output, RATE)
    back = card.die_for(1.0)
    play(output, 2 * RATE, start=RATE)
    recorder = back.recorder()
    output.close()
    time.sleep(0.3)
    recording = recorder.stop()
    recording = recording[recording.any(axis=1)]
    assert output.reopened == 1
    assert np.array_equal(recording[-RATE:], indexed(2 * RATE, RATE))


def test_whoever_waits_for_a_card_can_give_up(card):
    asked = []

    def give_up_the_third_time():
        asked.append(1)
        return len(asked) < 3

    output = open_output("simpleaudio", keep_waiting=give_up_the_third_time)
    play(output, RATE)
    card.kill()
    with pytest.raises(UnavailableError, match="no sound device"):
        play(output, 5 * RATE)
    assert len(asked) == 3


def test_no_device_is_one_sentence(card):
    card.kill()
    with pytest.raises(UnavailableError, match="simpleaudio can open no sound device"):
        opened()


def test_abort_is_silent_at_once(card):
    output = opened()
    play(output, RATE)
    began = time.monotonic()
    output.abort()
    assert time.monotonic() - began < 0.7
    with pytest.raises(ValueError, match="closed"):
        output.write(indexed(0, 1))


FORGETFUL = """
import numpy as np
from player.outputs.simpleaudio import SimpleAudioOutput
output = SimpleAudioOutput()
for _ in range(40):
    output.write(np.zeros((2048, 2), np.float32))
output.close()
"""


def test_a_program_that_plays_ends_in_peace(card):
    command = [sys.executable, "-c", FORGETFUL]
    done = subprocess.run(command, check=False, capture_output=True, timeout=60, **NORMALLY)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
