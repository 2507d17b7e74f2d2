"""Word a question to be spoken, from the choices alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_NOUN_STARTS = {
    "the", "a", "an", "this", "that", "these", "those", "my", "your", "his", "her", "its", "our",
    "their", "another", "some", "one", "two", "three", "both", "neither", "nothing", "something",
}  # fmt: skip


def spoken_question(choices: Sequence[str], names: Iterable[str] = ()) -> str:
    """Return a question: ``"Press one to follow the lantern. Press two to stay by the water."``

    ``names`` keep their capital letter at the beginning of a choice.
    """
    return " ".join(
        f"Press {_NUMBERS[i]} {_infinitive(text, names)}." for i, text in enumerate(choices[:9])
    )


def ask_again(choices: Sequence[str], names: Iterable[str] = ()) -> str:
    """Return a shorter question: ``"One, follow the lantern. Two, stay by the water."``"""
    return " ".join(
        f"{_NUMBERS[i].capitalize()}, {_mid_sentence(text, names)}."
        for i, text in enumerate(choices[:9])
    )


def _infinitive(text: str, names: Iterable[str]) -> str:
    words = _mid_sentence(text, names)
    if words[:1] in "\"'“‘":
        return f"to say {words}"
    first = words.split(maxsplit=1)[0].lower() if words else ""
    return f"for {words}" if first in _NOUN_STARTS or words[:1].isupper() else f"to {words}"


def _mid_sentence(text: str, names: Iterable[str]) -> str:
    words = " ".join(text.split()).rstrip(".!?…,;: ")
    first = words.split(maxsplit=1)[0] if words else ""
    bare = first.removesuffix("'s").removesuffix("’s").strip(",")
    if bare in names or bare in {"I", "Doctor", "Dr"} or first.startswith(("I'", "I’")):
        return words
    if len(first) > 1 and first.isupper():
        return words
    return words[:1].lower() + words[1:]
