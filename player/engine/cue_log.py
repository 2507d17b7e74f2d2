"""The record of a night: what begins and ends at which frame."""

from __future__ import annotations

from dataclasses import replace

from player.cues import Cue
from player.session import Place


class Record:
    """Cues in the making: they are planned ahead, and cut short when the voice is hushed."""

    def __init__(self) -> None:
        self.cues: list[Cue] = []
        self._ahead: list[tuple[Cue, Place]] = []

    def add(self, cue: Cue, place: Place) -> None:
        """Plan ``cue``: it has begun when its first frame is heard."""
        self._ahead.append((cue, place))

    def extend_last(self, end: int) -> None:
        """The cue that was planned last goes on until ``end``."""
        if self._ahead:
            cue, place = self._ahead[-1]
            self._ahead[-1] = replace(cue, end=end), place
        else:
            self.cues[-1] = replace(self.cues[-1], end=end)

    def hush(self, frame: int) -> None:
        """From ``frame`` on, nothing that was planned is heard."""
        self._ahead.clear()
        for index in range(len(self.cues) - 1, max(-1, len(self.cues) - 8), -1):
            if self.cues[index].end > frame:
                self.cues[index] = replace(self.cues[index], end=max(frame, self.cues[index].start))

    def begun(self, frame: int) -> list[tuple[Cue, Place]]:
        """Everything planned that begins before ``frame``, now kept among the ``cues``."""
        begun = [entry for entry in self._ahead if entry[0].start < frame]
        self._ahead = [entry for entry in self._ahead if entry[0].start >= frame]
        self.cues += [cue for cue, _ in begun]
        return begun
