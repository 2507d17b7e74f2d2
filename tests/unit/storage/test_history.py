"""The history of nights: what was heard when, how far, how it ended, and what is still unheard."""

import json
import os
import signal
import sys
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from player.audio import RATE
from player.cli import run
from player.cli.commands import history as command
from player.cues import Cue
from player.library.ending_index import endings_of
from player.library.stories import find_story
from player.session import State
from player.storage.background_writer import BackgroundWriter
from player.storage.history import (
    MAX_ANSWERS,
    MAX_CHAPTERS,
    MAX_NIGHTS,
    GivenAnswer,
    History,
    Night,
    Outcome,
    ReachedEnding,
    add_night,
    all_nights,
    forget_nights,
    load_nights,
    nights_json,
    nights_path,
)
from player.storage.history_log import NightLog, new_night
from tests.support.terminal import Terminal, dreamers

TALE = """
:: StoryTitle
The Lantern

:: Start
# chapter: The Gate
The gate is open.

[[Follow the lamp->Stair]]
[[Stay by the gate->Gate]]

:: Stair
# chapter: The Stair
It is warm here.

[[Go on->the_spring]]
[[Sit down->Rest]]

:: Gate
It is quiet.

:: the_spring
The water is slow.

:: Rest
Good night.
"""

SHORT = """
[night]
opening_s = 0.1
ending_bed_s = 0.2
ending_fade_s = 0.2
asleep_bed_s = 0.2
asleep_fade_s = 0.2
sleep_fade_s = 0.5
linger_s = 0.2
quit_fade_s = 0.2
answer_s = 6.0
"""

