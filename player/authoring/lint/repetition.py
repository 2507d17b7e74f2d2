"""Repetition closer than intended: an uncommon word, or a sentence's opening, that comes back soon.

A refrain is wanted: a whole sentence that is said again is no finding, nor is a word that the tale
lives on, nor what one sentence does within itself, nor a row of sentences that all begin alike. A
question parts what was told before it from what is told after.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from player.authoring.lint.finding import Finding, quoted
from player.branches import BranchSurvey
from player.script.sentences import sentences
from player.story.model import Line

NEAR = 30
"""Words between an uncommon word and its echo."""
NEAR_OPENINGS = 80
"""Words between two sentences that begin with the same three."""
_UNCOMMON = 3  # times in the whole story, at most; more often it is what the tale is about
_LETTERS = 6  # a shorter word is heard again without being noticed

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_ENDINGS = ("ing", "ed", "ly", "es", "s")


@dataclass(frozen=True, slots=True)
class _Sentence:
    text: str
    path: str
    words: tuple[str, ...]
    """In small letters."""
    stems: tuple[str, ...]
    """Of each word; empty where it is too short to be noticed."""


def echoes(survey: BranchSurvey) -> Iterator[Finding]:
    """Uncommon words that come back within ``NEAR`` words, in another sentence."""
    read = {line: tuple(_read(line)) for line in survey.lines}
    told = [sentence for parts in read.values() for sentence in parts]
    count = Counter(_stem(word) for sentence in told for word in sentence.words)
    names = {_stem(word) for sentence in told for word in _capitals(sentence.text)}
    uncommon = {stem for stem, times in count.items() if 1 < times <= _UNCOMMON} - names
    found: dict[tuple[str, str], Finding] = {}
    for row in _rows(survey, read):
        for first, second, number, apart in _pairs(row, uncommon):
            stem = second.stems[number]
            what = f"'{second.words[number]}' again after {apart} words"
            message = f"{what}: {quoted(first.text)} and {quoted(second.text)}"
            found.setdefault((second.path, stem), Finding(second.path, message))
    yield from found.values()


def openings(survey: BranchSurvey) -> Iterator[Finding]:
    """Sentences that begin with the same three words as one shortly before, but not next to it."""
    read = {line: tuple(_read(line)) for line in survey.lines}
    found: dict[str, Finding] = {}
    for row in _rows(survey, read):
        for first, second in _same_openings(row):
            words = " ".join(second.words[:3])
            what = f"two sentences begin with '{words}', close together"
            message = f"{what}: {quoted(first.text)} and {quoted(second.text)}"
            found.setdefault(second.text, Finding(second.path, message))
    yield from found.values()


def _rows(
    survey: BranchSurvey, read: dict[Line, tuple[_Sentence, ...]]
) -> Iterator[tuple[_Sentence, ...]]:
    """What is heard in one go: each leg's sentences, each row of them once."""
    for lines in dict.fromkeys(leg.lines for leg in survey.situation_edges):
        yield tuple(sentence for line in lines for sentence in read[line])


def _read(line: Line) -> Iterator[_Sentence]:
    for text in sentences(line.text):
        words = tuple(word.lower().replace("’", "'") for word in _WORD.findall(text))
        stems = tuple(_stem(word) if len(word) >= _LETTERS else "" for word in words)
        yield _Sentence(text, line.path, words, stems)


def _pairs(
    row: Sequence[_Sentence], uncommon: set[str]
) -> Iterator[tuple[_Sentence, _Sentence, int, int]]:
    """Two sentences, which word of the second, and how many words it comes after the other."""
    last: dict[str, tuple[int, _Sentence]] = {}
    at = 0
    for sentence in row:
        for number, stem in enumerate(sentence.stems):
            at += 1
            if stem not in uncommon:
                continue
            before, first = last.get(stem, (-NEAR, sentence))
            if first.text != sentence.text and at - before <= NEAR:
                yield first, sentence, number, at - before
            last[stem] = at, sentence


def _same_openings(row: Sequence[_Sentence]) -> Iterator[tuple[_Sentence, _Sentence]]:
    last: dict[tuple[str, ...], tuple[int, int]] = {}
    at = 0
    for number, sentence in enumerate(row):
        opening = sentence.words[:3]
        if len(sentence.words) > 3:
            before, where = last.get(opening, (-1, 0))
            near = before >= 0 and at - where <= NEAR_OPENINGS
            if (
                near
                and row[before].text != sentence.text
                and not _in_a_row(row[before : number + 1])
            ):
                yield row[before], sentence
            last[opening] = number, at
        at += len(sentence.words)


def _in_a_row(run: Sequence[_Sentence]) -> bool:
    """Whether all of ``run`` begin alike: then it is a figure of speech."""
    return all(a.words[:2] == b.words[:2] for a, b in pairwise(run))


def _capitals(text: str) -> Iterator[str]:
    """The words with a capital inside a sentence: names."""
    for word in _WORD.findall(text)[1:]:
        if word[0].isupper():
            yield word.lower().replace("’", "'")


def _stem(word: str) -> str:
    """The word without its commonest endings: enough to hear "called" in "calling"."""
    word = word.removesuffix("'s")
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word.removesuffix(ending)
    return word
