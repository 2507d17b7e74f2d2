"""What nests without an end, or counts without one, is one sentence, or is set aside."""

import json

import pytest

from player.cli import run
from player.library.stories import find_story
from player.storage.bookmarks import bookmark_path, load_bookmark
from player.storage.history import load_nights, nights_path
from player.toml_text import TomlError, parse_toml

DEEP = 10_000
TOML = {
    "lists": f"a = {'[' * DEEP}{']' * DEEP}",
    "lists short of the parser's limit": f"a = {'[' * 200}{']' * 200}",
    "tables": f"a = {'{a = ' * DEEP}1{'}' * DEEP}",
    "a dotted key": f"{'a.' * DEEP}a = 1",
    "a dotted key of many parts": f"{'a.' * 45_000}a = 1",
    "a table's head": f"[{'a.' * DEEP}a]",
    "phonemes": f"phonemes.{'a.' * DEEP}a = 1",
    "a setting": f"[play]\nvoice.{'a.' * DEEP}a = 1",
    "a recipe's id": f"schema = 1\nid.{'a.' * DEEP}a = 1",
    "digits": f"a = {'1' * 5_000}",
    "hexadecimal digits": f"a = 0x{'f' * 5_000}",
    "hexadecimal digits in a list": f"[phonemes]\na = [0x{'f' * 5_000}]",
    "a setting of many digits": f"[play]\nvolume = 0x{'f' * 5_000}",
    "a recipe of many digits": f'schema = 1\nid = "a"\ntitle = "a"\ndepth = [0x{"f" * 5_000}]',
}


def one_sentence(capsys, *arguments):
    """Run a command that must fail with 65 and one short sentence."""
    code = run([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    assert code == 65, err
    assert out == ""
    assert len(err.splitlines()) == 1
    assert len(err) < 700
    assert err.startswith("dreamers: ")


@pytest.mark.parametrize("text", TOML.values(), ids=TOML)
@pytest.mark.parametrize("name", ["tale.lexicon.toml", "tale.recap.toml", "rain.toml"])
def test_toml_beside_a_story_and_a_recipe(name, text, tmp_path, capsys):
    (tmp_path / "tale.txt").write_text("Good night.")
    (tmp_path / name).write_text(text)
    one_sentence(capsys, "check", tmp_path / ("rain.toml" if name == "rain.toml" else "tale.txt"))


@pytest.mark.parametrize("text", TOML.values(), ids=TOML)
def test_the_settings(text, own_home, tmp_path, capsys):
    (own_home / "config").mkdir(exist_ok=True)
    from player.storage.paths import home

    path = home().config / "config.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    one_sentence(capsys, "render", "--voice", "silent", "-o", tmp_path / "n.wav")


@pytest.mark.parametrize(
    "text", [*TOML.values(), "", "a = ", '"' * 5_000, "a." * 5_000, "a" * 1_000_000]
)
def test_toml_gives_tables_or_one_kind_of_error(text):
    said = ""
    try:
        assert parse_toml(text) == {} or "[0x" in text or "0x" in text
    except TomlError as error:
        said = str(error)
    assert len(said) < 200
    assert "\n" not in said


def ink(deep: int, kind: str) -> str:
    inner = {
        "root": '{"inkVersion":21,"root":%s,"listDefs":{}}'
        % ("[" * deep + '"done",null' + ",null]" * deep),
        "item": '{"inkVersion":21,"root":[["^a","\\n",%s,"end",null],"done",null],"listDefs":{}}'
        % ("[" * deep + '"done",null' + ",null]" * deep),
        "divided": '{"inkVersion":21,"root":[["ev",4,2,"/","out","/ev",%s,"end",null],"done",null],'
        '"listDefs":{}}' % ("[" * deep + '"done",null' + ",null]" * deep),
        "named": '{"inkVersion":21,"root":[["end",null],"done",%s],"listDefs":{}}'
        % ('{"a":["end",' * deep + "null" + "]}" * deep),
        "object": '{"inkVersion":21,"root":[["^a",{"->":%s},"end",null],"done",null],"listDefs":{}}'
        % ('{"a":' * deep + "1" + "}" * deep),
        "version": '{"inkVersion":%s,"root":[null],"listDefs":{}}'
        % ("[" * deep + "1" + "]" * deep),
    }
    return inner[kind]


@pytest.mark.parametrize("deep", [120, 480, 900, 5_000, 100_000])
@pytest.mark.parametrize("kind", ["root", "item", "divided", "named", "object", "version"])
def test_compiled_ink(kind, deep, tmp_path, capsys):
    path = tmp_path / "tale.ink.json"
    path.write_text(ink(deep, kind))
    one_sentence(capsys, "check", path)


@pytest.mark.parametrize("deep", [900, 10_000, 100_000])
def test_bookmarks_and_nights_are_set_aside(deep, own_home):
    nested = '{"schema": 1, "place": ' + '{"place": ' * deep + "1" + "}" * deep + "}"
    bookmark = bookmark_path(own_home / "state", "tale", "/x/tale.txt")
    nights = nights_path(own_home / "state", "tale", "/x/tale.txt")
    for path, load in ((bookmark, load_bookmark), (nights, load_nights)):
        path.parent.mkdir(parents=True)
        path.write_text(nested)
        assert load(path) is None
        assert path.with_suffix(".unreadable").exists()


@pytest.mark.parametrize("deep", [100, 900, 100_000])
@pytest.mark.parametrize("name", ["the-dreamers", "tale.txt"])
def test_the_state_in_a_bookmark_begins_the_story_anew(name, deep, tmp_path, own_home, capsys):
    if name == "tale.txt":
        (tmp_path / name).write_text("Good night.")
        name = str(tmp_path / name)
    source = find_story(name)
    story = source.open()
    head = story.save().partition("\n")[0]
    nested = '{"a": ' * deep + "1" + "}" * deep
    place = {"state": f"{head}\n{nested}" if "\n" in story.save() else nested, "path": "gone"}
    path = bookmark_path(own_home / "state", source.name, source.origin)
    path.parent.mkdir(parents=True)
    kept = {"schema": 1, "story": source.name, "digest": story.digest, "seed": 0}
    path.write_text(json.dumps({**kept, "place": place}))
    from player.cli.resume import find_resume_place

    bookmark = load_bookmark(path)
    assert bookmark
    assert find_resume_place(source, bookmark) is None
    assert "we begin at the beginning" in capsys.readouterr().err