EVENING = datetime(2026, 11, 21, 22, 41, 3, tzinfo=timezone(timedelta(hours=1)))
STORY = History("lantern", "/x/lantern.twee", "The Lantern")


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.time = EVENING.astimezone(UTC)

    def __call__(self) -> datetime:
        return self.time

    def go(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


class Desk:
    """A night that is written down under a clock of the test's own, and what the file says of it.

    Nothing is written beside: what the log gives its writer is done at once, and counted.
    """

    def __init__(self, folder: Path, chapter: str = "") -> None:
        self.path = nights_path(folder, "lantern", "/x/lantern.twee")
        self.clock, self.writings, self.frame = Clock(), 0, 0
        night = new_night(seed=7, voice="hibari", digest="ab12", chapter=chapter, began=EVENING)
        self.log = NightLog(self, self.path, STORY, night, now=self.clock)  # type: ignore[arg-type]

    def put(self, _place, work) -> None:
        self.writings += 1
        work()

    @property
    def night(self) -> Night:
        found = load_nights(self.path)
        assert found is not None
        return found.nights[-1]

    def hear(self, kind: str, text: str, path: str = "Start", value: int | None = None) -> None:
        self.log.record_cue(
            Cue(
                start=self.frame,
                end=self.frame,
                kind=kind,
                text=text,
                voice="",
                value=value,
                path=path,
            )
        )

    def pass_time(
        self, seconds: float, state: State = State.TELLING, finished: bool = False
    ) -> None:
        for _ in range(round(seconds * 10)):
            self.clock.go(0.1)
            self.frame += RATE // 10
            self.log.update(state, self.frame, finished)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def night(number: int = 0, **changes) -> Night:
    """The night of another evening."""
    began = (EVENING + timedelta(days=number)).astimezone(UTC)
    known = new_night(seed=7, voice="hibari", digest="ab12", chapter="", began=EVENING)
    return replace(known, key=f"night {number}", began=began, ended=began, **changes)


# -- written down ---------------------------------------------------------------------------------


def test_a_night_that_is_broken_off_is_known_from_its_first_words(desk: Desk) -> None:
    desk.pass_time(5.0)
    assert not desk.path.exists(), "a night without a word is none"
    desk.hear("chapter", "The Gate")
    desk.hear("line", "The gate is open.")
    assert desk.night.how is Outcome.BROKEN_OFF
    assert desk.night.chapters == ("The Gate",)
    assert desk.night.local == EVENING
    assert (desk.night.seed, desk.night.voice, desk.night.digest) == (7, "hibari", "ab12")


def test_while_it_runs_it_is_written_down_once_a_minute(desk: Desk) -> None:
    desk.hear("line", "The gate is open.")
    desk.pass_time(60 * 12 + 30)
    assert desk.writings == 1 + 12
    assert 12 * 60 - 1 <= desk.night.seconds <= 12 * 60 + 1
    assert desk.night.ended == EVENING.astimezone(UTC) + timedelta(minutes=12)


def test_a_clock_that_is_set_back_stops_no_writing(desk: Desk) -> None:
    desk.hear("line", "The gate is open.")
    desk.clock.go(-3600)
    desk.pass_time(70)
    assert desk.writings >= 2


@pytest.mark.parametrize(
    ("states", "finished", "how"),
    [
        ([State.LEAVING, State.FADING, State.OVER], True, Outcome.END),
        ([State.LEAVING, State.FADING, State.OVER], False, Outcome.ASLEEP),
        ([State.LEAVING, State.FADING, State.LINGERING, State.OVER], False, Outcome.TIMER),
        ([State.TELLING, State.LINGERING, State.OVER], False, Outcome.TIMER),
        ([State.TELLING, State.QUITTING, State.OVER], False, Outcome.STOPPED),
        ([State.WAITING, State.QUITTING], False, Outcome.STOPPED),
        ([State.LEAVING, State.QUITTING, State.OVER], True, Outcome.END),
        ([State.LEAVING, State.TELLING], False, Outcome.STOPPED),
    ],
)
def test_how_it_ended_is_what_led_there(
    desk: Desk, states: list[State], finished: bool, how: Outcome
) -> None:
    desk.hear("line", "Good night.", "Rest")
    desk.pass_time(90.0)
    for state in states:
        desk.pass_time(2.0, state, finished)
    desk.log.end()
    assert desk.night.how is how
    assert desk.night.ending == (
        ReachedEnding("Rest", "Good night.") if how is Outcome.END else None
    )


def test_an_end_is_known_before_the_bed_has_faded(desk: Desk) -> None:
    """A kill in the last quarter of an hour, with only the bed to be heard, changes no history."""
    desk.hear("line", "Good night.", "Rest")
    desk.pass_time(90.0)
    desk.pass_time(0.1, State.LEAVING)
    assert desk.night.how is Outcome.ASLEEP
    desk.pass_time(900.0, State.LEAVING)
    assert desk.night.seconds == pytest.approx(90.0, abs=0.2), "only what was told is counted"
    desk.pass_time(1.0, State.TELLING)
    assert desk.night.how is Outcome.BROKEN_OFF, "somebody asked for more"
    desk.pass_time(0.1, State.LEAVING, finished=True)
    assert desk.night.how is Outcome.END


def test_chapters_and_answers_are_kept_as_they_come(tmp_path: Path) -> None:
    desk = Desk(tmp_path, chapter="The Gate")
    for title in ("The Gate", "The Stair", "The Stair", "The Gate"):
        desk.hear("chapter", title)
    desk.hear("answer", "Go on", value=0)
    desk.hear("answer", "x" * 999, value=1)
    desk.hear("line", "Good night.")
    assert desk.night.chapters == ("The Gate", "The Stair", "The Gate")
    assert [answer.index for answer in desk.night.answers] == [0, 1]
    assert [len(answer.text) for answer in desk.night.answers] == [5, 200]


def test_a_night_without_an_end_stays_small(desk: Desk) -> None:
    for number in range(500):
        desk.hear("chapter", f"Chapter {number}")
        desk.hear("answer", f"Answer {number}", value=0)
    desk.hear("line", "On and on.")
    assert desk.night.chapters[-1] == "Chapter 499"
    assert desk.night.answers[-1] == GivenAnswer("Answer 499", 0)
    assert len(desk.night.chapters) == MAX_CHAPTERS
    assert len(desk.night.answers) == MAX_ANSWERS


def test_it_goes_through_the_writer_that_the_bookmark_goes_through(tmp_path: Path) -> None:
    writer, path = BackgroundWriter(), nights_path(tmp_path, "lantern", "/x")
    log = NightLog(writer, path, STORY, night())
    log.record_cue(
        Cue(
            start=0,
            end=1,
            kind="line",
            text="The gate is open.",
            voice="",
            value=None,
            path="Start",
        )
    )
    log.end()
    assert writer.close(10)
    found = load_nights(path)
    assert found is not None
    assert [one.how for one in found.nights] == [Outcome.STOPPED]


# -- the file -------------------------------------------------------------------------------------


def test_a_night_comes_back_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "nights" / "a.json"
    known = night(
        seconds=754.5,
        chapters=("The Gate", "Tür & “Tor”"),
        answers=(GivenAnswer("Go on", 1),),
        how=Outcome.END,
        ending=ReachedEnding("Rest", "Good night."),
        utc_offset_s=-12_600,
    )
    add_night(path, STORY, known)
    assert load_nights(path) == replace(STORY, nights=(known,))


def test_two_nights_at_once_keep_their_places(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    first, second = night(1), night(0)
    for seconds in (10.0, 20.0, 30.0):
        add_night(path, STORY, replace(first, seconds=seconds))
        add_night(path, STORY, replace(second, seconds=seconds + 1))
    found = load_nights(path)
    assert found is not None
    assert [(one.key, one.seconds) for one in found.nights] == [("night 0", 31), ("night 1", 30)]


def test_of_more_nights_than_are_kept_the_oldest_go(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    full = replace(STORY, nights=tuple(night(number) for number in range(MAX_NIGHTS)))
    path.write_text(json.dumps(nights_json(full)))
    add_night(path, STORY, night(MAX_NIGHTS))
    found = load_nights(path)
    assert found is not None
    assert len(found.nights) == MAX_NIGHTS
    assert (found.nights[0].key, found.nights[-1].key) == ("night 1", f"night {MAX_NIGHTS}")
    assert path.stat().st_size < 1 << 20


def test_a_history_cut_short_anywhere_is_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    add_night(path, STORY, night(answers=(GivenAnswer("Go on", 1),)))
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        assert load_nights(path) is None
        assert path.with_suffix(".unreadable").read_bytes() == whole[:length]
    add_night(path, STORY, night(1))
    found = load_nights(path)
    assert found is not None
    assert [one.key for one in found.nights] == ["night 1"]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("key", 1), ("began", "yesterday"), ("began", "2026-11-21T22:41:03"), ("began", None),
        ("ended", "0001-01-01T00:00:00+00:00"), ("utc_offset_s", 1e9), ("utc_offset_s", 90_000),
        ("seed", -1), ("voice", None), ("digest", []), ("seconds", float("nan")), ("seconds", -1),
        ("seconds", "12"), ("chapters", "The Gate"), ("chapters", [1]), ("chapters", ["x"] * 61),
        ("answers", [["Go on", 1]]), ("answers", [{"text": "Go on"}]), ("how", "in bed"),
        ("how", 3), ("ending", "Rest"), ("ending", {"path": "Rest"}),
    ],
)  # fmt: skip
def test_a_history_with_another_value_is_set_aside(tmp_path: Path, key: str, value) -> None:
    path = tmp_path / "a.json"
    add_night(path, STORY, night())
    known = json.loads(path.read_text())
    assert load_nights(path) is not None
    known["nights"][0][key] = value
    path.write_text(json.dumps(known))
    assert load_nights(path) is None
    assert not path.exists()


def test_a_history_that_cannot_be_read_just_now_is_not_written_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.json"
    add_night(path, STORY, night())

    def refused(_path: Path, _max_bytes: int) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("player.storage.state_files.read_regular_file", refused)
    with pytest.raises(PermissionError):
        add_night(path, STORY, night(1))
    assert load_nights(path) is None
    monkeypatch.undo()
    found = load_nights(path)
    assert found is not None
    assert [one.key for one in found.nights] == ["night 0"]


def test_forgetting_deletes_the_file_and_counts(tmp_path: Path) -> None:
    path = nights_path(tmp_path, "lantern", "/x")
    assert forget_nights(path) == 0
    add_night(path, STORY, night(0))
    add_night(path, STORY, night(1))
    assert forget_nights(path) == 2
    assert all_nights(tmp_path) == []
    add_night(path, STORY, night(0))
    path.write_text("{")
    assert forget_nights(path) == 0
    assert list(path.parent.iterdir()) == [], "what could not be read is forgotten too"


# -- endings --------------------------------------------------------------------------------------


@pytest.fixture
def story(tmp_path: Path) -> Path:
    path = tmp_path / "lantern.twee"
    path.write_text(TALE)
    return path


def test_endings_have_the_names_of_the_map_and_are_walked_once(
    story: Path, tmp_path: Path, capsys
) -> None:
    source, walked = find_story(str(story)), []
    for _ in range(2):
        found = endings_of(source, tmp_path / "cache", lambda: walked.append(1))
        assert [named.name for named in found.endings] == ["Gate", "The spring", "Rest"]
        assert found.whole
    assert walked == [1]
    assert run(["map", str(story)]) == 0
    drawn = capsys.readouterr().out
    assert all(named.name in drawn for named in found.endings)


def test_a_damaged_cache_of_endings_is_walked_again(story: Path, tmp_path: Path) -> None:
    source, cache = find_story(str(story)), tmp_path / "cache"
    whole = endings_of(source, cache)
    (kept,) = (cache / "endings").iterdir()
    for text in ("", "{}", '{"schema": 1, "whole": true, "endings": [{"name": "x"}]}'):
        kept.write_text(text)
        assert endings_of(source, cache) == whole


def test_an_ending_is_known_by_its_words_or_alone_by_its_place(story: Path, tmp_path: Path) -> None:
    found = endings_of(find_story(str(story)), tmp_path)
    for reached in (ReachedEnding("Rest", "Good night."), ReachedEnding("Rest", "before an edit")):
        named = found.find(reached)
        assert named is not None
        assert named.name == "Rest"
    assert found.find(ReachedEnding("nowhere", "Good night.")) is None
    heard = [night(ending=ReachedEnding("Rest", "Good night.")), night(1)]
    assert [named.name for named in found.unheard(heard)] == ["Gate", "The spring"]


# -- on the command line --------------------------------------------------------------------------


def kept(own_home: Path, story: Path, *nights: Night) -> None:
    path = nights_path(own_home / "state", "lantern", str(story.resolve()))
    for one in nights:
        add_night(path, replace(STORY, origin=str(story.resolve())), one)


def shown(capsys, *arguments: object) -> list[str]:
    assert run(["nights", *map(str, arguments)]) == 0
    return capsys.readouterr().out.splitlines()


def test_without_a_night_it_says_so(capsys, story: Path) -> None:
    assert shown(capsys) == ["No nights yet: dreamers play"]
    assert shown(capsys, story) == ["lantern: no nights yet."]
    assert json.loads("\n".join(shown(capsys, "--json"))) == {"schema": 1, "stories": []}


def test_nights_are_rows_and_the_unheard_endings_follow(capsys, own_home, story: Path) -> None:
    chapters = ("The Gate", "The Stair")
    kept(
        own_home,
        story,
        night(0, seconds=720.0, chapters=("The Gate",)),
        night(1, seconds=30.0, chapters=chapters, how=Outcome.ASLEEP),
        night(
            2,
            seconds=2_050.0,
            chapters=chapters,
            how=Outcome.END,
            ending=ReachedEnding("the_spring", "The water is slow."),
        ),
        night(3, how=Outcome.STOPPED),
    )
    assert shown(capsys) == shown(capsys, story)
    assert shown(capsys) == [
        "The Lantern",
        "  Sat 21 Nov 2026 22:41  12 min       The Gate               broken off in The Gate",
        "  Sun 22 Nov 2026 22:41  under 1 min  The Gate to The Stair  asleep in The Stair",
        "  Mon 23 Nov 2026 22:41  34 min       The Gate to The Stair  to the end: The spring",
        "  Tue 24 Nov 2026 22:41  under 1 min                         stopped",
        "1 of 3 endings heard. Still unheard: Gate, Rest.",
    ]


def test_for_a_program_it_is_json(capsys, own_home, story: Path) -> None:
    reached = ReachedEnding("Rest", "Good night.")
    known = night(
        0, seconds=9.5, answers=(GivenAnswer("Go on", 1),), how=Outcome.END, ending=reached
    )
    kept(own_home, story, known)
    (told,) = json.loads("\n".join(shown(capsys, story, "--json")))["stories"]
    (one,) = told["nights"]
    assert told["title"] == "The Lantern"
    assert one["began"] == "2026-11-21T21:41:03+00:00"
    assert one["utc_offset_s"] == 3600
    assert one["answers"] == [{"text": "Go on", "index": 1}]
    assert (one["how"], one["ending"]) == ("end", asdict(reached))
    assert [(one["name"], one["heard"]) for one in told["endings"]] == [
        ("Gate", False),
        ("The spring", False),
        ("Rest", True),
    ]


def test_a_story_whose_file_is_gone_keeps_its_nights(capsys, own_home, story: Path) -> None:
    kept(own_home, story, night(0))
    story.unlink()
    assert shown(capsys, story)[0] == "The Lantern"
    assert len(shown(capsys, story)) == 2
    (told,) = json.loads("\n".join(shown(capsys, "--json")))["stories"]
    assert told["endings"] is None
    assert shown(capsys, story, "--forget") == ["1 night of The Lantern deleted."]
    assert run(["nights", str(story)]) == 66


def test_forgetting_asks_nothing_and_says_what_it_deleted(capsys, own_home, story: Path) -> None:
    kept(own_home, story, night(0), night(1))
    assert run(["nights", "--forget"]) == 2
    assert "name the story" in capsys.readouterr().err
    assert shown(capsys, story, "--forget") == ["2 nights of The Lantern deleted."]
    assert shown(capsys, story, "--forget") == ["lantern: no nights yet."]
    assert shown(capsys) == ["No nights yet: dreamers play"]


def test_what_is_no_story_is_an_error(capsys) -> None:
    assert run(["nights", "no-such-story"]) == 66
    assert "no story 'no-such-story'" in capsys.readouterr().err


def test_on_a_terminal_it_is_a_table_of_the_last_nights(
    capsys, own_home, story: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept(own_home, story, *(night(number, chapters=("The Gate",)) for number in range(23)))
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    rows = shown(capsys, story)
    assert rows[0] == "The Lantern"
    assert "3 nights before" in rows[1]
    assert [word in rows[2] for word in ("night", "heard", "chapters", "how it ended")] == [
        True
    ] * 4
    assert sum("broken off in The Gate" in row for row in rows) == 20
    assert rows[-2].startswith("0 of 3 endings heard.")


def test_a_story_cannot_write_to_the_terminal_by_its_titles(capsys, own_home, story: Path) -> None:
    kept(own_home, story, night(0, chapters=("\x1b[2JThe\nGate \u202e",)))
    assert shown(capsys, story)[1].endswith("[2JThe Gate  broken off in [2JThe Gate")


def test_a_terminal_without_the_signs_is_given_others(
    capsys, own_home, story: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept(own_home, story, night(0, chapters=("Tür",)))
    monkeypatch.setattr(command.sys, "stdout", open(os.devnull, "w", encoding="ascii"))  # noqa: SIM115
    with command.sys.stdout:
        assert run(["nights", str(story)]) == 0


# -- played ---------------------------------------------------------------------------------------


@pytest.fixture
def env(own_home: Path) -> dict[str, str]:
    config = own_home / "config" / "config.toml"
    config.parent.mkdir()
    config.write_text(SHORT)
    return {**os.environ, "DREAMERS_HOME": str(own_home)}


def the_night(own_home: Path) -> Night:
    (history,) = all_nights(own_home / "state")
    return history.nights[-1]


def played(story: Path, env: dict[str, str], *options: str) -> Terminal:
    options = ("--voice", "silent", "--speed", "2", "--output", "null", *options)
    return Terminal(dreamers("play", str(story), *options), env)


def test_a_night_that_is_played_is_in_the_history(story: Path, env, own_home) -> None:
    """The same story three times: killed, left with a key, and heard to its end."""
    with played(story, env) as one:
        one.wait_for("The gate is open.")
        one.kill(signal.SIGKILL)
        assert one.wait() == -9
    killed = the_night(own_home)
    assert (killed.how, killed.chapters) == (Outcome.BROKEN_OFF, ("The Gate",))
    with played(story, env) as one:
        one.wait_for("Stay by the gate")
        one.press("1")
        one.wait_for("It is warm here.")
        one.press("q")
        assert one.wait() == 0
    left = the_night(own_home)
    assert (left.how, left.voice) == (Outcome.STOPPED, "silent")
    assert left.chapters == ("The Gate", "The Stair")
    assert left.answers == (GivenAnswer("Follow the lamp", 0),)
    with played(story, env, "--choices", "1") as one:
        assert one.wait(60) == 0
    heard = the_night(own_home)
    assert (heard.how, heard.ending) == (
        Outcome.END,
        ReachedEnding("the_spring", "The water is slow."),
    )
    assert heard.seconds > 4.0
    (history,) = all_nights(own_home / "state")
    assert len(history.nights) == 3
    assert history.title == "The Lantern"


def test_a_night_that_goes_on_keeps_its_seed_unless_another_is_asked_for(
    story: Path, env, own_home
) -> None:
    nights = (("--seed", "9"), 9), ((), 9), (("--seed", "4", "--fresh"), 4)
    for options, seed in nights:
        with played(story, env, *options) as one:
            one.wait_for("The gate is open.")
            one.kill(signal.SIGTERM)
            assert one.wait() == 143
        assert the_night(own_home).seed == seed


def test_a_night_into_a_file_is_no_part_of_the_history(
    story: Path, env, own_home, tmp_path
) -> None:
    output = f"file:{tmp_path / 'night.wav'}"
    assert run(["play", str(story), "--voice", "silent", "--output", output]) == 0
    assert all_nights(own_home / "state") == []
    assert run(["bed", "oasis", "--sleep", "1s", "--output", "null"]) == 0
    assert all_nights(own_home / "state") == []
