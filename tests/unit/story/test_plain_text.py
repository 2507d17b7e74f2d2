"""Plain text and Markdown: headings are chapters, paragraphs lines, and the depth glides."""

from __future__ import annotations

import contextlib
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from player.errors import InputError
from player.script.sentences import has_words
from player.story import End, Line, Story, parse
from tests.support.tellings import tell


def text(source: str) -> Story:
    return parse("a.md", source)


def lines(source: str) -> list[Line]:
    story = text(source)
    told = []
    while isinstance(item := story.next(), Line):
        told.append(item)
    assert isinstance(item, End)
    return told


def depths(told: list[Line]) -> list[float]:
    return [float(tag.split()[1]) for line in told for tag in line.tags if tag.startswith("depth:")]


TALE = """\
---
author: The Dreamers
soundscape: oasis
---
# The Long Way Down

Before the *first* chapter,
a paragraph that is
wrapped.

## The Lantern Stair
<!-- pause: 2s -->
One lamp, then __another__; see [the map](https://example.org/map).

***

Quiet. <!-- voice: mira -->

The Pool
--------
- An item,
- and a snake_case_name, 2 * 3 * 4.

> It is said
> that it listens.
"""


def test_a_tale_is_told_chapter_by_chapter() -> None:
    story = text(TALE)
    assert story.header == (
        "title: The Long Way Down", "author: The Dreamers", "soundscape: oasis",
    )  # fmt: skip
    assert story.knots == ("opening", "The Lantern Stair", "The Pool")
    assert tell(story, []) == (
        "[opening] Before the first chapter, a paragraph that is wrapped. # depth: 0.000\n"
        "[The Lantern Stair] One lamp, then another; see the map."
        " # chapter: The Lantern Stair # pause: 2s # depth: 0.360\n"
        "[The Lantern Stair] Quiet. # voice: mira # depth: 0.640\n"
        "[The Pool] An item, # chapter: The Pool # depth: 0.680\n"
        "[The Pool] and a snake_case_name, 2 * 3 * 4. # depth: 0.760\n"
        "[The Pool] It is said that it listens. # depth: 1.000\n"
        "[The Pool] the end\n"
    )


def test_a_row_of_stars_is_a_longer_pause_after_what_stands_above() -> None:
    assert "pause: 3s" in lines("One.\n\n* * *\n\nTwo.\n")[0].tags
    assert lines("One. <!-- pause: 1s -->\n\n---\n\nTwo.\n")[0].tags[0] == "pause: 1s"


def test_the_depth_glides_from_nothing_to_one_by_the_words() -> None:
    told = lines("\n\n".join(["word " * n for n in (10, 30, 20, 40, 5)]))
    assert depths(told) == [0.0, 0.1, 0.4, 0.6, 1.0]


def test_a_text_that_sets_a_depth_is_left_alone() -> None:
    told = lines("One.\n\n<!-- depth: 0.4 over=20s -->\nTwo.\n\nThree.\n")
    assert [line.tags for line in told] == [(), ("depth: 0.4 over=20s",), ()]


def test_a_comment_that_is_no_tag_is_only_a_comment() -> None:
    told = lines("One. <!-- TODO: better,\n\nmuch better -->Two.\n\nThree. <!-- Really? -->\n")
    assert [line.text for line in told] == ["One.", "Two.", "Three."]


def test_lines_too_long_to_be_wrapped_are_paragraphs_of_their_own() -> None:
    first, second = "a word " * 20, "more words " * 20
    assert [line.text for line in lines(f"{first}\n{second}\n")] == [first.strip(), second.strip()]


def test_chapters_of_one_name_are_told_apart() -> None:
    story = text("# Night\n\nOne.\n\n# Night\n\nTwo.\n\n# Night\n\nThree.\n")
    assert story.knots == ("Night", "Night (2)", "Night (3)")
    story.jump("Night (3)")
    item = story.next()
    assert isinstance(item, Line)
    assert (item.text, item.tags) == ("Three.", ("chapter: Night", "depth: 1.000"))


