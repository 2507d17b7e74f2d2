"""A night that is played on a desktop: kept awake for, shown on its card, and led by its keys."""

import subprocess
import time

import numpy as np
import pytest

from player.audio import RATE
from tests.support.aloud import environment
from tests.support.needs import need, need_package
from tests.support.session_bus import SessionBus, waited
from tests.support.terminal import Terminal, dreamers
from tests.support.virtual_card import VirtualCard

need("pulseaudio", "pactl", "parec", "dbus-daemon", "playerctl")
need_package("jeepney", "dbus_fast")
pytestmark = [pytest.mark.live, pytest.mark.slow]

TALE = """
:: StoryTitle
The Lantern
# author: Mira
# soundscape: studio

:: Start
# chapter: The Gate
The gate is open, and a lamp is lit. Somebody has left it there for whoever comes late.

It is a small lamp, and it has burned all evening, and it will burn until the morning comes.

The path beyond it is dry. There is no wind tonight, and there was none the night before.

[[Follow the lamp->Stair]]
[[Stay by the gate->Stair]]

:: Stair
# chapter: The Stair
It is warm here.
"""


@pytest.fixture
def bus():
    with SessionBus() as bus:
        yield bus


@pytest.fixture
def card(tmp_path):
    with VirtualCard(tmp_path) as card:
        yield card


@pytest.fixture
def night(tmp_path, own_home, card, bus):
    """Begins the night on this card and this desktop."""
    story = tmp_path / "lantern.twee"
    story.write_text(TALE)
    bus_alone = {"DBUS_SESSION_BUS_ADDRESS": bus.address}
    nights = []

    def begin(*options):
        command = dreamers("play", str(story), "--fresh", *options)
        nights.append(Terminal(command, environment(own_home, card.env, bus_alone)))
        return nights[-1]

    yield begin
    for one in nights:
        one.__exit__(None, None, None)


@pytest.fixture
def ctl(bus):
    """What ``playerctl`` says on this bus."""

    def say(*arguments):
        done = subprocess.run(
            ["playerctl", *arguments], env=bus.env, capture_output=True, text=True, check=False
        )
        return done.stdout.strip()

    return say


def test_the_keys_of_the_desktop_lead_the_night_and_its_card_shows_where_it_is(night, card, ctl):
    recorder = card.record(latency_ms=20)
    night = night()
    night.wait_for("The gate is open")
    waited(lambda: ctl("metadata", "title") == "The Gate" or None)
    assert ctl("metadata", "album") == "The Lantern"
    assert ctl("metadata", "artist") == "Mira"
    assert ctl("status") == "Playing"
    paused = time.monotonic()
    ctl("play-pause")
    waited(lambda: ctl("status") == "Paused" or None)
    night.wait_for("paused")
    time.sleep(1.5)
    ctl("pause")  # it is, and stays so
    resumed = time.monotonic()
    ctl("play")
    waited(lambda: ctl("status") == "Playing" or None)
    ctl("next")
    night.wait_for("Follow the lamp")
    assert "The path beyond it is dry" not in night.text, "the passage was told to its end"
    night.press("1")
    waited(lambda: ctl("metadata", "title") == "The Stair" or None)
    ctl("stop")
    assert night.wait() == 0
    assert ctl("-l") == ""
    recording = recorder.stop()
    times = recorder.time_of(0) + np.arange(len(recording)) / RATE
    silent = times[~recording.any(axis=1) & (times > paused) & (times < resumed + 1.0)]
    assert silent[-1] - silent[0] > 1.2, "the pause was heard"
    assert recording[times > resumed + 1.5].any(), "and so was what came after"


def test_the_machine_is_kept_awake_while_the_night_is_heard_and_no_longer(night, card, bus):
    from tests.support.sleepless import Desktop

    with Desktop(bus.address) as desktop:
        night = night()
        night.wait_for("The gate is open")
        (held,) = desktop.wait_for(1)
        assert held.body[0] == "Dreamers"
        night.press(" ")
        desktop.wait_for(0)  # a pause may be slept through
        night.press(" ")
        desktop.wait_for(1)
        night.press("q")
        assert night.wait() == 0
        desktop.wait_for(0)
        assert desktop.granted == 2


def test_a_night_that_nobody_hears_keeps_nothing_awake_and_has_no_card(night, card, bus, ctl):
    from tests.support.sleepless import Desktop

    with Desktop(bus.address) as desktop:
        night = night("--output", "null")
        night.wait_for("It is a small lamp")
        assert (desktop.asked, ctl("-l")) == (0, "")


def test_a_night_that_is_killed_lets_go_of_the_desktop(night, card, bus, ctl):
    from tests.support.sleepless import Desktop

    with Desktop(bus.address) as desktop:
        night = night()
        desktop.wait_for(1, 40)
        waited(lambda: ctl("-l") == "dreamers" or None)
        night.kill()
        desktop.wait_for(0)
        waited(lambda: ctl("-l") == "" or None)
