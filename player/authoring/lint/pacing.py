"""Sentences that nobody could say in one breath, and passages that hurry."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from player.authoring.lint.depth_jumps import Depths
from player.authoring.lint.finding import Finding, Spoken, quoted
from player.script import Header, Say, read_item
from player.script.sentences import sentences
from player.session import Pacing
from player.story.markup import words
from player.story.model import Line

SENTENCE_S = 14.0
"""Of one sentence, at the narrator's pace where it stands: some 30 words late in the night."""
BREATH_S = 8.0
"""Without a mark at which a voice could take a breath."""
FASTEST_WPM = 150.0
"""Words a minute of a passage, its pauses counted: above, a tale is told and not read to sleep."""
_LEAST_WORDS = 40  # of a passage whose pace is worth a remark

_MARK = re.compile(r"[,;:.!?…]+[\"'”’»)\]]*(?:\s+|$)|—|\s[-–]\s")
_PACING = Pacing()  # as a night is told where the listener has set nothing


def breath(lines: Iterable[Line], header: Header, met: Depths, spoken: Spoken) -> Iterator[Finding]:
    """Sentences over ``SENTENCE_S``, and runs without a mark over ``BREATH_S``."""
    for line, say, rate in _said(lines, header, met):
        for sentence in sentences(say.text):
            if (seconds := spoken(sentence, rate)) > SENTENCE_S:
                what = f"a sentence of {seconds:.0f} s, divide it"
                yield Finding(line.path, f"{what}: {quoted(sentence)}")
            run = max(_MARK.split(sentence), key=len)
            if (seconds := spoken(run, rate)) > BREATH_S:
                what = f"{seconds:.0f} s without a mark to breathe at"
                yield Finding(line.path, f"{what}: {quoted(run)}")


def hurry(lines: Iterable[Line], header: Header, met: Depths, spoken: Spoken) -> Iterator[Finding]:
    """Passages over ``FASTEST_WPM``, all that can be heard in one taken together."""
    told: dict[str, tuple[int, float]] = {}
    for line, say, rate in _said(lines, header, met):
        growth = 1.0 + _PACING.pause_growth * met.deepest.get(line, 0.0)
        parts = sentences(say.text)
        seconds = sum(spoken(part, rate) for part in parts) + growth * (
            say.pause_s + _PACING.sentence_gap_s * max(0, len(parts) - 1)
        )
        count, total = told.get(line.path, (0, 0.0))
        told[line.path] = count + words(say.text), total + seconds
    for path, (count, total) in told.items():
        if count >= _LEAST_WORDS and (wpm := 60.0 * count / total) > FASTEST_WPM:
            what = f"{wpm:.0f} words a minute with its pauses, over {FASTEST_WPM:.0f}"
            yield Finding(path, f"{what}: lengthen the pauses, or slow its rate")


def _said(lines: Iterable[Line], header: Header, met: Depths) -> Iterator[tuple[Line, Say, float]]:
    """What each line says, at what rate: its own, its speaker's, and slower with the depth."""
    for line in lines:
        slower = 1.0 - _PACING.slowing * met.deepest.get(line, 0.0)
        for step in read_item(line, header).steps:
            if isinstance(step, Say) and step.text:
                yield line, step, step.rate * header.shading(step.speaker).rate * slower
