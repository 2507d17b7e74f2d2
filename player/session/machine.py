"""The table of the night, and what each of its rows does.

The session decides what is said and how long to wait, and knows how a night ends. It hears nothing
and plays nothing: ``perform`` carries its actions out and tells it what happened. Time reaches it
only as events.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from enum import Enum, auto

from player.script import Ask, Chapter, Finish, Glide, Say, SetScene
from player.script.header import NARRATOR
from player.sentences import sentences
from player.session.events import (
    Action,
    Answered,
    Choose,
    Event,
    FadeIn,
    FadeOut,
    Hush,
    MoreTime,
    Place,
    Speak,
    Stop,
    Wait,
)
from player.session.manner import Manner
from player.session.reader import Ahead, Reader
from player.speech import Shade, Utterance
from player.story.model import Story


class State(Enum):
    """Where the night is."""

    RECALLING = auto()
    """The night is taken up again: what happened last night is being said."""
    TELLING = auto()
    ASKING = auto()
    WAITING = auto()
    ASKING_AGAIN = auto()
    WAITING_AGAIN = auto()
    LEAVING = auto()
    FADING = auto()
    OVER = auto()


QUESTION = frozenset({State.ASKING, State.WAITING, State.ASKING_AGAIN, State.WAITING_AGAIN})


_RECAP_SOFTER_DB = 1.0  # within what may differ from one line to the next
_MEMORY = 400  # places kept for going back, so that a long night's memory stays flat


class Session:
    """One night of one story."""

    def __init__(
        self,
        story: Story,
        manner: Manner | None = None,
        start: Place | None = None,
        recap: str | None = None,
    ):
        """``recap`` is said first where the night goes on from ``start``."""
        self.manner = manner or Manner()
        self.state = State.TELLING
        self.ask: Ask | None = None
        """The question that is open, if one is."""
        self.finished = False
        """The story was heard to its end by somebody awake."""
        self._reader = Reader(story, start)
        self.header = self._reader.header
        self.here = self._reader.start
        self._history: deque[Place] = deque(maxlen=_MEMORY)
        self._return_to: Place | None = None
        self._unanswered = 0
        self._softer_db = 0.0
        self._last_passage: str | None = None  # told to its end, once the listener is asleep
        self._asked_in_words = False
        self._asked_at = self.here
        self._fade_s = self.manner.ending_fade_s
        self._recap = recap or ""

    def on(self, event: Event | Choose) -> tuple[Action, ...]:
        """What is to be done about ``event``: nothing, where it means nothing in this state."""
        kind = Choose if isinstance(event, Choose) else event
        if self.state is State.OVER:
            return ()
        row = _TABLE.get((self.state, kind))
        if row is None and self.state is not State.FADING:
            row = _ANYWHERE.get(kind)
        return tuple(row(self, event)) if row else ()

    def heard(self, place: Place) -> None:
        """A line begins to sound: from now on, this is where the listener is."""
        self.here = place
        if not self._history or self._history[-1] != place:
            self._history.append(place)

    @property
    def bookmark(self) -> Place:
        """Where the next night begins: here, or where the listener was last awake."""
        return self._return_to or self.here

    @property
    def problems(self) -> tuple[str, ...]:
        """What was passed over in the story so far: a sentence each."""
        return tuple(
            f"{problem.path}: {problem.message}" if problem.path else problem.message
            for problem in self._reader.problems
        )

    def opening(self) -> tuple[Action, ...]:
        """What a night begins with."""
        bed = Wait(self.manner.opening_s)
        if not self._recap:
            return (bed,)
        self.state = State.RECALLING
        return (bed, self._recall())

    def ahead(self) -> Iterator[Utterance]:
        """What will be said next, soonest first, as far as it can be known: to be spoken ahead."""
        if self.ask:
            yield from self._answers_ahead(self.ask)
        if self.state is State.RECALLING:
            yield from self._recall().utterances
        elif self.state is not State.TELLING:
            return
        for entry in self._reader.upcoming():
            if isinstance(entry.step, Say):
                yield from self._line(entry.step, entry.place)
            elif isinstance(entry.step, Ask):
                yield from self._plain(entry.step.question, entry.place)

    # -- taking up again --------------------------------------------------------------------------

    def _recall(self) -> Speak:
        """What happened last night, a little softer than the line that it leads to."""
        return Speak(
            tuple(self._plain(self._recap, self.here, _RECAP_SOFTER_DB)),
            gap_s=self.manner.sentence_gap_s,
            pause_s=self.manner.recap_pause_s,
            place=self.here,
            speaker=NARRATOR,
            text=self._recap,
        )

    def _recall_again(self, _: object) -> Iterator[Action]:
        yield Hush()
        yield self._recall()

    def _recalled(self, event: object) -> Iterator[Action]:
        """The story goes on; at once, for one who remembers."""
        self.state = State.TELLING
        if event is Event.PASSAGE_ON:
            yield Hush()
        yield from self._tell()

    # -- telling ----------------------------------------------------------------------------------

    def _tell(self, _: object = None) -> Iterator[Action]:
        while True:
            if self._passage_is_over(self._reader.peek()):
                yield from self._take_leave()
                return
            entry = self._reader.pop()
            match entry.step:
                case Say():
                    self._asked_in_words = entry.step.asks
                    yield self._speak(entry.step, entry.place)
                    return
                case Ask():
                    yield from self._pose(entry.step, entry.place)
                    return
                case Finish():
                    self.finished = self._return_to is None
                    yield from self._leave(self.manner.ending_bed_s, self.manner.ending_fade_s)
                    return
                case action:
                    yield action

    def _speak(self, say: Say, place: Place) -> Speak:
        growth = 1.0 + self.manner.pause_growth * place.depth
        return Speak(
            tuple(self._line(say, place)),
            gap_s=self.manner.sentence_gap_s * growth,
            pause_s=say.pause_s * growth,
            place=place,
            speaker=say.speaker,
            text=say.text,
        )

    def _line(self, say: Say, place: Place) -> Iterator[Utterance]:
        shade = self.header.shade(say.speaker)
        for sentence in sentences(say.text):
            yield self._utterance(sentence, place.depth, say.rate, shade)

    def _plain(self, text: str, place: Place, softer_db: float = 0.0) -> Iterator[Utterance]:
        """The narrator, in words that are not the story's."""
        for sentence in sentences(text):
            yield self._utterance(sentence, place.depth, softer_db=softer_db)

    def _utterance(
        self,
        text: str,
        depth: float,
        rate: float = 1.0,
        shade: Shade | None = None,
        softer_db: float = 0.0,
    ) -> Utterance:
        pace = rate * self.manner.speed * (1.0 - self.manner.slowing * depth)
        lufs = self.manner.speech_lufs - self._softer_db - softer_db
        return Utterance(text, shade or Shade(), round(pace, 3), lufs)

    # -- asking -----------------------------------------------------------------------------------

    def _pose(self, ask: Ask, place: Place) -> Iterator[Action]:
        """Ask in full, unless the writer's own words have just asked."""
        self.ask, self.state, self._asked_at = ask, State.ASKING, place
        yield Wait(0.0) if self._asked_in_words else self._question(ask.question)
        self._asked_in_words = False

    def _question(self, text: str, softer_db: float = 0.0) -> Speak:
        return Speak(
            tuple(self._plain(text, self._asked_at, softer_db)),
            gap_s=self.manner.sentence_gap_s,
            pause_s=0.0,
            place=self._asked_at,
            speaker=NARRATOR,
            text=text,
            kind="choice",
        )

    def _repeat(self, _: object) -> Iterator[Action]:
        self.state = State.ASKING
        yield Hush()
        yield self._question(self._open.question)

    def _wait(self, _: object) -> Iterator[Action]:
        first = self.state is State.ASKING
        self.state = State.WAITING if first else State.WAITING_AGAIN
        yield Wait(self._open.timeout_s or self.manner.answer_s)

    def _ask_again(self, _: object) -> Iterator[Action]:
        self.state = State.ASKING_AGAIN
        yield self._question(self._open.again, self.manner.softer_db)

    def _nobody_answered(self, _: object) -> Iterator[Action]:
        self._unanswered += 1
        self._return_to = self._return_to or self._asked_at
        self._softer_db = self.manner.softer_db
        yield from self._answer(self._open.default)

    def _chosen(self, event: object) -> Iterator[Action]:
        index = event.index if isinstance(event, Choose) else self._open.default
        if index < len(self._open.options):
            self._awake()
            yield Hush()
            yield from self._answer(index)

    def _answer(self, index: int) -> Iterator[Action]:
        asked = self._open
        self.ask, self.state = None, State.TELLING
        self._reader.choose(index)
        if self._unanswered >= self.manner.asleep_after:
            self._last_passage = self._reader.peek().place.path
        yield Answered(asked.options[index].text, index, asked.path)
        yield from self._tell()

    def _answers_ahead(self, ask: Ask) -> Iterator[Utterance]:
        """The first sentence of every answer, the default's first."""
        for index in sorted(range(len(ask.options)), key=lambda i: i != ask.default):
            for say, place in self._reader.first_words(index):
                yield next(self._line(say, place))

    def _awake(self) -> None:
        self._unanswered, self._return_to, self._softer_db = 0, None, 0.0
        self._last_passage = None

    @property
    def _open(self) -> Ask:
        if self.ask is None:
            raise RuntimeError(f"no question is open in state {self.state.name}")
        return self.ask

    # -- moving about -----------------------------------------------------------------------------

    def _again(self, _: object) -> Iterator[Action]:
        yield from self._go(self.here)

    def _back(self, _: object) -> Iterator[Action]:
        yield from self._go(self._history[-2] if len(self._history) > 1 else self.here)

    def _passage_back(self, _: object) -> Iterator[Action]:
        """To the start of this passage; from its first line, to the start of the one before."""
        places = list(self._history)
        if len(places) > 1 and places[-2].path != places[-1].path:
            places.pop()
        while len(places) > 1 and places[-2].path == places[-1].path:
            places.pop()
        yield from self._go(places[-1] if places else self.here)

    def _passage_on(self, _: object) -> Iterator[Action]:
        path = self._reader.peek().place.path
        yield Hush()
        while self._reader.peek().place.path == path:
            if isinstance(self._reader.peek().step, Ask | Finish):
                break
            step = self._reader.pop().step
            if isinstance(step, SetScene | Glide | Chapter):
                yield step
        yield from self._tell()

    def _go(self, place: Place) -> Iterator[Action]:
        while self._history and self._history[-1] != place:
            self._history.pop()
        self._reader.rewind(place)
        self._awake()
        self.ask, self.state, self._asked_in_words = None, State.TELLING, False
        yield Hush()
        yield SetScene(place.scene, 4.0)
        yield Glide(place.depth, 4.0)
        yield from self._tell()

    # -- how a night ends -------------------------------------------------------------------------

    def _passage_is_over(self, entry: Ahead) -> bool:
        """For one who is asleep: the passage they fell asleep in has been told to its end."""
        if self._last_passage is None:
            return False
        return entry.place.path != self._last_passage or isinstance(entry.step, Ask | Finish)

    def _take_leave(self) -> Iterator[Action]:
        words = tuple(self._plain(self.manner.goodnight, self.here, self.manner.softer_db))
        yield Speak(words, 0.0, 2.0, self.here, NARRATOR, self.manner.goodnight)
        yield from self._leave(self.manner.asleep_bed_s, self.manner.asleep_fade_s)

    def _leave(self, bed_s: float, fade_s: float) -> Iterator[Action]:
        """The voice is done; the bed stays a while."""
        self.ask, self.state, self._fade_s = None, State.LEAVING, fade_s
        yield Wait(bed_s)

    def _oasis(self, _: object) -> Iterator[Action]:
        yield Hush()
        yield from self._leave(self.manner.asleep_bed_s, self.manner.asleep_fade_s)

    def _fade(self, _: object) -> Iterator[Action]:
        self.state = State.FADING
        yield FadeOut(self._fade_s)

    def _sleep(self, _: object) -> Iterator[Action]:
        """The story goes on while it fades: nothing is cut, and tomorrow begins here."""
        self._return_to = self._return_to or self.here
        yield FadeOut(self.manner.sleep_fade_s)

    def _more(self, _: object) -> Iterator[Action]:
        self._return_to = None
        yield FadeIn(2.0)
        yield MoreTime(self.manner.more_s)

    def _quit(self, _: object) -> Iterator[Action]:
        self.state = State.FADING
        yield Hush()
        yield FadeOut(self.manner.quit_fade_s)

    def _stop(self, _: object) -> Iterator[Action]:
        self.state = State.OVER
        yield Stop()


