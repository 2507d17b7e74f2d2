"""Reads the story a few steps ahead, and keeps for each step the place where it stands.

Reading ahead gives the voice time to speak. Each step carries its `Place`, whose state was saved
just before the step was read, so that the night can go back to any of them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace

from player.script import (
    Ask,
    BeginChapter,
    ChangeDepth,
    ChangeSoundscape,
    Finish,
    Header,
    Problem,
    Step,
    read_header,
    read_item,
)
from player.session.events import Place
from player.story.model import Story

_MAX_STEPS = 6  # read ahead: about half a minute of telling


@dataclass(frozen=True, slots=True)
class UpcomingStep:
    """A step that is still to come, and its place."""

    step: Step
    place: Place


class Lookahead:
    """A queue of the story's next steps, filled up to the next question or the end."""

    def __init__(self, story: Story, start: Place | None = None) -> None:
        """Begin at ``start``, else at the story's beginning."""
        self.header: Header = read_header(story.header)
        self.problems = [Problem("", message) for message in self.header.problems]
        self._story = story
        self._queue: deque[UpcomingStep] = deque()
        self._place = start or Place(
            story.save(), scene=self.header.soundscape, depth=self.header.depth
        )
        if start:
            self.rewind(start)
        self.start = self._place

    def peek(self) -> UpcomingStep:
        """Return the next step and leave it in the queue."""
        self._fill()
        return self._queue[0]

    def pop(self) -> UpcomingStep:
        """Take the next step out of the queue and return it."""
        self._fill()
        return self._queue.popleft()

    def upcoming(self) -> tuple[UpcomingStep, ...]:
        """Return every step that has been read ahead."""
        self._fill()
        return tuple(self._queue)

    def choose(self, index: int) -> None:
        """Answer the question that was popped last with the option at ``index``."""
        self._story.choose(index)
        self._place = replace(self._place, answers=(*self._place.answers, index))

    def rewind(self, place: Place) -> None:
        """Continue reading from ``place``."""
        self._story.load(place.state)
        self._queue.clear()
        self._place = place

    def first_steps(self, index: int) -> Iterator[UpcomingStep]:
        """Yield the steps of the first item after the answer ``index``, usually up to a line."""
        item = self._story.peek(index)
        place = self._place
        for step in read_item(item, self.header).steps:
            place = _place_after(place, step)
            yield UpcomingStep(step, place)

    def _fill(self) -> None:
        while len(self._queue) < _MAX_STEPS and not self._is_at_a_stop():
            state = self._story.save()
            item = self._story.next()
            reading = read_item(item, self.header)
            self.problems += reading.problems
            self._place = replace(self._place, state=state, path=item.path)
            for step in reading.steps:
                self._place = _place_after(self._place, step)
                self._queue.append(UpcomingStep(step, self._place))

    def _is_at_a_stop(self) -> bool:
        """Return whether the queue ends in a question or the end, past which nothing is read."""
        return bool(self._queue) and isinstance(self._queue[-1].step, Ask | Finish)


def _place_after(place: Place, step: Step) -> Place:
    match step:
        case ChangeSoundscape():
            return replace(place, scene=step.name)
        case ChangeDepth():
            return replace(place, depth=step.depth)
        case BeginChapter():
            return replace(place, chapter=step.title)
    return place
