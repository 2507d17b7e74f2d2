"""Files that are no files: pipes, devices, folders, gigabytes; and pictures that would explode."""

import os
import resource
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from player.cli import run
from player.outputs.files.cover_art import MAX_COVER_BYTES, default_cover
from tests.support.terminal import dreamers

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs pipes and devices")

MAX_MEMORY = 2 << 30
PNG = b"\x89PNG\r\n\x1a\n"


def limited(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run the real command with a bounded memory; a hang fails by the deadline."""

    def bound() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))

    command = dreamers(*map(str, arguments))
    return subprocess.run(
        command, capture_output=True, text=True, timeout=100, check=False, preexec_fn=bound
    )


def make(path: Path, kind: str) -> Path:
    match kind:
        case "a pipe":
            os.mkfifo(path)
        case "a folder":
            path.mkdir()
        case "a device":
            path.symlink_to("/dev/zero")
        case "a gigabyte":
            with path.open("wb") as file:
                file.write(PNG)
                file.truncate(1 << 30)  # without a byte on the disk
        case "a link to itself":
            path.symlink_to(path.name)
    return path


KINDS = ["a pipe", "a folder", "a device", "a gigabyte", "a link to itself"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_story_that_is_no_file_is_refused_in_one_sentence(kind, tmp_path):
    for ending in (".twee", ".md", ".ink.json"):
        done = limited("check", make(tmp_path / f"tale{ending}", kind))
        assert done.returncode in (65, 66), done.stderr
        assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_so_is_what_lies_beside_it_or_it_is_passed_over(kind, tmp_path):
    (tmp_path / "tale.txt").write_text("Good night.")
    for name in ("tale.lexicon.toml", "tale.recap.toml"):
        make(tmp_path / name, kind)
    done = limited("check", tmp_path / "tale.txt")
    assert done.returncode in (0, 65, 66), done.stderr
    assert len(done.stderr.splitlines()) <= 1


@pytest.mark.parametrize("kind", KINDS)
def test_so_is_a_recipe(kind, tmp_path):
    done = limited("check", make(tmp_path / "rain.toml", kind))
    assert done.returncode in (65, 66), done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_so_are_the_settings(kind, tmp_path, own_home):
    from player.storage.paths import home

    home().config.mkdir(parents=True, exist_ok=True)
    make(home().config / "config.toml", kind)
    done = limited("render", "--voice", "silent", "-o", tmp_path / "n.wav")
    assert done.returncode == 65, done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_so_is_a_cover(kind, tmp_path):
    (tmp_path / "tale.txt").write_text("Good night.")
    cover, target = make(tmp_path / "cover.png", kind), tmp_path / "night.flac"
    done = limited(
        "render", tmp_path / "tale.txt", "--voice", "silent", "-o", target, "--cover", cover
    )
    assert done.returncode in (65, 66), done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert "--cover" in done.stderr
    assert not target.exists()


def test_a_name_that_leaves_no_room_for_an_ending_is_a_story_like_any_other(tmp_path, capsys):
    path = tmp_path / f"{'a' * 250}.txt"
    path.write_text("Good night.")
    assert run(["check", str(path)]) == 0
    capsys.readouterr()


# -- pictures -------------------------------------------------------------------------------------


def chunk(name: bytes, data: bytes, check: int | None = None) -> bytes:
    check = zlib.crc32(name + data) if check is None else check
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", check)


def bomb() -> bytes:
    """A PNG of 50,000 x 50,000 pixels, of which a reader would make seven gigabytes."""
    head = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(bytes(150_001)) for _ in range(300)) + packer.flush()
    return PNG + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


PICTURES = {
    "a bomb": bomb(),
    "broken chunks": PNG + chunk(b"IHDR", b"\xff" * 13, 0) + struct.pack(">I", 0xFFFF_FFFF),
    "cut short": default_cover("x")[:100],
    "a JPEG cut short": b"\xff\xd8\xff\xe0\x00\x10JFIF",
    "three bytes": b"\xff\xd8\xff",
    "only a PNG's name": PNG,
    "the most that is taken": PNG + bytes(MAX_COVER_BYTES - len(PNG)),
}


@pytest.mark.parametrize("ending", [".flac", ".mp3", ".opus", ".m4b"])
@pytest.mark.parametrize("picture", PICTURES.values(), ids=PICTURES)
def test_a_picture_is_carried_without_being_decoded(picture, ending, tmp_path, capsys):
    (tmp_path / "tale.txt").write_text("Good night.")
    cover, target = tmp_path / "cover", tmp_path / f"night{ending}"
    cover.write_bytes(picture)
    arguments = ["render", tmp_path / "tale.txt", "--voice", "silent", "--dry", "-o", target]
    assert run([str(one) for one in (*arguments, "--cover", cover)]) == 0
    if ending != ".opus":  # there it is in base 64
        assert picture in target.read_bytes()


@pytest.mark.parametrize(
    "picture",
    [b"", b"GIF89a", b"\x89PNG", PNG + bytes(MAX_COVER_BYTES)],
    ids=["nothing", "another kind", "the beginning of a name", "a byte too many"],
)
def test_what_is_no_picture_or_too_large_is_refused(picture, tmp_path, capsys):
    (tmp_path / "tale.txt").write_text("Good night.")
    cover, target = tmp_path / "cover", tmp_path / "night.flac"
    cover.write_bytes(picture)
    arguments = ["render", tmp_path / "tale.txt", "--voice", "silent", "-o", target]
    assert run([str(one) for one in (*arguments, "--cover", cover)]) == 65
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert not target.exists()
