"""The command line. A command parses, calls and prints; errors are reported here alone."""

from __future__ import annotations

import errno
import logging
import sys

_SOFTWARE_FAULT = 70  # EX_SOFTWARE
_REFUSED_OUTPUT = {errno.EBADF, errno.EIO, errno.EFBIG, errno.ENOSPC}

_log = logging.getLogger(__name__)


def main() -> None:
    """Run ``dreamers`` with the arguments of the process, and exit with its code."""
    from player.cli.console import open_missing_streams

    open_missing_streams()
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command line; return its exit code, which follows ``sysexits``.

    An error is one sentence on standard error, or with ``--debug`` a traceback.
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
        from player.cli.console import print_notice

        print_notice(f"The log of this run is in {path}.")
    return code


def _commands() -> set[str]:
    import typer

    from player.cli.app import app

    command = typer.main.get_command(app)
    return set(getattr(command, "commands", ()))


def _run(arguments: list[str], *, debug: bool) -> int:
    import typer

    from player.cli.app import app
    from player.cli.console import drop_output, output_error

    try:
        code = typer.main.get_command(app).main(arguments, "dreamers", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except (KeyboardInterrupt, typer.Abort):
        return 130
    except BrokenPipeError:  # nobody reads on, as with ``dreamers check … | head``
        drop_output()
        return 0
    except Exception as error:
        if isinstance(error, OSError) and error.errno in _REFUSED_OUTPUT:  # help, printed by rich
            error = output_error(error)
        return _report(error, debug=debug)


def _report(error: Exception, *, debug: bool) -> int:
    """Print ``error``, and return its exit code."""
    from player.cli.console import print_notice, print_traceback
    from player.cli.debug_log import log_error

    log_error(error)
    if debug:
        print_traceback(error)
    else:
        print_notice(f"dreamers: {_message(error)}")
    return int(getattr(error, "exit_code", _SOFTWARE_FAULT))


def _message(error: Exception) -> str:
    import typer

    from player.errors import DreamersError

    if isinstance(error, typer.TyperException):
        return error.format_message()
    if isinstance(error, DreamersError):
        return str(error)
    return (
        f"something went wrong that should not have ({type(error).__name__}):"
        " run it again with --debug, and report what that prints."
    )
