"""The command line as its user meets it: one sentence, one exit code, nothing lost."""

import json
import os
import re
import resource
import signal
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pytest
import soundfile
import typer

from player.branches import explore
from player.cli import run
from player.cli.app import app
from player.cli.signals import defer_interrupts
from player.library.soundscapes import bundled_names
from player.library.stories import bundled_stories
from player.outputs.files.formats import open_file
from player.outputs.files.part_file import PartFile
from tests.support.bad_ink import LOOPS
from tests.support.tale import tale_source, tale_survey
from tests.support.terminal import dreamers
from tests.support.waiting import soon

README = Path(__file__).parents[3] / "README.md"

TALE = """
:: StoryTitle
The Lantern

:: Start
# chapter: The Gate
# depth: 0.3 over=4s
The gate is open.

[[Follow the lamp->Stair]]
[[Stay by the gate->Gate]]

:: Stair
# chapter: The Stair
# voice: narrator
It is warm here.

:: Gate
The gate is quiet.
"""


@pytest.fixture
def short_nights(own_home):
    """Let the bed go on for a moment only after the last word."""
    config = own_home / "config" / "config.toml"
    config.parent.mkdir()
    config.write_text("[night]\nending_bed_s = 1.0\nending_fade_s = 1.0\n")


@pytest.fixture
def story(tmp_path, short_nights):
    path = tmp_path / "lantern.twee"
    path.write_text(TALE)
    return path


def fails(capsys, code, *arguments):
    """Run a command that must fail with ``code``; answers the one sentence it gave."""
    assert run([str(argument) for argument in arguments]) == code
    printed = capsys.readouterr()
    lines = printed.err.strip().splitlines()
    assert len(lines) == 1, printed.err
    assert lines[0].startswith("dreamers: ")
    assert "Traceback" not in printed.err
    return lines[0]


def render(story, tmp_path, *more, name="night.flac"):
    target = tmp_path / name
    arguments = ["render", str(story), "--voice", "silent", "-o", str(target), *map(str, more)]
    assert run(arguments) == 0
    return target


# -- what it does ---------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["wav", "flac", "mp3", "opus", "m4b"])
def test_a_night_is_rendered_to_every_format(story, tmp_path, ending):
    import av

    target = render(story, tmp_path, name=f"night.{ending}")
    with av.open(str(target)) as container:
        assert container.duration / 1e6 == pytest.approx(15.9, abs=0.2)
        assert container.streams.audio[0].rate == 48_000


def test_stems_cues_and_subtitles_come_with_the_night(story, tmp_path):
    stems, cues, words = tmp_path / "stems", tmp_path / "cues.json", tmp_path / "night.vtt"
    target = render(story, tmp_path, "--stems", stems, "--cues", cues, "--subtitles", words)
    mix, _ = soundfile.read(target)
    parts = {name: soundfile.read(stems / f"{name}.flac")[0] for name in ("voice", "bed", "mix")}
    assert {part.shape for part in parts.values()} == {mix.shape}
    assert abs(parts["mix"] - mix).max() == 0
    middle = slice(4 * 48_000, 8 * 48_000)
    assert abs(parts["voice"] + parts["bed"] - mix)[middle].max() < 1e-6
    sheet = json.loads(cues.read_text())
    assert (sheet["schema"], sheet["story"], sheet["rate"]) == (1, "lantern", 48_000)
    assert sheet["frames"] == len(mix)
    starts = [cue["start"] for cue in sheet["cues"]]
    assert starts == sorted(starts)
    assert {"line", "choice", "answer", "chapter", "soundscape", "depth", "pause", "end"} <= {
        cue["kind"] for cue in sheet["cues"]
    }
    assert words.read_text().startswith("WEBVTT")
    assert "The gate is open." in words.read_text()


def test_the_same_seed_gives_the_same_file_and_another_does_not(story, tmp_path):
    first = render(story, tmp_path, name="a.flac").read_bytes()
    assert render(story, tmp_path, name="b.flac").read_bytes() == first
    assert render(story, tmp_path, "--seed", 7, name="c.flac").read_bytes() != first


def test_choices_are_given_by_number_key_or_words(story, tmp_path):
    for choice in ("2", "gate", "Stay by the gate"):
        words = tmp_path / "words.vtt"
        render(story, tmp_path, "--choices", choice, "--subtitles", words)
        assert "The gate is quiet." in words.read_text()


def test_every_ending_becomes_a_file(story, tmp_path):
    folder = tmp_path / "endings"
    command = ["render", str(story), "--voice", "silent", "--all", str(folder), "--jobs", "2"]
    subprocess.run(dreamers(*command), check=True, timeout=120)
    assert sorted(path.name for path in folder.iterdir()) == ["Gate.flac", "Stair.flac"]


