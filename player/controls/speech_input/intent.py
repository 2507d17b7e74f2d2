"""What somebody meant who was asked: a number, a choice's own words or some of them, or a wish.

All that was heard has to be the answer, not only some of it: "the lamp" is one, "turn the lamp off,
would you" is none. Words are compared by ``difflib``, since a recogniser spells by ear.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from player.script import Ask
from player.session import Choose, Event, Understood

ALIKE = 0.72
"""From this ratio on, two words or phrases are the same one, heard a little differently."""

_NEARLY = 0.85  # of a phrase with one strange word in it

NUMBERS = tuple("one two three four five six seven eight nine".split())
ORDINALS = tuple("first second third fourth fifth sixth seventh eighth ninth".split())
WISHES: tuple[tuple[Event, str, tuple[str, ...]], ...] = (
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
SMALL = frozenset(
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


def hints(ask: Ask) -> str:
    """What the recogniser should have in mind: the ways to answer ``ask``, and their words."""
    count = len(ask.options)
    choices = [split(option.text) for option in ask.options]
    telling = dict.fromkeys(word for words in choices for word in words if _tells(word))
    return ", ".join(
        [
            *NUMBERS[:count],
            *(f"the {word}" for word in ORDINALS[:count]),
            *(phrases[0] for _, _, phrases in WISHES),
            *(" ".join(words) for words in choices),
            *telling,
        ]
    )


def _tells(word: str) -> bool:
    return word not in SMALL and word not in _FAINT


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


def wording(text: str) -> str:
    """The words of ``text``, bare and said once."""
    return " ".join(once(split(text)))


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
    for event, said_back, phrases in WISHES:
        if " ".join(words) in phrases:
            return Understood(event, said_back)
    return None


def _answer(words: Sequence[str]) -> tuple[str, ...]:
    """The words without what may stand around an answer: "and the lamp, please" is "lamp"."""
    left = list(words)
    while left and left[-1] in SMALL:
        left.pop()
    while left:
        lead = next((lead for lead in _LEADS if tuple(left[: len(lead)]) == lead), None)
        if lead is None and left[0] not in SMALL:
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
    said = [word for word in words if word not in SMALL]
    own = [word for word in option if word not in SMALL]
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
    return nearly and ratio(" ".join(said), " ".join(own)) >= _NEARLY


def _alike(heard: str, word: str) -> bool:
    """The same word, or one that sounds much like it; short ones must be the same but for an s."""
    if heard == word or heard.removesuffix("s") == word.removesuffix("s"):
        return True
    return min(len(heard), len(word)) >= 5 and ratio(heard, word) >= ALIKE


def ratio(one: str, other: str) -> float:
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
    while len(words) > 1 and _bare(words[-1]) in SMALL:
        words.pop()
    phrase = " ".join(words)
    return f"{phrase[:1].upper()}{phrase[1:]}."
