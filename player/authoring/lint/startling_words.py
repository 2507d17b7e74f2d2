"""Find words and marks that would startle a listener who is nearly asleep."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from player.authoring.lint.finding import WORD, Finding, quoted
from player.script.sentences import sentences
from player.story.model import Choices, Line

_BY_REASON = {
    "is a sudden noise": (
        "bang bangs banged crash crashes crashed slam slams slammed smash smashes smashed"
        " shatter shatters shattered explode explodes exploded explosion gunshot thunderclap"
        " alarm alarms siren sirens"
    ),
    "is a raised voice": (
        "scream screams screamed screaming shriek shrieks shrieked shrieking yell yells yelled"
        " yelling shout shouts shouted shouting"
    ),
    "is a picture of harm": (
        "blood bloody kill kills killed killing murder murdered stab stabbed corpse corpses"
    ),
    "is terror by name": "terror terrified horror horrified panic panicked",
    "announces a jolt": "suddenly abruptly",
}
STARTLING: Mapping[str, str] = {
    word: reason for reason, words in _BY_REASON.items() for word in words.split()
}
"""Reason by word. A word that also has a gentle use is not in the table."""

_NEGATIONS = frozenset(
    "no not never nobody none nothing without neither nor cannot hardly instead".split()
)
_BEFORE = 3  # words before, in which a negation softens it: "nobody raised a shout"
_ROMAN = re.compile(r"M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")


def find_startling_words(lines: Iterable[Line], questions: Iterable[Choices]) -> Iterator[Finding]:
    """Find exclamation marks, capitals and startling words, in lines and in choices."""
    for line in lines:
        yield from _findings(line.text, line.path)
    for question in questions:
        for option in question.options:
            yield from _findings(option.text, question.path)


def _findings(text: str, path: str) -> Iterator[Finding]:
    for sentence in sentences(text):
        for what in _faults(sentence):
            yield Finding(path, f"{what}: {quoted(sentence)}")


def _faults(sentence: str) -> Iterator[str]:
    if "!" in sentence:
        yield "an exclamation mark is said with a start, let a full stop do"
    words = [match.group() for match in WORD.finditer(sentence)]
    for number, word in enumerate(words):
        if len(word) > 1 and word.isupper() and not _ROMAN.fullmatch(word):
            yield f"'{word}' in capitals is shouted or spelled out, use small letters"
        reason = STARTLING.get(word.lower())
        if reason and not any(map(_negates, words[max(0, number - _BEFORE) : number])):
            yield f"'{word.lower()}' {reason}, find a softer word"


def _negates(word: str) -> bool:
    return word.lower() in _NEGATIONS or word.lower().replace("’", "'").endswith("n't")
