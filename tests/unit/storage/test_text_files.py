"""Text files of a listener or a writer: UTF-8, of a bounded size, or one sentence."""

from pathlib import Path

import pytest

from player.errors import InputError, InputNotFound
from player.storage.text_files import decode_utf8, read_text_file


def read(path: Path, name: str = "") -> str:
    return read_text_file(path, max_bytes=12, too_large="cut it", name=name)


def test_the_byte_order_mark_is_left_out_and_line_ends_stay(tmp_path: Path) -> None:
    path = tmp_path / "moon.txt"
    path.write_bytes(b"\xef\xbb\xbfmoon\r\n")
    assert read(path) == "moon\r\n"


@pytest.mark.parametrize("name", ["", "the story"])
def test_every_failure_is_one_sentence_that_names_the_file(tmp_path: Path, name: str) -> None:
    path = tmp_path / "moon.txt"
    shown = name or str(path)
    with pytest.raises(InputNotFound) as missing:
        read(path, name)
    assert str(missing.value) == f"{path} cannot be read: No such file or directory."
    path.write_bytes(b"ab\xff")
    with pytest.raises(InputError) as encoded:
        read(path, name)
    assert str(encoded.value) == f"{shown} is not UTF-8 (byte 2): save it as UTF-8."
    path.write_bytes(b"a" * 13)
    with pytest.raises(InputError) as large:
        read(path, name)
    assert str(large.value) == f"{shown} has over 12 bytes: cut it."


def test_data_from_elsewhere_is_decoded_likewise() -> None:
    assert decode_utf8(b"\xef\xbb\xbf\xc3\xa9", "x") == "é"
    with pytest.raises(InputError, match="x is not UTF-8"):
        decode_utf8("é".encode("latin-1"), "x")
