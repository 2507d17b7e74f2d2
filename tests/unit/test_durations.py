"""Lengths of time as a writer or a listener types them."""

import pytest

from player.durations import parse_duration


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1.5s", 1.5),
        ("400ms", 0.4),
        (".5 s", 0.5),
        ("2m", 120.0),
        (" 45 min ", 2700.0),
        ("1h", 3600.0),
        ("0s", 0.0),
    ],
)
def test_a_number_with_its_unit(text: str, seconds: float) -> None:
    assert parse_duration(text) == pytest.approx(seconds)


@pytest.mark.parametrize(
    "text", ["", "30", "s", "-1s", "1e3s", "1.s", "1,5s", "3 days", "1s1s", "٣s", "nan s", "1h30m"]
)
def test_all_else_is_none(text: str) -> None:
    assert parse_duration(text) is None
