"""Find sentences that are too long for one breath, and passages that are told too fast."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from player.authoring.lint.depth_jumps import StoryDepth
from player.authoring.lint.finding import Finding, SpeechDuration, quoted
from player.script import Header, Say, read_item
from player.script.sentences import sentences
from player.session import Pacing
from player.story.markup import words
from player.story.model import Line

MAX_SENTENCE_S = 14.0
"""Longest sentence at the narrator's pace: about 30 words late in the night."""
MAX_BREATH_S = 8.0
"""Longest run of words without a mark at which a voice can take a breath."""
MAX_WPM = 150.0
"""Fastest passage in words per minute, pauses included; above, nobody is read to sleep."""
_MIN_WORDS = 40  # in a passage whose pace is worth a remark

_MARK = re.compile(r"[,;:.!?…]+[\"'”’»)\]]*(?:\s+|$)|—|\s[-–]\s")
_PACING = Pacing()  # the default, since settings are the listener's


def find_long_breaths(
    lines: Iterable[Line], header: Header, depth: StoryDepth, speech_seconds: SpeechDuration
) -> Iterator[Finding]:
    """Find sentences over ``MAX_SENTENCE_S``, and runs without a mark over ``MAX_BREATH_S``."""
    for line, say, rate in _spoken_lines(lines, header, depth):
        for sentence in sentences(say.text):
            if (seconds := speech_seconds(sentence, rate)) > MAX_SENTENCE_S:
                what = f"a sentence of {seconds:.0f} s, divide it"
                yield Finding(line.path, f"{what}: {quoted(sentence)}")
            run = max(_MARK.split(sentence), key=len)
            if (seconds := speech_seconds(run, rate)) > MAX_BREATH_S:
                what = f"{seconds:.0f} s without a mark to breathe at"
                yield Finding(line.path, f"{what}: {quoted(run)}")


def find_hurried_passages(
    lines: Iterable[Line], header: Header, depth: StoryDepth, speech_seconds: SpeechDuration
) -> Iterator[Finding]:
    """Find passages over ``MAX_WPM``, all lines of a passage taken together."""
    totals: dict[str, tuple[int, float]] = {}
    for line, say, rate in _spoken_lines(lines, header, depth):
        growth = 1.0 + _PACING.pause_growth * depth.deepest.get(line, 0.0)
        parts = sentences(say.text)
        seconds = sum(speech_seconds(part, rate) for part in parts) + growth * (
            say.pause_s + _PACING.sentence_gap_s * max(0, len(parts) - 1)
        )
        count, total = totals.get(line.path, (0, 0.0))
        totals[line.path] = count + words(say.text), total + seconds
    for path, (count, total) in totals.items():
        if count >= _MIN_WORDS and (wpm := 60.0 * count / total) > MAX_WPM:
            what = f"{wpm:.0f} words a minute with its pauses, over {MAX_WPM:.0f}"
            yield Finding(path, f"{what}: lengthen the pauses, or slow its rate")


def _spoken_lines(
    lines: Iterable[Line], header: Header, depth: StoryDepth
) -> Iterator[tuple[Line, Say, float]]:
    """Yield each line with its speech and rate, which depends on tag, speaker and depth."""
    for line in lines:
        slowing = 1.0 - _PACING.slowing * depth.deepest.get(line, 0.0)
        for step in read_item(line, header).steps:
            if isinstance(step, Say) and step.text:
                yield line, step, step.rate * header.shading(step.speaker).rate * slowing
