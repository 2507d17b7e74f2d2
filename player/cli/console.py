"""The one place that prints: ``tell`` what was asked for, ``say`` what there is to know."""

from __future__ import annotations

import sys
import traceback
from contextlib import suppress

from player.terminal_text import clean, harmless


def tell(text: str, painted: bool = False) -> None:
    """Print what the command was asked for, on standard output.

    What a terminal would obey is left out, unless ``text`` was ``painted``: cleaned, then coloured.
    """
    text = text if painted else harmless(text)
    encoding = sys.stdout.encoding or "utf-8"
    text = text.encode(encoding, "replace").decode(encoding)  # an old code page lacks many signs
    print(text, flush=True)  # noqa: T201  # the one place that prints


def say_where(error: BaseException) -> None:
    """Print the traceback of ``error``, whose message may quote what a terminal would obey."""
    for row in traceback.format_exception(error):
        print(harmless(row), end="", file=sys.stderr)  # noqa: T201  # likewise


def say(text: str) -> None:
    """Print a sentence beside it, on standard error; nothing where nobody is left to read it."""
    with suppress(OSError, ValueError):
        print(clean(text), file=sys.stderr, flush=True)  # noqa: T201  # likewise