def test_an_ending_never_says_where_its_file_goes(tmp_path, short_nights):
    story = tmp_path / "work" / "story.twee"
    names = ["../escaped", f"{tmp_path}/absolute", "a/b", "CON", "con", "...", "long " * 60]
    links = "\n".join(f"[[Way {number}->{name}]]" for number, name in enumerate(names))
    pages = "\n\n".join(f":: {name}\nHere." for name in names)
    story.parent.mkdir()
    story.write_text(f":: Start\nWhich?\n\n{links}\n\n{pages}\n")
    folder = tmp_path / "work" / "endings"
    words = ["render", str(story), "--voice", "silent", "--all", str(folder), "-o", "x.opus"]
    done = subprocess.run(dreamers(*words), check=False, timeout=120, cwd=tmp_path)
    assert done.returncode == 0
    assert {path.name for path in tmp_path.iterdir()} - {"home"} == {"work"}
    assert sorted(story.parent.iterdir()) == [folder, story]
    assert len(list(folder.iterdir())) == len(names)
    assert all(path.is_file() and len(path.name.encode()) <= 255 for path in folder.iterdir())


def test_endings_at_one_place_are_told_apart(tmp_path, short_nights):
    story = tmp_path / "story.twee"
    story.write_text(
        ":: Start\nWhich?\n\n[[Up->A.B]]\n[[Down->A-B]]\n\n:: A.B\nUp.\n\n:: A-B\nDown.\n"
    )
    folder = tmp_path / "endings"
    assert run(["render", str(story), "--voice", "silent", "--all", str(folder)]) == 0
    assert len(list(folder.iterdir())) == 2


@pytest.mark.parametrize("option", ["--all", "--stems"])
def test_a_folder_that_is_a_file_is_refused_in_a_sentence(story, tmp_path, option, capsys):
    taken = tmp_path / "taken"
    taken.write_text("mine")
    assert run(["render", str(story), "--voice", "silent", option, str(taken)]) == 73
    assert "cannot write" in capsys.readouterr().err
    assert taken.read_text() == "mine"


def test_a_name_of_more_than_255_bytes_is_refused_in_a_sentence(story, tmp_path, capsys):
    target = tmp_path / ("n" * 251 + ".wav")
    assert run(["render", str(story), "--voice", "silent", "-o", str(target)]) == 0
    assert target.is_file()
    longer = tmp_path / ("n" * 252 + ".wav")
    assert run(["render", str(story), "--voice", "silent", "-o", str(longer)]) == 73
    assert "255" in capsys.readouterr().err


def test_a_failed_ending_fails_the_whole(story, tmp_path):
    folder = tmp_path / "endings"
    (folder / "Gate.flac").mkdir(parents=True)
    assert run(["render", str(story), "--voice", "silent", "--all", str(folder)]) == 73
    assert (folder / "Stair.flac").is_file()


def test_dry_is_the_voice_alone(story, tmp_path):
    target = render(story, tmp_path, "--dry")
    samples, _ = soundfile.read(target)
    assert abs(samples).max() == 0  # the silent voice, and no bed


def test_check_finds_a_good_story_sound_and_says_how_long_it_is(story, capsys):
    assert run(["check", str(story), "--json"]) == 0
    (report,) = json.loads(capsys.readouterr().out)
    assert report["problems"] == []
    assert report["facts"]["choices"] == 1
    assert report["facts"]["endings"] == 2


def test_check_names_what_is_wrong_and_where(tmp_path, capsys):
    bad = tmp_path / "bad.twee"
    bad.write_text(
        ":: StoryTitle\nBad\n\n"
        ":: Start\n# dpeth: 0.4\n# voice: nobody\n# soundscape: marsh\nHello.\n\n"
        ":: Lost\nNobody comes here.\n"
    )
    assert run(["check", str(bad)]) == 1
    told = capsys.readouterr().out
    for hint in ("did you mean 'depth'", "not in the cast", "marsh", "Lost: never reached"):
        assert hint in told


def test_every_bundled_story_is_sound(capsys, monkeypatch):
    def explored(open_story, seconds):
        return tale_survey() if open_story().digest == tale else explore(open_story, seconds)

    tale = tale_source().open().digest
    monkeypatch.setattr("player.cli.commands.check.explore", explored)
    assert run(["check", *bundled_stories()]) == 0, capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.parametrize("name", bundled_names())
def test_every_bundled_soundscape_is_sound(capsys, name):
    assert run(["check", name]) == 0, capsys.readouterr().out


