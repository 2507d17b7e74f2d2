"""A story opens only files of its folder, and only up to a size."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from player.errors import DreamersError, InputError, InputNotFound, UsageError
from player.library import recordings
from player.library.recordings import read_recording
from player.library.soundscapes import bundled_folder, find_soundscape, load_soundscape
from player.library.stories import find_story
from player.storage.file_access import is_relative_name, read_regular_file, stays_inside
from player.storage.paths import home
from player.storage.settings import load_settings

TALE = "A lamp is lit.\n\nAll is well.\n"
SECRET = "kept-from-everybody"
REMOTE = ["\\\\host\\share\\rain.wav", "//host/share/rain.wav", "\\\\?\\UNC\\host\\share\\rain.wav"]
ABSOLUTE = ["/etc/rain.wav", "C:\\rain.wav", "C:rain.wav", "\\rain.wav"]
ELSEWHERE = ["../rain.wav", "sounds/../../rain.wav"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A story's folder, with something beside it that is none of the story's business."""
    story = tmp_path / "story"
    story.mkdir()
    (story / "tale.txt").write_text(TALE)
    (tmp_path / "secret.toml").write_text(f'"Chapter" = "{SECRET}"\n')
    return story


def pipe(path: Path) -> Path:
    if not hasattr(os, "mkfifo"):
        pytest.skip("there are no named pipes here")
    os.mkfifo(path)
    return path


def endless(path: Path) -> Path:
    if not Path("/dev/zero").exists():
        pytest.skip("there are no devices among the files here")
    path.symlink_to("/dev/zero")
    return path


PROGRAM = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
from player.errors import DreamersError
from player.{module} import {function}
from pathlib import Path
try:
    {function}({argument})
except DreamersError as error:
    print(type(error).__name__, error)
