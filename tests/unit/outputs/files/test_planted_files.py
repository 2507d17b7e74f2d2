"""Links, pipes and old parts in a shared folder lead no written file astray."""

import os
import re
import time
from pathlib import Path

import pytest

from player.errors import OutputError
from player.outputs.files.formats import ENDINGS, open_file
from player.outputs.files.part_file import ABANDONED_S, PartFile, write_bytes
from player.storage.atomic_write import write_atomically


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_link_where_a_part_would_be_expected_is_not_followed(tmp_path: Path, ending: str):
    precious = tmp_path / "precious"
    precious.write_text("mine")
    shared = tmp_path / "shared"
    shared.mkdir()
    planted = shared / f".night{ending}.part"
    planted.symlink_to(precious)
    output = open_file(shared / f"night{ending}")
    output.close()
    assert precious.read_text() == "mine"
    assert planted.is_symlink()
    assert (shared / f"night{ending}").is_file()


def test_a_pipe_where_a_part_would_be_expected_holds_nothing_up(tmp_path: Path):
    if not hasattr(os, "mkfifo"):
        pytest.skip("there are no named pipes here")
    os.mkfifo(tmp_path / ".map.svg.part")
    write_bytes(tmp_path / "map.svg", b"<svg/>")
    assert (tmp_path / "map.svg").read_bytes() == b"<svg/>"


def test_no_two_parts_of_one_target_have_one_name(tmp_path: Path):
    parts = [PartFile(tmp_path / "a.wav") for _ in range(2)]
    names = [part.path.name for part in parts]
    assert all(re.fullmatch(r"\.a\.wav-[0-9a-f]{8}\.part", name) for name in names)
    assert len(set(names)) == 2
    for part in parts:
        part.discard()


def test_even_a_part_whose_name_was_guessed_is_not_written_into(tmp_path: Path, monkeypatch):
    monkeypatch.setattr("player.storage.atomic_file.secrets.token_hex", lambda _: "0" * 8)
    precious = tmp_path / "precious"
    precious.write_text("mine")
    (tmp_path / ".a.wav-00000000.part").symlink_to(precious)
    (tmp_path / ".a.json-00000000.part").symlink_to(precious)
    with pytest.raises(OutputError, match=r"cannot write .*a\.wav"):
        PartFile(tmp_path / "a.wav")
    with pytest.raises(OSError, match="exists"):
        write_atomically(tmp_path / "a.json", "{}")
    assert precious.read_text() == "mine"


def test_a_link_that_bears_the_targets_name_is_replaced_and_not_followed(tmp_path: Path):
    precious = tmp_path / "precious"
    precious.write_text("mine")
    (tmp_path / "cues.json").symlink_to(precious)
    write_bytes(tmp_path / "cues.json", b"{}")
    assert precious.read_text() == "mine"
    assert (tmp_path / "cues.json").read_bytes() == b"{}"


def test_parts_of_killed_players_go_and_those_of_running_ones_stay(tmp_path: Path):
    old, new, other = (
        tmp_path / name
        for name in (".a[1].wav-00000001.part", ".a[1].wav-00000002.part", ".b.wav-00000001.part")
    )
    for part in (old, new, other):
        part.write_bytes(b"RIFF")
    for part in (old, other):
        os.utime(part, (0, time.time() - ABANDONED_S - 60))
    write_bytes(tmp_path / "a[1].wav", b"")
    assert not old.exists()
    assert new.exists()
    assert other.exists()
