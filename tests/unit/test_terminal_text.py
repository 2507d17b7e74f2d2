"""Text in the columns of a terminal, and as it is quoted in a message."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.message_text import did_you_mean, excerpt
from player.terminal_text import clean, clip, columns, escape_controls, graphemes, harmless, wrap

FAMILY = "\N{WOMAN}\u200d\N{WOMAN}\u200d\N{GIRL}"
RED_HEART = "\N{HEAVY BLACK HEART}\ufe0f"
HAND = "\N{THUMBS UP SIGN}\N{EMOJI MODIFIER FITZPATRICK TYPE-4}"


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("", 0),
        ("moon", 4),
        ("月の船", 6),
        ("한글", 4),
        ("ﾂｷ", 2),  # halfwidth katakana
        ("e\u0301", 1),  # an accent that is a character by itself
        ("\u0301", 0),
        ("a\u200bb", 2),  # a zero-width space
        ("lit\u00adtle", 7),  # a terminal shows a soft hyphen wherever it stands
        ("\N{HEAVY BLACK HEART}", 1),
        (RED_HEART, 2),  # the variation selector asks for the coloured, wide form
        (FAMILY, 2),
        (HAND, 2),
        ("1\ufe0f\u20e3", 2),  # a digit on a key
        ("☾ ✕ ↺ ─ ▁", 9),
    ],
)
def test_width_is_counted_in_columns(text: str, width: int) -> None:
    assert columns(text) == width


@pytest.mark.parametrize("sequence", [FAMILY, RED_HEART, HAND, "e\u0301"])
@pytest.mark.parametrize("width", range(1, 9))
def test_what_is_one_sign_is_never_divided(sequence: str, width: int) -> None:
    text = f"a{sequence}b{sequence}"
    assert graphemes(text) == ["a", sequence, "b", sequence]
    for rows in (wrap(text, width), (clip(text, width).removesuffix("…"),)):
        joined = "".join(rows)
        assert text.startswith(joined)
        assert joined.count(sequence[-1]) == joined.count(sequence)


@given(
    st.text(alphabet=st.sampled_from("ab 月é\u0301\u200d\ufe0f❤👩"), max_size=30),
    st.integers(2, 12),
)
def test_rows_and_clipped_text_keep_to_their_width(text: str, width: int) -> None:
    assert all(columns(row) <= width for row in wrap(clean(text), width))
    assert columns(clip(text, width)) <= width


def test_a_long_word_is_broken_or_left_whole() -> None:
    assert wrap("on dreamlike seas", 5) == ("on", "dream", "like", "seas")
    assert wrap("on dreamlike seas", 5, len, break_words=False) == ("on", "dreamlike", "seas")
    assert wrap("", 5) == ("",)


@pytest.mark.parametrize("char", ["\x1b", "\x07", "\x9b", "\u2028", "\u202e", "\u2066", "\ud800"])
def test_no_control_character_or_change_of_direction_comes_through(char: str) -> None:
    assert clean(f"a{char}b") == "a b"
    assert harmless(f"a\n{char}b") == "a\nb"
    assert escape_controls(f"a{char}b") == f"a\\u{ord(char):04x}b"


def test_an_excerpt_is_one_line() -> None:
    assert excerpt("Stair\ncase\t\u2029") == r"Stair\ncase\t\u2029"
    assert len(excerpt("a" * 100)) == 60
    assert excerpt("a" * 100).endswith("a…")
    assert excerpt("the moon", 5) == "the …"


def test_a_misspelt_name_is_guessed() -> None:
    names = ("depth", "voice", "pause")
    assert did_you_mean("dpeth", names) == "did you mean 'depth'?"
    assert did_you_mean("xyz", names) == ""
    assert did_you_mean("moon", ("noon", "mood"), limit=2) == "did you mean 'noon' or 'mood'?"
