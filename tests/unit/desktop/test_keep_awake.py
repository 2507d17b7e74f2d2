"""The machine stays awake for as long as the night is heard, and no longer."""

import signal
import subprocess
import sys

import pytest

from player.desktop.keep_awake import SleepInhibitor
from tests.support.needs import need, need_package
from tests.support.session_bus import SessionBus, waited

need("dbus-daemon")
need_package("jeepney")

from tests.support.sleepless import GNOME, NO_SLEEP, POWER, SYSTEMD, Desktop  # noqa: E402  # it needs the package


@pytest.fixture
def bus(monkeypatch):
    with SessionBus() as bus:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.address)
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", bus.address)
        monkeypatch.delenv("XDG_SESSION_DESKTOP", raising=False)
        yield bus


@pytest.fixture
def awake():
    with SleepInhibitor() as awake:
        yield awake


def test_the_machine_is_kept_awake_while_it_is_asked_for_and_may_sleep_after(bus, awake):
    with Desktop(bus.address) as desktop:
        awake.keep(False)
        assert desktop.granted == 0
        awake.keep(True)
        (held,) = desktop.wait_for(1)
        assert held.service == GNOME
        assert held.body[0] == "Dreamers"
        assert held.body[2] == "A bedtime story is being told"
        assert held.body[3] == NO_SLEEP, "the screen may go dark"
        awake.keep(False)  # a pause
        desktop.wait_for(0)
        awake.keep(True)
        desktop.wait_for(1)
        awake.close()
        desktop.wait_for(0)
        assert desktop.granted == 2
        assert not awake.held


def test_it_is_asked_for_once_though_every_block_says_so(bus, awake):
    with Desktop(bus.address) as desktop:
        for _ in range(1_000):
            awake.keep(True)
        desktop.wait_for(1)
        waited(lambda: True if awake.held else None)
        assert desktop.granted == 1


def test_a_desktop_without_gnome_is_asked_through_its_power_manager(bus, awake):
    with Desktop(bus.address, (POWER,)) as desktop:
        awake.keep(True)
        (held,) = desktop.wait_for(1)
        assert (held.service, held.body[0]) == (POWER, "Dreamers")
        awake.close()
        desktop.wait_for(0)


def test_where_the_desktop_has_neither_systemd_is_asked(bus, awake):
    need("systemd-inhibit")
    with Desktop(bus.address, (SYSTEMD,)) as machine:
        for nights in (1, 2):
            awake.keep(True)
            (held,) = machine.wait_for(1)
            assert held.body == (
                "idle:sleep", "Dreamers", "A bedtime story is being told", "block",
            )  # fmt: skip
            waited(lambda: True if awake.held else None)
            awake.keep(False)  # a pause
            machine.wait_for(0)
            assert machine.granted == nights


def test_where_there_is_a_desktop_systemd_is_left_alone(bus, awake):
    with Desktop(bus.address, (GNOME,)) as desktop, Desktop(bus.address, (SYSTEMD,)) as machine:
        awake.keep(True)
        desktop.wait_for(1)
        waited(lambda: True if awake.held else None)
        assert machine.asked == 0


@pytest.mark.parametrize("names", [(GNOME, POWER), (SYSTEMD,)])
@pytest.mark.parametrize("answer", ["no", ""])
def test_a_desktop_that_says_no_or_nothing_at_all_changes_nothing(bus, capfd, answer, names):
    with Desktop(bus.address, names, answer) as desktop, SleepInhibitor() as awake:
        awake.keep(True)
        waited(lambda: desktop.asked or None)
        awake.keep(False)
        awake.keep(True)
        awake.close()
        assert not awake.held
        assert not desktop.held
    assert capfd.readouterr() == ("", "")


def test_a_bus_that_dies_changes_nothing(bus, awake, capfd):
    with Desktop(bus.address) as desktop:
        awake.keep(True)
        desktop.wait_for(1)
        waited(lambda: True if awake.held else None)
        bus.kill()
        awake.keep(False)
        awake.keep(True)
        awake.close()
    assert capfd.readouterr() == ("", "")


NIGHT = """
import sys
from player.desktop.keep_awake import SleepInhibitor
with SleepInhibitor() as awake:
    awake.keep(True)
    awake._thread.join(float(sys.argv[1]))
print("well")
"""


def night(env, seconds=2.0):
    command = [sys.executable, "-c", NIGHT, str(seconds)]
    return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


@pytest.mark.parametrize("address", [None, "unix:path=/nowhere", "nonsense"])
def test_without_a_bus_the_night_goes_on_and_nothing_is_said(bus, address):
    env = bus.env
    del env["DBUS_SESSION_BUS_ADDRESS"]
    if address:
        env["DBUS_SESSION_BUS_ADDRESS"] = address
    with night(env) as program:
        assert program.communicate(timeout=30) == (b"well\n", b"")
        assert program.returncode == 0


@pytest.mark.parametrize("name", [GNOME, SYSTEMD])
def test_a_night_that_is_killed_leaves_nothing_behind(bus, name):
    with Desktop(bus.address, (name,)) as desktop, night(bus.env, 60.0) as program:
        desktop.wait_for(1)
        program.send_signal(signal.SIGKILL)
        desktop.wait_for(0)
