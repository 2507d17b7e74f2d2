"""What somebody meant who was asked: a number, a choice's own words or some of them, or a wish.

All that was heard has to be the answer, not only some of it: "the lamp" is one, "turn the lamp off,
would you" is none. Words are compared by ``difflib``, since a recogniser spells by ear.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from player.script import Ask
from player.session import Choose, Event, Understood

ALIKE = 0.72
"""From this ratio on, two words or phrases are the same one, heard a little differently."""

_NEARLY = 0.85  # of a phrase with one strange word in it

NUMBERS = tuple("one two three four five six seven eight nine".split())
ORDINALS = tuple("first second third fourth fifth sixth seventh eighth ninth".split())
_WISHES: tuple[tuple[Event, str, tuple[str, ...]], ...] = (
    (
        Event.REPEAT,
        "Again.",
        ("again", "say it again", "say that again", "once more", "repeat", "repeat the question"),
    ),
    (
        Event.WAIT,
        "I'll wait.",
        ("wait", "wait a moment", "wait a minute", "wait a bit", "wait a little"),
    ),
    (Event.OASIS, "Good night.", ("good night", "night night")),
)
_SAME = {
    **{str(number): word for number, word in enumerate(NUMBERS, 1)},
    **{f"{number}th": word for number, word in enumerate(ORDINALS, 1)},
    "1st": "first",
    "2nd": "second",
    "3rd": "third",
    "won": "one",
    "weight": "wait",
    "goodnight": "good night",
}
_SMALL = frozenset(
    "the a an and or of to in on at by for with it its is im my your her his me us that this some"
    " um uh er erm mm hm hmm oh ah ok okay well so then please yes yeah".split()
)
"""Words that say nothing about which choice is meant."""
_FAINT = frozenset("go down up out off more along back over let put get come here there".split())
"""Words that, alone, are said too often to be an answer, unless they are the whole choice."""
_LEADS = (("i", "choose"), ("i", "take"), ("ill", "take"), ("lets",), ("number",), ("option",))
"""What may stand before an answer."""
_DETERMINERS = frozenset("the a an my your her his its our their this that".split())
_LONGEST_SAID_BACK = 5  # words


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read what was said."""

    text: str
    total: float
    """Its log probability, natural …"""
    mean: float
    """… and that of one of its tokens."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One stretch of speech as the recogniser has it."""

    readings: tuple[Reading, ...]
    """With the possible answers in mind, likeliest first."""
    plain: str
    """With nothing in mind."""
    seconds: float
    no_speech: float
    """The recogniser's own doubt whether it was speech at all, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """When what was heard is not believed. Set on other voices than those it is tested on."""

    no_speech: float = 0.9
    behind: float = 1.0
    """A reading so much less likely than the likeliest one is none."""
    mean: float = -1.1
    wish_mean: float = -1.0
    night_mean: float = -0.8
    """For "good night", which is the end of the story."""
    alike: float = 0.4
    """The plain reading is like the hinted one: else that was only hoped for."""
    alike_short: float = 0.2
    """The same for up to ``short`` letters, which are hard to read with nothing in mind."""
    short: int = 9
    letters_a_second: float = 25.0
    """Nobody speaks faster."""


def hints(ask: Ask) -> str:
    """What the recogniser should have in mind: the ways to answer ``ask``, and their words."""
    count = len(ask.options)
    choices = [split(option.text) for option in ask.options]
    telling = dict.fromkeys(word for words in choices for word in words if _tells(word))
    return ", ".join(
        [
            *NUMBERS[:count],
            *(f"the {word}" for word in ORDINALS[:count]),
            *(phrases[0] for _, _, phrases in _WISHES),
            *(" ".join(words) for words in choices),
            *telling,
        ]
    )


def _tells(word: str) -> bool:
    return word not in _SMALL and word not in _FAINT


def split(text: str) -> tuple[str, ...]:
    """The words of ``text``, bare, numbers as words."""
    bare = re.sub(r"[’'`]", "", text.casefold())
    found = (_SAME.get(word, word) for word in re.findall(r"[^\W_]+", bare))
    return tuple(" ".join(found).split())


def once(words: Sequence[str]) -> tuple[str, ...]:
    """What a recogniser caught in a loop repeats, said once."""
    for length in range(1, len(words) // 2 + 1):
        if all(word == words[at % length] for at, word in enumerate(words)):
            return tuple(words[:length])
    return tuple(words)


def understand(heard: Heard, ask: Ask, doubt: Doubt = Doubt()) -> Understood | None:
    """What was meant, where it is an answer to ``ask`` and can be believed; else ``None``."""
    if not heard.readings or heard.no_speech > doubt.no_speech:
        return None
    for reading in heard.readings:
        if reading.total < heard.readings[0].total - doubt.behind:
            break
        meant = meaning(reading.text, ask)
        if meant is not None:
            return meant if _is_believed(reading, heard, meant, doubt) else None
    return None


def _is_believed(reading: Reading, heard: Heard, meant: Understood, doubt: Doubt) -> bool:
    text, plain = (" ".join(once(split(words))) for words in (reading.text, heard.plain))
    wish = not isinstance(meant.answer, Choose)
    mean = doubt.wish_mean if wish else doubt.mean
    alike = doubt.alike_short if len(text) <= doubt.short and not wish else doubt.alike
    return (
        reading.mean >= (doubt.night_mean if meant.answer is Event.OASIS else mean)
        and _ratio(text, plain) >= alike
        and len(text) <= doubt.letters_a_second * heard.seconds
    )


def meaning(text: str, ask: Ask) -> Understood | None:
    """What ``text`` means as an answer to ``ask``; ``None`` where it means nothing, or two things.

    A choice's own words win over a wish that is worded alike: a choice may be called "Wait".
    """
    whole = once(split(text))
    words, options = _answer(whole), [split(option.text) for option in ask.options]
    if whole and options.count(whole) == 1:
        return _choice(ask, options.index(whole))
    number, rest = _number(words, len(options))
    if number is not None and not rest:
        named = _named(words, options)
        return _choice(ask, number) if named in (None, number) else None
    named = _named(rest, options)
    if number is not None:
        return _choice(ask, number) if named == number else None
    if named is not None:
        return _choice(ask, named, words)
    for event, said_back, phrases in _WISHES:
        if " ".join(words) in phrases:
            return Understood(event, said_back)
    return None


def _answer(words: Sequence[str]) -> tuple[str, ...]:
    """The words without what may stand around an answer: "and the lamp, please" is "lamp"."""
    left = list(words)
    while left and left[-1] in _SMALL:
        left.pop()
    while left:
        lead = next((lead for lead in _LEADS if tuple(left[: len(lead)]) == lead), None)
        if lead is None and left[0] not in _SMALL:
            break
        del left[: len(lead or left[:1])]
    return tuple(left)


def _number(words: Sequence[str], count: int) -> tuple[int | None, tuple[str, ...]]:
    """The number (from 0) that the words begin with, and what comes after it."""
    for names in (ORDINALS, NUMBERS):
        if words and words[0] in names[:count]:
            rest = tuple(words[1:])
            return names.index(words[0]), rest[1:] if rest[:1] == ("one",) else rest
    if tuple(words[:1]) == ("last",) and tuple(words[1:]) in ((), ("one",)) and count > 1:
        return count - 1, ()
    return None, tuple(words)


def _named(words: Sequence[str], options: Sequence[Sequence[str]]) -> int | None:
    """The only option whose own words, or part of them, these are."""
    part = [at for at, option in enumerate(options) if _is_part(words, option)]
    return part[0] if len(part) == 1 else None


def _is_part(words: Sequence[str], option: Sequence[str]) -> bool:
    """Whether ``words`` are some of the option's, in its order, and enough to tell it by."""
    said = [word for word in words if word not in _SMALL]
    own = [word for word in option if word not in _SMALL]
    met, at = [], 0
    for word in said:
        place = next((i for i in range(at, len(own)) if _alike(word, own[i])), None)
        if place is not None:
            met.append(own[place])
            at = place + 1
    telling = [word for word in met if _tells(word)] or met[1:]
    if not telling:
        return False
    if len(met) == len(said):
        return True
    nearly = len(met) >= 2 and len(said) - len(met) == 1
    return nearly and _ratio(" ".join(said), " ".join(own)) >= _NEARLY


