"""Audio outputs: sound card, file, and none at all.

All take the same blocks from the same loop. Each output is imported only when it is opened, since
its libraries take long to load.
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
    keep_waiting: Callable[[], bool] = lambda: True,
) -> Output:
    """Open the output that `spec` names: ``speaker``, ``simpleaudio``, ``null`` or ``file:PATH``.

    `device` names a device of the speaker. While a device is lost, `keep_waiting` is called about
    four times per second, and ends the waiting when it returns False. Raises UsageError for an
    unknown `spec`, UnavailableError or OutputError when the output itself cannot be opened.
    """
    kind, _, path = spec.partition(":")
    if device is not None and kind != "speaker":
        raise UsageError(
            f"the output {spec!r} has no devices to choose from: leave out --device, "
            "or use --output speaker"
        )
    if spec == "speaker":
        from player.outputs.speaker import Speaker

        return Speaker(device, keep_waiting=keep_waiting)
    if spec == "simpleaudio":
        from player.outputs.simpleaudio import SimpleAudioOutput

        return SimpleAudioOutput(keep_waiting=keep_waiting)
    if spec == "null":
        from player.outputs.null import NullOutput

        return NullOutput()
    if kind == "file" and path:
        from player.outputs.files.formats import open_file

        return open_file(Path(path), tags or Tags())
    raise UsageError(f"unknown output {spec!r}: expected one of {', '.join(SPECS)}")
