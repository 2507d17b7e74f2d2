"""Parse the tags of a story, and check each against the table of tags that there are.

A tag is ``name: value option=value ...``. Times carry their unit (``1.5s``, ``400ms``, ``2m``).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from player.durations import parse_duration
from player.message_text import did_you_mean, excerpt

Value = str | float | bool

HEADER, LINE, CHOICE = "the top of the story", "a line", "a choice"


MAX_TEXT = 300
"""Longest title, heading or file name, in characters."""


class TagError(ValueError):
    """A tag that cannot be read; the message is one sentence with the remedy."""


@dataclass(frozen=True, slots=True)
class Tag:
    """A parsed tag: its name, value and options, all checked."""

    name: str
    value: Value
    options: Mapping[str, Value] = field(default_factory=dict)


def seconds(text: str) -> float:
    """Parse a time: ``"1.5s"`` is 1.5. Raise ``TagError`` for a number without a unit."""
    value = parse_duration(text)
    if value is None:
        raise TagError(
            f"'{excerpt(text)}' is not a time: give a number with its unit, such as 1.5s or 2m"
        )
    return value


def _time(low: float, high: float) -> Callable[[str], float]:
    def parse(text: str) -> float:
        value = seconds(text)
        if not low <= value <= high:
            raise TagError(f"'{excerpt(text)}' is out of range: give {low:g}s to {high:g}s")
        return value

    return parse


def _number(low: float, high: float) -> Callable[[str], float]:
    def parse(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not low <= value <= high:
            raise TagError(f"'{excerpt(text)}' is not a number from {low:g} to {high:g}")
        return value

    return parse


def _text(text: str) -> str:
    if not text:
        raise TagError("the value is missing: write it after the colon")
    if len(text) > MAX_TEXT:
        raise TagError(f"the value has {len(text):,} characters: the limit is {MAX_TEXT}")
    return text


def _name(text: str) -> str:
    if not re.fullmatch(r"[\w.+-]+", text):
        raise TagError(
            f"'{excerpt(text)}' is not a name: use letters, digits, '-', '_', '.' and no spaces"
        )
    return text


def _key(text: str) -> str:
    if len(text) != 1 or not text.isalnum():
        raise TagError(f"'{excerpt(text)}' is not a key: give one letter or digit")
    return text.lower()


def _flag(text: str) -> bool:
    if text:
        raise TagError(f"it takes no value: remove '{excerpt(text)}'")
    return True


@dataclass(frozen=True, slots=True)
class _Rule:
    value: Callable[[str], Value]
    options: Mapping[str, Callable[[str], Value]] = field(default_factory=dict)


_DEPTH = _Rule(_number(0.0, 1.0), {"over": _time(0.0, 3600.0)})
_SCENE = _Rule(_name, {"fade": _time(0.0, 300.0)})
_CAST: Mapping[str, Callable[[str], Value]] = {
    "pitch": _number(0.4, 2.0),
    "formant": _number(0.7, 1.4),
    "rate": _number(0.5, 1.5),
    "voice": _name,
}

RULES: Mapping[str, Mapping[str, _Rule]] = {
    HEADER: {
        "title": _Rule(_text),
        "author": _Rule(_text),
        "lang": _Rule(_name),
        "voice": _Rule(_name),
        "soundscape": _SCENE,
        "depth": _DEPTH,
        "cast": _Rule(_name, _CAST),
    },
    LINE: {
        "chapter": _Rule(_text),
        "soundscape": _SCENE,
        "depth": _DEPTH,
        "voice": _Rule(_name),
        "pause": _Rule(_time(0.0, 60.0)),
        "rate": _Rule(_number(0.5, 1.5)),
        "sound": _Rule(_text),
        "ask": _Rule(_flag),
    },
    CHOICE: {
        "key": _Rule(_key),
        "default": _Rule(_flag),
        "timeout": _Rule(_time(1.0, 3600.0)),
    },
}


def parse_tag(text: str, place: str) -> Tag:
    """Parse a tag that stands at ``place`` (``HEADER``, ``LINE`` or ``CHOICE``).

    Raise ``TagError`` for an unknown name (with a guess), a bad value, unit or option.
    """
    name, _, rest = (part.strip() for part in text.strip().partition(":"))
    rule = RULES[place].get(name.lower())
    if rule is None:
        raise TagError(f"unknown tag '{excerpt(name)}' on {place}: {_hint(name, place)}")
    words = rest.split()
    first = len(words)
    while rule.options and first > 1 and "=" in words[first - 1]:
        first -= 1
    try:
        value = rule.value(" ".join(words[:first]))
        options = dict(_option(word, rule) for word in words[first:])
    except TagError as error:
        raise TagError(f"tag '{excerpt(text.strip())}': {error}") from None
    return Tag(name.lower(), value, options)


def _option(word: str, rule: _Rule) -> tuple[str, Value]:
    name, _, value = word.partition("=")
    if name not in rule.options:
        raise TagError(f"unknown option '{excerpt(name)}': it takes {', '.join(rule.options)}")
    return name, rule.options[name](value)


def _hint(name: str, place: str) -> str:
    if hint := did_you_mean(name.lower(), RULES[place]):
        return hint
    elsewhere = [other for other, rules in RULES.items() if name.lower() in rules]
    if elsewhere:
        return f"it belongs on {elsewhere[0]}"
    return f"the tags there are {', '.join(RULES[place])}"