def test_a_chapter_without_words_gives_its_name_to_what_follows() -> None:
    story = text("# Part One\n\n# The Door\n\nIt opens.\n")
    assert story.knots == ("The Door",)
    item = story.next()
    assert isinstance(item, Line)
    assert item.tags[:2] == ("chapter: Part One", "chapter: The Door")


@pytest.mark.parametrize(
    ("marked", "said"),
    [
        ("***very*** *so* **bold** _it_ __is__", "very so bold it is"),
        ("a ~~struck~~ `code` word", "a struck code word"),
        (r"five \* stars \_ and \#", "five * stars _ and #"),
        ("tea &amp; milk &mdash; warm", "tea & milk — warm"),
        ("line<br>break <em>soft</em>", "line, break soft"),
        ("![a picture](x.png) here", "here"),
        ("2 * 3 * 4 and a_b_c", "2 * 3 * 4 and a_b_c"),
        ("if a < b and b > c", "if a < b and b > c"),
        ("It's 'here', isn't it?", "It's 'here', isn't it?"),
        ("see http://a.b//c", "see http://a.b//c"),
    ],
)
def test_marks_for_the_eye_are_taken_out(marked: str, said: str) -> None:
    assert lines(marked)[0].text == said


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("com-\nfort, well-\nknown moun-\ntain.", ["comfort, well-known mountain."]),
        ("was number\n42. It was warm.", ["was number 42. It was warm."]),
        ("lit&shy;tle moon\u00adlight", ["little moonlight"]),
        ("reeds[^2] still.¹² An owl[1].<sup>4</sup>\n\n[^2]: A reed.\n\n[1] A bird.",
         ["reeds still. An owl."]),
        ("Little lamp\nOn the sill\nShine.", ["Little lamp, On the sill, Shine."]),
        ("line one  \nline two\\\nline three", ["line one, line two, line three"]),
        ("[[Reynard|the fox]] [low](https://a.b/c_(d) \"e\") [w][w]\n\n[w]: https://a.b",
         ["the fox low w"]),
        ("| who | where |\n|---|:-:|\n| fox | den |", ["who, where", "fox, den"]),
        ("*I* was *so* ==late== %%no%% H~2~O", ["I was so late H2O"]),
        ("- [x] Close the door\n- [ ] Sleep", ["Close the door", "Sleep"]),
        ("Hush.\n\n<script>\n\nvar a = 1;\n</script>\n\nEnd.", ["Hush.", "End."]),
        ("See <https://a.b>.", ["See https://a.b."]),
        ("don`t `code`", ["don't code"]),
    ],
)  # fmt: skip
def test_only_what_a_reader_sees_is_said(source: str, said: list[str]) -> None:
    assert [line.text for line in lines(source)] == said


@pytest.mark.parametrize("front", ["---\ntitle: A\ntags: [b]\naliases:\n  - C\n---\n",
                                   '+++\ntitle = "A"\ndraft = true\n+++\n'])  # fmt: skip
def test_front_matter_of_other_programs_is_passed_over(front: str) -> None:
    story = text(front + "Hush.")
    assert story.header == ("title: A",)
    assert tell(story, []).startswith("[opening] Hush.")


BOOK = """The Project Gutenberg eBook of The Small Lamp

Title: The Small Lamp
Author: Nobody

*** START OF THE PROJECT GUTENBERG EBOOK THE SMALL LAMP ***

THE SMALL LAMP

by Nobody

CONTENTS

   {0} The Lamp      3
   {1} The Window    12

[Illustration]

{0}

One.

      *     *     *

Two.

{1}

Three.

*** END OF THE PROJECT GUTENBERG EBOOK THE SMALL LAMP ***

Updated editions will replace the previous one.
"""


