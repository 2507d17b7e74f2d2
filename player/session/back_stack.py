"""The places that were heard, so that a listener can go back."""

from __future__ import annotations

from collections import deque

from player.session.events import Place

_MEMORY = 400  # places, so that a long night's memory stays flat


class Trail:
    """The last places at which a line or a question was heard, oldest first."""

    def __init__(self) -> None:
        self._places: deque[Place] = deque(maxlen=_MEMORY)

    def __len__(self) -> int:
        return len(self._places)

    def add(self, place: Place) -> None:
        """A line begins to sound at ``place``; said again, it counts once."""
        if not self._places or self._places[-1] != place:
            self._places.append(place)

    def line_before(self) -> Place | None:
        """Where the line before the last one stood; ``None`` where there is none."""
        return self._places[-2] if len(self._places) > 1 else None

    def passage_before(self) -> Place | None:
        """The start of the last passage; from its first line, of the one before it."""
        places = list(self._places)
        if len(places) > 1 and places[-2].path != places[-1].path:
            places.pop()
        while len(places) > 1 and places[-2].path == places[-1].path:
            places.pop()
        return places[-1] if places else None

    def cut(self, place: Place) -> None:
        """Forget what came after ``place``, if it was heard."""
        if place in self._places:
            while self._places[-1] != place:
                self._places.pop()
