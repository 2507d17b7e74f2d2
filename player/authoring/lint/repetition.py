"""Find an uncommon word, or the opening of a sentence, that comes again too soon.

What sounds intended is left out: a whole sentence that is repeated (a refrain), a word that is
common in the story, a repetition inside one sentence, and a row of sentences that all begin alike.
A question separates the text before it from the text after.
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
"""Most words between an uncommon word and its repetition."""
NEAR_OPENINGS = 80
"""Most words between two sentences that begin with the same three words."""
_UNCOMMON = 3  # occurrences in the whole story, at most; a more frequent word is its subject
_MIN_LETTERS = 6  # nobody notices when a shorter word is repeated

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_ENDINGS = ("ing", "ed", "ly", "es", "s")


@dataclass(frozen=True, slots=True)
class _Sentence:
    text: str
    path: str
    words: tuple[str, ...]
    """In lower case."""
    stems: tuple[str, ...]
    """Stem of each word; empty if the word is too short to be noticed."""


def find_repeated_words(survey: BranchSurvey) -> Iterator[Finding]:
    """Find uncommon words that are repeated within ``NEAR`` words, in another sentence."""
    sentences_of = {line: tuple(_split(line)) for line in survey.lines}
    spoken = [sentence for parts in sentences_of.values() for sentence in parts]
    count = Counter(_stem(word) for sentence in spoken for word in sentence.words)
    names = {_stem(word) for sentence in spoken for word in _capitalised(sentence.text)}
    uncommon = {stem for stem, times in count.items() if 1 < times <= _UNCOMMON} - names
    findings: dict[tuple[str, str], Finding] = {}
    for run in _runs(survey, sentences_of):
        for first, second, number, apart in _pairs(run, uncommon):
            stem = second.stems[number]
            what = f"'{second.words[number]}' again after {apart} words"
            message = f"{what}: {quoted(first.text)} and {quoted(second.text)}"
            findings.setdefault((second.path, stem), Finding(second.path, message))
    yield from findings.values()


def find_repeated_openings(survey: BranchSurvey) -> Iterator[Finding]:
    """Find sentences that begin with the same three words as one shortly before."""
    sentences_of = {line: tuple(_split(line)) for line in survey.lines}
    findings: dict[str, Finding] = {}
    for run in _runs(survey, sentences_of):
        for first, second in _same_openings(run):
            words = " ".join(second.words[:3])
            what = f"two sentences begin with '{words}', close together"
            message = f"{what}: {quoted(first.text)} and {quoted(second.text)}"
            findings.setdefault(second.text, Finding(second.path, message))
    yield from findings.values()


def _runs(
    survey: BranchSurvey, sentences_of: dict[Line, tuple[_Sentence, ...]]
) -> Iterator[tuple[_Sentence, ...]]:
    """Yield each run of sentences that is heard without a question in between, once."""
    for lines in dict.fromkeys(edge.lines for edge in survey.situation_edges):
        yield tuple(sentence for line in lines for sentence in sentences_of[line])


def _split(line: Line) -> Iterator[_Sentence]:
    for text in sentences(line.text):
        words = tuple(word.lower().replace("’", "'") for word in _WORD.findall(text))
        stems = tuple(_stem(word) if len(word) >= _MIN_LETTERS else "" for word in words)
        yield _Sentence(text, line.path, words, stems)


def _pairs(
    run: Sequence[_Sentence], uncommon: set[str]
) -> Iterator[tuple[_Sentence, _Sentence, int, int]]:
    """Yield two sentences, the index of the repeated word in the second, and the distance."""
    last: dict[str, tuple[int, _Sentence]] = {}
    at = 0
    for sentence in run:
        for number, stem in enumerate(sentence.stems):
            at += 1
            if stem not in uncommon:
                continue
            before, first = last.get(stem, (-NEAR, sentence))
            if first.text != sentence.text and at - before <= NEAR:
                yield first, sentence, number, at - before
            last[stem] = at, sentence


def _same_openings(run: Sequence[_Sentence]) -> Iterator[tuple[_Sentence, _Sentence]]:
    last: dict[tuple[str, ...], tuple[int, int]] = {}
    at = 0
    for number, sentence in enumerate(run):
        opening = sentence.words[:3]
        if len(sentence.words) > 3:
            before, where = last.get(opening, (-1, 0))
            near = before >= 0 and at - where <= NEAR_OPENINGS
            if (
                near
                and run[before].text != sentence.text
                and not _all_begin_alike(run[before : number + 1])
            ):
                yield run[before], sentence
            last[opening] = number, at
        at += len(sentence.words)


def _all_begin_alike(run: Sequence[_Sentence]) -> bool:
    """Return whether all of ``run`` begin alike, which is a figure of speech."""
    return all(a.words[:2] == b.words[:2] for a, b in pairwise(run))


def _capitalised(text: str) -> Iterator[str]:
    """Yield the words with a capital inside a sentence, which are names."""
    for word in _WORD.findall(text)[1:]:
        if word[0].isupper():
            yield word.lower().replace("’", "'")


def _stem(word: str) -> str:
    """Return the word without its commonest endings: "called" and "calling" share a stem."""
    word = word.removesuffix("'s")
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word.removesuffix(ending)
    return word
