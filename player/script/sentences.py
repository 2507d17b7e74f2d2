"""A line of prose cut into sentences: the unit in which a voice speaks and a listener steps back.

The rules are those of English typography: an end mark, its closing quotes, a space, and then
something that can begin a sentence. Titles and initials end nothing, nor does a mark before a
lower-case word, and a short "Mira asked." stays with the question it belongs to. Time and memory
are linear in the text, and every piece is at most ``LIMIT`` characters, whatever the text is.
"""

import re

LIMIT = 260
"""Characters in the longest piece: twenty seconds at bedtime pace, and little memory to speak."""

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
    """The sentences of ``text`` in order, white space normalised; none for an empty text.

    What is longer than ``LIMIT`` is cut at clauses, else between words, else anywhere.
    """
    plain = " ".join(_UNSPEAKABLE.sub(" ", text).split())
    found: list[str] = []
    begin = 0
    for match in _END.finditer(plain):
        if _ends_sentence(plain, begin, match):
            _add(found, plain[begin : match.end()])
            begin = match.end()
    _add(found, plain[begin:])
    return tuple(found)


def _add(found: list[str], sentence: str) -> None:
    """Append the pieces of ``sentence``; a mere ". . ." goes to the sentence before it."""
    for piece in pieces(sentence.strip()):
        if found and not has_words(piece) and len(found[-1]) + len(piece) < LIMIT:
            found[-1] += " " + piece
        else:
            found.append(piece)


def pieces(sentence: str, limit: int = LIMIT) -> list[str]:
    """``sentence`` as parts of at most ``limit`` characters; itself alone where it is short."""
    parts: list[str] = []
    begin = 0
    while len(sentence) - begin > limit:
        cut = _cut(sentence[begin : begin + limit + 1])
        parts.append(sentence[begin : begin + cut].strip())
        begin += cut
    parts.append(sentence[begin:].strip())
    return [part for part in parts if part]


def has_words(text: str) -> bool:
    """Whether there is anything to say: an ellipsis or a row of dashes has nothing."""
    return any(c.isalnum() for c in text)


def _cut(window: str) -> int:
    """Where to cut: after the last clause in the second half, else at the last space."""
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
    """Whether the full stop at the end of ``before`` belongs to a title or an initial."""
    word = _LAST_WORD.search(before)
    if word is None:
        return False
    name = word.group(1)
    if len(name) == 1:
        return name.isupper() and name != "I"
    return name in _NEVER_LAST


def _is_speech_tag(text: str, begin: int) -> bool:
    """Whether what follows a quoted question is only who asked it: ``Mira asked.``"""
    words = text[begin : begin + 80].split()[: _TAG_WORDS + 1]
    for count, word in enumerate(words, 1):
        if word.strip(",.;:").lower() in _SPEAKING:
            return count <= _TAG_WORDS and text[begin].isalpha()
        if word[-1] in '.!?…,;:"”':
            return False
    return False
