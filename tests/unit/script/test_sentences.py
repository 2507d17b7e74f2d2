"""A line is cut where a reader breathes, and never into anything that a voice cannot hold."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.script.sentences import LIMIT, has_words, sentences


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Dr. Taran slept. So did Mira.", ["Dr. Taran slept.", "So did Mira."]),
        (
            "J. K. and Mr. Vale came. So am I. Then.",
            ["J. K. and Mr. Vale came.", "So am I.", "Then."],
        ),
        ("She waited... and then… nothing.", ["She waited... and then… nothing."]),
        ("She waited... Then it came.", ["She waited...", "Then it came."]),
        ("“Stay.” She smiled.", ["“Stay.”", "She smiled."]),
        ('"Are you there?" Mira asked. Yes.', ['"Are you there?" Mira asked.', "Yes."]),
        ('"Are you there?" Mira turned over.', ['"Are you there?"', "Mira turned over."]),
        ("“Go on!” said Leo.", ["“Go on!” said Leo."]),
        ("It cost $3.50 at 9 p.m. Nobody paid.", ["It cost $3.50 at 9 p.m.", "Nobody paid."]),
        ("No. Not yet.", ["No.", "Not yet."]),
        ("In 2045. Then 3 more. 4 were left.", ["In 2045.", "Then 3 more.", "4 were left."]),
        ("One line\nand its end.\x00 Two.", ["One line and its end.", "Two."]),
        ("Wait. . . Go.", ["Wait…", "Go."]),
        ("...", ["..."]),
        ("It was No. 7. No. 8 was open.", ["It was No. 7.", "No. 8 was open."]),
        ('"No. He would not go."', ['"No.', 'He would not go."']),
        ("He lives on Elm Ave. Nobody came.", ["He lives on Elm Ave.", "Nobody came."]),
        ("At 5 p.m. Mira met J.R.R. Tolkien of the U.S. Army.",) * 2,
        ("On Jan. 5 Gov. Brown read Vol. 2, p. 7, near Ft. Worth.",) * 2,
        ("I thought--no--yes. He -- she - slept.", ["I thought—no—yes.", "He — she — slept."]),
        ('The end.--Then it began. "I--"', ["The end.", "Then it began.", '"I—"']),
        ("lit\u00adtle lan\u200dtern", ["little lantern"]),
        ("", []),
    ],
)
def test_a_line_is_cut_into_its_sentences(text: str, parts: list[str] | str) -> None:
    assert list(sentences(text)) == ([parts] if isinstance(parts, str) else parts)


def test_a_long_sentence_is_cut_at_a_clause_and_else_between_words() -> None:
    clauses = "the water went on and on beneath the city, " * 20
    assert all(part.endswith(",") for part in sentences(clauses)[:-1])
    words = sentences("lamp " * 200)
    assert len(words) > 1
    assert all(set(part.split()) == {"lamp"} for part in words)


def letters(text: str) -> str:
    return "".join(char for char in text if char.isalnum())


@given(st.text("ab .,!?…\"'”DrMA-—\n", max_size=1_500))
def test_no_letter_is_lost_and_no_part_is_too_long(text: str) -> None:
    parts = sentences(text)
    assert letters("".join(parts)) == letters(text)
    assert all(0 < len(part) <= LIMIT for part in parts)


@pytest.mark.parametrize("unit", ["a", "x, ", ".", "'"])
def test_ten_megabytes_in_one_line_cost_what_their_length_says(unit: str) -> None:
    """Four times the text costs about four times the work; a square would be sixteen."""

    def cost(characters: int) -> float:
        begin = time.process_time()
        parts = sentences(unit * (characters // len(unit)))
        assert max(map(len, parts)) <= LIMIT
        return time.process_time() - begin

    assert cost(10_000_000) < 9 * cost(2_500_000)


def test_an_ellipsis_has_no_words() -> None:
    assert not has_words("… — ...")
    assert has_words("2045")
