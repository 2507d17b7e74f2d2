"""Last night: what is said when a night is taken up again, and what its file may hold."""

import json
from dataclasses import replace

import pytest

from player.cli import run
from player.controls.scripted import ScriptedControls
from player.engine.estimate import night_seconds
from player.errors import InputError
from player.library.stories import find_story
from player.script import BeginChapter, ChangeDepth, ChangeSoundscape
from player.session import Event, Hush, Pacing, Session, Speak, State, Wait
from player.storage.bookmarks import Bookmark, bookmark_path, save_bookmark
from player.storage.paths import home
from player.story import parse
from player.story.recap import parse_recap, recap_faults
from tests.support.lantern import TALE, hear, spoken, until_over

RECAP = "Last night we came to the gate. It was open."


def place(line="There is a lamp on the wall."):
    """Where the first night stood when it was at ``line``."""
    session = Session(parse("lantern.twee", TALE))
    for _ in range(20):
        (said,) = [a for a in hear(session, Event.NEXT) if isinstance(a, Speak)]
        if said.text == line:
            return session.bookmark
    raise AssertionError(f"{line} was not said")


def again(recap=RECAP, start=None):
    return Session(parse("lantern.twee", TALE), start=start or place(), recap=recap)


def opened(session):
    """The opening's actions; what is said in it is heard."""
    actions = session.opening()
    for action in actions:
        if isinstance(action, Speak):
            session.heard(action.place)
    return actions


# -- in the session -------------------------------------------------------------------------------


def test_a_night_that_goes_on_begins_with_last_night_and_then_the_line():
    session = again()
    bed, recap = opened(session)
    assert bed == Wait(Pacing().opening_s)
    assert (recap.text, recap.speaker, recap.kind) == (RECAP, "narrator", "line")
    assert [u.text for u in recap.utterances] == [
        "Last night we came to the gate.",
        "It was open.",
    ]
    assert recap.pause_s > 0
    assert spoken(hear(session, Event.NEXT)) == ["There is a lamp on the wall."]


def test_it_is_said_softly_by_the_narrator_at_the_depth_of_the_place():
    start = replace(place(), depth=0.5)
    session = again(start=start)
    _, recap = opened(session)
    (line,) = [a for a in hear(session, Event.NEXT) if isinstance(a, Speak)]
    first, after = recap.utterances[0], line.utterances[0]
    assert first.lufs == after.lufs - 1.0  # nothing may wake: no line is over 1 LU from the next
    assert first.rate == after.rate
    assert first.rate == pytest.approx(1.0 - Pacing().slowing * 0.5)
    assert first.shading == after.shading


def test_it_moves_nothing():
    start = place()
    session = again(start=start)
    actions = opened(session)
    assert actions[1].place == start
    assert (session.here, session.bookmark) == (start, start)
    assert not [a for a in actions if isinstance(a, ChangeSoundscape | ChangeDepth | BeginChapter)]


def test_its_sentences_are_spoken_ahead_and_the_story_after_them():
    session = again()
    opened(session)
    assert [u.text for u in session.ahead()][:3] == [
        "Last night we came to the gate.",
        "It was open.",
        "There is a lamp on the wall.",
    ]
    hear(session, Event.NEXT)
    assert "It was open." not in [u.text for u in session.ahead()]


@pytest.mark.parametrize("recap", [None, ""])
def test_where_none_is_written_the_line_comes_at_once(recap):
    session = again(recap)
    assert opened(session) == (Wait(Pacing().opening_s),)
    assert session.state is State.TELLING
    assert spoken(hear(session, Event.NEXT)) == ["There is a lamp on the wall."]


def test_it_can_be_heard_again():
    session = again()
    opened(session)
    actions = hear(session, Event.REPEAT)
    assert actions[0] == Hush()
    assert spoken(actions) == [RECAP]
    assert spoken(hear(session, Event.NEXT)) == ["There is a lamp on the wall."]


def test_one_who_remembers_goes_on_and_misses_nothing():
    session = again()
    opened(session)
    actions = hear(session, Event.PASSAGE_ON)
    assert actions[0] == Hush()
    assert spoken(actions) == ["There is a lamp on the wall."]


def test_going_back_from_it_is_to_the_line_itself():
    session = again()
    opened(session)
    assert spoken(hear(session, Event.BACK)) == ["There is a lamp on the wall."]
    assert session.state is State.TELLING


@pytest.mark.parametrize("event", [Event.QUIT, Event.OASIS, Event.SLEEP])
def test_the_night_may_end_while_it_is_said(event):
    session = again()
    start = session.here
    opened(session)
    hear(session, event)
    assert session.bookmark == start
    if event is not Event.SLEEP:
        until_over(session)


def test_the_bookmark_of_a_night_that_ended_in_it_tells_it_again():
    session = again()
    opened(session)
    hear(session, Event.QUIT)
    assert spoken(opened(again(start=session.bookmark))) == [RECAP]


