"""The one place that prints: results on standard output, notices on standard error.

Stories are written by strangers, so control characters are removed. Characters that an old code
page lacks are replaced. On a terminal, long lines are wrapped between words.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import traceback
from contextlib import suppress
from typing import TextIO

from player.errors import OutputError
from player.terminal_text import clean, columns, harmless, wrap

_SUBSTITUTES = str.maketrans("…·—–−×‘’“”←→↑↓", "..---x" + "''" + '""' + "<>^v")
"""Characters that an old code page may lack → others of the same width."""
_INDENT = re.compile(r" *(?:- )?")
_MIN_WIDTH = 20


def print_result(text: str, *, painted: bool = False) -> None:
    """Print the result of a command on standard output.

    ``painted`` text has been cleaned, coloured and laid out by the caller. Raises ``OutputError``
    if the text cannot be written, and ``BrokenPipeError`` if its reader is gone.
    """
    text = text if painted else wrapped(harmless(text), sys.stdout)
    try:
        print(printable(text, sys.stdout), flush=True)  # noqa: T201  # the one place that prints
    except BrokenPipeError:
        raise
    except OSError as error:
        raise output_error(error) from None


def print_notice(text: str) -> None:
    """Print a notice on standard error; do nothing if that is closed."""
    with suppress(OSError, ValueError):
        notice = printable(wrapped(clean(text), sys.stderr), sys.stderr)
        print(notice, file=sys.stderr, flush=True)  # noqa: T201  # likewise


def print_traceback(error: BaseException) -> None:
    """Print the traceback of ``error``, cleaned: its message may quote a stranger's words."""
    for row in traceback.format_exception(error):
        print(harmless(row), end="", file=sys.stderr)  # noqa: T201  # likewise


def open_missing_streams() -> None:
    """Give the program the streams that it was started without, for instance by ``>&-``."""
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115


def output_error(error: OSError) -> OutputError:
    """Return the error to report if standard output refuses what is written; give it up."""
    drop_output()
    return OutputError(f"standard output cannot be written: {error.strerror}; send it elsewhere.")


def drop_output() -> None:
    """Discard all further output, or Python would fail once more to write it as it exits."""
    with suppress(OSError, ValueError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, sys.stdout.fileno())
        os.close(null)


def printable(text: str, stream: TextIO) -> str:
    """Return ``text`` in characters that ``stream`` can encode."""
    encoding = stream.encoding or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return text.translate(_SUBSTITUTES).encode(encoding, "replace").decode(encoding)
    return text


def wrapped(text: str, stream: TextIO) -> str:
    """Return ``text`` wrapped to the width of a terminal; unchanged for a pipe or a file."""
    if not stream.isatty():
        return text
    width = max(terminal_size(stream)[0] - 1, _MIN_WIDTH)
    return "\n".join(_wrapped_line(line, width) for line in text.split("\n"))


def _wrapped_line(line: str, width: int) -> str:
    """Wrap one line, whose continuation stands under the first word."""
    if columns(line) <= width:
        return line
    match = _INDENT.match(line)
    indent = match[0] if match else ""
    rows = wrap(line[len(indent) :], max(width - len(indent), _MIN_WIDTH))
    return indent + ("\n" + " " * len(indent)).join(rows)


def terminal_size(stream: TextIO) -> tuple[int, int]:
    """Return columns and rows of the terminal behind ``stream``, or of any terminal."""
    with suppress(OSError, ValueError):
        size = os.get_terminal_size(stream.fileno())
        if size.columns and size.lines:
            return size.columns, size.lines
    anywhere = shutil.get_terminal_size()
    return anywhere.columns, anywhere.lines
