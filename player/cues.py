"""Cues: a timed list of a night's events, written as cue sheet, subtitles and chapters.

Times are frames at 48 kHz from the first sample of the night; ``end`` is the first frame after.
Subtitles follow *WebVTT*, a W3C Candidate Recommendation (2019).
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace

from player.audio import RATE
from player.terminal_text import clean, wrap

SCHEMA = 1
NARRATOR = "narrator"
ROW_CHARACTERS = 42
"""Maximum width of a subtitle's row, as broadcasters recommend it and a phone can show it."""

MAX_EVEN_ROWS = 20  # a longer text is split without balancing the lengths of its rows


@dataclass(frozen=True, slots=True)
class Cue:
    """Event from frame `start` up to frame `end` (``end >= start``)."""

    start: int
    end: int
    kind: str  # line, choice, answer, chapter, soundscape, depth, pause or end
    text: str = ""  # spoken or chosen words; a chapter's title; a soundscape's name
    voice: str = ""  # the speaker; empty or "narrator" for the narrator
    value: float | int | str | None = None  # a depth 0..1, a pause in seconds, an option's number
    path: str = ""  # the knot, or knot.stitch, of the story


@dataclass(frozen=True, slots=True)
class Chapter:
    """Titled section of a recording, from frame `start` up to frame `end`."""

    start: int
    end: int
    title: str


def _in_order(cues: Iterable[Cue]) -> list[Cue]:
    return sorted(cues, key=lambda cue: cue.start)


def cues_json(story: str, frames: int, cues: Iterable[Cue]) -> str:
    """Return the cue sheet of a night of `frames` frames as JSON text, ordered by start."""
    sheet = {
        "schema": SCHEMA,
        "story": story,
        "rate": RATE,
        "frames": frames,
        "cues": [asdict(cue) for cue in _in_order(cues)],
    }
    return json.dumps(sheet, ensure_ascii=False, indent=1) + "\n"


def chapters(cues: Iterable[Cue], frames: int) -> tuple[Chapter, ...]:
    """Return the chapters of a night of `frames` frames, which cover all of it without a gap.

    Sound before the first heading belongs to the first chapter. The later of two headings at one
    frame counts. A night without headings has no chapters.
    """
    titles = {cue.start: cue.text for cue in _in_order(cues) if cue.kind == "chapter"}
    starts = [start for start in titles if start < frames]
    begins = [0, *starts[1:]]
    ends = [*starts[1:], frames]
    return tuple(
        Chapter(begin, end, clean(titles[start]) or f"Chapter {number}")
        for number, (start, begin, end) in enumerate(zip(starts, begins, ends, strict=False), 1)
    )


def timestamp(frame: int) -> str:
    """Return ``HH:MM:SS.mmm`` of `frame`, rounded down so that no two cues come to overlap."""
    milliseconds = frame * 1000 // RATE
    seconds, milliseconds = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}.{milliseconds:03d}"


def webvtt(cues: Iterable[Cue]) -> str:
    """Return subtitles of all lines and questions as WebVTT text.

    Rows are at most 42 characters wide (a longer word keeps its own row), two at a time; a longer
    line becomes several subtitles that share its time by their number of characters.
    """
    spoken = (cue for cue in _in_order(cues) if cue.kind in ("line", "choice"))
    subtitles = [subtitle for cue in spoken for subtitle in _subtitles(cue)]
    return "\n".join(["WEBVTT", ""] + [_vtt_block(cue, rows) for cue, rows in subtitles])


def _vtt_block(cue: Cue, rows: Sequence[str]) -> str:
    text = "\n".join(_escape(row) for row in rows)
    if cue.voice and cue.voice.lower() != NARRATOR:
        text = f"<v {_escape(clean(cue.voice))}>{text}"
    return f"{timestamp(cue.start)} --> {timestamp(cue.end)}\n{text}\n"


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _subtitles(cue: Cue) -> Iterator[tuple[Cue, Sequence[str]]]:
    """Yield the subtitles of one line, each of one or two rows, with their share of its time."""
    rows = _rows(clean(cue.text).split())
    pairs = [rows[i : i + 2] for i in range(0, len(rows), 2)]
    lengths = [sum(map(len, pair)) for pair in pairs]
    total, position = sum(lengths), 0
    for pair, length in zip(pairs, lengths, strict=True):
        start = cue.start + (cue.end - cue.start) * position // total
        position += length
        end = cue.start + (cue.end - cue.start) * position // total
        # Players discard a subtitle of no length.
        end = max(end, start + RATE // 1000 + 1)
        yield replace(cue, start=start, end=end), pair


def _rows(words: Sequence[str]) -> list[str]:
    """Return `words` as few, evenly filled rows; more than one row are made an even number."""
    rows = _wrap(words, ROW_CHARACTERS)
    if not 2 <= len(rows) <= MAX_EVEN_ROWS:
        return rows
    count = len(rows) + len(rows) % 2
    for width in range(1, ROW_CHARACTERS + 1):
        even = _wrap(words, width)
        if len(even) <= count and max(map(len, even)) <= max(ROW_CHARACTERS, *map(len, words)):
            return even
    return rows


def _wrap(words: Sequence[str], width: int) -> list[str]:
    return list(wrap(" ".join(words), width, len, break_words=False)) if words else []
