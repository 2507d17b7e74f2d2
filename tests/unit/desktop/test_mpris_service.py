"""The desktop's keys and its card of what is playing, used by a client that is not ours."""

import subprocess
import sys
import threading
import time

import pytest

from player.audio import QUANTUM, RATE
from player.controls import PlaybackCommand
from player.desktop.client import Desktop
from player.desktop.messages import MediaKey
from player.session import Event
from tests.support.needs import need, need_package
from tests.support.session_bus import SessionBus, waited


def answers(desktop, paused):
    """All that is answered until nothing is asked for, each block showing what came of it."""
    found = []
    while answer := desktop.poll(None, False):
        found.append(answer)
        paused = paused is not (answer is PlaybackCommand.PAUSE)
        desktop.show("", paused, 0)
    return found


@pytest.mark.parametrize(
    ("paused", "wishes", "expected"),
    [
        (False, [MediaKey.TOGGLE], [PlaybackCommand.PAUSE]),
        (True, [MediaKey.TOGGLE], [PlaybackCommand.PAUSE]),
        (False, [MediaKey.PLAY], []),
        (True, [MediaKey.PLAY], [PlaybackCommand.PAUSE]),
        (False, [MediaKey.PAUSE, MediaKey.PAUSE], [PlaybackCommand.PAUSE]),
        (True, [MediaKey.PAUSE], []),
        (
            False,
            [MediaKey.PAUSE, MediaKey.PLAY, MediaKey.PLAY],
            [PlaybackCommand.PAUSE, PlaybackCommand.PAUSE],
        ),
        (False, [MediaKey.NEXT, MediaKey.PREVIOUS], [Event.PASSAGE_ON, Event.PASSAGE_BACK]),
        (False, [MediaKey.STOP], [Event.QUIT]),
    ],
)
def test_what_is_asked_for_is_answered_as_if_a_key_were_pressed(paused, wishes, expected):
    desktop = Desktop(after_s=60.0)
    desktop.begin("A night", "")
    desktop.show("", paused, 0)
    for wish in wishes:
        desktop.press(wish)
    assert answers(desktop, paused) == expected
    desktop.close()


class Night:
    """Somebody who shows where a night is and does what is answered, block by block."""

    def __init__(self, title="The Lantern", author="Mira"):
        self.desktop = Desktop(after_s=0.0)
        self.desktop.begin(title, author)
        self.chapter, self.paused, self.frame, self.answers = "", False, 0, []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._tell)

    def _tell(self):
        while not self._over.wait(0.02):
            answer = self.desktop.poll(None, False)
            if answer:
                self.answers.append(answer)
            self.paused = self.paused is not (answer is PlaybackCommand.PAUSE)
            self.frame += 0 if self.paused else QUANTUM
            self.desktop.show(self.chapter, self.paused, self.frame)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_error):
        self._over.set()
        self._thread.join()
        self.desktop.close()


@pytest.fixture
def bus(monkeypatch):
    need("dbus-daemon", "playerctl")
    need_package("dbus_fast")
    with SessionBus() as bus:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.address)
        yield bus


def ctl(*arguments):
    """What ``playerctl`` says."""
    command = ["playerctl", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def comes(expected, *arguments):
    """Does ``playerctl`` say so, sooner or later?"""
    until = time.monotonic() + 60
    while (said := ctl(*arguments)) != expected and time.monotonic() < until:
        time.sleep(0.05)
    return said == expected


def test_the_card_shows_the_story_and_its_chapter(bus):
    with Night() as night:
        assert comes("The Lantern", "metadata", "title")
        night.chapter = "The Gate"
        assert comes("The Gate", "metadata", "title")
        assert ctl("metadata", "album") == "The Lantern"
        assert ctl("metadata", "artist") == "Mira"
        assert ctl("-l") == "dreamers"
        assert ctl("status") == "Playing"
        night.frame = 60 * RATE
        assert comes("1:01", "position", "-f", "{{duration(position)}}")


def test_a_story_without_an_author_or_chapters_has_a_card_too(bus):
    with Night("Höhle & „Licht“", ""):
        assert comes("Höhle & „Licht“", "metadata", "title")
        assert "xesam:artist" not in ctl("metadata")


def test_every_key_of_the_desktop_is_answered(bus):
    with Night() as night:
        assert comes("Playing", "status")
        for command, status in [
            ("pause", "Paused"),
            ("pause", "Paused"),
            ("play", "Playing"),
            ("play", "Playing"),
            ("play-pause", "Paused"),
            ("play-pause", "Playing"),
        ]:
            ctl(command)
            assert comes(status, "status"), command
        for answer in (Event.PASSAGE_ON, Event.PASSAGE_BACK, Event.QUIT):
            ctl({"PASSAGE_ON": "next", "PASSAGE_BACK": "previous", "QUIT": "stop"}[answer.name])
            waited(lambda answer=answer: answer in night.answers or None)
    assert night.answers == [PlaybackCommand.PAUSE] * 4 + [
        Event.PASSAGE_ON,
        Event.PASSAGE_BACK,
        Event.QUIT,
    ]


def test_what_changes_is_told_at_once_to_whoever_follows(bus):
    with Night() as night:
        assert comes("Playing", "status")
        command = ["playerctl", "--follow", "metadata", "-f", "{{title}}, {{status}}"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as follower:
            assert follower.stdout.readline() == "The Lantern, Playing\n"
            night.chapter = "The Stair"
            assert follower.stdout.readline() == "The Stair, Playing\n"
            ctl("pause")
            assert follower.stdout.readline() == "The Stair, Paused\n"
            follower.terminate()


def test_a_seek_does_nothing_and_no_setting_is_taken(bus):
    with Night() as night:
        assert comes("Playing", "status")
        for command in (["position", "30"], ["volume", "0.2"], ["loop", "Track"]):
            ctl(*command)
        assert comes("Playing", "status")
        assert night.answers == []


def test_two_nights_at_once_have_a_card_each(bus):
    with Night("The Lantern"), Night("The Rain Round"):
        names = waited(lambda: names if len(names := ctl("-l").split()) == 2 else None)
        assert {name.partition(".instance")[0] for name in names} == {"dreamers"}
        titles = {ctl("-p", name, "metadata", "title") for name in names}
        assert titles == {"The Lantern", "The Rain Round"}


def test_the_card_goes_with_the_night(bus):
    with Night():
        assert comes("dreamers", "-l")
    assert ctl("-l") == ""


def test_a_bus_that_dies_or_is_none_changes_nothing(bus, capfd, monkeypatch):
    with Night() as night:
        assert comes("Playing", "status")
        bus.kill()
        night.chapter = "The Spring"
        shown = night.frame
        waited(lambda: True if night.frame > shown + 10 * QUANTUM else None)
        night.chapter = "The Gate"
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
        with Night() as other:
            waited(lambda: True if other.frame > 20 * QUANTUM else None)
    assert capfd.readouterr() == ("", "")


KILLED = """
import time
from player.desktop.client import Desktop
desktop = Desktop(after_s=0.0)
desktop.begin("The Lantern", "")
while True:
    desktop.show("", False, 0)
    time.sleep(0.02)
"""


def test_a_night_that_is_killed_leaves_no_card(bus):
    with subprocess.Popen([sys.executable, "-c", KILLED], env=bus.env) as night:
        assert comes("The Lantern", "metadata", "title")
        night.kill()
    assert comes("", "-l")
