"""Late writers, suspended machines and lost devices, by a simulated clock and device."""

import sys
from types import SimpleNamespace

import numpy as np
import pytest

from player.audio import QUANTUM, RATE
from player.errors import UnavailableError
from player.outputs import simpleaudio as simpleaudio_output
from player.outputs import speaker as speaker_output
from tests.support.signals import indexed

PERIOD = 480


class Clock:
    """A clock that moves only when somebody sleeps or a test says so."""

    def __init__(self):
        self.now = 100.0

    def monotonic(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(speaker_output, "time", clock)
    monkeypatch.setattr(simpleaudio_output, "time", clock)
    return clock


class FakeDevice:
    """A device that reads only when a test says so."""

    def start(self, feed):
        self.feed = feed

    def close(self):
        pass

    def read(self, frames):
        return np.frombuffer(self.feed.send(frames), np.float32).reshape(-1, 2)


@pytest.fixture
def devices(monkeypatch, clock):
    """Return the list of simulated devices that the speaker has opened."""
    opened = []

    def open_device(identifier, period_ms, on_rerouted):
        opened.append(FakeDevice())
        return opened[-1]

    monkeypatch.setattr(speaker_output, "open_device", open_device)
    monkeypatch.setattr(speaker_output, "plays_on_dummy", lambda device: False)
    return opened


def start_playing(device, speaker):
    """Write one second of sound and read past the silence at its beginning."""
    speaker._queue.write(indexed(0, RATE).tobytes())
    while not device.read(PERIOD).any():
        pass


def test_a_speaker_counts_late_sound_and_tells_how_much_was_missing(devices):
    speaker = speaker_output.Speaker()
    start_playing(devices[0], speaker)
    left = speaker._queue.frames
    devices[0].read(left + 4_800)
    assert (speaker.underruns, speaker.missing_s) == (1, 0.1)
    speaker.abort()


def test_a_speaker_whose_machine_was_suspended_counts_nothing(devices, clock):
    speaker = speaker_output.Speaker()
    start_playing(devices[0], speaker)
    left = speaker._queue.frames
    clock.now += 3600
    devices[0].read(left + 4_800)
    assert (speaker.underruns, speaker.missing_s) == (0, 0.0)
    speaker.abort()


def test_a_speaker_waits_for_a_lost_device_only_as_long_as_it_may(devices, clock, monkeypatch):
    speaker = speaker_output.Speaker(max_wait_s=30.0)
    start_playing(devices[0], speaker)

    def refuse(*_):
        raise UnavailableError("none")

    monkeypatch.setattr(speaker_output, "open_device", refuse)
    monkeypatch.setattr(speaker._queue, "wait_for_room", lambda timeout: False)
    before = clock.now
    with pytest.raises(UnavailableError, match="the sound device is gone"):
        speaker.write(indexed(RATE, QUANTUM))
    assert 30.0 < clock.now - before < 31.0
    assert speaker.reopened == 0


def test_a_speaker_goes_on_with_the_device_that_returns(devices, monkeypatch):
    speaker = speaker_output.Speaker()
    start_playing(devices[0], speaker)
    answers = iter([False] * 3 + [True])
    monkeypatch.setattr(speaker_output, "LOST_AT_START", 3)
    monkeypatch.setattr(speaker._queue, "wait_for_room", lambda timeout: next(answers))
    speaker.write(indexed(RATE, QUANTUM))
    assert (len(devices), speaker.reopened) == (2, 1)
    speaker.abort()


class FakePlayback:
    """A playing buffer, as simpleaudio returns it."""

    def __init__(self):
        self.playing = True

    def is_playing(self):
        return self.playing

    def stop(self):
        self.playing = False


@pytest.fixture
def playbacks(monkeypatch, clock):
    """Return the list of playbacks that were started through a simulated simpleaudio."""
    started = []

    def play_buffer(*_):
        started.append(FakePlayback())
        return started[-1]

    errors = SimpleNamespace(SimpleaudioError=RuntimeError)
    library = SimpleNamespace(play_buffer=play_buffer, _simpleaudio=errors)
    monkeypatch.setitem(sys.modules, "simpleaudio", library)
    monkeypatch.setattr(simpleaudio_output, "quiet_alsa", lambda: None)
    return started


def quantum():
    return np.full((QUANTUM, 2), 0.25, np.float32)


def test_simpleaudio_paces_its_writer_by_the_clock(playbacks, clock):
    output = simpleaudio_output.SimpleAudioOutput(buffer_s=60.0)
    before = clock.now
    for _ in range(200):
        output.write(quantum())
    assert clock.now - before == pytest.approx(200 * QUANTUM / RATE, abs=0.01)
    assert (output.underruns, output.missing_s) == (0, 0.0)
    output.abort()


def test_simpleaudio_counts_late_sound_and_tells_how_much_was_missing(playbacks, clock):
    output = simpleaudio_output.SimpleAudioOutput(buffer_s=60.0)
    for _ in range(20):
        output.write(quantum())
    clock.now += 0.9
    output.write(quantum())
    assert output.underruns == 1
    assert output.missing_s == pytest.approx(0.9, abs=0.01)
    output.abort()


def test_simpleaudio_on_a_suspended_machine_starts_again_and_counts_nothing(playbacks, clock):
    output = simpleaudio_output.SimpleAudioOutput(buffer_s=60.0)
    for _ in range(20):
        output.write(quantum())
    clock.now += 3600
    output.write(quantum())
    assert (len(playbacks), output.reopened, output.underruns) == (2, 1, 0)
    output.abort()
