"""Intent of spoken words: a number, a choice's words or some of them, or a command.

The whole text has to be the answer, not only some of it: "the lamp" is one, and "turn the lamp off,
would you" is not. Words are compared by similarity, because a recogniser spells by ear.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from player.script import Ask
from player.session import Choose, Event, Understood

ALIKE = 0.72
"""Similarity from which two words or phrases count as the same."""

_ALIKE_PHRASE = 0.85  # the same for a phrase with one unknown word

NUMBERS = tuple("one two three four five six seven eight nine".split())
ORDINALS = tuple("first second third fourth fifth sixth seventh eighth ninth".split())
COMMANDS: tuple[tuple[Event, str, tuple[str, ...]], ...] = (
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
"""Words that do not tell which choice is meant."""
_FAINT = frozenset("go down up out off more along back over let put get come here there".split())
"""Words too common to be an answer on their own, unless they are the whole choice."""
_LEADS = (("i", "choose"), ("i", "take"), ("ill", "take"), ("lets",), ("number",), ("option",))
"""Words that may precede an answer."""
_DETERMINERS = frozenset("the a an my your her his its our their this that".split())
_MAX_WORDS_SAID_BACK = 5


def hints(ask: Ask) -> str:
    """Return the recogniser's prompt: possible answers to ``ask``, and their words."""
    count = len(ask.options)
    choices = [split(option.text) for option in ask.options]
    choice_words = [word for words in choices for word in words]
    distinctive = dict.fromkeys(filter(_is_distinctive, choice_words))
    return ", ".join(
        [
            *NUMBERS[:count],
            *(f"the {word}" for word in ORDINALS[:count]),
            *(phrases[0] for _, _, phrases in COMMANDS),
            *(" ".join(words) for words in choices),
            *distinctive,
        ]
    )


def _is_distinctive(word: str) -> bool:
    return word not in SMALL and word not in _FAINT


def split(text: str) -> tuple[str, ...]:
    """Return the words of ``text`` in lower case, without punctuation, numbers as words."""
    bare = re.sub(r"[’'`]", "", text.casefold())
    words = (_SAME.get(word, word) for word in re.findall(r"[^\W_]+", bare))
    return tuple(" ".join(words).split())


def once(words: Sequence[str]) -> tuple[str, ...]:
    """Return the words without the repetitions of a recogniser that is caught in a loop."""
    for length in range(1, len(words) // 2 + 1):
        if all(word == words[at % length] for at, word in enumerate(words)):
            return tuple(words[:length])
    return tuple(words)


def wording(text: str) -> str:
    """Return the normalised words of ``text`` as one string, without repetitions."""
    return " ".join(once(split(text)))


def meaning(text: str, ask: Ask) -> Understood | None:
    """Return the meaning of ``text`` as an answer to ``ask``; None if it has none, or several.

    A choice's own words win over a command in the same words: a choice may be called "Wait".
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
    for event, said_back, phrases in COMMANDS:
        if " ".join(words) in phrases:
            return Understood(event, said_back)
    return None


def _answer(words: Sequence[str]) -> tuple[str, ...]:
    """Return the words without those around an answer: "and the lamp, please" becomes "lamp"."""
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
    """Return the number (from 0) that the words begin with, and the words after it."""
    for names in (ORDINALS, NUMBERS):
        if words and words[0] in names[:count]:
            rest = tuple(words[1:])
            return names.index(words[0]), rest[1:] if rest[:1] == ("one",) else rest
    if tuple(words[:1]) == ("last",) and tuple(words[1:]) in ((), ("one",)) and count > 1:
        return count - 1, ()
    return None, tuple(words)


def _named(words: Sequence[str], options: Sequence[Sequence[str]]) -> int | None:
    """Return the index of the only option that has these words."""
    part = [at for at, option in enumerate(options) if _is_part(words, option)]
    return part[0] if len(part) == 1 else None


def _is_part(words: Sequence[str], option: Sequence[str]) -> bool:
    """Return whether ``words`` are distinctive words of the option, in its order."""
    phrase = [word for word in words if word not in SMALL]
    option_words = [word for word in option if word not in SMALL]
    matches, start = [], 0
    for word in phrase:
        places = range(start, len(option_words))
        place = next((i for i in places if _alike(word, option_words[i])), None)
        if place is not None:
            matches.append(option_words[place])
            start = place + 1
    distinctive = [word for word in matches if _is_distinctive(word)] or matches[1:]
    if not distinctive:
        return False
    if len(matches) == len(phrase):
        return True
    one_unknown = len(matches) >= 2 and len(phrase) - len(matches) == 1
    return one_unknown and ratio(" ".join(phrase), " ".join(option_words)) >= _ALIKE_PHRASE


def _alike(heard: str, word: str) -> bool:
    """Return whether two words are the same but for a final s, or, if long, similar."""
    if heard == word or heard.removesuffix("s") == word.removesuffix("s"):
        return True
    return min(len(heard), len(word)) >= 5 and ratio(heard, word) >= ALIKE


def ratio(one: str, other: str) -> float:
    """Return the similarity of two texts, 0 to 1."""
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _bare(word: str) -> str:
    return "".join(split(word))


def _choice(ask: Ask, index: int, said: Sequence[str] = ()) -> Understood:
    return Understood(Choose(index), said_back(ask.options[index].text, said))


def said_back(text: str, said: Sequence[str] = ()) -> str:
    """Return a choice in a few words: the part that was ``said``, with its article, or the start.

    ``"Light the jam jar lamp"`` and ``("lamp",)`` give ``"The jam jar lamp."``
    """
    words = [word.strip("“”\"'‘.!?…,;:") for word in text.split()]
    words = [word for word in words if word]
    matches = [at for at, word in enumerate(words) if any(_alike(w, _bare(word)) for w in said)]
    if matches and len(words) > 3:
        first = matches[0]
        while first > 0 and _bare(words[first]) not in _DETERMINERS and first > matches[0] - 3:
            first -= 1
        if _bare(words[first]) not in _DETERMINERS:
            first = matches[0]
        words = words[first : matches[-1] + 1]
    words = words[:_MAX_WORDS_SAID_BACK]
    while len(words) > 1 and _bare(words[-1]) in SMALL:
        words.pop()
    phrase = " ".join(words)
    return f"{phrase[:1].upper()}{phrase[1:]}."
