"""State files are private; files that the listener asked for have the usual mode."""

import os
import stat
import sys
from pathlib import Path

import pytest

from player.cli import run
from player.outputs.files.formats import open_file
from player.outputs.files.part_file import write_text
from player.storage import atomic_file
from player.storage.atomic_write import set_aside, write_atomically
from player.storage.bookmarks import load_bookmark
from player.storage.settings import load_settings

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="Windows has no such modes: a profile's folder is its owner's"
)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(params=[0o000, 0o022, 0o077], ids=oct)
def umask(request: pytest.FixtureRequest):
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def test_only_their_owner_reads_what_a_night_leaves(umask: int, tmp_path: Path, monkeypatch):
    monkeypatch.setenv("DREAMERS_HOME", str(tmp_path / "new" / "home"))
    (tmp_path / "tale.txt").write_text("All is well.\n")
    settings = tmp_path / "new" / "home" / "config" / "config.toml"
    settings.parent.mkdir(parents=True, mode=0o700)
    settings.parent.parent.chmod(0o700)
    settings.parent.parent.parent.chmod(0o700)
    settings.write_text("[night]\nopening_s = 0.1\nending_bed_s = 0.1\nending_fade_s = 0.1\n")
    command = ["play", str(tmp_path / "tale.txt"), "--voice", "silent", "--output", "null"]
    assert run([*command, "--volume", "-3"]) == 0
    assert run(["nights", str(tmp_path / "tale.txt")]) == 0
    left = [*(tmp_path / "new").rglob("*"), tmp_path / "new"]
    files = [path for path in left if path.is_file()]
    assert {path.parent.name for path in files} >= {"nights", "endings"}
    assert {path: oct(mode(path)) for path in files if mode(path) & 0o077} == {}
    assert {path: oct(mode(path)) for path in left if mode(path) & 0o077} == {}


def test_no_moment_passes_in_which_others_could_read_it(umask: int, tmp_path: Path, monkeypatch):
    seen = []
    sync = os.fsync

    def look(descriptor: int) -> None:
        seen.append(stat.S_IMODE(os.fstat(descriptor).st_mode) & 0o077)
        sync(descriptor)

    opened = []
    real_open = os.open

    def watch(path, flags, file_mode=0o777, **more):
        descriptor = real_open(path, flags, file_mode, **more)
        if flags & os.O_CREAT:
            opened.append(stat.S_IMODE(os.fstat(descriptor).st_mode) & 0o077)
        return descriptor

    monkeypatch.setattr(atomic_file.os, "fsync", look)
    monkeypatch.setattr(atomic_file.os, "open", watch)
    write_atomically(tmp_path / "state" / "a.json", "{}")
    assert seen
    assert not any(seen)
    assert opened == [0]


def test_every_folder_that_is_made_on_the_way_is_its_owners_alone(umask: int, tmp_path: Path):
    before = mode(tmp_path)
    write_atomically(tmp_path / "new" / "home" / "state" / "nights" / "a.json", "{}")
    made = [path for path in tmp_path.rglob("*") if path.is_dir()]
    assert len(made) == 4
    assert {path.name: oct(mode(path)) for path in made if mode(path) != 0o700} == {}
    assert mode(tmp_path) == before, "one that was there already is left as it was"


def test_a_file_that_an_older_player_wrote_is_hidden_when_it_is_written_or_set_aside(
    umask: int, tmp_path: Path
):
    state = tmp_path / "state"
    state.mkdir()
    for name in ("levels.json", "place.json", "place.before", "broken.json"):
        (state / name).write_text("{")
        (state / name).chmod(0o644)
    write_atomically(state / "levels.json", "{}")
    write_atomically(state / "place.json", "{}", state / "place.before")
    set_aside(state / "broken.json")
    assert (state / "place.before").read_text() == "{", "what stood there before"
    assert (state / "broken.unreadable").read_text() == "{"
    assert {path.name: oct(mode(path)) for path in state.iterdir() if mode(path) & 0o077} == {}


def test_a_bookmark_that_cannot_be_read_is_hidden_as_it_is_set_aside(tmp_path: Path):
    damaged = tmp_path / "tale.json"
    damaged.write_text("no bookmark")
    damaged.chmod(0o644)
    assert load_bookmark(damaged) is None
    assert mode(tmp_path / "tale.unreadable") == 0o600


def test_a_link_in_a_state_folder_is_replaced_and_what_it_leads_to_is_left_alone(tmp_path: Path):
    precious = tmp_path / "precious"
    precious.write_text("mine")
    precious.chmod(0o644)
    state = tmp_path / "state"
    state.mkdir()
    (state / "a.json").symlink_to(precious)
    write_atomically(state / "a.json", "{}", state / "a.before")
    assert (precious.read_text(), mode(precious)) == ("mine", 0o644)
    assert not (state / "a.json").is_symlink()


def test_settings_that_others_could_read_are_hidden_when_they_are_read(tmp_path: Path):
    settings = tmp_path / "config.toml"
    settings.write_text("[play]\nspeed = 0.9\n")
    settings.chmod(0o644)
    assert load_settings(settings).play == {"speed": 0.9}
    assert mode(settings) == 0o600
    settings.chmod(0o400)
    load_settings(settings)
    assert mode(settings) == 0o400, "no more is allowed than before"


def test_what_was_asked_for_by_name_has_the_usual_mode(umask: int, tmp_path: Path):
    usual = 0o666 & ~umask
    write_text(tmp_path / "night.vtt", "WEBVTT\n")
    output = open_file(tmp_path / "night.wav")
    output.close()
    assert {path.name: mode(path) for path in tmp_path.iterdir()} == {
        "night.vtt": usual,
        "night.wav": usual,
    }
