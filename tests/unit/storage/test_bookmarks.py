"""Bookmarks: complete after any accident, and never in the way of a night."""

import json
import os
import threading
import time
from dataclasses import asdict, replace
from itertools import cycle
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.cli.resume import find_resume_place
from player.library.stories import find_story
from player.session import Place
from player.storage import atomic_file
from player.storage.atomic_write import sweep, write_atomically
from player.storage.background_writer import BackgroundWriter
from player.storage.bookmarks import (
    Bookmark,
    bookmark_path,
    clear_bookmark,
    load_bookmark,
    parse_bookmark,
    queue_bookmark,
    save_bookmark,
)
from player.story.model import Choices
from tests.support import kills

TALE = """
:: StoryTitle
The Lantern

:: Start
The gate is open.

A lamp is lit.

[[Go down->Mr. Bear's stair]]
[[Stay->Gate]]

:: Mr. Bear's stair
It is warm.

:: Gate
It is quiet.
"""

# As the first version that kept bookmarks wrote them, on one line.
FIRST_VERSION = (
    '{"schema": 1, "story": "lantern", "digest": "ab12", "seed": 7, "place": {"state":'
    ' "{\\"page\\": \\"Start\\", \\"told\\": 1}", "path": "Start", "chapter": "The Gate",'
    ' "scene": "studio", "depth": 0.25, "answers": [1, 0]}}'
)


def mark(line: int = 0) -> Bookmark:
    place = Place(
        state=f"state {line}",
        path="Start",
        chapter="The Gate",
        scene="studio",
        depth=0.25,
        answers=(1, 0),
    )
    return Bookmark("lantern", "ab12", 7, place)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return bookmark_path(tmp_path / "state", "lantern", "/x/lantern.twee")


# -- written --------------------------------------------------------------------------------------


def test_a_bookmark_comes_back_as_it_was(path: Path) -> None:
    assert load_bookmark(path) is None
    save_bookmark(path, mark())
    assert load_bookmark(path) == mark()
    clear_bookmark(path)
    assert load_bookmark(path) is None
    assert list(path.parent.iterdir()) == []


def test_two_stories_of_one_name_have_two_bookmarks(tmp_path: Path) -> None:
    one = bookmark_path(tmp_path, "a tale: of night?", "/x/a.twee")
    other = bookmark_path(tmp_path, "a tale: of night?", "/y/a.twee")
    assert one != other
    assert bookmark_path(tmp_path, "\udcff", "/x/\udcff.twee").parent == one.parent


