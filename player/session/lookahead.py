"""Reads the story a few lines ahead, and remembers for each step where it stood.

Reading ahead lets the voice speak in good time. Each step carries its ``Place``, whose state was
saved just before the step was read, so that any of them can be gone back to.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace

from player.script import (
    Ask,
    Chapter,
    Finish,
    Glide,
    Header,
    Problem,
    SetScene,
    Step,
    read,
    read_header,
)
from player.session.events import Place
from player.story.model import Story

_AHEAD = 6  # steps: about half a minute of telling


@dataclass(frozen=True, slots=True)
class Ahead:
    """A step that is still to come, and where it stands."""

    step: Step
    place: Place


class Reader:
    """The story as a queue of steps that fills itself up to the next question or the end."""

    def __init__(self, story: Story, start: Place | None = None) -> None:
        self.header: Header = read_header(story.header)
        self.problems = [Problem("", message) for message in self.header.problems]
        self._story = story
        self._queue: deque[Ahead] = deque()
        self._place = start or Place(
            story.save(), scene=self.header.soundscape, depth=self.header.depth
        )
        if start:
            self.rewind(start)
        self.start = self._place

    def peek(self) -> Ahead:
        """The next step, left where it is."""
        self._fill()
        return self._queue[0]

    def pop(self) -> Ahead:
        """The next step."""
        self._fill()
        return self._queue.popleft()

    def upcoming(self) -> tuple[Ahead, ...]:
        """All that has been read ahead."""
        self._fill()
        return tuple(self._queue)

    def choose(self, index: int) -> None:
        """Answer the question that was popped last."""
        self._story.choose(index)
        self._place = replace(self._place, answers=(*self._place.answers, index))

    def rewind(self, place: Place) -> None:
        """Go on reading from ``place``."""
        self._story.load(place.state)
        self._queue.clear()
        self._place = place

    def first_steps(self, index: int) -> Iterator[Ahead]:
        """What answer ``index`` would begin with: a line, as a rule, and what goes before it."""
        item = self._story.peek(index)
        place = self._place
        for step in read(item, self.header).steps:
            place = _moved(place, step)
            yield Ahead(step, place)

    def _fill(self) -> None:
        while len(self._queue) < _AHEAD and not self._at_a_stop():
            state = self._story.save()
            item = self._story.next()
            reading = read(item, self.header)
            self.problems += reading.problems
            self._place = replace(self._place, state=state, path=item.path)
            for step in reading.steps:
                self._place = _moved(self._place, step)
                self._queue.append(Ahead(step, self._place))

    def _at_a_stop(self) -> bool:
        """The story cannot be read past a question, nor past its end."""
        return bool(self._queue) and isinstance(self._queue[-1].step, Ask | Finish)


def _moved(place: Place, step: Step) -> Place:
    match step:
        case SetScene():
            return replace(place, scene=step.name)
        case Glide():
            return replace(place, depth=step.depth)
        case Chapter():
            return replace(place, chapter=step.title)
    return place
