"""How a night stands: all that the rows of its table read and change."""

from __future__ import annotations

from enum import Enum, auto

from player.script import Ask
from player.session.back_stack import Trail
from player.session.events import Place
from player.session.lookahead import Reader
from player.session.pacing import Manner
from player.session.utterances import Narration
from player.story.model import Story


class State(Enum):
    """Where the night is."""

    PRELUDE = auto()
    """Only the bed, before the first word."""
    RECALLING = auto()
    """The night is taken up again: what happened last night is being said."""
    TELLING = auto()
    ASKING = auto()
    WAITING = auto()
    ASKING_AGAIN = auto()
    WAITING_AGAIN = auto()
    LEAVING = auto()
    """The voice is done; the bed stays a while."""
    FADING = auto()
    LINGERING = auto()
    """The sleep timer has brought silence; for a while, a key can still bring the night back."""
    QUITTING = auto()
    OVER = auto()


class Standing:
    """Of one night of one story."""

    def __init__(
        self,
        story: Story,
        manner: Manner,
        start: Place | None,
        recap: str,
        chapters: int | None,
    ) -> None:
        self.manner = manner
        self.state = State.TELLING
        self.reader = Reader(story, start)
        self.narration = Narration(manner, self.reader.header)
        self.trail = Trail()
        self.here = self.reader.start
        """Where the line stands that is heard."""
        self.finished = False
        self.recap = recap

        self.ask: Ask | None = None
        """The question that is open, if one is."""
        self.asked_at = self.here
        self.asked_in_words = False
        """The line that was said last asks it in the writer's own words."""

        self.unanswered = 0
        """Questions in a row."""
        self.return_to: Place | None = None
        """Where the listener was last awake, if that is not here."""
        self.softer_db = 0.0
        self.last_passage: str | None = None
        """Told to its end, once the listener is asleep."""

        self.bed_s, self.fade_s = manner.ending_bed_s, manner.ending_fade_s
        """How long the bed stays when the voice is done, and fades."""
        self.timed_out_at: Place | None = None
        """Where the sleep timer's fade began."""
        self.chapters = chapters
        """It sleeps after so many."""
        self.begun = {self.here.chapter} - {""}
        """Chapters that have begun so far."""

    @property
    def question(self) -> Ask:
        """The open question, in a state that has one."""
        if self.ask is None:
            raise RuntimeError(f"no question is open in state {self.state.name}")
        return self.ask

    @property
    def bookmark(self) -> Place:
        """Where the next night begins: here, or where the listener was last awake."""
        return self.return_to or self.here

    def awake(self) -> None:
        """The listener has done something: nobody is asleep."""
        self.unanswered, self.return_to, self.softer_db = 0, None, 0.0
        self.last_passage = None
