"""What a FLAC file says about itself is written into its head, and the sound stays as it is."""

import os

import mutagen.flac
import numpy as np
import pytest
import soundfile

from player.audio import RATE
from player.errors import InputError
from player.outputs import Tags
from player.outputs.files import flac
from player.outputs.files.formats import open_file
from player.outputs.files.pcm import quantise
from tests.support.filed import COVER, night, save


@pytest.fixture
def plain_flac(tmp_path):
    """A FLAC file as libsndfile leaves it, with a comment of 2000 spaces, and its audio's place."""
    path = tmp_path / "plain.flac"
    with soundfile.SoundFile(path, "w", RATE, 2, "PCM_24", format="FLAC") as file:
        file.comment = " " * 2000
        file.write(quantise(night(9000)) << 8)
    return path, head_bytes(path)


def head_bytes(path):
    """Where the audio of a FLAC file begins, after the block that says it is the last."""
    raw, place, last = path.read_bytes(), 4, False
    while not last:
        last = raw[place] >= 128
        place += 4 + int.from_bytes(raw[place + 1 : place + 4], "big")
    assert raw[place : place + 2] == b"\xff\xf8", "a frame's sync code"
    return place


def written_over(path, comment_bytes, cover=b""):
    """Describe the file with a comment of so many bytes; return what mutagen reads of it."""
    before, _ = soundfile.read(path, dtype="int32")
    flac.describe(path, {"comment": "x" * comment_bytes}, cover)
    after, _ = soundfile.read(path, dtype="int32")
    assert np.array_equal(before, after)
    found = mutagen.flac.FLAC(path)
    assert found["comment"] == ["x" * comment_bytes]
    assert found.tags.vendor.startswith("reference libFLAC")
    assert [block.code for block in found.metadata_blocks][:2] == [0, 4]
    return found


def padding(found):
    return [b.length for b in found.metadata_blocks if isinstance(b, mutagen.flac.Padding)]


@pytest.mark.parametrize("left", [0, 4, 5, 300])
def test_a_flacs_head_that_has_the_room_leaves_the_audio_in_its_place(plain_flac, left):
    path, audio = plain_flac
    whole = path.read_bytes()
    used = audio - len(without_text(path))
    found = written_over(path, used - left)
    assert head_bytes(path) == audio
    assert path.read_bytes()[audio:] == whole[audio:]
    assert padding(found) == ([left - 4] if left else [])


@pytest.mark.parametrize("left", [3, 2, 1, -1, -5000])
def test_a_flacs_head_without_the_room_moves_the_audio_whole(plain_flac, monkeypatch, left):
    monkeypatch.setattr(flac, "STEP", 1000)  # in many steps, which overlap
    path, audio = plain_flac
    whole = path.read_bytes()
    used = audio - len(without_text(path))
    found = written_over(path, used - left)
    moved = head_bytes(path)
    assert moved > audio
    assert path.read_bytes()[moved:] == whole[audio:]
    assert padding(found) == [flac.SPARE]


def without_text(path):
    """The head of `path` without the text of a comment: what is left of it is for the text."""
    vendor = mutagen.flac.FLAC(path).tags.vendor.encode()
    return b"fLaC" + bytes(4 + 34) + bytes(4 + 4 + len(vendor) + 4 + 4) + b"COMMENT="


def test_a_flac_described_again_keeps_only_the_last_description(plain_flac):
    path, _ = plain_flac
    assert len(written_over(path, 10, COVER).pictures) == 1
    again = written_over(path, 20, COVER)
    assert [picture.data for picture in again.pictures] == [COVER]
    assert written_over(path, 30).pictures == []


def test_a_cover_that_nearly_fills_a_flacs_block_is_kept_and_a_larger_one_refused(tmp_path):
    largest = COVER + bytes(flac.MOST_BYTES - 32 - len("image/png") - len(COVER))
    path = save(tmp_path / "night.flac", night(5000), Tags(cover=largest))
    assert mutagen.flac.FLAC(path).pictures[0].data == largest
    assert len(soundfile.read(path)[0]) == 5000
    with pytest.raises(InputError, match=r"cover has 16\.8 MB.*choose a smaller picture"):
        open_file(tmp_path / "larger.flac", Tags(cover=largest + b"\0"))
    assert os.listdir(tmp_path) == ["night.flac"]
