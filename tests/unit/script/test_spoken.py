"""A sentence as it is spoken: signs become words, and plain text stays as it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.script.spoken import spoken
from player.story.numerals import cardinal, roman


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("It was No. 7.", "It was number seven."),
        ("No. 7 was shut.", "Number seven was shut."),
        ("Gov. Brown, Maj. Tom", "Governor Brown, Major Tom"),
        ("On Jan. 5 near Ft. Worth", "On January 5 near Fort Worth"),
        ("Vol. 2, p. 7", "volume two, page seven".replace("v", "V", 1)),
        ("She gave it to ME, and it was HIS.", "She gave it to me, and it was his."),
        ("IT was SHE.", "It was she."),
        ("I'LL GO", "I'll go"),
        ("NASA, the BBC and TV", "NASA, the BBC and TV"),
        ("CHAPTER XII", "CHAPTER twelve"),
        ("STAVE IV", "STAVE four"),
        ("Act Ⅳ", "Act four"),
        ("Chapter I am fond of", "Chapter I am fond of"),
        ("5'4\" and 1914-1918", "five feet four and 1914 to 1918"),
        ("at −10, 10m down", "at minus ten, ten metres down"),
        ("555-1234 on 2026-03-01", "555-1234 on 2026-03-01"),
    ],
)
def test_signs_are_said_in_words(text: str, said: str) -> None:
    assert spoken(text) == said


@given(st.text("abcxyz ,.'\"—"))
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert spoken(text) == text


@given(st.text("IVXLNop. 7-−m'ME", max_size=60))
def test_what_is_spoken_holds_no_less(text: str) -> None:
    assert bool(spoken(text).strip()) == bool(text.strip())


def test_numbers_and_numerals_agree() -> None:
    assert [cardinal(n) for n in (0, 21, 307)] == ["zero", "twenty-one", "three hundred and seven"]
    assert [roman(numeral) for numeral in ("I", "IV", "XII", "XLIX")] == [1, 4, 12, 49]
