"""Cards that are unplugged, suspended or slow, and suspended laptops: no word is lost."""

import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

from player.audio import QUANTUM, RATE
from player.audio_devices import Device
from player.errors import UnavailableError
from player.outputs.miniaudio_device import devices
from player.outputs.speaker import Speaker
from tests.support.needs import need, need_package
from tests.support.signals import fault, gaps, indexed, numbers, play
from tests.support.virtual_card import NORMALLY, VirtualCard

live = pytest.mark.live
SECONDS = 4
FORM = ("rate=48000", "channels=2", "format=float32le")


@pytest.fixture
def cards(tmp_path, monkeypatch):
    """Return a function that starts a virtual card and makes this process use it."""
    need("pulseaudio", "pactl", "parec")
    made = []

    def make(**form):
        card = VirtualCard(tmp_path, **form)
        made.append(card)
        return card.start().lend(monkeypatch)

    yield make
    for card in made:
        card.stop()


def in_a_while(seconds, *doing):
    """Call functions one after another in a thread, each after `seconds`."""

    def happen():
        for do in doing:
            time.sleep(seconds)
            do()

    thread = threading.Thread(target=happen)
    thread.start()
    return thread


def broken(*recordings, lost_s=0.0, twice_s=0.5):
    """Describe what is wrong with the numbered sound in successive recordings; else empty."""
    heard = [numbers(recording) for recording in recordings]
    return gaps(heard, 0, last=SECONDS * RATE - 1, lost_s=lost_s, twice_s=twice_s)


