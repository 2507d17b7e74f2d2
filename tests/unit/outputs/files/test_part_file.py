"""Files that cannot be written: one sentence, and nothing is left behind."""

import contextlib
import os
import resource
import signal
from pathlib import Path

import numpy as np
import pytest

from player.audio import RATE
from player.errors import InputError, OutputError, UsageError
from player.outputs import Tags
from player.outputs.files.formats import ENDINGS, open_file
from player.outputs.files.part_file import PartFile
from tests.support.filed import CHAPTERS, TAGS, night, save


@pytest.mark.parametrize("ending", ENDINGS)
def test_abort_leaves_nothing_behind_and_may_be_repeated(tmp_path, ending):
    output = open_file(tmp_path / f"night{ending}", TAGS)
    output.write(night(20_000))
    output.abort()
    output.abort()
    output.close()
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_existing_file_stands_until_the_new_one_is_whole(tmp_path, ending):
    path = tmp_path / f"night{ending}"
    path.write_bytes(b"yesterday")
    output = open_file(path, TAGS)
    output.write(night(20_000))
    assert path.read_bytes() == b"yesterday"
    output.abort()
    assert path.read_bytes() == b"yesterday"
    save_over = open_file(path, TAGS)
    save_over.write(night(20_000))
    save_over.close()
    assert path.stat().st_size > 1000
    assert os.listdir(tmp_path) == [path.name]


@contextlib.contextmanager
def files_no_larger_than(size):
    """Let the system refuse every byte beyond `size`, as a full disk does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("size", [1_000, 120_000, 300_000])
@pytest.mark.parametrize("ending", ENDINGS)
def test_no_room_is_one_sentence_and_leaves_nothing(tmp_path, capfd, ending, size):
    """The sizes let it fail while writing, at the end, and only in the tags."""
    noise = np.random.default_rng(3).normal(0, 0.1, (20 * RATE, 2)).astype(np.float32)

    def write_all():
        output = open_file(tmp_path / f"night{ending}", TAGS)
        for start in range(0, len(noise), RATE):
            output.write(noise[start : start + RATE])
        output.close(CHAPTERS)

    with files_no_larger_than(size), pytest.raises(OutputError) as raised:
        write_all()
    assert f"night{ending}" in str(raised.value)
    assert "file too large; choose a smaller format" in str(raised.value)
    assert "\n" not in str(raised.value)
    assert os.listdir(tmp_path) == []
    raised.value.__traceback__ = None  # let go of the encoder, which must not speak either
    assert capfd.readouterr() == ("", "")


@pytest.fixture
def interruptible():
    """Restore Ctrl-C's usual effect, which a shell takes from what it runs in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("ending", ENDINGS)
def test_an_interrupt_while_the_file_is_finished_is_passed_on_and_leaves_nothing(
    tmp_path, monkeypatch, capfd, ending
):
    """FFmpeg calls `write` from C, from which an exception would not find its way back."""
    write, interrupts = PartFile.write, []

    def interrupted(part, data):
        if interrupts:
            signal.raise_signal(interrupts.pop())
        return write(part, data)

    monkeypatch.setattr(PartFile, "write", interrupted)
    output = open_file(tmp_path / f"night{ending}", TAGS)
    output.write(night(20_000))
    interrupts.append(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        output.close(CHAPTERS)
    assert os.listdir(tmp_path) == []
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_folder_that_is_not_there_or_a_target_that_is_one_is_refused(tmp_path, ending):
    with pytest.raises(OutputError, match=r"there is no folder .* make it first"):
        open_file(tmp_path / "nowhere" / f"night{ending}")
    (tmp_path / f"night{ending}").mkdir()
    with pytest.raises(OutputError, match="it is a folder"):
        open_file(tmp_path / f"night{ending}")
    assert os.listdir(tmp_path) == [f"night{ending}"]


def test_a_folder_that_cannot_be_written_is_refused():
    with pytest.raises(OutputError, match=r"cannot write '/proc/night\.flac'"):
        open_file(Path("/proc/night.flac"))


@pytest.mark.parametrize("name", ["night", "night.ogg", "night.flac.zip", ".flac"])
def test_an_unknown_ending_lists_those_that_there_are(tmp_path, name):
    with pytest.raises(UsageError, match=r"\.wav \.flac \.mp3 \.opus \.m4b"):
        open_file(tmp_path / name)


def test_an_ending_may_be_in_capitals(tmp_path):
    assert save(tmp_path / "NIGHT.FLAC", night(5000)).read_bytes()[:4] == b"fLaC"


def test_a_cover_that_is_no_picture_is_refused_before_anything_is_written(tmp_path):
    with pytest.raises(InputError, match="expected a JPEG or PNG"):
        open_file(tmp_path / "night.flac", Tags(cover=b"GIF89a"))
    assert os.listdir(tmp_path) == []
