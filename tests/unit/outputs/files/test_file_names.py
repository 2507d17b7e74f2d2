"""File names made from a stranger's words lead nowhere else and suit every system."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from player.outputs.files.file_names import file_name, file_names

DEVICES = {
    "con",
    "prn",
    "aux",
    "nul",
    *(f"{port}{n}" for port in ("com", "lpt") for n in range(10)),
}


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Stair", "Stair.flac"),
        ("home.blue_room", "home.blue_room.flac"),
        ("../escaped", "escaped.flac"),
        ("/nowhere/absolute", "nowhere absolute.flac"),
        (r"C:\Users\me", "C Users me.flac"),
        ("A/B: C?", "A B C.flac"),
        ('11/22/63: A Tale? <of> "Night" | * 月.', "11 22 63 A Tale of Night 月.flac"),
        ("CON", "_CON.flac"),
        ("aux.txt", "_aux.txt.flac"),
        ("LPT1 ", "_LPT1.flac"),
        ("...", "story.flac"),
        ("", "story.flac"),
        ("The end. . ", "The end.flac"),
        (".bashrc", "bashrc.flac"),
        ("a\x00b\nc\x1b[2Jd", "a b c [2Jd.flac"),
        ("night\u202egnp", "night gnp.flac"),
    ],
)
def test_what_a_story_says_becomes_a_name_in_the_folder_itself(words: str, name: str) -> None:
    assert file_name(words, ".flac") == name


def test_a_long_name_is_cut_between_letters() -> None:
    name = file_name("月" * 300, ".flac")
    assert name == "月" * 83 + ".flac"
    assert len(name.encode()) == 254


def test_no_two_files_share_a_name_even_where_capitals_do_not_count() -> None:
    long = "long " * 60
    names = file_names(["Gate", "gate", "GATE", "Gate-2", long, long + "end"], ".m4b")
    assert names[:4] == ["Gate.m4b", "gate-2.m4b", "GATE-3.m4b", "Gate-2-2.m4b"]
    assert len({name.casefold() for name in names}) == len(names)
    assert all(len(name.encode()) <= 255 for name in names)


@given(st.lists(st.text(), max_size=5))
@example(["a.", "a", "a "])
@example(["STRASSE", "straße"])
@example(["e\u0301", "é"])
def test_any_words_give_names_that_every_system_takes(titles: list[str]) -> None:
    names = file_names(titles, ".flac")
    assert len({unicodedata.normalize("NFC", name).casefold() for name in names}) == len(titles)
    for name in names:
        stem = name.removesuffix(".flac")
        assert not set(name) & set('/\\:*?"<>|')
        assert not any(unicodedata.category(letter) in {"Cc", "Cf", "Cs"} for letter in name)
        assert stem == stem.strip(". ") != ""
        assert stem.partition(".")[0].casefold() not in DEVICES
        assert len(name.encode()) <= 255
