"""The transition table of a night: state and event → handler and next state.

Rows of one cell are tried in order; the first whose condition holds is taken. An event without a
row in a state is looked up in `ANYWHERE`, and has no effect in the `SILENT` states. A handler may
find that the story has come to a point such as a question; that point is looked up like an event.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from player.session.events import Action, Choose, Event
from player.session.handlers import advance, ending, navigation, questions, sleep
from player.session.handlers.story_points import Reached, StoryPoint
from player.session.state import NightState, State

SILENT = frozenset({State.FADING, State.LINGERING, State.QUITTING, State.OVER})

EventKind = Event | StoryPoint | type[Choose]
Handler = Callable[[NightState, object], Iterator[Action | Reached]]
Condition = Callable[[NightState, object], bool]


@dataclass(frozen=True, slots=True)
class Transition:
    """Run ``handler`` and go ``to`` the next state (None: stay), provided that ``when`` holds."""

    handler: Handler
    to: State | None
    when: Condition | None = None

    def applies(self, night: NightState, event: object) -> bool:
        """Return whether its condition holds."""
        return self.when is None or self.when(night, event)


Cell = tuple[Transition, ...]


def _go(handler: Handler, to: State | None, when: Condition | None = None) -> Cell:
    return (Transition(handler, to, when),)


_begin_story: Cell = (
    *_go(advance.begin_with_recap, State.RECALLING, advance.has_recap),
    *_go(advance.begin_story, State.TELLING),
)
_more_of_the_bed: Cell = (
    *_go(sleep.come_back, State.TELLING, sleep.is_timed_out),
    *_go(sleep.more_of_the_bed, State.LEAVING),
)
_after_the_fade: Cell = (
    *_go(sleep.linger, State.LINGERING, sleep.is_timed_out),
    *_go(ending.stop, State.OVER),
)
_during_a_question: Mapping[EventKind, Cell] = {
    Choose: _go(questions.take_answer, State.TELLING, questions.is_offered),
    Event.DEFAULT: _go(questions.take_answer, State.TELLING),
    Event.REPEAT: _go(questions.repeat, State.ASKING),
    Event.WAIT: _go(questions.wait_longer, State.WAITING),
}

TABLE: Mapping[State, Mapping[EventKind, Cell]] = {
    State.PRELUDE: {
        Event.NEXT: _begin_story,
        Event.PASSAGE_ON: _begin_story,
    },
    State.RECALLING: {
        Event.NEXT: _go(advance.continue_after_recap, State.TELLING),
        Event.REPEAT: _go(advance.repeat_recap, State.RECALLING),
        Event.PASSAGE_ON: _go(advance.continue_after_recap, State.TELLING),
    },
    State.TELLING: {
        Event.NEXT: _go(advance.tell, State.TELLING),
        Event.REPEAT: _go(navigation.repeat_line, State.TELLING, navigation.has_been_heard),
        Event.PASSAGE_ON: _go(navigation.passage_on, State.TELLING),
        StoryPoint.QUESTION: _go(questions.pose, State.ASKING),
        StoryPoint.END: _go(ending.leave_at_the_end, State.LEAVING),
        StoryPoint.END_OF_LAST_PASSAGE: _go(ending.say_goodnight, State.LEAVING),
        StoryPoint.END_OF_LAST_CHAPTER: _go(ending.leave_after_chapters, State.LEAVING),
    },
    State.ASKING: {
        **_during_a_question,
        Event.NEXT: _go(questions.wait, State.WAITING),
    },
    State.WAITING: {
        **_during_a_question,
        Event.NEXT: _go(questions.ask_again, State.ASKING_AGAIN),
    },
    State.ASKING_AGAIN: {
        **_during_a_question,
        Event.NEXT: _go(questions.wait, State.WAITING_AGAIN),
    },
    State.WAITING_AGAIN: {
        **_during_a_question,
        Event.NEXT: _go(questions.take_default_unasked, State.TELLING),
    },
    State.LEAVING: {
        Event.NEXT: _go(ending.fade, State.FADING),
        Event.REPEAT: _go(navigation.return_to_bookmark, State.TELLING, navigation.has_been_heard),
        Event.MORE: _more_of_the_bed,
    },
    State.FADING: {
        Event.FADED: _after_the_fade,
        Event.MORE: _more_of_the_bed,
        Event.QUIT: _go(ending.quit_now, State.QUITTING),
    },
    State.LINGERING: {
        Event.NEXT: _go(ending.stop, State.OVER),
        Event.MORE: _go(sleep.come_back, State.TELLING),
        Event.QUIT: _go(ending.stop, State.OVER),
    },
    State.QUITTING: {
        Event.FADED: _go(ending.stop, State.OVER),
    },
    State.OVER: {},
}

ANYWHERE: Mapping[EventKind, Cell] = {
    Event.BACK: _go(navigation.back, State.TELLING, navigation.has_been_heard),
    Event.PASSAGE_BACK: _go(navigation.passage_back, State.TELLING, navigation.has_been_heard),
    Event.OASIS: _go(ending.oasis, State.LEAVING),
    Event.MORE: _go(sleep.more, None),
    Event.SLEEP: _go(sleep.fade_for_sleep, None),
    Event.QUIT: _go(ending.quit_now, State.QUITTING),
    Event.FADED: _after_the_fade,
}


def find_transition(night: NightState, event: object) -> Transition | None:
    """Return the row for ``event`` in the night's present state, or None."""
    kind = _kind(event)
    cell = TABLE[night.state].get(kind, ())
    if not cell and night.state not in SILENT:
        cell = ANYWHERE.get(kind, ())
    return next((row for row in cell if row.applies(night, event)), None)


def _kind(event: object) -> EventKind:
    match event:
        case Choose():
            return Choose
        case Reached():
            return event.point
        case Event():
            return event
    raise TypeError(f"{event!r} is not an event of a night")
