"""Stories far larger than any: a sensible result or one sentence, never time with the square.

What must not be quadratic is counted where it can be, and otherwise given a size at which a
quadratic reader would run into the deadline of the whole test, minutes later.
"""

import json
import sys

import pytest

from player.branches import explore
from player.cli import run
from player.errors import InputError
from player.story import MAX_CHARACTERS, Line, parse
from player.story.ink import runtime
from player.story.markup import MAX_CHOICES, MAX_PARAGRAPH, plain

LONG = 1_000_000


def many_choices(count: int) -> str:
    asked = "".join(f"\nOr go there.\n[[Way {n}->P{n}]]\n" for n in range(count))
    return f":: Start\nHello.\n{asked}" + "".join(f"\n:: P{n}\nEnd {n}.\n" for n in range(count))


def ink(root: list[object], named: dict[str, object] | None = None) -> str:
    story = {"inkVersion": 21, "root": [*root, named], "listDefs": {}}
    return json.dumps(story, separators=(",", ":"))


def ink_choices(count: int) -> str:
    body: list[object] = []
    for number in range(count):
        body += ["ev", "str", f"^Way {number}", "/str", "/ev", {"*": f"0.c-{number}", "flg": 4}]
    ends = {f"c-{number}": ["\n", f"^End {number}", "\n", "end", None] for number in range(count)}
    return ink([["^Hello", "\n", *body, ends], "done"])


def ink_chain(count: int, asked: bool) -> str:
    ways: list[object] = []
    for number in (0, 1) if asked else ():
        ways += ["ev", "str", f"^{number}", "/str", "/ev", {"*": f".^.c-{number}", "flg": 4}]
    named: dict[str, object] = {f"k{count}": ["^x", "\n", "end", None]}
    for number in range(count):
        on = {"->": f"k{number + 1}"}
        answers = {"c-0": ["\n", on, None], "c-1": ["\n", on, None]}
        rest = [*ways, answers] if asked else [on, None]
        named[f"k{number}"] = ["^x", "\n", *rest]
    return ink([{"->": "k0"}, "done"], named)


def commands(capsys, path, code):
    """Check, map, draw, render and play a story that none of them can tell: one sentence each."""
    name, target = str(path), str(path.parent / "night.wav")
    silent = ["--voice", "silent"]
    for arguments in (
        ["check", name],
        ["map", name],
        ["map", name, "-o", str(path.parent / "night.svg")],
        ["render", name, *silent, "--choices", "1", "-o", target],
        ["play", name, *silent, "--output", "null"],
    ):
        found = run(arguments)
        err = capsys.readouterr().err
        assert found == code, (arguments, err)
        *notices, said = err.splitlines()
        assert all(notice.startswith("No terminal") for notice in notices)
        yield said


def test_a_question_with_ten_thousand_choices_is_refused_by_every_command(tmp_path, capsys):
    path = tmp_path / "tale.twee"
    path.write_text(many_choices(10_000))
    for said in commands(capsys, path, 65):
        assert "10,000 choices" in said
        assert str(MAX_CHOICES) in said


