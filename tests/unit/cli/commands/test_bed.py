"""A night without words: which soundscape, how warm it begins, and when it ends."""

import math
import time

import pytest

from player.cli import run
from player.cli.commands import bed as command
from player.session import Session


@pytest.fixture
def asked(monkeypatch, tmp_path):
    """Return a function that gives the request of a command line, without playing it."""
    monkeypatch.setenv("DREAMERS_HOME", str(tmp_path))
    config = tmp_path / "config" / "config.toml"
    config.parent.mkdir()

    def ask(*options, settings=""):
        config.write_text(settings)
        requests = []
        with monkeypatch.context() as patch:
            patch.setattr(command, "begin", lambda request: requests.append(request) or 0)
            code = run(["bed", *options])
        return requests[0] if requests else code

    return ask


@pytest.mark.parametrize(("name", "depth"), [("oasis", 0.5), ("underground", 0.0), ("sea", 1.0)])
def test_it_is_the_soundscape_and_the_depth_that_were_asked_for(asked, name, depth):
    request = asked(name, "--depth", str(depth))
    here = Session(request.source.open()).here
    assert here.scene.removesuffix(".toml") == name
    assert here.depth == depth


@pytest.mark.parametrize(
    ("options", "settings", "seconds"),
    [
        ((), "", 3600.0),
        (("--sleep", "30m"), "", 1800.0),
        ((), '[play]\nsleep = "20m"', 1200.0),
        ((), '[play]\nsleep = "2 chapters"', 3600.0),
        ((), '[evening]\nfrom = "{later}"\nuntil = "{latest}"\nsleep = "45m"', 3600.0),
        ((), '[evening]\nfrom = "{earlier}"\nuntil = "{later}"\nsleep = "45m"', 2700.0),
    ],
)
def test_its_timer_is_the_listeners_else_the_settings_else_an_hour(
    asked, options, settings, seconds
):
    for name, after_h in (("earlier", -1), ("later", 1), ("latest", 2)):
        hour = time.strftime("%H:%M", time.localtime(time.time() + after_h * 3600))
        settings = settings.replace("{" + name + "}", hour)
    timer = asked("oasis", *options, settings=settings).sleep.timer()
    assert timer.left_s(0) == pytest.approx(seconds, abs=2)


def test_a_listener_may_let_it_go_on_for_ever(asked):
    assert asked("oasis", "--sleep", "off").sleep.timer().left_s(0) == math.inf


@pytest.mark.parametrize("sleep", ["off", "2 chapters"])
def test_what_cannot_end_is_refused(asked, sleep, capsys, tmp_path):
    file = f"file:{tmp_path}/bed.flac"
    assert asked("oasis", "--sleep", sleep, "--output", file) == 2
    assert "--sleep" in capsys.readouterr().err
