"""The session: a night as a state machine, driven by the rows of ``table``.

The session decides what is said and how long to wait, and knows how a night ends. It hears nothing
and plays nothing: ``perform`` carries its actions out and tells it what happened. Time reaches it
only as events.
"""

from __future__ import annotations

from collections.abc import Iterator

from player.script import Ask, Header, Say, SetScene, Sound
from player.script.utterance import Utterance
from player.session.events import Action, Choose, Ease, Event, Hush, Place, Understood, Wait
from player.session.handlers.advance import begin, recall
from player.session.handlers.questions import answers_ahead, ways_on
from player.session.lookahead import Ahead
from player.session.pacing import Manner
from player.session.state import Standing, State
from player.session.transitions import ANYWHERE, SILENT, TABLE
from player.story.model import Story


class Session:
    """One night of one story."""

    def __init__(
        self,
        story: Story,
        manner: Manner | None = None,
        start: Place | None = None,
        recap: str | None = None,
        chapters: int | None = None,
    ):
        """``recap`` is said first where the night goes on from ``start``; it sleeps after so many
        ``chapters``, the one that it begins in counted."""
        self._night = Standing(story, manner or Manner(), start, recap or "", chapters)

    def on(self, event: Event | Choose | Understood) -> tuple[Action, ...]:
        """What is to be done about ``event``: nothing, where it means nothing in this state."""
        if isinstance(event, Understood):
            return self._say_back(event)
        kind = Choose if isinstance(event, Choose) else event
        row = TABLE.get((self.state, kind))
        if row is None and self.state not in SILENT:
            row = ANYWHERE.get(kind)
        return tuple(row(self._night, event)) if row else ()

    @property
    def manner(self) -> Manner:
        """How it is told."""
        return self._night.manner

    @property
    def header(self) -> Header:
        """The top of its story."""
        return self._night.reader.header

    @property
    def state(self) -> State:
        """Where the night is."""
        return self._night.state

    @property
    def ask(self) -> Ask | None:
        """The question that is open, if one is."""
        return self._night.ask

    @property
    def here(self) -> Place:
        """Where the line stands that is heard."""
        return self._night.here

    @property
    def bookmark(self) -> Place:
        """Where the next night begins: here, or where the listener was last awake."""
        return self._night.bookmark

    @property
    def finished(self) -> bool:
        """The story was heard to its end by somebody awake."""
        return self._night.finished

    @property
    def problems(self) -> tuple[str, ...]:
        """What was passed over in the story so far: a sentence each."""
        return tuple(
            f"{problem.path}: {problem.message}" if problem.path else problem.message
            for problem in self._night.reader.problems
        )

    def heard(self, place: Place) -> None:
        """A line begins to sound: from now on, this is where the listener is."""
        self._night.here = place
        self._night.trail.add(place)

    def opening(self) -> tuple[Action, ...]:
        """What a night begins with."""
        alone_s = self.manner.prelude_s
        if not alone_s:
            return (Wait(self.manner.opening_s), *begin(self._night))
        self._night.state = State.PRELUDE
        return (Ease(self.manner.prelude_db, alone_s), Wait(alone_s + self.manner.opening_s))

    def ahead(self) -> Iterator[Utterance]:
        """What will be said next, soonest first, as far as it can be known: to be spoken ahead."""
        if self.state in SILENT:
            return
        if self.ask:
            yield from answers_ahead(self._night, self.ask)
        if self._night.recap and self.state in (State.PRELUDE, State.RECALLING):
            yield from recall(self._night).utterances
        for entry in self._read_ahead():
            if isinstance(entry.step, Say):
                yield from self._night.narration.sentences_of(
                    entry.step, entry.place, self._night.softer_db
                )
            elif isinstance(entry.step, Ask):
                yield from self._night.narration.sentences_in(
                    entry.step.question, entry.place, self._night.softer_db
                )

    def scenery_ahead(self) -> list[list[SetScene | Sound]]:
        """The places and recordings that may be wanted soon, for each way on from here; the gentle
        one first."""
        ways = [[*self._read_ahead()]]
        if self.ask and self.state not in SILENT:
            ways += ways_on(self._night, self.ask)
        steps = ([entry.step for entry in way] for way in ways)
        return [[step for step in way if isinstance(step, SetScene | Sound)] for way in steps]

    def _read_ahead(self) -> tuple[Ahead, ...]:
        """Nothing can be read past an open question, and nothing follows the end of a night."""
        telling = self.state in (State.PRELUDE, State.RECALLING, State.TELLING)
        return self._night.reader.upcoming() if telling else ()

    def _say_back(self, understood: Understood) -> tuple[Action, ...]:
        actions = self.on(understood.answer)
        if not actions:
            return ()
        said = self._night.narration.words(understood.words, self.here, pause_s=0.6)
        return (Hush(), said, *(action for action in actions if not isinstance(action, Hush)))
