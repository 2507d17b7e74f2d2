"""What is made from a stranger's words stays whole: pictures, cues, subtitles and tags."""

import io
import json
import re
import xml.etree.ElementTree as ET

import mutagen
import numpy as np
import pytest

from player.audio import RATE
from player.cli import run
from player.cues import Chapter, Cue, chapters, cues_json, webvtt
from player.outputs import Tags
from player.outputs.files.formats import open_file
from tests.support.hostile import EVIL, twee

XML = '<script>alert(1)</script> ]]> & " onload="x" \' &#0; <![CDATA[ \ufffe\uffff' + EVIL
TEXTS = ["00:00:01.000 --> 00:00:02.000", "a\n\nNOTE b\n\n1\n00:01 --> 00:02\nc", "<c>&amp;</v>"]
TEXTS += [f"NUL \0 {EVIL}", "a\r\n\r\n--> b", "STYLE\n::cue{}", "line\u2028\u2029\x85\x0b\x0cend"]


@pytest.mark.parametrize("where", ["title", "knot", "choice", "chapter"])
def test_the_picture_of_any_story_is_well_formed_without_scripts(where, tmp_path, capsys):
    unfit = str.maketrans("", "", "[]{}<>\x1b" if where == "knot" else "<>[]" * (where == "choice"))
    path, picture = tmp_path / "a.twee", tmp_path / "a.svg"
    names = dict.fromkeys(("title", "knot", "choice", "chapter"), "plain")
    path.write_text(twee(**{**names, where: XML.translate(unfit)}))
    assert run(["map", str(path), "-o", str(picture)]) == 0
    hold_picture(picture.read_text("utf-8"))


def hold_picture(text: str) -> None:
    for element in ET.fromstring(text).iter():
        assert element.tag.rpartition("}")[2] not in {"script", "foreignObject", "a", "image"}
        assert not [name for name in element.attrib if name.lower().startswith("on")]


def test_the_picture_of_an_ink_story_with_any_words(tmp_path):
    def choice(words, number):
        return ["ev", "str", f"^{words}", "/str", "/ev", {"*": f"0.c-{number}", "flg": 4}]

    ends = {f"c-{number}": ["\n", {"->": XML}, None] for number in (0, 1)}
    body = ["#", f"^title: {XML}", "/#", "^Hello", "\n", *choice(XML, 0), *choice(f"b{XML}", 1)]
    story = {"inkVersion": 21, "listDefs": {}}
    story["root"] = [[*body, ends], "done", {XML: [f"^{XML}", "\n", "end", None]}]
    path, picture = tmp_path / "a.ink.json", tmp_path / "a.svg"
    path.write_text(json.dumps(story))
    assert run(["map", str(path), "-o", str(picture)]) in (0, 65)
    if picture.exists():
        hold_picture(picture.read_text("utf-8"))


# -- cues and subtitles ---------------------------------------------------------------------------


def sheet() -> list[Cue]:
    return [
        Cue(
            start=number * RATE,
            end=(number + 1) * RATE,
            kind="line",
            text=text,
            voice=f"voice {text}",
            path=text,
        )
        for number, text in enumerate(TEXTS)
    ]


def read_vtt(text: str) -> list[tuple[str, str, list[str]]]:
    """A strict little reader after the W3C recommendation: start, end and rows of each cue."""
    assert "\0" not in text
    assert "\r" not in text
    head, *blocks = re.split(r"\n{2,}", text.strip("\n"))
    assert head == "WEBVTT"
    cues = []
    for block in blocks:
        timing, *rows = block.split("\n")
        match = re.fullmatch(r"(\d\d:\d\d:\d\d\.\d{3}) --> (\d\d:\d\d:\d\d\.\d{3})", timing)
        assert match, block
        assert rows
        for row in rows:
            assert "-->" not in row
            assert re.fullmatch(r"(<v [^<>]+>)?([^<>&]|&amp;|&lt;|&gt;)+", row), row
        cues.append((match[1], match[2], rows))
    return cues


def test_no_words_add_or_break_a_subtitle():
    harmless = [
        Cue(
            start=cue.start,
            end=cue.end,
            kind=cue.kind,
            text=re.sub(r"\W", "x", cue.text),
            voice="a",
            path="p",
        )
        for cue in sheet()
    ]
    read = read_vtt(webvtt(sheet()))
    starts = {start for start, _, _ in read}
    assert {start for start, _, _ in read_vtt(webvtt(harmless))} <= starts
    said = " ".join(" ".join(rows) for _, _, rows in read)
    assert "--&gt;" in said
    assert "&lt;c&gt;&amp;amp;&lt;/v&gt;" in said


def test_the_cue_sheet_keeps_every_word():
    read = json.loads(cues_json("a\nb", 10 * RATE, sheet()))
    assert [cue["text"] for cue in read["cues"]] == TEXTS
    assert read["story"] == "a\nb"


# -- tags -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", [".flac", ".opus", ".mp3", ".m4b"])
def test_no_words_add_or_break_a_tag(ending, tmp_path):
    words = "One\nTITLE=two\r\nCHAPTER009=00:00:00.000\0three --> four" + EVIL
    path = tmp_path / f"a{ending}"
    output = open_file(path, Tags(title=words, artist=words, album=words))
    output.write(np.zeros((RATE, 2), np.float32))
    found = chapters([Cue(0, 0, "chapter", words), Cue(RATE // 2, RATE, "chapter", words)], RATE)
    output.close(found)
    read = mutagen.File(io.BytesIO(path.read_bytes()), easy=ending == ".mp3")
    assert read is not None
    assert 0.9 < read.info.length < 1.2
    name = "\xa9nam" if ending == ".m4b" else "title"
    (title,) = read.tags[name]
    assert title.startswith("One TITLE=two CHAPTER009=00:00:00.000 three --> four")
    assert not set(title) & set("\0\n\r\x1b\u202e")
    if ending in (".flac", ".opus"):
        names = {key.upper() for key, _ in read.tags}
        assert {key for key in names if key.startswith("CHAPTER")} == {
            "CHAPTER001", "CHAPTER001NAME", "CHAPTER002", "CHAPTER002NAME",
        }  # fmt: skip


def test_a_chapter_of_nothing_that_can_be_shown_has_a_number():
    (chapter,) = chapters([Cue(0, 0, "chapter", "\x1b\u202e\0")], RATE)
    assert chapter == Chapter(0, RATE, "Chapter 1")