"""


def in_time(module: str, function: str, argument: str) -> str:
    """Return what a call prints, in a process that is killed if it waits or fills the memory."""
    program = PROGRAM.format(module=module, function=function, argument=argument)
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=20, check=True
    )
    return done.stdout.strip()


@pytest.mark.parametrize("make", [pipe, endless])
def test_a_story_that_is_a_pipe_or_a_device_is_refused_at_once(tmp_path: Path, make):
    path = make(tmp_path / "tale.txt")
    said = in_time("library.stories", "find_story", repr(str(path)))
    assert said == (
        f"InputNotFound {path} cannot be read: it is not a file but a folder, a pipe or a device."
    )


@pytest.mark.parametrize("make", [pipe, endless])
def test_settings_that_are_a_pipe_or_a_device_are_refused_at_once(tmp_path: Path, make):
    path = make(tmp_path / "config.toml")
    said = in_time("storage.settings", "load_settings", f"Path({str(path)!r})")
    assert "cannot be read (it is not a file but a folder, a pipe or a device)" in said


@pytest.mark.parametrize("name", ["tale.lexicon.toml", "tale.recap.toml"])
@pytest.mark.parametrize("make", [pipe, endless])
def test_what_lies_beside_a_story_is_a_file_too(folder: Path, name: str, make):
    make(folder / name)
    said = in_time("library.stories", "find_story", repr(str(folder / "tale.txt")))
    assert said.startswith(("InputNotFound", "InputError"))


@pytest.mark.parametrize("name", ["tale.lexicon.toml", "tale.recap.toml"])
def test_what_lies_beside_a_story_has_a_bounded_size(folder: Path, name: str):
    with (folder / name).open("wb") as file:
        file.truncate(8 << 30)
    assert "has over 1,000,000 bytes" in in_time(
        "library.stories", "find_story", repr(str(folder / "tale.txt"))
    )


@pytest.mark.parametrize("name", ["tale.lexicon.toml", "tale.recap.toml"])
def test_a_link_beside_a_story_leads_nowhere_else(folder: Path, name: str):
    (folder / name).symlink_to(folder.parent / "secret.toml")
    with pytest.raises(InputError, match="leads out of") as refused:
        find_story(str(folder / "tale.txt"))
    assert SECRET not in str(refused.value)


def test_a_link_within_the_folder_and_a_story_that_is_a_link_are_followed(folder: Path):
    (folder / "said.toml").write_text('"Chapter" = "We went down."\n')
    (folder / "tale.recap.toml").symlink_to("said.toml")
    assert find_story(str(folder / "tale.txt")).recap == {"Chapter": "We went down."}
    (folder.parent / "last-night.txt").symlink_to(folder / "tale.txt")
    assert find_story(str(folder.parent / "last-night.txt")).folder == folder.resolve()


def test_a_name_that_no_file_can_have_is_one_sentence(folder: Path, monkeypatch):
    monkeypatch.chdir(folder)
    with pytest.raises(InputNotFound, match=r"cannot be read: File name too long|no story"):
        find_story("x" * 300 + ".txt")
    for name in ("x" * 300, "x" * 300 + ".toml", "x\0y", "x\0y.toml", "\udcff\ud800"):
        for beside in (None, folder):
            with pytest.raises(InputNotFound, match="There is no"):
                find_soundscape(name, beside)


# -- recordings -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*REMOTE, *ABSOLUTE, *ELSEWHERE])
def test_a_recording_lies_in_the_storys_folder(folder: Path, name: str, monkeypatch):
    (folder.parent / "rain.wav").write_bytes(b"RIFF")
    monkeypatch.setattr(recordings, "_decode", lambda path: pytest.fail(f"{path} was opened"))
    with pytest.raises(InputError, match="leads out of"):
        read_recording(folder, name)


@pytest.mark.parametrize("name", REMOTE)
def test_a_name_of_another_machine_never_reaches_the_system(folder: Path, name: str, monkeypatch):
    """On Windows it would be asked for its shares, and told who asks."""
    for looking in ("resolve", "stat", "is_file", "open"):
        monkeypatch.setattr(Path, looking, lambda *_, **__: pytest.fail("it was looked for"))
    with pytest.raises(InputError, match="leads out of"):
        read_recording(folder, name)


@pytest.mark.parametrize(
    "name", ["http://127.0.0.1:9/a.mp3", "file:/etc/passwd", "concat:a|b", "pipe:0", "CON", "a\0b"]
)
def test_an_address_is_only_the_name_of_a_file_that_is_not_there(folder: Path, name: str):
    with pytest.raises(DreamersError, match=r"There is no recording|cannot be opened"):
        read_recording(folder, name)


def test_a_recording_that_is_a_pipe_a_folder_or_goes_in_circles_is_refused(folder: Path):
    pipe(folder / "pipe.wav")
    (folder / "folder.wav").mkdir()
    (folder / "circle.wav").symlink_to("circle.wav")
    for name in ("pipe.wav", "folder.wav", "circle.wav"):
        with pytest.raises(DreamersError, match=r"There is no recording|cannot be opened"):
            read_recording(folder, name)


@pytest.mark.parametrize(
    "talk",
    [
        "bytes(1 << 16)",  # no frame
        "struct.pack('>II', 2, 1 << 16) + b'{}' + bytes(1 << 16)",  # one frame after another
        "struct.pack('>II', 2, (1 << 20) + 1) + b'{}' + bytes(1 << 16)",  # a frame that is too long
    ],
)
def test_a_decoder_that_never_stops_talking_takes_no_more_memory_than_ten_minutes(
    tmp_path: Path, monkeypatch, talk: str
):
    monkeypatch.setattr(recordings, "_MAX_SOUND_BYTES", 1 << 20)
    script = f"import struct, sys\nwhile True: sys.stdout.buffer.write({talk})"
    monkeypatch.setattr(recordings, "child_command", lambda *_: [sys.executable, "-c", script])
    (tmp_path / "rain.wav").write_bytes(b"RIFF")
    with pytest.raises(InputError, match="cannot be"):
        read_recording(tmp_path, "rain.wav")


# -- soundscapes ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        *("../mine", "../mine.toml", "..\\mine", "sub/mine", "sub\\mine.toml", ".."),
        *("/etc/mine.toml", "C:mine.toml", "\\\\host\\share\\mine.toml", "//host/share/mine.toml"),
    ],
)
def test_a_story_names_no_soundscape_elsewhere(folder: Path, name: str, monkeypatch):
    recipe = (bundled_folder() / "oasis.toml").read_text()
    for place in (folder.parent, folder / "sub"):
        place.mkdir(exist_ok=True)
        (place / "mine.toml").write_text(recipe)
    monkeypatch.chdir(folder.parent)
    with pytest.raises(InputNotFound, match="There is no"):
        load_soundscape(name, folder)


def test_a_story_takes_no_soundscape_from_where_the_listener_happens_to_be(
    folder: Path, monkeypatch
):
    (folder.parent / "mine.toml").write_text((bundled_folder() / "oasis.toml").read_text())
    monkeypatch.chdir(folder.parent)
    assert load_soundscape("mine.toml").recipe.id == "oasis", "on the command line it may"
    for beside in (folder, bundled_folder()):
        with pytest.raises(InputNotFound, match="beside the story"):
            load_soundscape("mine.toml", beside)


def test_a_soundscape_that_is_a_link_out_of_the_storys_folder_is_none(folder: Path):
    (folder.parent / "mine.toml").write_text((bundled_folder() / "oasis.toml").read_text())
    (folder / "mine.toml").symlink_to(folder.parent / "mine.toml")
    with pytest.raises(InputNotFound, match="There is no"):
        load_soundscape("mine", folder)


# -- the means ------------------------------------------------------------------------------------


def test_names_are_told_apart_as_every_system_sees_them():
    assert not any(map(is_relative_name, [*REMOTE, *ABSOLUTE]))
    assert all(map(is_relative_name, ["rain.wav", "sounds/rain.wav", "02: rain.wav", "~/x", "..x"]))


def test_a_file_is_read_up_to_its_limit(tmp_path: Path):
    (tmp_path / "a").write_bytes(b"12345")
    assert read_regular_file(tmp_path / "a", 5) == b"12345"
    with pytest.raises(OSError, match="over 4 bytes"):
        read_regular_file(tmp_path / "a", 4)
    with pytest.raises(OSError, match="it is not a file"):
        read_regular_file(tmp_path, 5)
    assert stays_inside(tmp_path, tmp_path / "a")
    assert not stays_inside(tmp_path / "a", tmp_path)


# -- settings and the environment -----------------------------------------------------------------


def test_settings_may_begin_with_a_byte_order_mark(tmp_path: Path):
    (tmp_path / "config.toml").write_bytes(b"\xef\xbb\xbf[play]\r\nspeed = 0.9\r\n")
    assert load_settings(tmp_path / "config.toml").play == {"speed": 0.9}


@pytest.mark.parametrize("text", ["a = " + "[" * 5_000, "a = " + "1" * 5_000, "a = 1\0"])
def test_settings_that_no_reader_bears_are_one_sentence(tmp_path: Path, text: str):
    (tmp_path / "config.toml").write_text(text)
    with pytest.raises(InputError, match=r"config\.toml: not TOML"):
        load_settings(tmp_path / "config.toml")


def test_a_home_of_nobody_is_one_sentence(monkeypatch):
    monkeypatch.setenv("DREAMERS_HOME", "~no-such-user/dreamers")
    with pytest.raises(UsageError, match="there is no such user"):
        home()


def test_a_home_may_be_relative_or_empty_and_a_file_is_refused(tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DREAMERS_HOME", "here")
    assert home().state == Path("here/state")
    monkeypatch.setenv("DREAMERS_HOME", "")
    assert home().state.is_absolute()
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("DREAMERS_HOME", str(tmp_path / "file"))
    with pytest.raises(InputError, match="cannot be read"):
        load_settings()


def test_nothing_in_the_package_evaluates_or_unpickles():
    banned = re.compile(
        r"\b(?:eval|exec|__import__)\(|\b(?:pickle|marshal|shelve|dill|yaml)\b|shell=True|os\.system"
    )
    package = Path(recordings.__file__).parent.parent
    found = {
        f"{path.name}:{number}: {line.strip()}"
        for path in package.rglob("*.py")
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if banned.search(line)
    }
    assert found == set()
