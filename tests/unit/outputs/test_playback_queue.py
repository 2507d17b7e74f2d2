"""The playback queue, and the outputs that need none."""

import threading

import numpy as np
import pytest

from player.audio import QUANTUM, RATE
from player.cues import Chapter
from player.errors import UsageError
from player.outputs import open_output
from player.outputs.null import NullOutput
from player.outputs.playback_queue import PlaybackQueue
from tests.support.memory_output import MemoryOutput
from tests.support.signals import fault, indexed

PERIOD = 480


def write(queue, start, frames):
    queue.write(indexed(start, frames).tobytes())


def read(queue, frames, refilling=False):
    return np.frombuffer(queue.read(frames, refilling=refilling), np.float32).reshape(-1, 2)


def test_what_is_put_in_comes_out_in_order_whatever_the_pieces():
    queue = PlaybackQueue(limit=0)
    for start in range(0, 4096, 512):
        write(queue, start, 512)
    queue.finish()
    taken = np.concatenate([read(queue, frames) for frames in (1, 64, 65, 700, 2000, 1266)])
    assert fault(taken, 4096) == ""
    assert queue.underruns == 0


def test_the_check_itself_notices_a_block_that_is_dropped_changed_or_doubled():
    whole = indexed(0, 4096)
    assert fault(whole, 4096) == ""
    assert "jumps" in fault(np.delete(whole, slice(512, 1024), axis=0), 4096)
    assert "jumps" in fault(np.insert(whole, 512, whole[:512], axis=0), 4096)
    assert "jumps" in fault(np.insert(whole, 512, 0, axis=0), 4096)
    assert "of 4096" in fault(whole[:-1], 4096)
    assert "nothing" in fault(np.zeros_like(whole), 4096)
    changed = whole.copy()
    changed[7, 0] += 1e-6
    assert "differ" in fault(changed, 4096)


def test_silence_comes_first_and_the_sound_waits_until_enough_is_there():
    queue = PlaybackQueue(limit=QUANTUM, preroll=2 * PERIOD)
    write(queue, 0, QUANTUM)
    write(queue, QUANTUM, QUANTUM)
    assert not read(queue, PERIOD).any()
    assert not read(queue, PERIOD).any()
    assert read(queue, PERIOD).all()
    shallow = PlaybackQueue(limit=QUANTUM)
    write(shallow, 0, QUANTUM)
    assert not read(shallow, PERIOD).any()
    write(shallow, QUANTUM, 1)
    assert read(shallow, PERIOD).all()
    assert shallow.underruns == 0


def test_a_card_that_asks_for_much_at_a_time_has_more_in_stock():
    queue = PlaybackQueue(limit=PERIOD, preroll=RATE)
    read(queue, 12_000)
    assert queue.limit == PERIOD, "the first request only fills the card"
    read(queue, 6000)
    assert queue.limit == 6000 + QUANTUM // 2
    read(queue, PERIOD)
    assert queue.limit == PERIOD + QUANTUM // 2


def test_running_dry_is_silence_and_counted_and_makes_the_queue_deeper():
    queue = PlaybackQueue(limit=PERIOD)
    write(queue, 0, PERIOD + 100)
    read(queue, PERIOD)
    assert read(queue, PERIOD)[100:].sum() == 0
    assert (queue.underruns, queue.missing_frames) == (1, PERIOD - 100)
    assert queue.limit == PERIOD + QUANTUM
    assert not read(queue, PERIOD).any()
    assert queue.underruns == 1, "waiting to be filled again is no second time"
    write(queue, PERIOD + 100, 2 * PERIOD + QUANTUM)
    assert read(queue, PERIOD).all()


def test_a_card_that_asks_for_more_than_there_is_gets_what_the_writer_puts_in(monkeypatch):
    # Long enough for the busiest machine.
    monkeypatch.setattr("player.outputs.playback_queue.LATE_WRITER_S", 60)
    queue = PlaybackQueue(limit=PERIOD)
    write(queue, 0, 2 * PERIOD)
    writer = threading.Timer(0.005, write, (queue, 2 * PERIOD, PERIOD))
    writer.start()
    assert fault(read(queue, 3 * PERIOD), 3 * PERIOD) == ""
    assert queue.underruns == 0


@pytest.mark.parametrize("refilling", [False, True])
def test_nobody_is_waited_for_at_the_end_or_after_all_stood_still(monkeypatch, refilling):
    queue = PlaybackQueue(limit=PERIOD)
    monkeypatch.setattr(queue._changed, "wait_for", lambda *_: pytest.fail("it waits"))
    write(queue, 0, 2 * PERIOD)
    if not refilling:
        queue.finish()
    assert not read(queue, 3 * PERIOD, refilling)[2 * PERIOD :].any()


