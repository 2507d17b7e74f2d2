"""The places that the listener has heard, for going back to them."""

from __future__ import annotations

from collections import deque

from player.session.events import Place

_MAX_PLACES = 400  # a limit, so that a long night uses no more memory than a short one


class BackStack:
    """The places where a line or a question began to sound, oldest first."""

    def __init__(self) -> None:
        self._places: deque[Place] = deque(maxlen=_MAX_PLACES)

    def __len__(self) -> int:
        return len(self._places)

    def push(self, place: Place) -> None:
        """Add ``place``, unless it is the last one already: a repeated line counts once."""
        if not self._places or self._places[-1] != place:
            self._places.append(place)

    def previous_line(self) -> Place | None:
        """Return the place of the line before the last one, or None."""
        return self._places[-2] if len(self._places) > 1 else None

    def previous_passage(self) -> Place | None:
        """Return the start of the current passage, or from its first line that of the one before.

        None where nothing has been heard.
        """
        places = list(self._places)
        if len(places) > 1 and places[-2].path != places[-1].path:
            places.pop()
        while len(places) > 1 and places[-2].path == places[-1].path:
            places.pop()
        return places[-1] if places else None

    def cut_after(self, place: Place) -> None:
        """Remove everything after ``place``, if ``place`` is on the stack."""
        if place in self._places:
            while self._places[-1] != place:
                self._places.pop()
