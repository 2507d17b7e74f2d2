"""The command line. A command parses, calls and prints; every error is reported here, once."""

from __future__ import annotations

import logging
import sys

_log = logging.getLogger(__name__)


def main() -> None:
    """Run ``dreamers`` with the arguments of the process, and exit with its code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command line; return its exit code, which follows ``sysexits``.

    An error is one sentence on standard error; with ``--debug``, its traceback.
    """
    from player.cli.debug_log import debug_log, take_debug_option
    from player.errors import DreamersError

    rest, option = take_debug_option(arguments, _commands())
    try:
        with debug_log(option) as path:
            code = _run(rest, debug=option.wanted)
            _log.info("exit code %d", code)
    except DreamersError as error:  # the log itself cannot be written
        return _report(error, debug=False)
    if path is not None:
        from player.cli.console import say

        say(f"The log of this run is in {path}.")
    return code


def _commands() -> set[str]:
    import typer

    from player.cli.app import app

    command = typer.main.get_command(app)
    return set(getattr(command, "commands", ()))


def _run(arguments: list[str], *, debug: bool) -> int:
    import typer

    from player.cli.app import app
    from player.errors import DreamersError

    try:
        code = typer.main.get_command(app).main(arguments, "dreamers", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except (DreamersError, typer.TyperException) as error:
        return _report(error, debug=debug)
    except (KeyboardInterrupt, typer.Abort):
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 0


def _report(error: Exception, *, debug: bool) -> int:
    """Print ``error``, and return its exit code."""
    import typer

    from player.cli.console import say, say_where

    _log.error("%s", type(error).__name__)
    _log.debug("its traceback", exc_info=error)
    code = int(getattr(error, "exit_code", 1))
    if debug:
        say_where(error)
        return code
    message = error.format_message() if isinstance(error, typer.TyperException) else str(error)
    say(f"dreamers: {message}")
    return code