def test_check_says_in_plain_words_what_is_wrong_with_a_soundscape(tmp_path, capsys):
    recipe = tmp_path / "loud.toml"
    recipe.write_text(
        'schema = 1\nid = "loud"\ntitle = "Loud bells"\ndepth = [0.0, 1.0]\n'
        "[reverb]\nrt60_s = [0.3, 1.0]\nsend_db = [-60, -20]\n"
        '[[layer]]\nname = "air"\nsource = { type = "noise", color = "white" }\n'
        "level_db = [-12, -12]\n"
        '[[layer]]\nname = "bells"\nlevel_db = [12, 12]\n'
        'source = { type = "modal", root_hz = 440.0, tuning = ["1/1"] }\n'
        'interval_s = { dist = "exponential", mean = 4.0, min = 2.0 }\n'
    )
    assert run(["check", str(recipe)]) == 1, capsys.readouterr().out
    told = capsys.readouterr().out
    assert "bells" in told
    assert "LU" in told


def test_a_soundscape_is_rendered_and_swept(tmp_path):
    target = tmp_path / "oasis.flac"
    command = ["soundscapes", "render", "oasis", "--depth", "0..1", "--seconds", "3"]
    assert run([*command, "-o", str(target)]) == 0
    assert soundfile.info(target).frames == 3 * 48_000


def test_soundscapes_voices_and_doctor_say_what_there_is(capsys):
    assert run(["soundscapes"]) == 0
    assert "hyper-rest" in capsys.readouterr().out
    assert run(["voices"]) == 0
    assert "hibari" in capsys.readouterr().out
    run(["doctor"])
    assert "Python" in capsys.readouterr().out


def until_it_writes(folder, name):
    soon(lambda: list(folder.glob(name)), "nothing was written", 30.0)


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_ctrl_c_leaves_no_file(name, tmp_path):
    target = tmp_path / "long.flac"
    process = subprocess.Popen(dreamers("render", "-o", str(target)), stderr=subprocess.DEVNULL)
    until_it_writes(tmp_path, ".long.flac-*.part")
    process.send_signal(getattr(signal, name))
    assert process.wait(20) == 130
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(("hang_up", "code"), [(signal.SIG_DFL, 130), (signal.SIG_IGN, 0)])
def test_a_hang_up_ends_all_but_what_nohup_protects(hang_up, code, tmp_path):
    target = tmp_path / "long.flac"
    command = dreamers("soundscapes", "render", "oasis", "--seconds", "300", "-o", str(target))
    process = subprocess.Popen(
        command,
        preexec_fn=lambda: signal.signal(signal.SIGHUP, hang_up),  # noqa: PLW1509 - does no more
    )
    until_it_writes(tmp_path, ".long.flac-*.part")
    process.send_signal(signal.SIGHUP)
    assert process.wait(60) == code
    assert os.listdir(tmp_path) == ([] if code else ["long.flac"])


