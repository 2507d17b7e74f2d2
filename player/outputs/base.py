"""What every output can do, and what a file says about itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from player.audio import Samples
from player.cues import Chapter
from player.terminal_text import clean

GENRE = "Bedtime story"


class Output(Protocol):
    """Somewhere to sound; after `close` or `abort`, which may be repeated, nothing is written."""

    @property
    def is_live(self) -> bool:
        """Whether somebody listens as it is written; False for a file."""

    @property
    def latency_s(self) -> float:
        """Seconds from a write to the moment at which it is heard; 0 for a file."""

    @property
    def underruns(self) -> int:
        """How often sound came too late so far, and silence was heard instead."""

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
    cover: bytes = b""  # a whole JPEG or PNG picture

    def texts(self) -> dict[str, str]:
        """Return the filled text fields by their common lower-case names."""
        names = ("title", "artist", "album", "genre")
        # In ID3 and MP4, NUL parts one value from the next; a line break parts Vorbis comments in
        # the lists that other programs write.
        return {name: value for name in names if (value := clean(getattr(self, name)))}
