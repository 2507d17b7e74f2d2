"""Places and recordings made ready ahead: there when they are wanted, and never waited for live."""

import threading

import numpy as np
import pytest

from player.audio import RATE
from player.engine import preloader as preloader_module
from player.engine.preloader import AssetPreloader
from player.errors import InputError
from player.library.recordings import Recorded
from player.library.soundscapes import load_soundscape
from player.script import ChangeSoundscape, PlaySound
from player.soundscape import Bed
from tests.support.waiting import soon

OASIS, SEA = ChangeSoundscape("oasis", 2.0), ChangeSoundscape("sea", 2.0)
KETTLE = PlaySound("kettle.wav")
WHISTLE = Recorded(np.full((RATE, 2), 0.1, np.float32), -20.0, 0.1)


class Shelf:
    """Loaders that count, and that can be made to wait, or to fail."""

    def __init__(self):
        self.scene = Bed(load_soundscape("hyper-rest").recipe, 5)
        self.open = threading.Event()
        self.open.set()
        self.error = None
        self.loaded, self.troubles = [], []

    def preloader(self, **options):
        return AssetPreloader(
            self.scene, self.place, self.sound, report=self.troubles.append, **options
        )

    def _load(self, name):
        self.loaded.append(name)
        self.open.wait()
        if self.error:
            raise self.error

    def place(self, name):
        self._load(name)
        return load_soundscape(name)

    def sound(self, file):
        self._load(file)
        return WHISTLE


@pytest.fixture
def shelf():
    made = Shelf()
    yield made
    made.open.set()