def test_it_is_counted_in_the_length_of_the_night():
    with_it = night_seconds(again(), ScriptedControls([]))
    without = night_seconds(again(None), ScriptedControls([]))
    assert 3.0 < with_it - without < 10.0


# -- its file -------------------------------------------------------------------------------------


def test_a_recap_file_is_chapters_and_what_is_said():
    found = parse_recap('Gate = "We came in."\n"The Stair" = "Down\\n  we went."\n', "a.recap.toml")
    assert found == {"Gate": "We came in.", "The Stair": "Down we went."}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Gate = ", "not a TOML"),
        ("Gate = 3", "'Gate' is 3"),
        ('Gate = " "', "'Gate' is ' '"),
        ('Gate = "…"', "'Gate' is '…'"),
        ('[Gate]\nx = "y"', "write what is said"),
        (f'Gate = "{"very long " * 61}"', "600 at most"),
    ],
)
def test_a_recap_file_that_cannot_be_said_is_refused_by_its_name(text, why):
    with pytest.raises(InputError, match=r"a\.recap\.toml") as refused:
        parse_recap(text, "a.recap.toml")
    assert why in str(refused.value)


def test_every_chapter_has_its_own_and_no_other_is_named():
    assert recap_faults({"Gate": "x", "Stair": "y"}, ("Gate", "Stair"), "a") == []
    assert recap_faults({}, ("Gate",), "a") == []  # a story may do without
    lacking, unknown = recap_faults({"Gaet": "x"}, ("Gate",), "a.recap.toml")
    assert lacking == "a.recap.toml says nothing of the chapter 'Gate'"
    assert unknown == "a.recap.toml names 'Gaet', which is not a chapter of the story"


@pytest.fixture
def story(tmp_path):
    path = tmp_path / "lantern.twee"
    path.write_text(TALE.replace("# depth: 0.1\n", "").replace(" over=10s", ""))
    return path


def check(capsys, story):
    code = run(["check", str(story), "--json"])
    return code, json.loads(capsys.readouterr().out)[0]["problems"]


def test_a_recap_lies_beside_its_story_and_is_checked_with_it(story, capsys):
    assert find_story(str(story)).recap == {}
    assert check(capsys, story) == (0, [])
    beside = story.with_name("lantern.recap.toml")
    beside.write_text('"The Gate" = "We came in."')
    assert find_story(str(story)).recap == {"The Gate": "We came in."}
    assert check(capsys, story) == (0, [])
    beside.write_text('"The Gate" = "We came in with a bang."')
    assert "'bang' is a sudden noise" in check(capsys, story)[1][0]
    beside.write_text('"The Gaet" = "We came in."')
    code, problems = check(capsys, story)
    assert code == 1
    assert "lantern.recap.toml names 'The Gaet', which is not a chapter of the story" in problems


def test_a_recap_in_another_encoding_is_refused_by_its_name(story, capsys):
    story.with_name("lantern.recap.toml").write_bytes('"The Gate" = "caf\xe9"'.encode("latin-1"))
    assert run(["check", str(story)]) == 65
    assert "lantern.recap.toml is not UTF-8" in capsys.readouterr().err


def test_the_dreamers_are_recalled_in_every_chapter():
    source = find_story("the-dreamers")
    assert len(source.recap) >= 9
    assert all(said.startswith("Last night ") for said in source.recap.values())


# -- on the command line --------------------------------------------------------------------------


@pytest.fixture
def bookmarked(story, own_home):
    """The story with a recap, and a bookmark at its second line."""
    story.with_name("lantern.recap.toml").write_text(f'"The Gate" = "{RECAP}"')
    source = find_story(str(story))
    session = Session(source.open())
    hear(session, Event.NEXT, Event.NEXT)
    mark = Bookmark(source.name, source.open().digest, 0, session.bookmark)
    save_bookmark(bookmark_path(home().state, source.name, source.origin), mark)
    return story


def told(story, *options):
    """The lines that one ``play`` into a file has said."""
    cues = story.with_name("cues.json")
    command = ["play", str(story), "--voice", "silent", "--choices", "1,2", "--cues", str(cues)]
    assert run([*command, "--output", f"file:{story.with_name('night.wav')}", *options]) == 0
    return [cue["text"] for cue in json.loads(cues.read_text())["cues"] if cue["kind"] == "line"]


def test_a_bookmark_is_gone_on_from_with_last_night(bookmarked):
    assert told(bookmarked)[:2] == [RECAP, "There is a lamp on the wall."]


def test_a_night_begun_anew_or_at_a_knot_has_no_last_night(bookmarked):
    assert told(bookmarked, "--from", "Stair")[0] == "The stair goes down."
    assert told(bookmarked, "--fresh")[0] == "The gate is open."


def test_after_an_edit_the_chapter_is_still_recalled(bookmarked):
    bookmarked.write_text(bookmarked.read_text().replace("quiet", "still"))
    assert told(bookmarked)[:2] == [RECAP, "The gate is open."]
