"""The session: a night as a state machine, driven by the table in ``transitions``.

It decides what is said and how long to wait, and how a night ends. It neither plays nor listens:
``engine`` carries its actions out and reports back. Time reaches it only as events.
"""

from __future__ import annotations

from collections.abc import Iterator

from player.script import Ask, ChangeSoundscape, Header, PlaySound, Say
from player.script.utterance import Utterance
from player.session.events import Action, Choose, Ease, Event, Hush, Place, Understood, Wait
from player.session.handlers.advance import recap as recap_words
from player.session.handlers.questions import sentences_after_each_answer, steps_after_each_answer
from player.session.handlers.story_points import Reached
from player.session.lookahead import UpcomingStep
from player.session.pacing import Pacing
from player.session.state import NightState, State
from player.session.transitions import SILENT, find_transition
from player.story.model import Story

_BEFORE_A_LINE = frozenset({State.PRELUDE, State.RECALLING, State.TELLING})
_CONFIRMATION_PAUSE_S = 0.6


class Session:
    """One night of one story."""

    def __init__(
        self,
        story: Story,
        pacing: Pacing | None = None,
        *,
        start: Place | None = None,
        recap: str | None = None,
        chapters: int | None = None,
    ) -> None:
        """Begin at ``start``, else at the story's beginning.

        ``recap`` is said before the story goes on. ``chapters`` limits how many chapters are told,
        the one that the night begins in counted.
        """
        self._night = NightState(
            story, pacing or Pacing(), start=start, recap=recap or "", chapters=chapters
        )

    def on(self, event: Event | Choose | Understood) -> tuple[Action, ...]:
        """Return the actions that follow ``event``; none if it has no effect in this state."""
        if isinstance(event, Understood):
            return self._confirm(event)
        return tuple(self._run(event))

    def _run(self, event: Event | Choose | Reached) -> Iterator[Action]:
        transition = find_transition(self._night, event)
        if transition is None:
            return
        self._night.state = transition.to or self._night.state
        for item in transition.handler(self._night, event):
            if isinstance(item, Reached):
                yield from self._run(item)
            else:
                yield item

    @property
    def pacing(self) -> Pacing:
        """Return its times and levels."""
        return self._night.pacing

    @property
    def header(self) -> Header:
        """Return the story's header."""
        return self._night.lookahead.header

    @property
    def state(self) -> State:
        """Return the present state."""
        return self._night.state

    @property
    def ask(self) -> Ask | None:
        """Return the open question, or None."""
        return self._night.ask

    @property
    def here(self) -> Place:
        """Return the place of the line that is sounding."""
        return self._night.here

    @property
    def bookmark(self) -> Place:
        """Return the place where the next night begins."""
        return self._night.bookmark

    @property
    def finished(self) -> bool:
        """Return whether the story was told to its end to a listener who was awake."""
        return self._night.finished

    @property
    def problems(self) -> tuple[str, ...]:
        """Return a sentence for each thing in the story that was passed over so far."""
        return tuple(
            f"{problem.path}: {problem.message}" if problem.path else problem.message
            for problem in self._night.lookahead.problems
        )

    def heard(self, place: Place) -> None:
        """Note that a line begins to sound: the listener is now at ``place``."""
        self._night.here = place
        self._night.back_stack.push(place)

    def opening(self) -> tuple[Action, ...]:
        """Return the actions that begin the night."""
        prelude_s = self.pacing.prelude_s
        if prelude_s:
            self._night.state = State.PRELUDE
            return (
                Ease(self.pacing.prelude_db, prelude_s),
                Wait(prelude_s + self.pacing.opening_s),
            )
        wait = Wait(self.pacing.opening_s)
        if not self._night.recap:
            return (wait,)
        self._night.state = State.RECALLING
        return (wait, recap_words(self._night))

    def ahead(self) -> Iterator[Utterance]:
        """Yield the sentences that may be said next, soonest first, to be spoken ahead."""
        if self.state in SILENT:
            return
        night = self._night
        if night.ask:
            yield from sentences_after_each_answer(night, night.ask)
        if night.recap and self.state in (State.PRELUDE, State.RECALLING):
            yield from recap_words(night).utterances
        for entry in self._upcoming():
            if isinstance(entry.step, Say):
                yield from night.utterances.sentences_of(entry.step, entry.place, night.softer_db)
            elif isinstance(entry.step, Ask):
                yield from night.utterances.narrator_sentences(
                    entry.step.question, entry.place, night.softer_db
                )

    def assets_ahead(self) -> list[list[ChangeSoundscape | PlaySound]]:
        """Return the soundscapes and recordings that may be needed soon.

        One list for each way on from here, the default's first.
        """
        ways = [[*self._upcoming()]]
        if self.ask and self.state not in SILENT:
            ways += steps_after_each_answer(self._night, self.ask)
        steps = ([entry.step for entry in way] for way in ways)
        return [
            [step for step in way if isinstance(step, ChangeSoundscape | PlaySound)]
            for way in steps
        ]

    def _upcoming(self) -> tuple[UpcomingStep, ...]:
        """Return the steps read ahead; none past an open question or the end of a night."""
        return self._night.lookahead.upcoming() if self.state in _BEFORE_A_LINE else ()

    def _confirm(self, understood: Understood) -> tuple[Action, ...]:
        """Repeat what was understood, then carry it out."""
        actions = self.on(understood.answer)
        if not actions:
            return ()
        confirmation = self._night.utterances.words(
            understood.words, self.here, pause_s=_CONFIRMATION_PAUSE_S
        )
        rest = (action for action in actions if not isinstance(action, Hush))
        return (Hush(), confirmation, *rest)
