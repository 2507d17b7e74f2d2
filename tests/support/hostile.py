"""Words that a stranger may put into a story to take over the terminal of whoever opens it."""

import re
import unicodedata

BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
ESCAPES = "\x1b]0;title\x07\x1b[31;1m\x9b35m\x1bc\x08\x7f"
"""A window's title, two colours (the second by a single character), a reset, two erasures."""
EVIL = f"A{ESCAPES}{BIDI}Z"


def unsafe(text: str) -> list[str]:
    """Every character in ``text`` that a terminal would obey, line feeds left out."""
    return [
        hex(ord(character))
        for character in text
        if character != "\n" and (unicodedata.category(character) in "Cc Cs" or character in BIDI)
    ]


def twee(*, title: str = EVIL, knot: str = EVIL, choice: str = EVIL, chapter: str = EVIL) -> str:
    """A story with a question, all of whose names can be chosen."""
    # A bracket is part of a name only where it is escaped.
    knot, choice = (re.sub(r"([][{}])", r"\\\1", words) for words in (knot, choice))
    return (
        f":: StoryTitle\n{title}\n\n:: Start\n# chapter: {chapter}\nHello {choice}.\n\n"
        f"[[Go {choice}->{knot}]]\n\n[[Stay {choice}->Rest]]\n\n"
        f":: {knot}\nIt is {choice}.\n\n:: Rest\nGood night.\n\n:: Lost {knot}\nNobody comes.\n"
    )
