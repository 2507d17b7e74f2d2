"""Compiled Ink: every case told as its transcript says, saved and loaded anywhere on the way."""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest

from player.errors import InputError, InputNotFound, UnavailableError
from player.library.ink_compiler import compile_ink
from player.library.stories import find_story
from player.storage.paths import home
from player.story import Choices, End, Item, Line, Story, parse
from tests.support.needs import need
from tests.support.tellings import CASES, answers, open_case, shown, tell

ROOT = Path(__file__).parents[4]
every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


def case(name: str) -> Story:
    return open_case(ROOT / "tests" / "data" / "stories" / name)


def until_question(story: Story) -> Choices:
    while not isinstance(item := story.next(), Choices):
        assert isinstance(item, Line)
    return item


@every_case
def test_it_is_told_as_the_transcript_says(case: Path) -> None:
    assert tell(open_case(case), answers(case)) == (case / "transcript.txt").read_text("utf-8")


@every_case
def test_it_goes_on_the_same_when_saved_and_loaded_after_every_item(case: Path) -> None:
    def reload(story: Story, _: Item) -> None:
        story.load(story.save())

    told = tell(open_case(case), answers(case), between=reload)
    assert told == (case / "transcript.txt").read_text("utf-8")


@every_case
def test_any_saved_place_goes_on_the_same_in_a_story_opened_anew(case: Path) -> None:
    places: list[tuple[str, str]] = []

    def keep(story: Story, _: Item) -> None:
        state = story.save()
        places.append((state, shown(story.next())))
        story.load(state)

    try:
        tell(open_case(case), answers(case), between=keep)
    except InputError:
        pytest.fail("looking at what follows must not break the telling")
    for state, follows in places:
        fresh = open_case(case)
        fresh.load(state)
        assert shown(fresh.next()) == follows


@every_case
def test_peeking_shows_what_follows_and_moves_nothing(case: Path) -> None:
    def look(story: Story, item: Item) -> None:
        if isinstance(item, Choices):
            before = story.save()
            for index in range(len(item.options)):
                seen = story.peek(index)
                assert story.next() == item
                story.choose(index)
                while isinstance(follows := story.next(), Line) and not follows.text:
                    pass
                assert seen == follows
                story.load(before)

    assert tell(open_case(case), answers(case), look) == tell(open_case(case), answers(case))


def test_global_tags_are_the_header_and_not_repeated_on_the_first_line() -> None:
    story = case("tags")
    assert story.header == ("title: The Small Lamp", "author: The Dreamers", "cast: mira pitch=1.2")
    first = story.next()
    assert isinstance(first, Line)
    assert first.tags == ("chapter: The Room", "depth: 0.1", "pause: 1s")


def test_the_same_question_is_given_until_it_is_answered() -> None:
    story = case("tags")
    question = until_question(story)
    assert story.next() is story.next() == question
    with pytest.raises(InputError, match=r"no choice 3 at 'room': expected 1 to 2"):
        story.choose(2)
    with pytest.raises(InputError, match="no choice 0"):
        story.choose(-1)
    assert story.next() == question


def test_an_answer_before_the_question_is_refused() -> None:
    story = case("tags")
    story.next()
    with pytest.raises(InputError, match="asks nothing at 'room' yet"):
        story.choose(0)


def test_the_end_stays_the_end() -> None:
    story = case("included")
    while isinstance(story.next(), Line):
        pass
    assert story.next() == story.next() == End("second")


def test_knots_and_stitches_can_be_jumped_to_and_functions_cannot() -> None:
    assert case("stitches").knots == ("stair", "stair.top", "stair.bottom", "garden")
    assert "half" not in case("variables").knots
    story = case("stitches")
    story.jump("stair.bottom")
    assert story.next() == Line("You are at the bottom.", (), "stair.bottom")
    with pytest.raises(InputError, match=r"no knot 'cellar': it has 'stair', 'stair\.top'"):
        story.jump("cellar")


def test_a_knot_that_needs_values_is_not_jumped_to() -> None:
    with pytest.raises(InputError, match=r"enters 'dream' only"):
        case("tunnels").jump("dream")


def test_chance_follows_the_seed() -> None:
    text = (ROOT / "tests/data/stories/chance/story.ink.json").read_text("utf-8")
    nights = [tell(parse("s.ink.json", text, seed=seed), [0, 0, 1]) for seed in (1, 1, 2)]
    assert nights[0] == nights[1] != nights[2]


def test_the_digest_changes_with_the_source() -> None:
    text = (ROOT / "tests/data/stories/tags/story.ink.json").read_text("utf-8")
    same, other = parse("a.ink.json", text), parse("a.ink.json", text.replace("low", "dim"))
    assert case("tags").digest == same.digest != other.digest


def test_a_byte_order_mark_is_passed_over() -> None:
    text = (ROOT / "tests/data/stories/tags/story.ink.json").read_text("utf-8")
    assert parse("a.ink.json", "\ufeff" + text).digest == case("tags").digest


def test_a_broken_story_keeps_saying_so_and_can_be_loaded_back() -> None:
    story = case("runs_out")
    until_question(story)
    before = story.save()
    story.choose(0)
    assert isinstance(story.next(), Line)
    for _ in range(2):
        with pytest.raises(InputError, match="runs out of words in the knot 'shore'"):
            story.next()
    after = story.save()
    story.load(before)
    assert isinstance(story.next(), Choices)
    story.load(after)
    with pytest.raises(InputError, match="runs out of words"):
        story.next()