_Kind = Event | type[Choose]
_Row = Callable[[Session, object], Iterator[Action]]

_TABLE: Mapping[tuple[State, _Kind], _Row] = {
    (State.RECALLING, Event.NEXT): Session._recalled,
    (State.RECALLING, Event.REPEAT): Session._recall_again,
    (State.RECALLING, Event.PASSAGE_ON): Session._recalled,
    (State.TELLING, Event.NEXT): Session._tell,
    (State.TELLING, Event.REPEAT): Session._again,
    (State.TELLING, Event.PASSAGE_ON): Session._passage_on,
    (State.ASKING, Event.NEXT): Session._wait,
    (State.WAITING, Event.NEXT): Session._ask_again,
    (State.ASKING_AGAIN, Event.NEXT): Session._wait,
    (State.WAITING_AGAIN, Event.NEXT): Session._nobody_answered,
    **{(state, Choose): Session._chosen for state in QUESTION},
    **{(state, Event.DEFAULT): Session._chosen for state in QUESTION},
    **{(state, Event.REPEAT): Session._repeat for state in QUESTION},
    (State.LEAVING, Event.NEXT): Session._fade,
    (State.FADING, Event.FADED): Session._stop,
    (State.FADING, Event.QUIT): Session._stop,
}

_ANYWHERE: Mapping[_Kind, _Row] = {
    Event.BACK: Session._back,
    Event.PASSAGE_BACK: Session._passage_back,
    Event.OASIS: Session._oasis,
    Event.MORE: Session._more,
    Event.SLEEP: Session._sleep,
    Event.QUIT: Session._quit,
    Event.FADED: Session._stop,
}
