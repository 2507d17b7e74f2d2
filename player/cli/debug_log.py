"""The option ``--debug [FILE]``: a log that explains a run, and tracebacks.

Modules log through the standard library, ``logging.getLogger(__name__)``. Without the option
nothing is written to the disk. No level logs a word of a story or of an answer: a night is private.
"""

from __future__ import annotations

import logging
import os
import platform
import sys
import traceback
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from player.errors import OutputError
from player.storage.paths import home

OPTION = "--debug"
LOG_NAME = "dreamers-debug.log"
_ANSWERS = "--choices"
_FORMAT = "%(asctime)s.%(msecs)03d %(levelname)-7s %(threadName)-12s %(name)s: %(message)s"
_log = logging.getLogger("player.cli")


@dataclass(frozen=True, slots=True, kw_only=True)
class DebugOption:
    """The option as it was given; ``file`` is None for the usual place."""

    wanted: bool = False
    file: Path | None = None


def take_debug_option(
    arguments: Sequence[str], commands: Collection[str]
) -> tuple[list[str], DebugOption]:
    """Return the arguments without ``--debug``, which may stand anywhere, and the option.

    The next word is its file where it ends in ``.log``, or where it stands before the command and
    is no command.
    """
    rest: list[str] = []
    option = DebugOption()
    words = list(arguments)
    while words:
        word = words.pop(0)
        if word == "--":
            return [*rest, word, *words], option
        if word.startswith(f"{OPTION}="):
            option = DebugOption(wanted=True, file=Path(word.partition("=")[2]))
        elif word == OPTION:
            is_file = bool(words) and _is_file(words[0], commands, before_command=not rest)
            option = DebugOption(wanted=True, file=Path(words.pop(0)) if is_file else None)
        else:
            rest.append(word)
    return rest, option


def _is_file(word: str, commands: Collection[str], *, before_command: bool) -> bool:
    if word.startswith("-"):
        return False
    return word.endswith(".log") or (before_command and word not in commands)


@contextmanager
def debug_log(option: DebugOption) -> Iterator[Path | None]:
    """Write the log while the context lasts; yield its path, or None if it isn't wanted.

    Raises ``OutputError`` if it cannot be written.
    """
    if not option.wanted:
        yield None
        return
    path = option.file or home().state / LOG_NAME
    handler = _open_handler(path, make_folder=option.file is None)
    root = logging.getLogger("player")
    before = root.level, root.propagate
    root.setLevel(logging.DEBUG)
    root.propagate = False
    root.addHandler(handler)
    _log.info("dreamers %s, Python %s, %s", _version(), platform.python_version(), _system())
    _log.info("arguments: %s", list(_without_answers(sys.argv[1:])))
    try:
        yield path
    finally:
        root.removeHandler(handler)
        root.level, root.propagate = before
        handler.close()


def log_error(error: BaseException) -> None:
    """Log the kind of an error and where it came from, without its message, which may quote."""
    _log.error("%s", type(error).__name__)
    for row in traceback.format_tb(error.__traceback__):
        _log.error("%s", row.rstrip())


def _without_answers(arguments: Sequence[str]) -> Iterator[str]:
    """Yield the arguments; the answers to a story may be its own words, so they are left out."""
    previous = ""
    for argument in arguments:
        name, equals, _ = argument.partition("=")
        if name == _ANSWERS and equals:
            yield f"{_ANSWERS}=…"
        else:
            yield "…" if previous == _ANSWERS else argument
        previous = argument


def _open_handler(path: Path, *, make_folder: bool) -> logging.Handler:
    try:
        if make_folder:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        stream = os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise OutputError(
            f"{OPTION}: {path} cannot be written ({error.strerror}); name another file."
        ) from None
    handler = _ClosingHandler(stream)
    handler.setFormatter(logging.Formatter(_FORMAT, "%H:%M:%S"))
    return handler


class _ClosingHandler(logging.StreamHandler):  # type: ignore[type-arg]  # generic only for mypy
    """Closes its stream with itself."""

    def close(self) -> None:
        self.stream.close()
        super().close()


def _version() -> str:
    return version("dreamers")


def _system() -> str:
    return platform.platform(terse=True)
