"""The table of the night: (state, event) to what is done.

What has no row in a state is looked up in ``ANYWHERE``; in ``SILENT`` states it means nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from player.session import asking, ending, moving, sleeping, telling
from player.session.events import Action, Choose, Event
from player.session.standing import Standing, State

_QUESTION = frozenset({State.ASKING, State.WAITING, State.ASKING_AGAIN, State.WAITING_AGAIN})
SILENT = frozenset({State.FADING, State.LINGERING, State.QUITTING, State.OVER})

Kind = Event | type[Choose]
Row = Callable[[Standing, object], Iterator[Action]]

TABLE: Mapping[tuple[State, Kind], Row] = {
    (State.PRELUDE, Event.NEXT): telling.prelude_is_over,
    (State.PRELUDE, Event.PASSAGE_ON): telling.prelude_is_over,
    (State.RECALLING, Event.NEXT): telling.recalled,
    (State.RECALLING, Event.REPEAT): telling.recall_again,
    (State.RECALLING, Event.PASSAGE_ON): telling.recalled,
    (State.TELLING, Event.NEXT): telling.tell,
    (State.TELLING, Event.REPEAT): moving.again,
    (State.TELLING, Event.PASSAGE_ON): moving.passage_on,
    (State.ASKING, Event.NEXT): asking.wait,
    (State.WAITING, Event.NEXT): asking.ask_again,
    (State.ASKING_AGAIN, Event.NEXT): asking.wait,
    (State.WAITING_AGAIN, Event.NEXT): asking.nobody_answered,
    **{(state, Choose): asking.chosen for state in _QUESTION},
    **{(state, Event.DEFAULT): asking.chosen for state in _QUESTION},
    **{(state, Event.REPEAT): asking.repeat for state in _QUESTION},
    **{(state, Event.WAIT): asking.wait_longer for state in _QUESTION},
    (State.LEAVING, Event.NEXT): ending.fade,
    (State.LEAVING, Event.REPEAT): moving.again_from_the_bookmark,
    (State.LEAVING, Event.MORE): sleeping.more_of_the_bed,
    (State.FADING, Event.FADED): sleeping.faded,
    (State.FADING, Event.MORE): sleeping.more_of_the_bed,
    (State.FADING, Event.QUIT): ending.end_now,
    (State.LINGERING, Event.NEXT): ending.stop,
    (State.LINGERING, Event.MORE): sleeping.come_back,
    (State.LINGERING, Event.QUIT): ending.stop,
    (State.QUITTING, Event.FADED): ending.stop,
}

ANYWHERE: Mapping[Kind, Row] = {
    Event.BACK: moving.back,
    Event.PASSAGE_BACK: moving.passage_back,
    Event.OASIS: ending.oasis,
    Event.MORE: sleeping.more,
    Event.SLEEP: sleeping.sleep,
    Event.QUIT: ending.end_now,
    Event.FADED: sleeping.faded,
}