class Clock:
    """The clock by which the preloader measures its patience; it stands until it is moved."""

    def __init__(self):
        self.now = 100.0

    def monotonic(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(preloader_module, "time", clock)
    return clock


def test_a_place_that_was_made_ahead_sounds_as_one_that_is_made_when_it_is_entered(shelf):
    preloader = shelf.preloader()
    preloader.prepare([OASIS])
    shelf.scene.block(RATE)
    soon(lambda: preloader.is_ready(OASIS, wait=False))
    preloader.enter(OASIS)
    preloader.is_ready(SEA, wait=True)
    preloader.enter(SEA)
    other = Bed(load_soundscape("hyper-rest").recipe, 5)
    other.block(RATE)
    other.enter(other.build_synth(load_soundscape("oasis").recipe), 2.0)
    other.enter(other.build_synth(load_soundscape("sea").recipe), 2.0)
    assert np.array_equal(shelf.scene.block(3 * RATE), other.block(3 * RATE))


def test_a_place_that_comes_again_does_not_sound_the_same_again(shelf):
    def heard_of(visits):
        scene = Bed(load_soundscape("sea").recipe, 5)
        preloader = AssetPreloader(scene, load_soundscape, shelf.sound)
        for step in visits:
            preloader.is_ready(step, wait=True)
            preloader.enter(step)
        scene.block(60 * RATE)  # what went has rung out
        return scene.block(RATE)

    assert np.array_equal(heard_of([OASIS]), heard_of([OASIS]))
    assert not np.array_equal(heard_of([OASIS]), heard_of([OASIS, SEA, OASIS]))


def test_what_is_slow_is_not_waited_for_live(shelf):
    shelf.open.clear()
    preloader = shelf.preloader()
    preloader.prepare([KETTLE])
    # The loader stands until the shelf is opened: an `is_ready` that waited would never return.
    assert not any(preloader.is_ready(KETTLE, wait=False) for _ in range(100))
    shelf.open.set()
    soon(lambda: preloader.is_ready(KETTLE, wait=False))
    assert preloader.recording(KETTLE) is WHISTLE
    assert shelf.loaded == ["kettle.wav"], "asking again is no second wish"


def test_what_nobody_announced_is_made_when_it_is_asked_for(shelf):
    preloader = shelf.preloader()
    soon(lambda: preloader.is_ready(OASIS, wait=False))
    preloader.enter(OASIS)
    assert shelf.scene.recipe.id == "oasis"


def test_a_render_waits_and_needs_no_thread(shelf):
    before = threading.active_count()
    preloader = shelf.preloader()
    assert preloader.is_ready(KETTLE, wait=True)
    assert preloader.recording(KETTLE) is WHISTLE
    assert threading.active_count() == before


def test_what_is_no_longer_wished_for_is_let_go(shelf):
    shelf.open.clear()
    preloader = shelf.preloader()
    preloader.prepare([SEA, OASIS, KETTLE])
    soon(lambda: shelf.loaded)
    preloader.prepare([KETTLE])
    shelf.open.set()
    soon(lambda: preloader.is_ready(KETTLE, wait=False))
    assert shelf.loaded == ["sea", "kettle.wav"], "the oasis was passed over"
    shelf.open.clear()
    assert not preloader.is_ready(SEA, wait=False), "what was made of the sea is gone"


def test_what_cannot_be_read_is_told_when_it_is_wanted_and_the_night_goes_on(shelf):
    shelf.error = InputError("The recording is no sound.")
    preloader = shelf.preloader()
    preloader.prepare([OASIS, KETTLE])
    soon(lambda: len(shelf.loaded) == 2)
    assert shelf.troubles == []
    for step in (OASIS, KETTLE):
        soon(lambda step=step: preloader.is_ready(step, wait=False))
    preloader.enter(OASIS)
    assert preloader.recording(KETTLE) is None
    assert shelf.troubles == ["The recording is no sound."] * 2
    assert shelf.scene.recipe.id == "hyper-rest"


def test_a_fault_of_ours_on_the_thread_is_not_lost(shelf):
    shelf.error = ZeroDivisionError("ours")
    preloader = shelf.preloader()
    soon(lambda: preloader.is_ready(OASIS, wait=False))
    with pytest.raises(ZeroDivisionError):
        preloader.enter(OASIS)


def test_a_file_that_never_comes_does_not_hold_up_the_night(shelf, clock):
    shelf.open.clear()
    preloader = shelf.preloader(timeout_s=0.1)
    preloader.prepare([KETTLE])
    assert not preloader.is_ready(KETTLE, wait=False)
    clock.now += 0.09
    assert not preloader.is_ready(KETTLE, wait=False)
    clock.now += 0.02
    assert preloader.is_ready(KETTLE, wait=False)
    assert preloader.recording(KETTLE) is None
    assert "sound 'kettle.wav' was not ready in 0.1 s" in shelf.troubles[0]


def test_patience_begins_with_the_want_and_anew_with_each(shelf, clock):
    shelf.open.clear()
    preloader = shelf.preloader(timeout_s=0.2)
    preloader.prepare([KETTLE])
    clock.now += 0.3
    assert not preloader.is_ready(KETTLE, wait=False), "it has only now been wanted"
    preloader.prepare([OASIS])  # the listener has gone elsewhere
    clock.now += 0.3
    assert not preloader.is_ready(KETTLE, wait=False)
    assert not shelf.troubles


def test_what_is_wanted_goes_before_what_is_wished_for(shelf):
    shelf.open.clear()
    preloader = shelf.preloader()
    preloader.prepare([SEA, OASIS])
    soon(lambda: shelf.loaded == ["sea"])
    preloader.is_ready(KETTLE, wait=False)
    shelf.open.set()
    soon(lambda: len(shelf.loaded) == 3)
    assert shelf.loaded == ["sea", "kettle.wav", "oasis"]


def test_no_more_is_made_ahead_than_may_be_kept_but_what_is_wanted_is(shelf, monkeypatch):
    monkeypatch.setattr(preloader_module, "MOST_KEPT_BYTES", WHISTLE.samples.nbytes - 1)
    preloader = shelf.preloader()
    preloader.prepare([KETTLE, PlaySound("bell.wav"), PlaySound("bell.wav")])
    soon(lambda: preloader.is_ready(KETTLE, wait=False))
    assert preloader._next_request() is None
    assert shelf.loaded == ["kettle.wav"]
    soon(lambda: preloader.is_ready(PlaySound("bell.wav"), wait=False))