def _alike(heard: str, word: str) -> bool:
    """The same word, or one that sounds much like it; short ones must be the same but for an s."""
    if heard == word or heard.removesuffix("s") == word.removesuffix("s"):
        return True
    return min(len(heard), len(word)) >= 5 and _ratio(heard, word) >= ALIKE


def _ratio(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _bare(word: str) -> str:
    return "".join(split(word))


def _choice(ask: Ask, index: int, said: Sequence[str] = ()) -> Understood:
    return Understood(Choose(index), said_back(ask.options[index].text, said))


def said_back(text: str, said: Sequence[str] = ()) -> str:
    """A choice in a few words: the part of it that was ``said``, with its article; else its start.

    ``"Light the jam jar lamp"`` and ``("lamp",)`` make ``"The jam jar lamp."``
    """
    words = [word.strip("“”\"'‘.!?…,;:") for word in text.split()]
    words = [word for word in words if word]
    met = [at for at, word in enumerate(words) if any(_alike(w, _bare(word)) for w in said)]
    if met and len(words) > 3:
        first = met[0]
        while first > 0 and _bare(words[first]) not in _DETERMINERS and first > met[0] - 3:
            first -= 1
        if _bare(words[first]) not in _DETERMINERS:
            first = met[0]
        words = words[first : met[-1] + 1]
    words = words[:_LONGEST_SAID_BACK]
    while len(words) > 1 and _bare(words[-1]) in _SMALL:
        words.pop()
    phrase = " ".join(words)
    return f"{phrase[:1].upper()}{phrase[1:]}."