def test_a_bookmark_is_on_the_disk_before_it_has_its_name(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    sync, rename = os.fsync, os.replace

    def synced(descriptor: int) -> None:
        done.append("folder" if os.path.isdir(f"/proc/self/fd/{descriptor}") else "file")
        sync(descriptor)

    def renamed(source: Path, target: Path) -> None:
        done.append(f"{Path(source).suffix} to {Path(target).suffix}")
        rename(source, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "replace", renamed)
    save_bookmark(path, mark())
    save_bookmark(path, mark(1))
    assert done[-4:] == ["file", ".json to .before", ".part to .json", "folder"]


@pytest.mark.parametrize("steps", range(6))
def test_a_kill_between_any_two_steps_loses_a_line_at_most(
    path: Path, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    class Killed(BaseException):
        pass

    save_bookmark(path, mark(1))
    save_bookmark(path, mark(2))
    left = steps

    def then_killed(function):
        def call(*arguments):
            nonlocal left
            left -= 1
            if left < 0:
                raise Killed
            return function(*arguments)

        return call

    for name in ("fsync", "replace"):
        monkeypatch.setattr(os, name, then_killed(getattr(os, name)))
    try:
        save_bookmark(path, mark(3))
    except Killed:
        assert steps < 4
    monkeypatch.undo()
    found = load_bookmark(path)
    assert found in ((mark(2), mark(3)) if steps < 4 else (mark(3),))


def test_a_full_disk_leaves_what_was_there(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_bookmark(path, mark(1))

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        save_bookmark(path, mark(2))
    monkeypatch.undo()
    assert load_bookmark(path) == mark(1)
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_a_disk_that_cannot_sync_keeps_it_all_the_same(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cannot(_descriptor: int) -> None:
        raise OSError(22, "Invalid argument")

    monkeypatch.setattr(os, "fsync", cannot)
    save_bookmark(path, mark())
    assert load_bookmark(path) == mark()


def test_two_players_at_once_leave_one_whole_bookmark(path: Path) -> None:
    """The last writer wins, and neither sees an error."""
    failed: list[BaseException] = []

    def write(player: int) -> None:
        try:
            for line in range(40):
                save_bookmark(path, mark(100 * player + line))
                assert load_bookmark(path) is not None
        except BaseException as error:
            failed.append(error)

    players = [threading.Thread(target=write, args=(number,)) for number in (1, 2, 3)]
    for player in players:
        player.start()
    for player in players:
        player.join()
    assert failed == []
    assert load_bookmark(path) in [mark(100 * player + 39) for player in (1, 2, 3)]
    assert sorted(one.suffix for one in path.parent.iterdir()) == [".before", ".json"]


def test_parts_that_a_kill_left_are_swept_away_but_not_those_of_another_player(
    path: Path,
) -> None:
    save_bookmark(path, mark())
    old, new = (path.with_name(f".{name}.part") for name in ("old", "new"))
    for part in (old, new):
        part.write_text("{")
    os.utime(old, (0, 0))
    sweep(path.parent)
    assert not old.exists()
    assert new.exists()
    assert path.exists()
    sweep(path.parent / "none")


# -- beside the night -----------------------------------------------------------------------------


def test_of_what_waits_for_one_place_the_last_is_written(path: Path) -> None:
    writer, started, go_on = BackgroundWriter(), threading.Event(), threading.Event()

    def slowly() -> None:
        started.set()
        go_on.wait(10)

    written: list[int] = []
    writer.put(path.with_name("slow"), slowly)
    assert started.wait(10)
    for number in range(50):
        writer.put(path, lambda number=number: written.append(number))
    writer.put(path.with_name("other"), lambda: written.append(-1))
    go_on.set()
    assert writer.close(10)
    assert written == [49, -1]


def test_at_the_end_all_that_waits_is_written(path: Path) -> None:
    writer = BackgroundWriter()
    for number in range(10):
        queue_bookmark(writer, path, mark(number))
    assert writer.close(10)
    assert load_bookmark(path) == mark(9)
    queue_bookmark(writer, path, mark(11))  # too late: the night is over
    assert writer.close()
    assert load_bookmark(path) == mark(9)


def test_a_writer_of_nothing_has_no_thread() -> None:
    before = threading.active_count()
    writer = BackgroundWriter()
    assert writer.close()
    assert threading.active_count() == before


def test_a_disk_that_hangs_holds_neither_the_night_nor_its_end(path: Path) -> None:
    writer, hangs, forever = BackgroundWriter(), threading.Event(), threading.Event()
    before = time.monotonic()

    def hang() -> None:
        hangs.set()
        forever.wait(60)

    writer.put(path.with_name("hangs"), hang)
    assert hangs.wait(10)
    for number in range(1000):
        queue_bookmark(writer, path, mark(number))
    assert not writer.close(0.2)
    assert time.monotonic() - before < 30
    forever.set()
    assert writer.close(10)


def test_what_fails_is_told_afterwards_and_the_next_is_written(path: Path) -> None:
    writer = BackgroundWriter()

    def fails() -> None:
        raise PermissionError("Permission denied")

    def breaks() -> None:
        raise RuntimeError("a fault of ours")

    writer.put(path.with_name("a"), fails)
    writer.put(path.with_name("b"), breaks)
    queue_bookmark(writer, path, mark())
    assert writer.close(10)
    assert isinstance(writer.error, PermissionError)
    assert load_bookmark(path) == mark()


def test_what_failed_and_was_mended_is_no_trouble(path: Path) -> None:
    writer, done, left = (
        BackgroundWriter(),
        threading.Event(),
        [OSError(28, "No space left on device")],
    )

    def once() -> None:
        done.set()
        if left:
            raise left.pop()

    for _ in range(2):
        done.clear()
        writer.put(path, once)
        assert done.wait(10)
    assert writer.close(10)
    assert left == []
    assert writer.error is None


def test_the_loop_never_waits_for_the_disk(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every writing takes a while; so long as none waits for another, all of them are put."""
    writing, go_on = threading.Event(), threading.Event()

    def slow(_descriptor: int) -> None:
        writing.set()
        go_on.wait(20)

    monkeypatch.setattr(atomic_file, "_sync", slow)
    writer = BackgroundWriter()
    queue_bookmark(writer, path, mark(0))
    assert writing.wait(10)
    for number in range(1, 200):
        queue_bookmark(writer, path, mark(number))
    assert not path.exists(), "it was written before it was on the disk"
    go_on.set()
    assert writer.close(20)
    assert load_bookmark(path) == mark(199)


# -- read back ------------------------------------------------------------------------------------


def test_what_the_first_version_wrote_is_still_read(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.write_text(FIRST_VERSION)
    state = '{"page": "Start", "told": 1}'
    place = Place(
        state=state, path="Start", chapter="The Gate", scene="studio", depth=0.25, answers=(1, 0)
    )
    assert load_bookmark(path) == Bookmark("lantern", "ab12", 7, place)


def test_one_cut_short_anywhere_is_set_aside_and_the_one_before_holds(path: Path) -> None:
    save_bookmark(path, mark(1))
    save_bookmark(path, mark(2))
    whole, before = path.read_bytes(), path.with_suffix(".before").read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        fallen: list[bool] = []
        assert load_bookmark(path, lambda fallen=fallen: fallen.append(True)) == mark(1)
        assert fallen == [True]
        assert path.with_suffix(".unreadable").read_bytes() == whole[:length]
        assert not path.exists()
        assert path.with_suffix(".before").read_bytes() == before


def test_where_both_are_damaged_the_night_begins_anew(path: Path) -> None:
    save_bookmark(path, mark(1))
    save_bookmark(path, mark(2))
    path.write_text("{")
    path.with_suffix(".before").write_bytes(b"\xff\xfe")
    assert load_bookmark(path) is None
    assert sorted(one.suffix for one in path.parent.iterdir()) == [".unreadable", ".unreadable"]
    save_bookmark(path, mark(3))
    assert load_bookmark(path) == mark(3)


def damaged(**changes: object) -> str:
    """A bookmark with other values; ``place__depth`` is one of its place."""
    found = {"schema": 1, **asdict(mark())}
    for key, value in changes.items():
        within, _, last = key.rpartition("__")
        (found[within] if within else found)[last] = value
    return json.dumps(found)


NONE = (
    "", "null", "[]", "7", '"x"', "{}", "{" * 9, "[" * 200_000, '{"a":' * 100_000, "\0",
    damaged(schema=0), damaged(schema=2), damaged(schema="1"), damaged(schema=None),
    damaged(story=None), damaged(digest=3), damaged(digest=[]),
    damaged(seed=-1), damaged(seed=1.5), damaged(seed="7"), damaged(seed=True),
    damaged(seed=10**400), damaged(seed=float("inf")), damaged(seed=float("nan")),
    damaged(place=None), damaged(place=[]), damaged(place="Start"), damaged(place={}),
    damaged(place__state=None), damaged(place__state=7), damaged(place__state={}),
    damaged(place__path=1), damaged(place__chapter=[]), damaged(place__scene=0.5),
    damaged(place__depth="0.5"), damaged(place__depth=float("nan")),
    damaged(place__depth=float("inf")), damaged(place__depth=-0.1), damaged(place__depth=1.1),
    damaged(place__depth=10**400), damaged(place__depth=True), damaged(place__depth=None),
    damaged(place__answers=None), damaged(place__answers="01"), damaged(place__answers=[1.5]),
    damaged(place__answers=[-1]), damaged(place__answers=[10**30]),
    damaged(place__answers=[[0]]), damaged(place__answers={"0": 1}),
    damaged().replace("0.25", "1e999"), damaged().replace('"seed": 7', '"seed": ' + "9" * 5000),
)  # fmt: skip


@pytest.mark.parametrize("text", NONE, ids=range(len(NONE)))
def test_one_that_is_none_is_set_aside(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True)
    path.write_text(text)
    assert load_bookmark(path) is None
    assert path.with_suffix(".unreadable").read_text() == text


def test_what_a_later_version_adds_is_passed_over() -> None:
    text = damaged(more=1, place__more=[2])
    assert parse_bookmark(text) == mark()


def test_a_whole_bookmark_that_was_only_changed_in_a_value_is_still_one() -> None:
    """The control: ``damaged`` damages nothing by itself."""
    found = parse_bookmark(damaged(seed=8, place__depth=1))
    assert found == replace(mark(), seed=8, place=replace(mark().place, depth=1.0))


@given(st.binary(max_size=60))
def test_no_bytes_at_all_are_more_than_unreadable(data: bytes) -> None:
    try:
        parse_bookmark(data.decode())
    except ValueError:
        return
    raise AssertionError(f"{data!r} is a bookmark")


def test_what_is_no_file_or_too_large_is_no_bookmark(path: Path) -> None:
    path.mkdir(parents=True)
    assert load_bookmark(path) is None
    path.rmdir()
    os.mkfifo(path)
    assert load_bookmark(path) is None
    path.unlink()
    with path.open("wb") as file:
        file.truncate(1 << 30)
    assert load_bookmark(path) is None
    assert not path.exists()


# -- gone on from ---------------------------------------------------------------------------------


@pytest.fixture
def source(tmp_path: Path):
    (tmp_path / "lantern.twee").write_text(TALE)
    return find_story(str(tmp_path / "lantern.twee"))


def left_at(source, state: str, path: str, scene: str = "studio") -> Bookmark:
    return Bookmark(
        "lantern",
        source.open().digest,
        7,
        Place(state=state, path=path, chapter="", scene=scene, depth=0.5, answers=(1,)),
    )


def test_a_bookmark_is_gone_on_from(source, capsys) -> None:
    story = source.open()
    story.next()
    bookmark = left_at(source, story.save(), "Start")
    assert find_resume_place(source, bookmark) == bookmark.place
    assert "Picking up where you left off" in capsys.readouterr().err


def test_a_story_that_was_edited_is_gone_on_with_at_the_passage(source, capsys) -> None:
    bookmark = replace(left_at(source, "", "Mr. Bear's stair"), digest="another edition")
    place = find_resume_place(source, bookmark)
    assert place is not None
    assert (place.path, place.answers, place.depth) == ("Mr. Bear's stair", (), 0.5)
    story = source.open()
    story.load(place.state)
    assert story.next().text == "It is warm."
    assert "changed since: we go on from 'Mr. Bear's stair'" in capsys.readouterr().err


@pytest.mark.parametrize(
    "state", ["", "x", "{}", '{"page": "Nowhere", "told": 0}', '{"page": "Gate", "told": 99}']
)
def test_a_state_that_is_none_of_this_story_falls_back_to_the_passage(
    source, capsys, state: str
) -> None:
    place = find_resume_place(source, left_at(source, state, "Gate"))
    assert place is not None
    assert place.path == "Gate"
    assert "does not fit the story: we go on from 'Gate'" in capsys.readouterr().err
    assert find_resume_place(source, left_at(source, state, "Nowhere")) is None
    assert "we begin at the beginning" in capsys.readouterr().err


@pytest.mark.parametrize("scene", ["", "no-such-scene", "../../x.toml", "\0", "\udcff", "a/b"])
def test_a_scene_that_is_gone_is_the_storys_own(source, scene: str) -> None:
    story = source.open()
    place = find_resume_place(source, left_at(source, story.save(), "Start", scene))
    assert place is not None
    assert place.scene == "hyper-rest"


STITCHES = Path(__file__).parents[2] / "data/stories/stitches/story.ink.json"


def values_in(found: object, path: tuple[str | int, ...] = ()):
    """The path of every value within JSON."""
    yield path
    if isinstance(found, dict | list):
        for key, value in found.items() if isinstance(found, dict) else enumerate(found):
            yield from values_in(value, (*path, key))


def with_value(found, path, value):
    """``found`` with another value at ``path``."""
    if not path:
        return value
    copy = dict(found) if isinstance(found, dict) else list(found)
    copy[path[0]] = with_value(copy[path[0]], path[1:], value)
    return copy


def test_a_state_with_anything_in_it_never_ends_the_night() -> None:
    """Each value of an Ink state is made another: it is told on, or the nearest knot is."""
    source = find_story(str(STITCHES))
    story = source.open()
    while not isinstance(story.next(), Choices):
        pass
    first, _, runtime = story.save().partition("\n")
    known = json.loads(runtime)
    knot, refused, told = story.knots[0], 0, 0
    values = cycle((None, -1, 10**30, "\0", "\ud800", "no.such.path", [], {}, 0.5))
    for path, value in zip(values_in(known), values, strict=False):
        state = f"{first}\n{json.dumps(with_value(known, path, value))}"
        place = find_resume_place(source, left_at(source, state, knot))
        assert place is not None
        refused += place.state != state
        told += place.state == state
        again = source.open()
        again.load(place.state)
        again.next()
    assert refused > 20
    assert told > 5


def test_after_a_damaged_bookmark_play_goes_on_at_the_line_before(
    source, own_home, tmp_path, capsys
) -> None:
    from player.cli import run

    story = source.open()
    story.next()
    path = bookmark_path(own_home / "state", source.name, source.origin)
    save_bookmark(path, left_at(source, story.save(), "Start"))
    story.next()
    save_bookmark(path, left_at(source, story.save(), "Start"))
    path.write_bytes(path.read_bytes()[:-9])
    cues = tmp_path / "cues.json"
    output = f"file:{tmp_path / 'night.wav'}"
    arguments = ["play", source.origin, "--voice", "silent", "--output", output]
    assert run([*arguments, "--cues", str(cues)]) == 0
    told = [cue["text"] for cue in json.loads(cues.read_text())["cues"] if cue["kind"] == "line"]
    assert told[0] == "A lamp is lit."
    assert "Picking up where you left off" in capsys.readouterr().err


def test_a_state_folder_that_cannot_be_written_is_told_in_one_sentence(
    source, own_home, capsys
) -> None:
    from player.cli import run

    (own_home / "state").write_text("a file where the folder should be")
    (own_home / "config").mkdir()
    settings = "[night]\nending_bed_s = 0.1\nending_fade_s = 0.1\nopening_s = 0.1\n"
    (own_home / "config" / "config.toml").write_text(settings)
    arguments = ["play", source.origin, "--voice", "silent", "--output", "null"]
    assert run([*arguments, "--from", "Gate"]) == 0
    said = capsys.readouterr().err
    assert said.count("could not be kept") == 1
    assert "Traceback" not in said


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    with pytest.raises(UnicodeEncodeError):
        write_atomically(tmp_path / "a.json", "\ud800")


# -- killed ---------------------------------------------------------------------------------------


@pytest.mark.slow
def test_nights_that_are_killed_are_gone_on_with_at_the_right_line(tmp_path: Path) -> None:
    """Twelve of the two hundred of ``scripts/bench kills``, by the rule of that module."""
    (tmp_path / "pond.twee").write_text(kills.TALE)
    listener = kills.Listener(str(tmp_path / "pond.twee"), tmp_path, Random(1), ["silent"])
    verdicts = [listener.kill() for _ in range(12)]
    assert [verdict.wrong for verdict in verdicts] == [""] * 12
    assert sum(verdict.heard for verdict in verdicts) > 12
    assert sum(verdict.left_running for verdict in verdicts) == 0


START = '{"page": "Start", "told": 0}'


def spoiled(path: Path, **changes: object) -> None:
    """The bookmark of a night, with other values, and none before it."""
    known = json.loads(path.read_text())
    known["place"] |= {key: value for key, value in changes.items() if key in known["place"]}
    known |= {key: value for key, value in changes.items() if key not in known["place"]}
    path.write_text(json.dumps(known))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        (lambda path: spoiled(path, seed=8), "the seed is 8"),
        (lambda path: spoiled(path, answers=[9]), "do not lead to its state"),
        (lambda path: spoiled(path, state=START), "was sounding, it is at"),
        (lambda path: path.write_bytes(path.read_bytes()[:-5]), "it is damaged"),
        (clear_bookmark, "it is not there"),
    ],
)
def test_a_bookmark_that_is_wrong_is_found_to_be(tmp_path: Path, spoil, found: str) -> None:
    """The control of the test above."""
    (tmp_path / "pond.twee").write_text(kills.TALE)
    story, moments_s = str(tmp_path / "pond.twee"), (5.0, 6.0)
    listener = kills.Listener(
        story=story, folder=tmp_path, die=Random(1), voices=["silent"], moments_s=moments_s
    )
    assert listener.kill().wrong == ""
    verdict = listener.kill(spoil=spoil)
    assert verdict.heard > 2
    assert found in verdict.wrong
