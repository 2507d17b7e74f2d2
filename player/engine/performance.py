"""The only loop: a session, a voice, a soundscape and answers become blocks of sound.

``play`` and ``render`` both run ``for block in Performance(...): output.write(block)``. Time is
frames: the session is told that a thing is done when the frame has come at which it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

import numpy as np

from player.audio import QUANTUM, RATE, Samples
from player.controls import STEPS_DB, Desk
from player.cues import Cue
from player.engine.ports import Stage
from player.engine.scheduler import Plan
from player.errors import DreamersError
from player.mixer import Mixed
from player.session import (
    Action,
    Choose,
    Ease,
    Event,
    FadeIn,
    FadeOut,
    Hush,
    MoreTime,
    Session,
    State,
    Understood,
)

_FADE_IN_S = 1.5
_PAUSE_FADE_S = 0.12  # the whole way from the key to silence stays within 0.3 s
_SENTENCES_AHEAD = 12
_HOLD = 8 * RATE  # so long a question waits for one who speaks; a television never ends


Observer = Callable[[Cue], None]
"""Told of each line, question, chapter and scene as it begins to sound."""


class Performance:
    """Iterate it for the night's blocks, ``(QUANTUM, 2)`` float32."""

    def __init__(self, session: Session, stage: Stage, observer: Observer | None = None) -> None:
        self.session = session
        self.mixed: Mixed | None = None
        """The block just given, with its stems."""
        self.paused = False
        self._stage, self._mixer = stage, stage.mixer
        self._plan, self._observer = Plan(session, stage), observer
        self._held = 0  # frames that the open question was given for an answer that was begun
        self._failure: DreamersError | None = None
        self._going_quiet = 0  # frames still to be given while a pause fades in

    @property
    def frame(self) -> int:
        """Frames given so far; a pause adds none."""
        return self._mixer.frame

    @property
    def depth(self) -> float:
        """How warm the bed is now, 0 to 1."""
        return self._stage.bed.depth

    @property
    def sleep_s(self) -> float:
        """Seconds until the sleep timer's silence; ∞ where none runs."""
        return self._stage.timer.left_s(self.frame)

    @property
    def cues(self) -> list[Cue]:
        """What has begun so far, ordered by start."""
        return self._plan.record.cues

    def __iter__(self) -> Iterator[Samples]:
        self._mixer.fade(0.0, 0.0)
        self._mixer.fade(_FADE_IN_S, 1.0)
        self._plan.note("soundscape", text=self.session.here.scene, value=self._stage.bed.depth)
        self._follow(self.session.opening())
        while self.session.state is not State.OVER:
            try:
                self._go_on()
            except DreamersError as error:
                self._end_gently(error)
            yield self._block()
        self._plan.note("end")
        self._announce()
        if self._failure:
            raise self._failure

    # -- one block --------------------------------------------------------------------------------

    def _block(self) -> Samples:
        """The next block; while paused, what fades out and then silence: the night stands still."""
        if self.paused and self._going_quiet <= 0:
            return np.zeros((QUANTUM, 2), dtype=np.float32)
        self._going_quiet -= QUANTUM
        bed = self._stage.bed
        self.mixed = self._mixer.block(bed.block(QUANTUM), bed.depth)
        return self.mixed.mix

    def _go_on(self) -> None:
        self._listen()
        if not self.paused:
            self._keep_time()
            self._advance()
            self._announce()

    def _end_gently(self, error: DreamersError) -> None:
        """A story that breaks must not break off the sound for somebody half asleep."""
        if not self._stage.live or self._failure:
            raise error
        self._failure = error
        self._tell(Event.QUIT)

    def _listen(self) -> None:
        state = self.session.state
        # Nothing may be about to be said: who listens now would hear the night itself.
        quiet = self.frame >= self._plan.asked and not self._plan.speaks
        waiting = quiet and not self.paused and state in (State.WAITING, State.WAITING_AGAIN)
        match self._stage.answers.poll(self.session.ask, waiting):
            case None:
                return
            case Desk.HOLD:
                if waiting:
                    self._hold()
            case Desk() as key:
                self._turn(key)
            case answer:
                if self.paused:
                    self._turn(Desk.PAUSE)
                self._tell(answer)

    def _turn(self, key: Desk) -> None:
        if key is Desk.PAUSE:
            if self.session.state in (State.LINGERING, State.QUITTING):
                return  # all is silent, or will be in a moment
            self.paused = not self.paused
            self._mixer.hold(_PAUSE_FADE_S, 0.0 if self.paused else 1.0)
            self._going_quiet = round(_PAUSE_FADE_S * RATE) + QUANTUM
            return
        self._mixer.turn(*STEPS_DB[key])

    def _hold(self) -> None:
        """Nothing comes next until they have spoken, for ``_HOLD`` frames at most."""
        if self._plan.is_due and self._plan.is_empty:
            self._held += QUANTUM
            if self._held <= _HOLD:
                self._plan.hold()

    def _keep_time(self) -> None:
        if self._plan.fade_end is None:
            if self.sleep_s <= self.session.pacing.sleep_fade_s:
                self._tell(Event.SLEEP)
        elif self.frame >= self._plan.fade_end:
            self._plan.fade_end = None
            self._tell(Event.FADED)

    def _advance(self) -> None:
        """Carry out what is planned, and ask the session for more when the plan runs dry."""
        while self._plan.is_due and self.session.state is not State.OVER:
            if not (self._tell(Event.NEXT) if self._plan.is_empty else self._plan.go_on()):
                return

    def _announce(self) -> None:
        for cue, place in self._plan.record.begun(self.frame + QUANTUM):
            if cue.kind in ("line", "choice"):
                self.session.heard(place)
            if self._observer:
                self._observer(cue)

    # -- what the session makes of it -------------------------------------------------------------

    def _tell(self, event: Event | Choose | Understood) -> bool:
        """Tell the session what happened; false where it means nothing now."""
        actions = self.session.on(event)
        self._held = 0
        self._follow(actions)
        return bool(actions)

    def _follow(self, actions: tuple[Action, ...]) -> None:
        for action in actions:
            if not self._do_at_once(action):
                self._plan.add(action)
        for utterance in islice(self.session.ahead(), _SENTENCES_AHEAD):
            self._stage.speech.request(utterance)
        if self._stage.live:
            self._stage.scenery.prepare(self._plan.scenery(self.session.assets_ahead()))

    def _do_at_once(self, action: Action) -> bool:
        """What cannot wait for its turn in the plan; false where it can."""
        match action:
            case Hush():
                self._plan.hush()
            case Ease():
                self._mixer.ease(action.louder_db, action.seconds)
            case FadeOut():
                self._fade_out(action.seconds)
            case FadeIn():
                self._mixer.fade(action.seconds, 1.0)
                self._plan.fade_end = None
            case MoreTime():
                self._stage.timer.extend(action.seconds, self.frame)
            case _:
                return False
        return True

    def _fade_out(self, seconds: float) -> None:
        """To silence, and no sentence is cut: one that is being said goes on to its end."""
        spoken = self._mixer.speaking_until - self.frame
        frames = max(round(seconds * RATE), spoken)
        self._mixer.fade(frames / RATE, 0.0)
        self._plan.fade_end = self.frame + frames + QUANTUM