def test_what_is_left_out_or_said_too_often_is_noticed():
    """The negative control of the tests below."""
    before, after = indexed(0, 2 * RATE), indexed(7 * RATE // 4, 9 * RATE // 4)
    assert broken(before, after) == ""
    assert broken(before[: -RATE // 3], after, lost_s=0.1) == ""
    assert broken(before[: -RATE // 3], after)
    assert broken(before[QUANTUM:], after)
    assert broken(before, after[:-QUANTUM])
    assert broken(before, np.delete(after, slice(RATE, RATE + QUANTUM), axis=0))
    assert broken(before, indexed(RATE, 3 * RATE))
    assert broken(before, after[:RATE], after)


def play_on(speaker=None):
    speaker = speaker or Speaker()
    play(speaker, SECONDS * RATE)
    speaker.close()
    time.sleep(0.3)
    return speaker


@pytest.mark.slow
@live
@pytest.mark.parametrize("change", ["another default", "unplugged"])
def test_where_there_is_another_card_the_sound_goes_over_to_it(cards, change):
    card = cards(sinks=("bed", "other", "ear"))
    card.pactl("set-default-source", "ear.monitor")  # else the recorder goes over, too
    before, after = card.record("bed", latency_ms=20), card.record("other", latency_ms=20)
    changes = {
        "another default": lambda: card.pactl("set-default-sink", "other"),
        "unplugged": lambda: card.unplug("bed"),
    }
    changing = in_a_while(2.0, changes[change])
    speaker = play_on()
    changing.join()
    first, then = before.stop(), after.stop()
    assert numbers(first).max() < SECONDS * RATE - 1
    # The server's own move, and the recorder's that went away with the card.
    assert broken(first, then, lost_s=0.05) == ""
    assert speaker.reopened == 0


@pytest.mark.slow
@live
def test_where_it_was_the_only_card_the_night_waits_for_it(cards):
    """PulseAudio would play it to a dummy meanwhile, which nobody hears."""
    card = cards()
    before, after = card.record(latency_ms=20), []

    def back():
        assert devices() == (Device("Dummy Output", default=True),)
        card.plug("bed")
        after.append(card.record(latency_ms=20))

    changing = in_a_while(1.7, lambda: (before.stop(), card.unplug("bed")), back)
    speaker = play_on()
    changing.join()
    assert speaker.reopened == 1
    assert broken(before.stop(), after[0].stop()) == ""


@pytest.mark.slow
@live
def test_a_card_that_was_asked_for_by_name_is_waited_for(cards):
    """There is another card, but someone who named the headphones wants no loudspeaker."""
    card = cards(sinks=("bed", "other"))
    before, loudspeaker, after = card.record(latency_ms=20), card.record("other"), []

    def back():
        card.plug("bed")
        after.append(card.record(latency_ms=20))

    changing = in_a_while(1.7, lambda: (before.stop(), card.unplug("bed")), back)
    speaker = play_on(Speaker("bed"))
    changing.join()
    assert speaker.reopened == 1
    assert not loudspeaker.stop().any()
    assert broken(before.stop(), after[0].stop()) == ""


@pytest.mark.slow
@live
def test_a_dummy_is_no_card_to_begin_a_night_on(cards):
    card = cards()
    card.unplug("bed")
    with pytest.raises(UnavailableError, match="no sound device can be opened here"):
        Speaker()
    Speaker("Dummy Output").abort()  # whoever asks for it has it


@pytest.mark.slow
@live
@pytest.mark.parametrize("seconds", [0.6, 2.5])
def test_a_card_that_is_suspended_goes_on_where_it_was(cards, seconds):
    card = cards()
    recorder = card.record(latency_ms=20)
    changing = in_a_while(
        seconds,
        lambda: card.pactl("suspend-sink", "bed", "1"),
        lambda: card.pactl("suspend-sink", "bed", "0"),
    )
    play_on()
    changing.join()
    assert broken(recorder.stop(), lost_s=0.05) == ""  # the server's and the recorder's own


@pytest.mark.slow
@live
@pytest.mark.parametrize("seconds", [2.5, 6.0])
def test_a_card_that_wakes_slowly_loses_no_word(cards, seconds):
    """Bluetooth devices may need some seconds until they take the first sound."""
    card = cards()
    recorder = card.record()
    card.pactl("suspend-sink", "bed", "1")
    waking = in_a_while(seconds, lambda: card.pactl("suspend-sink", "bed", "0"))
    speaker = play_on()
    waking.join()
    assert fault(recorder.stop(), SECONDS * RATE) == ""
    assert speaker.underruns == 0


@pytest.mark.slow
@live
def test_a_card_that_takes_nothing_for_a_while_loses_no_word(cards, tmp_path):
    """The server's pipe is full at once, and read only three seconds later."""
    card, pipe, heard = cards(), tmp_path / "pipe", []
    card.pactl("load-module", "module-pipe-sink", f"file={pipe}", "sink_name=slow", *FORM)
    card.pactl("set-default-sink", "slow")

    def listen():
        with open(pipe, "rb") as file:
            while data := file.read(8 * QUANTUM):
                heard.append(data)
                time.sleep(0.98 * QUANTUM / RATE)

    listening = in_a_while(3.0, listen)
    play_on()
    card.unplug("slow")
    listening.join()
    recording = np.frombuffer(b"".join(heard), np.float32).reshape(-1, 2)
    assert fault(recording, SECONDS * RATE) == ""


PLAYER = """
import sys
from player.audio import RATE
from player.outputs import open_output
from player.workers.priority import request_priority
from tests.support.signals import play
request_priority()
output = open_output(sys.argv[1])
output._random = None  # simpleaudio's dither, which would hide the numbers
play(output, 4 * RATE)
output.close()
print(output.underruns)
"""


@pytest.mark.slow
@live
@pytest.mark.parametrize("output", ["speaker", "simpleaudio"])
def test_a_laptop_that_is_suspended_goes_on_where_it_was(cards, output):
    """The program stands still, and the card runs dry."""
    if output == "simpleaudio":
        need_package("simpleaudio")
    recorder = cards().record()
    command, pipe = [sys.executable, "-c", PLAYER, output], subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, **NORMALLY) as player:
        time.sleep(2.5)
        player.send_signal(signal.SIGSTOP)
        time.sleep(4.0)
        player.send_signal(signal.SIGCONT)
        said = player.communicate(timeout=60)
    time.sleep(0.3)
    recording = recorder.stop()
    # simpleaudio's thread may wake before ours, and play on for the 0.3 s that it holds.
    assert broken(recording, twice_s=0.8 if output == "simpleaudio" else 0.5) == ""
    assert said == (b"0\n", b""), "it tells of no lost sound, and ALSA keeps its words to itself"
    loud = np.flatnonzero(recording.any(axis=1))
    assert np.diff(loud).max() > 2 * RATE, "it has stood still indeed"
