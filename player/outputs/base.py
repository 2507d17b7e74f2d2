"""The interface of all outputs, and the tags of a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from player.audio import Samples
from player.cues import Chapter
from player.terminal_text import clean

GENRE = "Bedtime story"


class Output(Protocol):
    """A destination of the night's sound.

    After `close` or `abort`, both of which may be repeated, nothing is written any more.
    """

    @property
    def is_live(self) -> bool:
        """True if somebody listens while it is written; False for a file."""

    @property
    def latency_s(self) -> float:
        """Seconds from a write until it is heard; 0 for a file."""

    @property
    def underruns(self) -> int:
        """Number of times that sound came too late, and silence was played; 0 for a file."""

    @property
    def missing_s(self) -> float:
        """Seconds of silence that were played in place of late sound; 0 for a file."""

    @property
    def reopened(self) -> int:
        """Number of times that a lost device was waited for and opened again; 0 for a file."""

    def write(self, block: Samples) -> None:
        """Take the next ``(frames, 2)`` float32 samples.

        An output that is heard blocks until the device has room, and so sets the loop's pace; a
        file returns at once.
        """

    def close(self, chapters: Sequence[Chapter] = ()) -> None:
        """Play or store all that was written, and finish; a file keeps `chapters` if it can."""

    def abort(self) -> None:
        """Stop at once; a file is removed."""


class FileOutput:
    """Plain values of an output that no device plays, for files to inherit."""

    is_live = False
    latency_s = 0.0
    underruns = 0
    missing_s = 0.0
    reopened = 0


@dataclass(frozen=True, slots=True)
class Tags:
    """Description that a file carries; empty fields are left out."""

    title: str = ""
    artist: str = ""
    album: str = ""
    genre: str = GENRE
    cover: bytes = b""  # a whole JPEG or PNG picture

    def texts(self) -> dict[str, str]:
        """Return the filled text fields by their common lower-case names."""
        names = ("title", "artist", "album", "genre")
        # `clean` removes control characters: NUL separates values in ID3 and MP4, and line breaks
        # separate Vorbis comments in the lists that other programs write.
        return {name: value for name in names if (value := clean(getattr(self, name)))}
