"""The one place that prints: ``tell`` what was asked for, ``say`` what there is to know."""

from __future__ import annotations

import sys
from contextlib import suppress


def tell(text: str) -> None:
    """Print what the command was asked for, on standard output."""
    print(text, flush=True)  # noqa: T201  # the one place that prints


def say(text: str) -> None:
    """Print a sentence beside it, on standard error; nothing where nobody is left to read it."""
    with suppress(OSError, ValueError):
        print(" ".join(text.split()), file=sys.stderr, flush=True)  # noqa: T201  # likewise
