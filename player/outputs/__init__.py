"""Where the night sounds: a speaker, a file, the memory, or nowhere.

All take the same blocks from the same loop. Each output is a module of its own and is imported only
when it is asked for, since the libraries behind them take their time.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from player.audio import Samples
from player.cues import Chapter
from player.errors import UsageError

GENRE = "Bedtime story"
SPECS = ("speaker", "simpleaudio", "null", "file:PATH")


class Output(Protocol):
    """Somewhere to sound; after `close` or `abort`, which may be repeated, nothing is written."""

    def write(self, block: Samples) -> None:
        """Take the next ``(frames, 2)`` float32, any number; a live output paces its caller."""

    def close(self, chapters: Sequence[Chapter] = ()) -> None:
        """Sound or store all that was written, and finish; a file keeps `chapters` if it can."""

    def abort(self) -> None:
        """Stop at once and leave nothing behind."""


@dataclass(frozen=True, slots=True)
class Tags:
    """What a file says about itself; empty fields are left out."""

    title: str = ""
    artist: str = ""
    album: str = ""
    genre: str = GENRE
    comment: str = ""
    cover: bytes = b""  # a whole JPEG or PNG picture

    def texts(self) -> dict[str, str]:
        """Return the filled text fields by their common lower-case names."""
        names = ("title", "artist", "album", "genre", "comment")
        return {name: value for name in names if (value := getattr(self, name))}


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
