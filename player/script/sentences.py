"""Split a line of prose into sentences: the unit in which a voice speaks and a listener steps back.

The rules are those of English typography: an end mark, its closing quotes, a space, and then
something that can begin a sentence. Titles and initials end no sentence, nor does a mark before a
lower-case word, and a short "Mira asked." stays with the question before it. Time and memory are
linear in the length of the text, and no piece is longer than ``LIMIT``.
"""

import re

from player.script.spoken import BEFORE_NUMBERS, TITLES

LIMIT = 260
"""Characters in the longest piece: twenty seconds of speech at bedtime pace."""

_NEVER_LAST = TITLES | {"vs", "e.g", "i.e", "cf", "viz"}
_RARELY_LAST = frozenset(
    "St Ave Rd Blvd Ln Sq Jr Sr Co Corp Inc Ltd Bros etc a.m p.m A.M P.M B.C A.D Ph.D M.D".split()
)
"""Abbreviations that end a sentence only before a word that often begins one."""
_STARTERS = frozenset(
    "A After All Although An And Another As At Before Both But By Did Do Each Even Every Everyone"
    " Everything For From He Her Here His How However I If In Instead It Its Later Let Many Maybe"
    " Meanwhile Most My Neither Never Next No Nobody None Nor Not Nothing Now Oh On Once One Only"
    " Or Our Out Outside Perhaps She Slowly So Some Somebody Someone Something Soon Still Such"
    " Suddenly That The Their Then There These They This Those Though Three Through Thus To Today"
    " Tomorrow Tonight Two Under Until Up We Well Were What When Where Which While Who Why With"
    " Without Yes Yet You Your".split()
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
_INITIALS = re.compile(r"[A-Z](?:\.[A-Z])+")
_CLAUSE = re.compile(r"[,;:—–][\"'”’»)\]]*\s+|\s[—–-]\s+")
_UNSPEAKABLE = re.compile(r"[\x00-\x1f\x7f\u200b\u200e\u200f]")
_INVISIBLE = re.compile(r"[\u00ad\u200c\u200d\u2060\ufeff]")
_FIRST_WORD = re.compile(r"[\"'“‘«(\[]{0,3}([^\W\d_]{1,20})")
_NUMBER = re.compile(r"(?:\d|[IVXLC]{1,7}\b)")

# A dash as it is typed, and the dots of an ellipsis with spaces between them.
_TYPED = (
    (re.compile(r"(?<!\.)(?:\. ){2,30}\.(?!\.)|(?<=\w) \. \. ?\."), "…"),
    (re.compile(r"(?<=[.!?…])([\"'”’»)]{0,3}) ?(?<!-)--+(?!-) ?(?=[\"'“‘«(]{0,2}[A-Z])"), r"\1 "),
    (re.compile(r" (?<!-)--+ "), " — "),
    (re.compile(r"(?<![-\d])--+(?=[^-]|$)|(?<=\d)--+(?=[^-\d]|$)"), "—"),
    (re.compile(r"(?<=\d)--(?=\d)"), "–"),
    (re.compile(r"(?<=[^\W\d]|[,;\"”’]) [-–] (?=[^\s\d-])|(?<=\d) [-–] (?=[^\W\d])"), " — "),
)


def sentences(text: str) -> tuple[str, ...]:
    """Return the sentences of ``text`` in order, with single spaces; none for an empty text.

    A sentence that is longer than ``LIMIT`` is cut at clauses, else between words, else anywhere.
    """
    plain = typed(" ".join(_UNSPEAKABLE.sub(" ", _INVISIBLE.sub("", text)).split()))
    result: list[str] = []
    begin = 0
    for match in _END.finditer(plain):
        if _ends_sentence(plain, begin, match):
            _append(result, plain[begin : match.end()])
            begin = match.end()
    _append(result, plain[begin:])
    return tuple(result)


def typed(text: str) -> str:
    """Return ``text`` with ``--`` as a dash and ``. . .`` as an ellipsis."""
    for pattern, replacement in _TYPED:
        text = pattern.sub(replacement, text)
    return text


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
        before = text[max(begin, match.start() - 24) : match.start() + 1]
        return not _is_abbreviation(before, text[match.end() : match.end() + 24])
    closes_quote = mark[-1] in "\"'”’»"
    return not (closes_quote and mark[0] in "!?…" and _is_speech_tag(text, match.end()))


def _is_abbreviation(before: str, after: str) -> bool:
    """Return whether the full stop at the end of ``before`` belongs to a title or an initial."""
    word = _LAST_WORD.search(before)
    if word is None:
        return False
    name = word.group(1)
    if name in BEFORE_NUMBERS and _NUMBER.match(after):
        return True
    if len(name) == 1:
        return name.isupper() and name != "I"
    if name in _RARELY_LAST or _INITIALS.fullmatch(name):
        first = _FIRST_WORD.match(after)
        return first is not None and first[1] not in _STARTERS
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
