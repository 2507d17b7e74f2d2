"""Numbers in words and Roman numerals."""

from __future__ import annotations

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen"
).split()
_TENS = "zero ten twenty thirty forty fifty sixty seventy eighty ninety".split()
_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
NUMBER_WORDS = (
    (
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
        " thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth"
        " twentieth last"
    ).split()
    + [
        word
        for tens in ["", *(f"{tens}-" for tens in _TENS[2:])]
        for word in ([f"{tens}{one}" for one in _ONES[1:10]] if tens else _ONES[1:])
    ]
    + _TENS[2:]
)
"""Words that number a chapter: ``first`` to ``twentieth``, ``one`` to ``ninety-nine``."""
NUMBER_WORDS.sort(key=len, reverse=True)


def cardinal(number: int) -> str:
    """Return a number from 0 to 999 in words: ``"three hundred and seven"``."""
    if number < 20:
        return _ONES[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return _TENS[tens] + (f"-{_ONES[ones]}" if ones else "")
    hundreds, rest = divmod(number, 100)
    return f"{_ONES[hundreds]} hundred" + (f" and {cardinal(rest)}" if rest else "")


def roman(numeral: str) -> int:
    """Return the value of a Roman numeral in capitals, of I, V, X, L and C."""
    values = [_VALUES[sign] for sign in numeral]
    following = [*values[1:], 0]
    return sum(
        -value if value < after else value for value, after in zip(values, following, strict=True)
    )
