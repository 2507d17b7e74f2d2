"""Cue sheet, subtitles and chapters of a night."""

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.audio import RATE
from player.cues import Chapter, Cue, chapters, cues_json, timestamp, webvtt

NIGHT = 600 * RATE


def said(text, voice="", kind="line", start=RATE, end=5 * RATE):
    return Cue(start=start, end=end, kind=kind, text=text, voice=voice)


def blocks(vtt):
    """Return the subtitles of a WebVTT text as (timing, text) pairs."""
    head, *rest = vtt.strip("\n").split("\n\n")
    assert head == "WEBVTT"
    return [tuple(block.split("\n", 1)) for block in rest]


def test_the_cue_sheet_has_the_published_form_and_is_ordered_by_start():
    late = Cue(
        start=96_000,
        end=144_000,
        kind="line",
        text="Gute Nacht, Zoë",
        voice="Mira",
        path="hall.door",
    )
    early = Cue(0, 96_000, "depth", value=0.25)
    sheet = json.loads(cues_json("The Dreamers", NIGHT, [late, early]))
    assert {name: sheet[name] for name in ("schema", "story", "rate", "frames")} == {
        "schema": 1,
        "story": "The Dreamers",
        "rate": 48_000,
        "frames": NIGHT,
    }
    assert sheet["cues"] == [
        {
            "start": 0,
            "end": 96_000,
            "kind": "depth",
            "text": "",
            "voice": "",
            "value": 0.25,
            "path": "",
        },
        {
            "start": 96_000,
            "end": 144_000,
            "kind": "line",
            "text": "Gute Nacht, Zoë",
            "voice": "Mira",
            "value": None,
            "path": "hall.door",
        },
    ]


def test_cues_of_one_start_keep_the_order_in_which_they_came():
    cues = [Cue(0, 0, "chapter", "One"), Cue(0, 0, "soundscape", "oasis"), Cue(0, 9, "line", "a")]
    kinds = [cue["kind"] for cue in json.loads(cues_json("x", 9, cues))["cues"]]
    assert kinds == ["chapter", "soundscape", "line"]


@pytest.mark.parametrize(
    ("frame", "shown"),
    [
        (0, "00:00:00.000"),
        (47, "00:00:00.000"),
        (48, "00:00:00.001"),
        (RATE * 3661 + 24_000, "01:01:01.500"),
        (RATE * 360_000, "100:00:00.000"),
    ],
)
def test_times_are_hours_minutes_seconds_and_milliseconds(frame, shown):
    assert timestamp(frame) == shown


def test_chapters_follow_one_another_over_the_whole_night():
    cues = [Cue(480, 480, "chapter", "One"), said("Hm."), Cue(RATE, RATE, "chapter", "Two")]
    assert chapters(cues, NIGHT) == (Chapter(0, RATE, "One"), Chapter(RATE, NIGHT, "Two"))


def test_a_night_without_headings_has_no_chapters():
    assert chapters([said("Hm.")], NIGHT) == ()


def test_of_two_headings_at_one_frame_the_later_stands_and_an_empty_one_gets_a_number():
    cues = [Cue(0, 0, "chapter", "Lost"), Cue(0, 0, "chapter", " "), Cue(9, 9, "chapter", "Two")]
    assert [chapter.title for chapter in chapters(cues, 99)] == ["Chapter 1", "Two"]


def test_a_heading_at_the_very_end_opens_no_chapter():
    cues = [Cue(0, 0, "chapter", "One"), Cue(99, 99, "chapter", "Two")]
    assert chapters(cues, 99) == (Chapter(0, 99, "One"),)


def test_lines_and_questions_become_subtitles_and_nothing_else_does():
    cues = [
        Cue(0, 9, "chapter", "One"),
        said("Good night.", start=RATE, end=2 * RATE),
        said("The door, or the stairs?", kind="choice", start=2 * RATE, end=4 * RATE),
        Cue(4 * RATE, 4 * RATE, "answer", "the door"),
    ]
    assert blocks(webvtt(cues)) == [
        ("00:00:01.000 --> 00:00:02.000", "Good night."),
        ("00:00:02.000 --> 00:00:04.000", "The door, or the stairs?"),
    ]


def test_the_cast_is_named_and_the_narrator_is_not():
    shown = [text for _, text in blocks(webvtt([said("Yes.", v) for v in ("Mira", "narrator")]))]
    assert shown == ["<v Mira>Yes.", "Yes."]


def test_what_would_be_markup_is_escaped():
    ((_, text),) = blocks(webvtt([said("a < b && c --> d", "R&B > all")]))
    assert text == "<v R&amp;B &gt; all>a &lt; b &amp;&amp; c --&gt; d"


def test_a_line_wider_than_a_row_is_split_evenly_over_two():
    text = "The lamp in the long corridor goes out, and nobody seems to mind."
    ((_, shown),) = blocks(webvtt([said(text)]))
    first, second = shown.split("\n")
    assert f"{first} {second}" == text
    assert abs(len(first) - len(second)) < 12


def test_a_very_long_line_becomes_several_subtitles_that_share_its_time():
    text = "Then the snow came down over the roofs, and the town grew quiet. " * 5
    shown = blocks(webvtt([said(text, start=0, end=20 * RATE)]))
    assert len(shown) > 2
    assert " ".join(row for _, rows in shown for row in rows.split("\n")) == text.strip()
    times = [timing.split(" --> ") for timing, _ in shown]
    assert (times[0][0], times[-1][1]) == ("00:00:00.000", "00:00:20.000")
    assert all(end == start for (_, end), (start, _) in pairwise(times))


def test_a_night_without_words_has_an_empty_subtitle_file():
    assert webvtt([said("  ")]) == "WEBVTT\n"


@given(st.lists(st.text(max_size=300), max_size=4))
def test_no_text_can_break_a_subtitle(texts):
    cues = [said(text, start=i * RATE, end=(i + 1) * RATE) for i, text in enumerate(texts)]
    for timing, text in blocks(webvtt(cues)):
        start, end = timing.split(" --> ")
        assert start < end
        rows = text.split("\n")
        assert 1 <= len(rows) <= 2
        assert all(row.strip() and "-->" not in row and "<" not in row for row in rows)
        assert all(len(row) <= 42 or " " not in row for row in unescaped(rows))


def unescaped(rows):
    return [
        row.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip() for row in rows
    ]