def test_a_question_in_ink_with_ten_thousand_choices(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(runtime, "SLICE_MS", 60_000.0)  # however busy this machine is
    path = tmp_path / "tale.ink.json"
    path.write_text(ink_choices(10_000))
    assert run(["check", str(path)]) == 1
    assert "10,000 choices" in capsys.readouterr().out
    assert run(["map", str(path)]) == 0
    assert "dead end" in capsys.readouterr().out
    target = str(tmp_path / "night.wav")
    assert run(["render", str(path), "--voice", "silent", "-o", target]) == 65
    assert "10,000 choices" in capsys.readouterr().err


def tell(name, text):
    """Read on to the first question."""
    story = parse(name, text)
    while isinstance(story.next(), Line):
        pass


@pytest.mark.parametrize(
    "story", [("a.twee", many_choices), ("a.ink.json", ink_choices)], ids=["twee", "ink"]
)
def test_as_many_choices_as_are_allowed_are_walked(story):
    name, make = story
    walked = explore(lambda: parse(name, make(MAX_CHOICES)))
    assert len(walked.endings) == MAX_CHOICES
    with pytest.raises(InputError, match=f"{MAX_CHOICES + 1} choices"):
        tell(name, make(MAX_CHOICES + 1))


# -- many passages --------------------------------------------------------------------------------


def steps(work) -> int:
    """Count the calls of Python functions that ``work`` makes."""
    count = 0

    def note(_frame, event, _argument):
        nonlocal count
        count += event == "call"

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def twee_chain(count: int) -> str:
    links = "".join(f"\n:: P{n}\nLine {n}.\n[[P{n + 1}]]\n" for n in range(count))
    return f":: Start\nHello.\n[[P0]]\n{links}\n:: P{count}\nEnd.\n"


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("a.twee", twee_chain),
        ("a.twee", many_choices),
        ("a.ink.json", lambda count: ink_chain(count, asked=True)),
        ("a.ink.json", lambda count: ink_chain(count, asked=False)),
    ],
    ids=["a chain", "a question", "a chain of questions in ink", "a chain in ink"],
)
def test_four_times_the_passages_take_four_times_the_steps(name, make):
    small, large = (12, 48) if make is many_choices else (2_100, 8_400)

    def work(count):
        text = make(count)
        return steps(lambda: explore(lambda: parse(name, text), max_situations=count // 20))

    assert work(large) < 6 * work(small)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["chain", "loose", "chain.ink", "asked.ink"])
def test_a_hundred_thousand_passages(kind, tmp_path, capsys):
    path = tmp_path / ("tale.ink.json" if "ink" in kind else "tale.twee")
    loose = "".join(f"\n:: P{n}\nLine {n}.\n" for n in range(100_000))
    path.write_text(
        {
            "chain": lambda: twee_chain(100_000),
            "loose": lambda: f":: Start\nHello.\n{loose}",
            "chain.ink": lambda: ink_chain(95_000, asked=False),
            "asked.ink": lambda: ink_chain(19_000, asked=True),
        }[kind]()
    )
    assert path.stat().st_size < MAX_CHARACTERS
    assert run(["check", str(path)]) in (0, 1)
    out, err = capsys.readouterr()
    assert len(out) < 100_000
    assert err == ""
    assert run(["map", str(path)]) == 0
    capsys.readouterr()


def test_what_is_never_reached_is_listed_to_a_hundred(tmp_path, capsys):
    path = tmp_path / "tale.twee"
    path.write_text(":: Start\nHello.\n" + "".join(f"\n:: P{n}\nNo.\n" for n in range(250)))
    assert run(["check", str(path)]) == 1
    out = capsys.readouterr().out
    assert out.count("never reached: divert") == 100
    assert "150 more are never reached" in out


# -- long titles ----------------------------------------------------------------------------------


TITLES = {
    "twee": ("a.twee", f":: StoryTitle\n{'T' * LONG}\n\n:: Start\nHello.\n"),
    "twee marks": ("a.twee", f":: StoryTitle\n{'![' * (LONG // 2)}\n\n:: Start\nHello.\n"),
    "twee tag": ("a.twee", f":: StoryTitle\nT\n# author: {'T' * LONG}\n\n:: Start\nHello.\n"),
    "front matter": ("a.md", f"---\ntitle: {'T' * LONG}\n---\nHello.\n"),
    "blanks": ("a.md", f"---\ntitle: a{' ' * LONG}b\n---\nHello.\n"),
    "heading": ("a.md", f"# {'C' * LONG}\n\nHello.\n"),
    "underlined": ("a.md", f"{'C' * LONG}\n===\n\nHello.\n"),
    "ink": ("a.ink.json", ink([["#", f"^title: {'T' * LONG}", "/#", "^Hi", "\n", "end", None]])),
    "ink chapter": (
        "a.ink.json",
        ink([["^Hi ", "#", f"^chapter: {'T' * LONG}", "/#", "\n", "end", None]]),
    ),
    "ink line": ("a.ink.json", ink([[f"^{'T' * LONG}", "\n", "end", None]])),
}


@pytest.mark.parametrize("title", TITLES.values(), ids=TITLES)
def test_a_title_of_a_megabyte(title, tmp_path, capsys):
    name, text = title
    path, target = tmp_path / name, str(tmp_path / "night.flac")
    path.write_text(text)
    arguments = ["render", str(path), "--voice", "silent", "--dry", "-o", target]
    for command in (["check", str(path)], ["map", str(path)], arguments):
        assert run(command) in (0, 1, 65)
        out, err = capsys.readouterr()
        assert len(out) < 3_000
        assert len(err) < 1_000
        assert len(err.splitlines()) <= 1


# -- marks without a partner ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "unit",
    [
        "![",
        "[",
        "<a",
        "`",
        "~~",
        "//",
        "''",
        "*",
        "_",
        "\\",
        "<!--",
        "\x01",
        "[[",
        "&",
        "a//",
        "<!",
    ],
)
def test_marks_without_a_partner_are_read_in_time_with_their_length(unit):
    """A story of four million such characters would take hours with the square of the length."""
    paragraph = (unit * MAX_PARAGRAPH)[: MAX_PARAGRAPH - 10]
    text = f"{paragraph}\n\n" * 100
    for name in ("a.md", "a.twee"):
        try:
            story = parse(name, text if name == "a.md" else f":: Start\n{text}")
            story.next()
        except InputError as error:
            assert str(error)  # noqa: PT017  # either will do
    plain(paragraph)


@pytest.mark.parametrize(
    "head",
    [
        f":: a{' ' * 980}b",
        f"::{' ' * 980}]",
        f":: a{' ' * 490}[b{' ' * 400}]{' ' * 50}]",
        ":: " + "\\" * 990,
    ],
)
def test_heads_full_of_blanks(head):
    try:
        parse("a.twee", ":: Start\nHello.\n" + "".join(f"{head}{n}\nx\n" for n in range(4_000)))
    except InputError as error:
        assert len(str(error)) < 300  # noqa: PT017  # either will do
