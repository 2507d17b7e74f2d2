"""The speaker, recorded from a virtual sound card: every sample, in time."""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager

import numpy as np
import pytest

from player.audio import QUANTUM, RATE
from player.audio_devices import Device
from player.errors import UnavailableError
from player.outputs import open_output
from player.outputs.miniaudio_device import devices
from player.outputs.speaker import Speaker
from tests.support.needs import need
from tests.support.signals import fault, indexed, numbers, play
from tests.support.virtual_card import NORMALLY, VirtualCard

need("pulseaudio", "pactl", "parec")

pytestmark = pytest.mark.live


@pytest.fixture
def card(tmp_path, monkeypatch):
    with VirtualCard(tmp_path, sinks=("bed", "other")) as card:
        yield card.lend(monkeypatch)


@pytest.fixture
def no_card(tmp_path, monkeypatch):
    """Simulate a machine without sound: no server, and no ALSA device either."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("PULSE_SERVER", f"unix:{tmp_path}/nobody")
    (tmp_path / "asound.conf").write_text("")
    monkeypatch.setenv("ALSA_CONFIG_PATH", f"{tmp_path}/asound.conf")


def record(card, frames, **settings):
    """Play frames 0 to `frames`; return the speaker and the recording."""
    recorder = card.record()
    speaker = Speaker()
    play(speaker, frames, **settings)
    speaker.close()
    time.sleep(0.3)  # until the recording has it, too
    return speaker, recorder.stop()


@contextmanager
def busy_cores():
    """Run two processes that never pause, one for each core of a small machine."""
    command = [sys.executable, "-c", "while True: pass"]
    burners = [subprocess.Popen(command, **NORMALLY) for _ in range(2)]
    try:
        yield
    finally:
        for burner in burners:
            burner.kill()
            burner.wait()


def test_every_sample_is_heard_once_and_unchanged_to_the_last(card):
    frames = RATE + 77
    speaker, recording = record(card, frames)
    assert fault(recording, frames) == ""
    assert speaker.underruns == 0


def test_a_block_that_is_left_out_is_noticed(card):
    """The negative control of the tests around it."""
    _, recording = record(card, RATE, drop=10 * QUANTUM)
    assert "jumps" in fault(recording, RATE)


def test_a_writer_that_is_late_now_and_then_loses_no_sound(card):
    """A busy machine holds the writer up for less than queue and device have in stock."""
    recorder = card.record()
    speaker = Speaker()
    for quantum, start in enumerate(range(0, 3 * RATE, QUANTUM)):
        if quantum % 10 == 9:
            time.sleep(0.03)
        speaker.write(indexed(start, QUANTUM))
    speaker.close()
    time.sleep(0.3)
    frames = -(-3 * RATE // QUANTUM) * QUANTUM
    assert fault(recorder.stop(), frames) == ""
    assert speaker.underruns == 0


@pytest.mark.slow
def test_both_cores_may_be_busy_for_long(card):
    with busy_cores():
        speaker, recording = record(card, 20 * RATE)
    assert fault(recording, 20 * RATE) == ""
    assert speaker.underruns == 0


def test_what_is_written_is_heard_within_a_quarter_of_a_second(card):
    recorder = card.record(latency_ms=20)
    speaker = Speaker()
    written = {}
    for at in range(0, 2 * RATE, QUANTUM):
        written[at] = time.monotonic()
        speaker.write(indexed(at, QUANTUM))
    speaker.close()
    recording = recorder.stop()
    heard = numbers(recording)
    delays = [
        recorder.time_of(int(np.flatnonzero(heard == at)[0])) - then
        for at, then in written.items()
        if RATE // 2 < at < 3 * RATE // 2
    ]
    assert max(delays) < 0.25


def test_the_first_sound_comes_soon_after_opening(card):
    recorder = card.record(latency_ms=20)
    opened = time.monotonic()
    speaker = Speaker()
    assert time.monotonic() - opened < 0.2
    play(speaker, RATE)
    speaker.close()
    heard = numbers(recorder.stop())
    assert recorder.time_of(int(np.argmax(heard >= 0))) - opened < 0.45


def test_silence_plays_from_the_moment_it_is_opened(card):
    """A card that loses its first tenths of a second then loses no sound."""
    speaker = Speaker()
    time.sleep(0.2)
    assert "RUNNING" in card.pactl("list", "short", "sinks")
    speaker.abort()


def test_writing_takes_as_long_as_the_sound(card):
    speaker = Speaker()
    play(speaker, RATE)
    began = time.monotonic()
    play(speaker, RATE, start=RATE)
    took = time.monotonic() - began
    speaker.close()
    assert took == pytest.approx(1.0, abs=0.15)


def test_closing_is_quick_and_may_be_repeated(card):
    speaker = Speaker()
    play(speaker, RATE)
    waiting = speaker.latency_s
    began = time.monotonic()
    speaker.close()
    assert time.monotonic() - began < waiting + 0.5
    speaker.close()
    speaker.abort()
    with pytest.raises(ValueError, match="closed"):
        speaker.write(indexed(0, 1))


def test_a_machine_with_alsa_alone_plays_as_well(card, monkeypatch):
    monkeypatch.setattr("player.audio_devices.BACKENDS", ("ALSA",))
    speaker, recording = record(card, RATE)
    assert fault(recording, RATE) == ""
    assert speaker.underruns == 0


def test_a_sound_shorter_than_the_queue_is_heard_whole(card):
    _, recording = record(card, 500)
    assert fault(recording, 500) == ""


def test_abort_is_silent_at_once(card):
    recorder = card.record()
    speaker = Speaker()
    play(speaker, RATE)
    began = time.monotonic()
    speaker.abort()
    assert time.monotonic() - began < 0.2
    time.sleep(0.5)
    assert numbers(recorder.stop()).max() < RATE - 1


def test_a_late_writer_is_counted_and_nothing_is_lost(card):
    recorder = card.record()
    speaker = Speaker()
    play(speaker, RATE)
    time.sleep(0.6)
    play(speaker, RATE, start=RATE)
    speaker.close()
    time.sleep(0.3)
    recording = recorder.stop()
    assert speaker.underruns == 1
    assert 0.2 < speaker.missing_s + 0.3 < 0.8
    assert "jumps" in fault(recording, 2 * RATE), "the gap is there"
    assert fault(recording[recording.any(axis=1)], 2 * RATE) == ""


PLAYER = """
import sys
from player.outputs.speaker import Speaker
from player.workers.priority import request_priority
from tests.support.signals import play
request_priority()
speaker = Speaker()
play(speaker, int(sys.argv[1]))
speaker.close()
"""


def test_a_player_that_is_held_up_for_a_moment_loses_no_sound(card):
    frames, recorder = 6 * RATE, card.record()
    command = [sys.executable, "-c", PLAYER, str(frames)]
    player = subprocess.Popen(command, env=card.env, **NORMALLY)
    time.sleep(2)
    for turn in range(6):
        time.sleep(0.4 + 0.013 * turn)  # at another moment of the card's period each time
        player.send_signal(signal.SIGSTOP)
        time.sleep(0.06)
        player.send_signal(signal.SIGCONT)
    assert player.wait(60) == 0
    time.sleep(0.3)
    assert fault(recorder.stop(), frames) == ""


def test_the_devices_are_listed_and_one_is_the_default(card):
    assert devices() == (Device("bed", default=True), Device("other", default=False))


def test_a_device_is_chosen_by_name(card):
    recorder = card.record("other")
    speaker = open_output("speaker", device="OTHER")
    play(speaker, RATE)
    speaker.close()
    time.sleep(0.3)
    assert fault(recorder.stop(), RATE) == ""


def test_an_unknown_device_lists_those_at_hand(card):
    with pytest.raises(
        UnavailableError, match="no sound device 'kitchen': at hand: 'bed', 'other'"
    ):
        Speaker("kitchen")


def test_no_device_is_one_sentence_and_nothing_else(no_card, capfd):
    assert devices() == ()
    with pytest.raises(UnavailableError, match="no sound device can be opened here"):
        Speaker()
    with pytest.raises(UnavailableError, match="at hand: none"):
        Speaker("kitchen")
    assert capfd.readouterr() == ("", ""), "ALSA and JACK keep their own words to themselves"


def test_a_server_that_dies_and_returns_is_waited_for_and_the_night_goes_on(card):
    speaker = Speaker()
    play(speaker, RATE)
    back = card.die_for(1.0)
    play(speaker, 2 * RATE, start=RATE)
    recorder = back.recorder()
    speaker.close()
    time.sleep(0.3)
    heard = numbers(recorder.stop())
    assert speaker.reopened == 1
    heard = heard[np.argmax(heard >= 2 * RATE) :]  # past the fade, whose samples tell nothing
    heard = heard[heard >= 0]
    assert np.array_equal(heard, np.arange(heard[0], 3 * RATE)), "not a sample is missing"


def test_what_the_dying_server_had_not_played_is_heard_again(card):
    before = card.record()
    speaker = Speaker()
    play(speaker, RATE)
    last_heard = numbers(before.so_far()).max()
    card.kill()
    server = threading.Timer(0.5, card.start)
    server.start()
    play(speaker, RATE, start=RATE)
    after = card.record()
    play(speaker, RATE, start=2 * RATE)
    speaker.close()
    server.join()
    assert speaker.reopened == 1
    assert last_heard < RATE
    assert numbers(after.stop()).max() == 3 * RATE - 1


def test_a_card_that_stays_away_ends_the_waiting_with_a_sentence(card):
    speaker = Speaker(max_wait_s=0.5)
    play(speaker, RATE // 2)
    card.kill()
    began = time.monotonic()
    with pytest.raises(UnavailableError, match="the sound device is gone"):
        play(speaker, 10 * RATE)
    assert time.monotonic() - began < 4
    speaker.close()


def test_whoever_waits_for_a_card_can_give_up(card):
    asked = []

    def give_up_the_third_time():
        asked.append(1)
        return len(asked) < 3

    speaker = open_output("speaker", keep_waiting=give_up_the_third_time)
    play(speaker, RATE // 2)
    card.kill()
    with pytest.raises(UnavailableError, match="gone"):
        play(speaker, 10 * RATE)
    assert len(asked) == 3


def test_closing_does_not_hang_on_a_dead_card(card):
    speaker = Speaker()
    play(speaker, RATE // 2)
    card.kill()
    began = time.monotonic()
    speaker.close()
    assert time.monotonic() - began < 2


FORGETFUL = """
import numpy as np
from player.outputs.speaker import Speaker
speaker = Speaker()
for _ in range(20):
    speaker.write(np.zeros((2048, 2), np.float32))
"""


def test_a_program_that_ends_without_closing_ends_in_peace(card):
    done = subprocess.run(
        [sys.executable, "-c", FORGETFUL],
        env=dict(os.environ),
        check=False,
        capture_output=True,
        timeout=60,
        **NORMALLY,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