@pytest.fixture
def interruptible():
    """Restore Ctrl-C, as in a terminal: a shell lets background programs ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("held", [True, False])
def test_ctrl_c_inside_an_encoder_is_not_lost(held, tmp_path, monkeypatch):
    """Held back, it waits until the file is whole; otherwise it comes through the encoder."""
    write = PartFile.write
    interrupts = iter([signal.SIGINT])

    def interrupted(part, data):
        for number in interrupts:
            signal.raise_signal(number)
        return write(part, data)

    monkeypatch.setattr(PartFile, "write", interrupted)
    output = open_file(tmp_path / "night.flac")
    output.write(np.zeros((4_096, 2), np.float32))
    with defer_interrupts() if held else nullcontext(lambda: None) as check:
        with nullcontext() if held else pytest.raises(KeyboardInterrupt):
            output.close()
        with pytest.raises(KeyboardInterrupt) if held else nullcontext():
            check()
    output.abort()
    assert os.listdir(tmp_path) == (["night.flac"] if held else [])


# -- what it refuses ------------------------------------------------------------------------------


def test_a_missing_story_is_66(capsys):
    assert "the-dreamers" in fails(capsys, 66, "play", "no-such-story")


def test_a_wrong_ending_is_65(capsys, tmp_path):
    path = tmp_path / "story.pdf"
    path.write_bytes(b"%PDF")
    assert ".ink.json" in fails(capsys, 65, "render", path, "-o", tmp_path / "x.flac")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("broken.ink.json", b'{"inkVersion": 21, "root": ['),
        ("version.ink.json", b'{"inkVersion": 99, "root": [["done", null]], "listDefs": {}}'),
        ("list.ink.json", b"[1, 2]"),
        ("nul.txt", b"Once\0upon"),
        ("latin.txt", "Es war einmal ein Bär".encode("latin-1")),
        ("long.twee", b":: Start\n" + b"a" * 10_000_000),
        ("empty.twee", b""),
    ],
)
def test_a_story_that_is_none_is_65(capsys, tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    target = tmp_path / "x.flac"
    told = fails(capsys, 65, "render", path, "--voice", "silent", "-o", target)
    assert name in told
    assert not target.exists()


def test_an_endless_story_is_an_error_naming_its_knot(capsys, tmp_path):
    path = tmp_path / "round.ink.json"
    path.write_text(LOOPS["a divert to itself"])
    told = fails(capsys, 65, "render", path, "--voice", "silent", "-o", tmp_path / "x.flac")
    assert re.search(r"'\w+'", told)


@pytest.mark.parametrize(
    ("code", "arguments", "hint"),
    [
        (2, ["render"], "-o FILE"),
        (2, ["render", "-o", "night.ogg2"], ".flac"),
        (2, ["render", "-o", "n.flac", "--speed", "9"], "speed"),
        (2, ["render", "-o", "n.flac", "--loudness", "loud"], "loud"),
        (2, ["play", "--output", "radio"], "speaker"),
        (2, ["play", "--sleep", "soon"], "30m"),
        (2, ["sing"], "sing"),
        (2, ["soundscapes", "render", "oasis", "--depth", "2", "-o", "x.flac"], "0 to 1"),
        (66, ["soundscapes", "render", "marsh", "-o", "x.flac"], "hyper-rest"),
        (69, ["render", "-o", "n.flac", "--voice", "hibarri"], "hibari"),
        (69, ["play", "--voice", "emma"], "dreamers voices add emma"),
        (73, ["render", "--voice", "silent", "-o", "/nowhere/at/all/night.flac"], "folder"),
        (66, ["render", "--voice", "silent", "-o", "n.flac", "--cover", "none.jpg"], "none.jpg"),
        (66, ["check", "no-such-story"], "no-such-story"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(
    capsys, tmp_path, monkeypatch, code, arguments, hint
):
    monkeypatch.chdir(tmp_path)
    assert hint in fails(capsys, code, *arguments)
    assert not list(tmp_path.glob("n.flac"))


def test_an_answer_that_is_none_is_refused_and_leaves_no_file(capsys, story, tmp_path):
    target = tmp_path / "x.flac"
    told = fails(capsys, 2, "render", story, "--voice", "silent", "--choices", "jump", "-o", target)
    assert "Follow the lamp" in told
    assert list(tmp_path.glob("*flac*")) == []


def test_a_full_disk_is_73_and_leaves_nothing(story, tmp_path):
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))

    target = tmp_path / "x.wav"
    command = dreamers("render", str(story), "--voice", "silent", "-o", str(target))
    done = subprocess.run(
        command, preexec_fn=limit, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 73, done.stderr
    assert "cannot write" in done.stderr
    assert not list(tmp_path.glob("*x.wav*"))


def test_bad_settings_are_named(capsys, own_home):
    path = own_home / "config" / "config.toml"
    path.parent.mkdir()
    path.write_text('[play]\nvioce = "hibari"\n')
    assert "did you mean 'voice'" in fails(capsys, 65, "render", "-o", "x.flac")
    path.write_text("[night]\nanswer_s = nan\n")
    assert "answer_s" in fails(capsys, 65, "render", "-o", "x.flac")
    path.write_text('[keys]\nx = "dance"\n')
    assert "dance" in fails(capsys, 2, "play")


def test_a_broken_bookmark_is_set_aside(own_home):
    from player.storage.bookmarks import bookmark_path, load_bookmark

    path = bookmark_path(own_home / "state", "lantern", "/x/lantern.twee")
    path.parent.mkdir(parents=True)
    for text in ("", "{", "[]", '{"schema": 9}', '{"schema": 1, "place": {}}'):
        path.write_text(text)
        assert load_bookmark(path) is None
        assert path.with_suffix(".unreadable").read_text() == text


def test_debug_shows_where_an_error_came_from():
    done = subprocess.run(
        dreamers("--debug", "check", "no-such-story"), capture_output=True, text=True, check=False
    )
    assert "Traceback" in done.stderr


# -- how it is told -------------------------------------------------------------------------------


def commands(group=None, prefix=()):
    group = group or typer.main.get_command(app)
    for name, command in group.commands.items():
        yield (*prefix, name), command
        if hasattr(command, "commands"):
            yield from commands(command, (*prefix, name))


def test_every_command_has_a_help_text_with_an_example():
    for name, command in commands():
        assert command.help, name
        assert "Example: dreamers" in (command.epilog or ""), name


def test_every_command_is_in_the_readme():
    told = README.read_text()
    for name, _ in commands():
        assert f"dreamers {' '.join(name)}" in told, name


def test_the_command_starts_without_the_heavy_libraries():
    code = (
        "import sys; from player.cli import run; run(['--help']);"
        "heavy = {'numpy', 'onnxruntime', 'av', 'soundfile', 'pydub', 'miniaudio', 'bink'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**os.environ}
    )
    assert done.stdout.strip().splitlines()[-1] == "[]"
