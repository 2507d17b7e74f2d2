"""State that earlier versions wrote is read as it was; the files are those of version 0.1.0."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from player.library.ending_index import NamedEnding, endings_of
from player.library.stories import find_story
from player.session import Place
from player.storage.bookmarks import Bookmark, bookmark_path, load_bookmark
from player.storage.history import (
    GivenAnswer,
    Outcome,
    ReachedEnding,
    add_night,
    load_nights,
    nights_path,
)
from player.storage.volume import Levels, levels_path, load_levels

STATE = Path(__file__).parents[2] / "data" / "state"


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return Path(shutil.copytree(STATE, tmp_path / "state"))


def test_a_bookmark_and_the_one_before_it(state: Path) -> None:
    path = bookmark_path(state, "the-dreamers", "the-dreamers")
    place = Place(
        state='{"state": 2}',
        path="home.blue_room",
        chapter="The Blue Room",
        scene="oasis",
        depth=0.5,
        answers=(0, 1, 2),
    )
    assert load_bookmark(path) == Bookmark("the-dreamers", "ab12" * 16, 14, place)
    path.write_text("damaged")
    before = load_bookmark(path)
    assert before is not None
    assert (before.seed, before.place.answers) == (7, (0, 1, 1))


def test_a_history_of_every_kind_of_night(state: Path) -> None:
    path = nights_path(state, "lantern", "/stories/lantern.twee")
    history = load_nights(path)
    assert history is not None
    assert (history.story, history.title) == ("lantern", "The Lantern")
    assert [night.how for night in history.nights] == list(Outcome)
    first = history.nights[0]
    assert first.began == datetime(2026, 10, 1, 20, 30, tzinfo=UTC)
    assert first.local.hour == 21
    assert first.ended - first.began == timedelta(minutes=30)
    assert first.seed == 2**200
    assert first.answers == (GivenAnswer("Follow the lamp", 0), GivenAnswer("Stay", 1))
    assert first.ending == ReachedEnding("Stair", "It smells of bread.")
    before = path.read_bytes()
    add_night(path, history, history.nights[-1])
    assert path.read_bytes() == before, "written again, it is the same file"


def test_the_levels(state: Path) -> None:
    assert load_levels(levels_path(state)) == Levels(-4.5, 2.0)


def test_the_endings_of_a_story_need_no_second_exploration(state: Path) -> None:
    (file,) = (state / "endings").iterdir()
    source = find_story("the-cloakroom")
    file.rename(file.with_name(f"{source.open().digest[:32]}.json"))
    explored: list[bool] = []
    index = endings_of(source, state, lambda: explored.append(True))
    assert index.endings == (NamedEnding("The end", ReachedEnding("Shelf", "Good night.")),)
    assert (index.whole, explored) == (True, [])