@pytest.mark.parametrize(
    "numbers",
    [("CHAPTER I.", "CHAPTER II."), ("I", "II"), ("1.", "2."), ("Chapter One", "Chapter Two"),
     ("The First Chapter", "The Second Chapter"), ("CHAPTER I. A", "CHAPTER II. B")],
)  # fmt: skip
def test_a_printed_book_is_told_without_its_licence(numbers: tuple[str, str]) -> None:
    story = parse("a.txt", BOOK.format(*numbers))
    assert story.header == ("title: The Small Lamp", "author: Nobody")
    assert story.knots == numbers
    told = [story.next() for _ in range(3)]
    assert [item.text for item in told if isinstance(item, Line)] == ["One.", "Two.", "Three."]
    assert isinstance(story.next(), End)


def test_windows_line_ends_and_a_byte_order_mark_change_nothing() -> None:
    plain = tell(text(TALE), [])
    assert tell(text("\ufeff" + TALE.replace("\n", "\r\n")), []) == plain


def test_it_goes_on_the_same_when_saved_and_loaded_after_every_line() -> None:
    assert tell(text(TALE), [], lambda story, _: story.load(story.save())) == tell(text(TALE), [])


def test_the_end_stays_the_end_and_nothing_is_asked() -> None:
    story = text("One.\n")
    story.next()
    assert story.next() == story.next() == End("opening")
    with pytest.raises(InputError, match="asks nothing at 'opening' yet"):
        story.choose(0)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("", "has no words to tell"),
        ("\n\n***\n\n<!-- pause: 2s -->\n", "has no words to tell"),
        ("# Only a heading\n", "has no words to tell"),
        ("---\ntitle: A\nnonsense\n---\nHi.\n", "line 3: 'nonsense' is not 'key: value'"),
        ("Hi.\0", "holds NUL bytes"),
        ("a" * 20_001, "has a paragraph of 20001 characters in 'opening'"),
        ("word and word\n" * 3000, "has a paragraph of 41999 characters"),
    ],
)
def test_what_cannot_be_told_is_refused(source: str, found: str) -> None:
    with pytest.raises(InputError) as caught:
        text(source)
    assert found in str(caught.value)


@pytest.mark.parametrize(
    "piece",
    [
        "*a ",
        "<!--",
        "[",
        "[a](",
        "# a\n\n",
        "<a ",
        "'' ",
        "//a ",
        "> ",
        "- ",
        "_",
        "&",
        "\\",
        "~~a",
    ],
)
def test_a_text_made_to_be_slow_is_not(piece: str) -> None:
    source = "\n\n".join(["Words. " + piece * (15_000 // len(piece))] * 10)
    began = time.process_time()
    with contextlib.suppress(InputError):
        text(source)
    assert time.process_time() - began < 3.0


@settings(deadline=None, max_examples=150)
@given(st.text(max_size=150) | st.lists(st.sampled_from([
    "# One", "## Two", "===", "---", "***", "Words and words.", "", "<!-- pause: 1s -->", "<!--",
    "-->", "- item", "> said", "```", "*a*", "    deep", "title: x", "\\", "1. first", "&amp;",
])).map("\n".join))  # fmt: skip
def test_anything_is_told_or_refused_and_the_depth_never_falls(source: str) -> None:
    refusal, told = "", list[Line]()
    try:
        told = lines(source)
    except InputError as error:
        refusal = str(error)
    assert "\n" not in refusal
    glide = depths(told)
    assert glide == sorted(glide)
    if len(glide) > 1 and any(char.isalnum() for line in told[:-1] for char in line.text):
        assert (glide[0], glide[-1]) == (0.0, 1.0)
    assert all(line.text == " ".join(line.text.split()) for line in told)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.text("abcdé ,.", min_size=1, max_size=60).filter(has_words), min_size=1))
def test_plain_paragraphs_are_told_word_for_word(paragraphs: list[str]) -> None:
    told = lines("\n\n".join(paragraphs))
    assert [line.text for line in told] == [" ".join(p.split()) for p in paragraphs]
