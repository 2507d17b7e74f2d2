"""The process that speaks to the desktop: beside the night, and never in its way."""

import os
import signal
import subprocess
import sys

import pytest

from player.audio import RATE
from player.desktop.client import Desktop
from tests.support.needs import need, need_package
from tests.support.session_bus import SessionBus


@pytest.fixture
def bus(monkeypatch):
    need("dbus-daemon")
    need_package("jeepney")
    with SessionBus() as bus:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.address)
        yield bus


@pytest.fixture
def begun():
    """Begins nights on the desktop."""
    made = []

    def begin(after_s=0.0):
        desktop = Desktop(after_s)
        made.append(desktop)
        desktop.begin("The Lantern", "")
        desktop.show("", False, 0)
        return desktop

    yield begin
    for desktop in made:
        desktop.close()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the desktop needs no bus")
def test_without_a_bus_there_is_no_process(begun, monkeypatch):
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    desktop = begun()
    for frame in range(0, RATE, 2048):
        desktop.show("", False, frame)
        assert desktop.poll(None, False) is None
    assert desktop._process is None


@pytest.mark.parametrize("after_s", [0.0, 60.0])
def test_it_ends_with_the_night_however_short(bus, begun, after_s):
    desktop = begun(after_s)
    desktop.close()
    assert desktop._process.exit_code == 0
    desktop.close()


def test_it_ends_with_a_night_that_never_began(bus):
    desktop = Desktop()
    desktop.close()
    assert desktop._process.exit_code == 0


def test_one_that_is_killed_or_hangs_changes_nothing(bus, begun):
    desktop, hanging = begun(), begun()
    desktop._process.kill()
    assert desktop._process.wait(60.0)
    for second in range(5):
        desktop.show(f"Chapter {second}", False, second * RATE)
        assert desktop.poll(None, False) is None
    os.kill(hanging._process.pid, signal.SIGSTOP)
    for number in range(20_000):  # more than a pipe holds
        hanging.show(f"Chapter {number}", False, 0)
    hanging.close()
    assert hanging._process.wait(60.0)
    assert hanging._process.exit_code == -signal.SIGKILL


def test_ctrl_c_in_the_terminal_is_not_for_it(bus, begun):
    assert os.getpgid(begun()._process.pid) != os.getpgid(0)


NIGHT = """
import sys
from player.desktop.client import Desktop
desktop = Desktop(after_s=0.0)
desktop.begin("The Lantern", "")
desktop.show("", False, 0)
import player.cli.live_night
desktop.close()
print([module for module in sys.modules if module in sys.argv])
"""


def test_none_of_its_libraries_is_loaded_into_the_night(bus):
    command = [sys.executable, "-c", NIGHT, "wakepy", "jeepney", "dbus_fast", "asyncio"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert said == "[]\n"
