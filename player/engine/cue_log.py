"""The log of a night: which cue begins and ends at which frame."""

from __future__ import annotations

from dataclasses import replace

from player.cues import Cue
from player.session import Place

_MAX_SOUNDING = 7  # the last cues, of which some may still sound


class CueLog:
    """Collects cues. They are planned ahead, and cut short when the voice is hushed."""

    def __init__(self) -> None:
        self.cues: list[Cue] = []
        """The cues that have begun, ordered by start."""
        self._planned: list[tuple[Cue, Place]] = []

    def add(self, cue: Cue, place: Place) -> None:
        """Plan ``cue``; it begins when its first frame is heard."""
        self._planned.append((cue, place))

    def extend_last(self, end: int) -> None:
        """Let the cue that was planned last end at frame ``end``."""
        if self._planned:
            cue, place = self._planned[-1]
            self._planned[-1] = replace(cue, end=end), place
        else:
            self.cues[-1] = replace(self.cues[-1], end=end)

    def hush(self, frame: int) -> None:
        """Drop what is planned, and end at ``frame`` what is still sounding."""
        self._planned.clear()
        first = max(0, len(self.cues) - _MAX_SOUNDING)
        for index, cue in enumerate(self.cues[first:], first):
            if cue.end > frame:
                self.cues[index] = replace(cue, end=max(frame, cue.start))

    def pop_begun(self, frame: int) -> list[tuple[Cue, Place]]:
        """Return the planned cues that begin before ``frame``, and move them to ``cues``."""
        begun = [entry for entry in self._planned if entry[0].start < frame]
        self._planned = [entry for entry in self._planned if entry[0].start >= frame]
        self.cues += [cue for cue, _ in begun]
        return begun
