"""Where the night sounds: a speaker, a file, the memory, or nowhere.

All take the same blocks from the same loop. Each output is a module of its own and is imported only
when it is asked for, since the libraries behind them take their time.
"""

from collections.abc import Callable
from pathlib import Path

from player.errors import UsageError
from player.outputs.base import GENRE, Output, Tags

__all__ = ["GENRE", "SPECS", "Output", "Tags", "open_output"]

SPECS = ("speaker", "simpleaudio", "null", "file:PATH")


def open_output(
    spec: str,
    *,
    device: str | None = None,
    tags: Tags | None = None,
    while_lost: Callable[[], bool] = lambda: True,
) -> Output:
    """Open the output that `spec` names: ``speaker``, ``simpleaudio``, ``null`` or ``file:PATH``.

    `device` names a speaker's device; `while_lost` is called while it is gone, and gives up when it
    answers False. Raises UsageError for an unknown `spec`, UnavailableError or OutputError when the
    output itself cannot be opened.
    """
    kind, _, path = spec.partition(":")
    if device is not None and kind != "speaker":
        raise UsageError(
            f"the output {spec!r} has no devices to choose from: leave out --device, "
            "or use --output speaker"
        )
    if spec == "speaker":
        from player.outputs.speaker import Speaker

        return Speaker(device, while_lost=while_lost)
    if spec == "simpleaudio":
        from player.outputs.simpleaudio import SimpleAudioOutput

        return SimpleAudioOutput(while_lost=while_lost)
    if spec == "null":
        from player.outputs.null import NullOutput

        return NullOutput()
    if kind == "file" and path:
        from player.outputs.files.formats import open_file

        return open_file(Path(path), tags or Tags())
    raise UsageError(f"unknown output {spec!r}: expected one of {', '.join(SPECS)}")
