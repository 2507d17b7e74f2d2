"""An output that keeps what is written in memory."""

from collections.abc import Sequence

import numpy as np

from player.audio import Samples
from player.cues import Chapter
from player.outputs.base import FileOutput


class MemoryOutput(FileOutput):
    """Collect every block; `samples` returns all of them so far."""

    def __init__(self) -> None:
        self.chapters: tuple[Chapter, ...] = ()
        self.closed = False
        self._blocks: list[Samples] = []

    @property
    def samples(self) -> Samples:
        """Return all that was written so far, ``(frames, 2)`` float32."""
        return np.concatenate([np.zeros((0, 2), np.float32), *self._blocks])

    def write(self, block: Samples) -> None:
        self._blocks.append(np.array(block, np.float32))  # a copy: the caller may reuse its block

    def close(self, chapters: Sequence[Chapter] = ()) -> None:
        self.chapters = tuple(chapters) or self.chapters
        self.closed = True

    def abort(self) -> None:
        self._blocks.clear()
        self.closed = True
