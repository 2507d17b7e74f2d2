"""Split a line of prose into sentences: the unit in which a voice speaks and a listener steps back.

The rules are those of English typography: an end mark, its closing quotes, a space, and then
something that can begin a sentence. Titles and initials end no sentence, nor does a mark before a
lower-case word, and a short "Mira asked." stays with the question before it. Time and memory are
linear in the length of the text, and no piece is longer than ``LIMIT``.
"""

import re

LIMIT = 260
"""Characters in the longest piece: twenty seconds of speech at bedtime pace."""

_NEVER_LAST = frozenset(
    {
        "Mr",
        "Mrs",
        "Ms",
        "Mx",
        "Dr",
        "Prof",
        "St",
        "Rev",
        "Hon",
        "Capt",
        "Lt",
        "Col",
        "Gen",
        "Sgt",
        "Mt",
        "Messrs",
        "Mme",
        "Mlle",
        "vs",
        "e.g",
        "i.e",
        "cf",
    }
)
_SPEAKING = frozenset(
    {
        "said",
        "says",
        "asked",
        "asks",
        "whispered",
        "whispers",
        "answered",
        "answers",
        "murmured",
        "murmurs",
        "replied",
        "replies",
        "called",
        "calls",
        "cried",
        "told",
        "breathed",
        "sang",
        "sighed",
        "hummed",
        "wondered",
        "thought",
        "added",
        "repeated",
        "laughed",
    }
)
_TAG_WORDS = 6  # the longest "… the old sailor whispered again" that is kept with its question

# Possessive (++), so that a megabyte of dots is read once and not once for each dot.
_END = re.compile(r"(?<![.!?…])[.!?…]++[\"'”’»)\]]*+\s++(?=\S)")
_LAST_WORD = re.compile(r"([^\W_](?:[\w.]*[^\W_])?)\.$")
_CLAUSE = re.compile(r"[,;:—–][\"'”’»)\]]*\s+|\s[—–-]\s+")
_UNSPEAKABLE = re.compile(r"[\x00-\x1f\x7f\u200b\u200e\u200f\u2060\ufeff]")


def sentences(text: str) -> tuple[str, ...]:
    """Return the sentences of ``text`` in order, with single spaces; none for an empty text.

    A sentence that is longer than ``LIMIT`` is cut at clauses, else between words, else anywhere.
    """
    plain = " ".join(_UNSPEAKABLE.sub(" ", text).split())
    result: list[str] = []
    begin = 0
    for match in _END.finditer(plain):
        if _ends_sentence(plain, begin, match):
            _append(result, plain[begin : match.end()])
            begin = match.end()
    _append(result, plain[begin:])
    return tuple(result)


def _append(result: list[str], sentence: str) -> None:
    """Append the pieces of ``sentence``; join a mere ". . ." to the sentence before it."""
    for piece in pieces(sentence.strip()):
        if result and not has_words(piece) and len(result[-1]) + len(piece) < LIMIT:
            result[-1] += " " + piece
        else:
            result.append(piece)


def pieces(sentence: str, limit: int = LIMIT) -> list[str]:
    """Cut ``sentence`` into parts of at most ``limit`` characters."""
    parts: list[str] = []
    begin = 0
    while len(sentence) - begin > limit:
        cut = _cut(sentence[begin : begin + limit + 1])
        parts.append(sentence[begin : begin + cut].strip())
        begin += cut
    parts.append(sentence[begin:].strip())
    return [part for part in parts if part]


def has_words(text: str) -> bool:
    """Return whether there is anything to say: not so for an ellipsis or a row of dashes."""
    return any(c.isalnum() for c in text)


def _cut(window: str) -> int:
    """Return the index to cut at: after the last clause in the second half, else the last space."""
    limit = len(window) - 1
    clauses = [m.end() for m in _CLAUSE.finditer(window) if limit // 2 <= m.end() <= limit]
    if clauses:
        return clauses[-1]
    space = window.rfind(" ")
    return space if space > 0 else limit


def _ends_sentence(text: str, begin: int, match: re.Match[str]) -> bool:
    following = text[match.end()]
    if following.islower() or following in ",;:":
        return False
    mark = match.group().rstrip()
    if mark == ".":
        return not _is_abbreviation(text[max(begin, match.start() - 24) : match.start() + 1])
    closes_quote = mark[-1] in "\"'”’»"
    return not (closes_quote and mark[0] in "!?…" and _is_speech_tag(text, match.end()))


def _is_abbreviation(before: str) -> bool:
    """Return whether the full stop at the end of ``before`` belongs to a title or an initial."""
    word = _LAST_WORD.search(before)
    if word is None:
        return False
    name = word.group(1)
    if len(name) == 1:
        return name.isupper() and name != "I"
    return name in _NEVER_LAST


def _is_speech_tag(text: str, begin: int) -> bool:
    """Return whether the text after a quoted question only says who asked: ``Mira asked.``"""
    words = text[begin : begin + 80].split()[: _TAG_WORDS + 1]
    for count, word in enumerate(words, 1):
        if word.strip(",.;:").lower() in _SPEAKING:
            return count <= _TAG_WORDS and text[begin].isalpha()
        if word[-1] in '.!?…,;:"”':
            return False
    return False
