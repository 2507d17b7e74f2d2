"""`read`: the night as text is what is told, and with --spoken what the voice is given."""

import json
from pathlib import Path

import pytest

from player.cli.commands.read import read
from player.errors import InputError

TALE = """\
:: Start
# chapter: The Hall
He had No. 7. A fox lit it.
[[Go up->Up]]
[[Go down->Down]]
:: Up
It was HIS lamp.
:: Down
The end.
"""


@pytest.fixture
def tale(tmp_path: Path) -> str:
    path = tmp_path / "tale.twee"
    path.write_text(TALE, encoding="utf-8")
    return str(path)


def test_a_night_is_read_as_it_is_asked(tale: str, capsys: pytest.CaptureFixture[str]) -> None:
    read(tale, "1", spoken=False, as_json=False)
    assert capsys.readouterr().out == (
        "The Hall\n\nHe had No. 7.\nA fox lit it.\n\nPress one to go up.\nPress two to go down.\n"
        "> Go up\n\nIt was HIS lamp.\n"
    )


def test_spoken_words_are_those_of_the_voice(tale: str, capsys: pytest.CaptureFixture[str]) -> None:
    read(tale, "1", spoken=True, as_json=True)
    rows = json.loads(capsys.readouterr().out)
    assert [row["text"] for row in rows if row["kind"] == "line"] == [
        "He had number seven.", "A fox lit it.", "It was his lamp.",
    ]  # fmt: skip


def test_a_night_without_words_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "empty.twee"
    path.write_text(":: Start\n", encoding="utf-8")
    with pytest.raises(InputError, match="no words before its end"):
        read(str(path), "", spoken=False, as_json=False)
