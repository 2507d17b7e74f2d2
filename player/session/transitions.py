"""The table of the night: (state, event) to what is done.

What has no row in a state is looked up in ``ANYWHERE``; in ``SILENT`` states it means nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from player.session.events import Action, Choose, Event
from player.session.handlers import advance, ending, navigation, questions, sleep
from player.session.state import Standing, State

_QUESTION = frozenset({State.ASKING, State.WAITING, State.ASKING_AGAIN, State.WAITING_AGAIN})
SILENT = frozenset({State.FADING, State.LINGERING, State.QUITTING, State.OVER})

Kind = Event | type[Choose]
Row = Callable[[Standing, object], Iterator[Action]]

TABLE: Mapping[tuple[State, Kind], Row] = {
    (State.PRELUDE, Event.NEXT): advance.prelude_is_over,
    (State.PRELUDE, Event.PASSAGE_ON): advance.prelude_is_over,
    (State.RECALLING, Event.NEXT): advance.recalled,
    (State.RECALLING, Event.REPEAT): advance.recall_again,
    (State.RECALLING, Event.PASSAGE_ON): advance.recalled,
    (State.TELLING, Event.NEXT): advance.tell,
    (State.TELLING, Event.REPEAT): navigation.again,
    (State.TELLING, Event.PASSAGE_ON): navigation.passage_on,
    (State.ASKING, Event.NEXT): questions.wait,
    (State.WAITING, Event.NEXT): questions.ask_again,
    (State.ASKING_AGAIN, Event.NEXT): questions.wait,
    (State.WAITING_AGAIN, Event.NEXT): questions.nobody_answered,
    **{(state, Choose): questions.chosen for state in _QUESTION},
    **{(state, Event.DEFAULT): questions.chosen for state in _QUESTION},
    **{(state, Event.REPEAT): questions.repeat for state in _QUESTION},
    **{(state, Event.WAIT): questions.wait_longer for state in _QUESTION},
    (State.LEAVING, Event.NEXT): ending.fade,
    (State.LEAVING, Event.REPEAT): navigation.again_from_the_bookmark,
    (State.LEAVING, Event.MORE): sleep.more_of_the_bed,
    (State.FADING, Event.FADED): sleep.faded,
    (State.FADING, Event.MORE): sleep.more_of_the_bed,
    (State.FADING, Event.QUIT): ending.end_now,
    (State.LINGERING, Event.NEXT): ending.stop,
    (State.LINGERING, Event.MORE): sleep.come_back,
    (State.LINGERING, Event.QUIT): ending.stop,
    (State.QUITTING, Event.FADED): ending.stop,
}

ANYWHERE: Mapping[Kind, Row] = {
    Event.BACK: navigation.back,
    Event.PASSAGE_BACK: navigation.passage_back,
    Event.OASIS: ending.oasis,
    Event.MORE: sleep.more,
    Event.SLEEP: sleep.sleep,
    Event.QUIT: ending.end_now,
    Event.FADED: sleep.faded,
}
