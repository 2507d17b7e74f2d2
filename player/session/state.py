"""The mutable state of a night, shared by the transition handlers."""

from __future__ import annotations

from enum import Enum, auto

from player.script import Ask
from player.session.back_stack import BackStack
from player.session.events import Place
from player.session.lookahead import Lookahead
from player.session.pacing import Pacing
from player.session.utterances import UtteranceBuilder
from player.story.model import Story


class State(Enum):
    """The states of a night; ``transitions`` says what leads from one to another."""

    PRELUDE = auto()
    """The bed alone, before the first word."""
    RECALLING = auto()
    """The recap of last night is being said."""
    TELLING = auto()
    ASKING = auto()
    WAITING = auto()
    ASKING_AGAIN = auto()
    WAITING_AGAIN = auto()
    LEAVING = auto()
    """The voice is done; the bed stays a while."""
    FADING = auto()
    LINGERING = auto()
    """Silent after the sleep timer; a key can still bring the night back."""
    QUITTING = auto()
    OVER = auto()


class NightState:
    """The state of one night of one story.

    ``chapters`` limits how many chapters are told, the one that the night begins in counted.
    """

    def __init__(
        self,
        story: Story,
        pacing: Pacing,
        *,
        start: Place | None,
        recap: str,
        chapters: int | None,
    ) -> None:
        self.pacing = pacing
        self.state = State.TELLING
        self.lookahead = Lookahead(story, start)
        self.utterances = UtteranceBuilder(pacing, self.lookahead.header)
        self.back_stack = BackStack()
        self.here = self.lookahead.start
        """The place of the line that is sounding."""
        self.finished = False
        """True if the story was told to its end to a listener who was awake."""
        self.recap = recap

        self.ask: Ask | None = None
        """The open question, if there is one."""
        self.asked_at = self.here
        self.asked_in_words = False
        """True if the last line asks the question in the writer's own words."""

        self.unanswered = 0
        """Unanswered questions in a row."""
        self.return_to: Place | None = None
        """Place where the next night begins, if not ``here``.

        It is the first question without an answer, the place where the sleep timer's fade began,
        or the chapter after the last that was asked for.
        """
        self.softer_db = 0.0
        self.last_passage: str | None = None
        """Path of the passage that is told to its end once the listener is asleep."""

        self.bed_s, self.fade_s = pacing.ending_bed_s, pacing.ending_fade_s
        """How long the bed stays after the voice, and how long it fades."""
        self.timed_out_at: Place | None = None
        """The place at which the sleep timer's fade began."""
        self.chapters = chapters
        self.begun_chapters = {self.here.chapter} - {""}

    @property
    def question(self) -> Ask:
        """The open question, in a state that has one."""
        if self.ask is None:
            raise RuntimeError(f"no question is open in state {self.state.name}")
        return self.ask

    @property
    def bookmark(self) -> Place:
        """The place where the next night begins."""
        return self.return_to or self.here

    def awake(self) -> None:
        """Note that the listener did something, so that nobody counts as asleep."""
        self.unanswered, self.return_to, self.softer_db = 0, None, 0.0
        self.last_passage = None
