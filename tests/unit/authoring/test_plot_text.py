"""The letters of a plot."""

import numpy as np
import pytest

from player.authoring.soundscape_check.plot_text import HEIGHT, WIDTH, text_pixels


def test_a_text_is_one_row_of_cells_with_a_letter_in_each() -> None:
    ink = text_pixels("Depth, 0.5")

    assert ink.shape == (HEIGHT, WIDTH * 10)
    cells = ink.reshape(HEIGHT, 10, WIDTH).any(axis=(0, 2))
    assert list(cells) == [letter != " " for letter in "Depth, 0.5"]


def test_letters_and_figures_differ_from_one_another() -> None:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789,.-+/:éÜß"

    assert len({text_pixels(letter).tobytes() for letter in letters}) == len(letters)


def test_a_letter_stands_upright_and_reads_from_left_to_right() -> None:
    ell = text_pixels("L")
    rows, columns = np.flatnonzero(ell.any(axis=1)), np.flatnonzero(ell.any(axis=0))
    middle = (rows[0] + rows[-1]) // 2, (columns[0] + columns[-1]) // 2

    upper_right = ell[: middle[0], middle[1] + 1 :]
    lower_right = ell[middle[0] :, middle[1] + 1 :]
    assert not upper_right.any()
    assert lower_right.any()


@pytest.mark.parametrize(("text", "shown"), [("it’s – “so”", 'it\'s - "so"'), ("a 夢", "a ?")])
def test_a_character_that_the_font_lacks_is_replaced(text: str, shown: str) -> None:
    assert np.array_equal(text_pixels(text), text_pixels(shown))


def test_no_text_is_no_pixels() -> None:
    assert text_pixels("").shape == (HEIGHT, 0)