@pytest.mark.parametrize(
    "state",
    ["", "{}", "[]", "null", "[" * 5000, '{"path": "", "fresh": true, "error": ""}\n{}',
     '{"path": "", "fresh": true, "error": ""}\n', '{"path": 1, "fresh": true, "error": ""}\n{}'],
    ids=range(8),
)  # fmt: skip
def test_a_broken_bookmark_is_refused_and_the_story_still_works(state: str) -> None:
    story = case("tags")
    with pytest.raises(InputError, match=r"a saved place in story\.ink\.json is damaged"):
        story.load(state)
    assert isinstance(story.next(), Line)


def test_a_bookmark_cut_short_anywhere_is_refused() -> None:
    story = case("tunnels")
    until_question(story)
    state = story.save()
    for length in range(0, len(state) - 1, 37):
        with pytest.raises(InputError, match="is damaged"):
            story.load(state[:length])


@pytest.mark.slow
def test_sources_compile_to_what_is_committed() -> None:
    need("node", "npm")
    done = subprocess.run(
        [ROOT / "scripts" / "compile-stories", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stderr, done.returncode) == ("", 0)


def test_a_source_with_an_include_is_compiled(tmp_path: Path) -> None:
    need("node")
    shutil.copytree(ROOT / "tests/data/stories/included", tmp_path / "story")
    inkjs = ROOT / "node_modules"
    if not inkjs.is_dir():
        subprocess.run(
            [ROOT / "scripts" / "compile-stories", "--check"], check=False, capture_output=True
        )
    text = compile_ink(tmp_path / "story" / "story.ink", inkjs=ROOT / "node_modules" / "inkjs")
    assert text == (ROOT / "tests/data/stories/included/story.ink.json").read_text("utf-8").strip()


def test_a_source_that_does_not_compile_gives_the_first_complaint(tmp_path: Path) -> None:
    need("node")
    (tmp_path / "bad.ink").write_text("-> nowhere\n", "utf-8")
    with pytest.raises(InputError, match=r"bad\.ink does not compile: .*line 1.*nowhere"):
        compile_ink(tmp_path / "bad.ink", inkjs=ROOT / "node_modules" / "inkjs")
    (tmp_path / "gap.ink").write_text("INCLUDE gone.ink\n", "utf-8")
    with pytest.raises(InputError, match=r"gap\.ink does not compile: .*gone\.ink"):
        compile_ink(tmp_path / "gap.ink", inkjs=ROOT / "node_modules" / "inkjs")


def planted_inkjs(folder: Path) -> Path:
    """A package of that name which leaves a mark where it is run; and the mark."""
    mark = folder / "was-run"
    library = folder / "node_modules" / "inkjs" / "dist" / "ink-full.js"
    library.parent.mkdir(parents=True)
    script = f"require('fs').writeFileSync({str(mark)!r}, 'x');"
    library.write_text(script, "utf-8")
    (library.parents[1] / "package.json").write_text(
        '{"name": "inkjs", "exports": {"./full": "./dist/ink-full.js"}}', "utf-8"
    )
    return mark


def test_a_compiler_beside_the_story_or_in_the_current_folder_is_never_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    need("node")
    story, current = tmp_path / "story", tmp_path / "current"
    marks = [planted_inkjs(folder) for folder in (tmp_path, story, current)]
    (story / "a.ink").write_text("Hello.\n-> END\n", "utf-8")
    (current / "first.js").write_text(f"require('fs').writeFileSync({str(marks[2])!r}, 'x')")
    monkeypatch.chdir(current)
    monkeypatch.setenv("NODE_OPTIONS", "--require ./first.js")
    monkeypatch.setenv(
        "NODE_PATH", os.pathsep.join(["node_modules", str(story / "node_modules"), str(current)])
    )
    monkeypatch.setenv("npm_config_prefix", str(tmp_path / "empty"))
    for program in ("inklecate", "node", "npm"):
        for folder in (story, current):
            (folder / program).write_text(f"#!/bin/sh\ntouch '{marks[2]}'\n")
            (folder / program).chmod(0o755)
    path = [".", "", str(story), str(current), os.environ["PATH"]]
    monkeypatch.setenv("PATH", os.pathsep.join(path))
    with suppress(UnavailableError):  # where inkjs is installed globally, the story is compiled
        assert "Hello." in compile_ink(story / "a.ink")
    assert not [mark for mark in marks if mark.exists()]


@pytest.mark.parametrize("way", ["NODE_PATH", "npm", "setting"])
def test_a_compiler_that_the_user_installed_is_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    need("node", "npm")
    prefix = tmp_path / "prefix"
    mark = planted_inkjs(prefix / "lib")
    source = tmp_path / "story" / "a.ink"
    source.parent.mkdir()
    source.write_text("Hello.\n-> END\n", "utf-8")
    installed = prefix / "lib" / "node_modules"
    if way == "NODE_PATH":
        monkeypatch.setenv("NODE_PATH", str(installed))
    elif way == "npm":
        monkeypatch.setenv("npm_config_prefix", str(prefix))
    else:
        config = home().config
        config.mkdir(parents=True)
        (config / "config.toml").write_text(f"[tools]\ninkjs = {str(installed / 'inkjs')!r}\n")
    with pytest.raises(InputError, match="does not compile"):  # it only leaves its mark
        find_story(str(source))
    assert mark.exists()


def test_without_a_compiler_the_remedy_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "a.ink"
    source.write_text("Hello.\n", "utf-8")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UnavailableError, match="export it from Inky"):
        compile_ink(source)
    with pytest.raises(InputNotFound, match="there is no story at"):
        compile_ink(tmp_path / "b.ink")
