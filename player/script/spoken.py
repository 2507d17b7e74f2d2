"""Write a sentence as it is spoken: abbreviations, numbers and capitals in words.

Every voice gets the same words, since each misreads something else. A sentence that has none of
these signs comes back unchanged, character for character, because the samples of a night depend on
it. Time is linear in the length of the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from player.story.numerals import cardinal, roman

_TITLES = {
    "Gov": "Governor", "Maj": "Major", "Sen": "Senator", "Rep": "Representative",
    "Capt": "Captain", "Lt": "Lieutenant", "Col": "Colonel", "Gen": "General",
    "Sgt": "Sergeant", "Cpl": "Corporal", "Adm": "Admiral", "Cmdr": "Commander",
    "Prof": "Professor", "Rev": "Reverend", "Pres": "President", "Insp": "Inspector",
    "Supt": "Superintendent", "Ft": "Fort", "Mt": "Mount", "Messrs": "Messieurs",
}  # fmt: skip
_NUMBERED = {
    "No": "number", "Nos": "numbers", "Vol": "volume", "Vols": "volumes", "p": "page",
    "pp": "pages", "Ch": "chapter", "ch": "chapter", "Fig": "figure", "Figs": "figures",
    "Sec": "section", "Art": "article", "Bk": "book", "Pt": "part", "Pl": "plate",
    "Apt": "apartment", "Rm": "room", "vol": "volume",
}  # fmt: skip
_MONTHS = {
    "Jan": "January", "Feb": "February", "Mar": "March", "Apr": "April", "Jun": "June",
    "Jul": "July", "Aug": "August", "Sep": "September", "Sept": "September",
    "Oct": "October", "Nov": "November", "Dec": "December",
}  # fmt: skip
TITLES = frozenset({*_TITLES, "Mr", "Mrs", "Ms", "Mx", "Dr", "Hon", "Mme", "Mlle"})
"""Abbreviations that stand before a name, so that their stop never ends a sentence."""
BEFORE_NUMBERS = frozenset({*_NUMBERED, *_MONTHS, "c", "ca", "v", "vv", "Op", "op", "approx"})
"""Abbreviations whose stop ends no sentence if a number follows."""

# Words that are spelt out if written in capitals, or taken for initials. ("US" may be a country.)
_SMALL = frozenset(
    "a am an and any are as at be been but by can did do does done for from get go got had has"
    " have he her hers him his how i if in into is it its just let may me mine must my nay no nor"
    " not now of off oh old on one or our ours out own said saw say see shall she so some that the"
    " thee their them then there these they thine this those thou thy to too two up very was we"
    " were what when where who whom whose why will with would yes yet you your yours all also"
    " always come every good here know like look more never nothing only over really through under"
    " until wait waited went which while".split()
)
_UNITS = {
    "m": "metre", "km": "kilometre", "cm": "centimetre", "mm": "millimetre", "kg": "kilogram",
    "g": "gram", "mph": "mile per hour", "ft": "foot", "lb": "pound", "lbs": "pound",
    "oz": "ounce", "mi": "mile", "yd": "yard",
}  # fmt: skip
_IRREGULAR = {"foot": "feet", "mile per hour": "miles per hour"}
_ROMAN_SIGNS = str.maketrans(
    {chr(0x2160 + i): sign for i, sign in enumerate(
        "I II III IV V VI VII VIII IX X XI XII L C D M".split())}
)  # fmt: skip
_PARTS = (
    "chapter|book|part|act|scene|canto|volume|section|letter|stave|verse|psalm|story|tale|night"
    "|lesson|episode|number|page|plate|figure"
)
_ROMAN = r"(?=[IVXL])(?:XL|L?X{0,3})(?:IX|IV|V?I{0,3})"


def spoken(sentence: str) -> str:
    """Return ``sentence`` with its abbreviations, signs and capitals in words."""
    text = sentence.translate(_ROMAN_SIGNS)
    for pattern, write in _RULES:
        text = pattern.sub(write, text)
    return text


def _digits(digits: str) -> str:
    return cardinal(int(digits)) if len(digits) < 4 and digits.isascii() else digits


def _numbered(match: re.Match[str]) -> str:
    words = _NUMBERED[match[1]]
    begins = not match.string[: match.start()].strip(" \"'“‘(—…")
    return f"{words.capitalize() if begins else words} {_digits(match[2])}"


def _roman_part(match: re.Match[str]) -> str:
    return f"{match[1]} {cardinal(roman(match[2]))}"


def _quiet(match: re.Match[str]) -> str:
    word = match[0]
    if word.lower() not in _SMALL:
        return word
    begins = not match.string[: match.start()].strip(" \"'“‘(—…")
    return word.capitalize() if begins or word == "I" else word.lower()


def _contraction(match: re.Match[str]) -> str:
    word = match[1] if match[1] == "I" or match.start() == 0 else match[1].lower()
    return f"{word.capitalize() if match.start() == 0 else word}{match[2]}{match[3].lower()}"


def _range(match: re.Match[str]) -> str:
    first, last = match[1], match[2]
    is_phone = len(last) > len(first) + 1 or (len(first), len(last)) == (3, 4)
    is_years = len(first) == 4 and len(last) == 2
    if is_phone or not (is_years or int(first) < int(last)):
        return match[0]
    return f"{first} to {last}"


def _measure(match: re.Match[str]) -> str:
    unit = _UNITS[match[2]]
    if match[1] != "1":
        unit = _IRREGULAR.get(unit, f"{unit}s")
    return f"{_digits(match[1])} {unit}"


def _feet(match: re.Match[str]) -> str:
    feet = f"{_digits(match[1])} {'foot' if match[1] == '1' else 'feet'}"
    return f"{feet} {_digits(match[2])}" if match[2] else feet


def _either(words: dict[str, str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


# Possessive or bounded repetitions: no pattern looks at a character more than a few times.
_RULES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (re.compile(rf"\b({_either(_NUMBERED)})\.\s?(\d{{1,6}})(?!\w)"), _numbered),
    (re.compile(rf"\b({_either(_MONTHS)})\.(?= \d)"), lambda m: _MONTHS[m[1]]),
    (re.compile(rf"\b({_either(_TITLES)})\.(?= [A-Z])"), lambda m: _TITLES[m[1]]),
    (re.compile(rf"\b((?i:{_PARTS})) ({_ROMAN})(?![\w'’]|(?<= I) [a-z])"), _roman_part),
    (re.compile(rf"\b([A-Z]{{3,20}}) (?![A-Z]\b)({_ROMAN})(?![\w'’])"), _roman_part),
    (re.compile(r"(?<![\w.,'’-])(\d{1,2})['\u2032](\d{1,2})[\"\u2033](?!\w)"), _feet),
    (re.compile(r"(?<![\w.,:/–—-])(\d{1,6})[-–—](\d{1,6})(?![\w–—-]|[.,:/]\d)"), _range),
    (re.compile(r"(?<![\w.,)])−\s?(\d{1,6})(?!\w)"), lambda m: f"minus {_digits(m[1])}"),
    (re.compile(rf"(?<![\w.,$£€])(\d{{1,6}})\s?({_either(_UNITS)})(?![\w'’])"), _measure),
    (re.compile(r"\b([A-Z]{1,8})(['’])(LL|S|RE|VE|D|M|T)\b"), _contraction),
    (re.compile(r"(?<![\w.&'’-])[A-Z]{2,12}(?![\w&-]|\.\w)"), _quiet),
)  # fmt: skip
