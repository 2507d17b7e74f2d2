"""The command line. A command parses, calls, prints; all that it fails with is told here, once."""

from __future__ import annotations

import sys


def main() -> None:
    """Run ``dreamers``; every error on purpose is one sentence and an exit code of ``sysexits``."""
    debug = "--debug" in sys.argv
    arguments = [argument for argument in sys.argv[1:] if argument != "--debug"]
    sys.exit(run(arguments, debug))


def run(arguments: list[str], debug: bool = False) -> int:
    """Carry out one command line; answers the exit code."""
    import typer

    from player.cli.app import app
    from player.cli.console import say, say_where
    from player.errors import DreamersError

    try:
        code = typer.main.get_command(app).main(arguments, "dreamers", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except (DreamersError, typer.TyperException) as error:
        if debug:
            say_where(error)
            return error.exit_code
        message = error.format_message() if isinstance(error, typer.TyperException) else str(error)
        say(f"dreamers: {message}")
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 0