def test_running_dry_is_excused_after_all_stood_still():
    queue = PlaybackQueue(limit=PERIOD)
    write(queue, 0, PERIOD + 100)
    assert read(queue, 2 * PERIOD, refilling=True).any()
    assert (queue.underruns, queue.missing_frames, queue.limit) == (0, 0, PERIOD)
    write(queue, PERIOD + 100, 2 * PERIOD)
    assert read(queue, PERIOD).all()


def test_no_sound_is_lost_by_running_dry():
    queue = PlaybackQueue(limit=PERIOD)
    write(queue, 0, PERIOD + 100)
    taken = [read(queue, PERIOD), read(queue, PERIOD)]
    write(queue, PERIOD + 100, 2 * QUANTUM)
    queue.finish()
    taken += [read(queue, PERIOD) for _ in range(10)]
    heard = np.concatenate(taken)
    assert fault(heard[heard.any(axis=1)], PERIOD + 100 + 2 * QUANTUM) == ""


def test_the_end_is_no_underrun_and_is_told_when_the_tail_has_been_given():
    queue = PlaybackQueue(limit=QUANTUM)
    write(queue, 0, 100)
    queue.finish()
    assert read(queue, PERIOD)[:100].all()
    assert not queue.wait_for_tail(PERIOD, 0)
    read(queue, PERIOD)
    assert queue.wait_for_tail(PERIOD, 0)
    assert queue.underruns == 0


def test_after_a_lost_card_the_last_of_what_was_given_comes_again_faded_in():
    queue = PlaybackQueue(limit=PERIOD, rewind_frames=2 * PERIOD)
    write(queue, 0, 10 * PERIOD)
    for _ in range(6):
        read(queue, PERIOD)
    queue.rewind()
    assert queue.frames == 6 * PERIOD
    again = read(queue, 2 * PERIOD)
    assert abs(again[0, 0]) < 1e-3
    assert np.array_equal(again[960:], indexed(4 * PERIOD, 2 * PERIOD)[960:])
    assert np.array_equal(read(queue, 4 * PERIOD), indexed(6 * PERIOD, 4 * PERIOD))


def test_one_thread_may_put_while_another_takes():
    queue = PlaybackQueue(limit=4096)
    taken = []

    def card():
        while not queue.wait_for_tail(PERIOD, 0):
            taken.append(read(queue, PERIOD))

    thread = threading.Thread(target=card)
    thread.start()
    for start in range(0, 200 * 1024, 1024):
        write(queue, start, 1024)
        assert queue.wait_for_room(5)
    queue.finish()
    thread.join(10)
    heard = np.concatenate(taken)
    assert fault(heard[heard.any(axis=1)], 200 * 1024) == ""


def test_memory_keeps_copies_of_what_was_written():
    output = MemoryOutput()
    block = indexed(0, 64)
    output.write(block)
    block[:] = 0
    output.write(indexed(64, 100))
    output.close([Chapter(0, 164, "One")])
    assert fault(output.samples, 164) == ""
    assert output.chapters == (Chapter(0, 164, "One"),)
    assert output.closed


def test_memory_forgets_what_was_aborted():
    output = MemoryOutput()
    output.write(indexed(0, 64))
    output.abort()
    assert output.samples.shape == (0, 2)


class Clock:
    """A clock that moves only while somebody sleeps."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds


def test_null_takes_as_long_as_a_card_would():
    clock = Clock()
    output = NullOutput(clock, clock.sleep)
    for _ in range(100):
        output.write(np.zeros((QUANTUM, 2), np.float32))
    assert clock.now - 100 == pytest.approx(100 * QUANTUM / RATE - 0.125)
    output.close()
    output.close()
    assert clock.now - 100 == pytest.approx(100 * QUANTUM / RATE)


def test_null_catches_up_nothing_after_a_pause():
    clock = Clock()
    output = NullOutput(clock, clock.sleep)
    output.write(np.zeros((RATE, 2), np.float32))
    clock.now += 3600
    before = clock.now
    output.write(np.zeros((RATE, 2), np.float32))
    assert clock.now - before == pytest.approx(1 - 0.125)


def test_null_is_silent_at_once_when_aborted():
    clock = Clock()
    output = NullOutput(clock, clock.sleep)
    output.write(np.zeros((RATE, 2), np.float32))
    before = clock.now
    output.abort()
    output.close()
    assert clock.now == before


@pytest.mark.parametrize("spec", ["louspeaker", "", "file:", "file", "null:x"])
def test_an_unknown_output_lists_those_that_there_are(spec):
    with pytest.raises(UsageError, match="speaker, simpleaudio, null, file:PATH"):
        open_output(spec)


def test_a_device_is_chosen_only_for_the_speaker():
    with pytest.raises(UsageError, match="leave out --device"):
        open_output("null", device="bed")
    output = open_output("null")
    output.abort()
