"""The only loop: a session, a voice, a soundscape and answers become blocks of sound.

``play`` and ``render`` both run ``for block in Performance(...): output.write(block)``. Time is
frames: the session is told that a thing is done when the frame has come at which it is. What is
planned is planned ``LEAD`` ahead, so that the bed can dip before a word and the next sentence is
there in time.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from itertools import islice

import numpy as np

from player.answers import STEPS_DB, Desk
from player.audio import QUANTUM, RATE, Samples
from player.cues import Cue
from player.errors import DreamersError
from player.mixer import Mixed
from player.record import Record
from player.script import Chapter, Glide, SetScene, Sound
from player.session import (
    Action,
    Answered,
    Choose,
    Ease,
    Event,
    FadeIn,
    FadeOut,
    Hush,
    MoreTime,
    Session,
    Speak,
    State,
    Understood,
    Wait,
)
from player.stage import Stage

LEAD = round(0.4 * RATE)
"""Frames between planning and hearing: the bed's look-ahead, and a margin.

Every sentence is given to the mixer just so long before it is heard, and one whose voice was late
is moved by as much: so the mix depends on nothing but the frames at which sentences begin.
"""

_ANSWER_LEAD = round(0.02 * RATE)  # an answer begins as soon as this: the bed falls under it
_FADE_IN_S = 1.5
_PAUSE_FADE_S = 0.15
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
        self._record, self._observer = Record(), observer
        self._plan: deque[Action] = deque()
        self._said = 0  # sentences said of the Speak at the head of the plan
        self._cursor = 0  # the first frame that is not planned yet
        self._soonest = LEAD - QUANTUM  # before what is planned may be heard
        self._held = 0  # frames that the open question was given for an answer that was begun
        self._asked = 0  # the frame at which the last word so far has been said
        self._scene, self._chapter = session.here.scene, ""
        self._fade_end: int | None = None
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
        return self._record.cues

    def __iter__(self) -> Iterator[Samples]:
        self._mixer.fade(0.0, 0.0)
        self._mixer.fade(_FADE_IN_S, 1.0)
        self._note("soundscape", text=self._scene, value=self._stage.bed.depth)
        self._follow(self.session.opening())
        while self.session.state is not State.OVER:
            try:
                self._go_on()
            except DreamersError as error:
                self._end_gently(error)
            yield self._block()
        self._note("end")
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
        quiet = self.frame >= self._asked and not any(isinstance(one, Speak) for one in self._plan)
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
        if self._cursor <= self.frame + LEAD and not self._plan:
            self._held += QUANTUM
            if self._held <= _HOLD:
                self._cursor = self.frame + LEAD + 1

    def _keep_time(self) -> None:
        if self._fade_end is None:
            if self.sleep_s <= self.session.manner.sleep_fade_s:
                self._tell(Event.SLEEP)
        elif self.frame >= self._fade_end:
            self._fade_end = None
            self._tell(Event.FADED)

    def _advance(self) -> None:
        """Carry out what is planned, and ask the session for more when the plan runs dry."""
        while self._cursor - self.frame <= LEAD and self.session.state is not State.OVER:
            if self._plan:
                if not self._carry_out(self._plan[0]):
                    return
                self._plan.popleft()
            elif not self._tell(Event.NEXT):
                return

    def _announce(self) -> None:
        for cue, place in self._record.begun(self.frame + QUANTUM):
            if cue.kind in ("line", "choice"):
                self.session.heard(place)
            if self._observer:
                self._observer(cue)

    # -- carrying out -----------------------------------------------------------------------------

    def _tell(self, event: Event | Choose | Understood) -> bool:
        """Tell the session what happened; false where it means nothing now."""
        actions = self.session.on(event)
        self._held = 0
        self._follow(actions)
        return bool(actions)

    def _follow(self, actions: tuple[Action, ...]) -> None:
        for action in actions:
            if not self._do_at_once(action):
                self._plan.append(action)
        for utterance in islice(self.session.ahead(), _SENTENCES_AHEAD):
            self._stage.speech.request(utterance)

    def _do_at_once(self, action: Action) -> bool:
        """What cannot wait for its turn in the plan; false where it can."""
        match action:
            case Hush():
                self._hush()
            case Ease():
                self._mixer.ease(action.louder_db, action.seconds)
            case FadeOut():
                self._fade_out(action.seconds)
            case FadeIn():
                self._mixer.fade(action.seconds, 1.0)
                self._fade_end = None
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
        self._fade_end = self.frame + frames + QUANTUM

    def _hush(self) -> None:
        self._mixer.hush()
        self._record.hush(self.frame)
        self._plan.clear()
        self._said = 0
        self._soonest = _ANSWER_LEAD
        self._cursor = self._asked = self.frame + _ANSWER_LEAD

    def _carry_out(self, action: Action) -> bool:
        """Do one thing of the plan; false where it must be tried again in the next block."""
        match action:
            case Speak():
                return self._speak(action)
            case Wait():
                self._note("pause", until=self._cursor + round(action.seconds * RATE))
                self._cursor = max(self._cursor, self.frame) + round(action.seconds * RATE)
            case SetScene():
                self._change_scene(action)
            case Glide():
                self._stage.bed.glide(action.depth, action.over_s)
                self._note("depth", value=action.depth)
            case Chapter():
                if action.title != self._chapter:
                    self._chapter = action.title
                    self._note("chapter", text=action.title)
            case Sound():
                self._play(action)
            case Answered():
                self._note("answer", text=action.text, value=action.index, path=action.path)
        return True

    def _speak(self, speak: Speak) -> bool:
        """Schedule the sentences of a line, one after another, as their clips come in."""
        while self._said < len(speak.utterances):
            if self._cursor - self.frame > LEAD:
                return False
            clip = self._stage.speech.take(speak.utterances[self._said], wait=not self._stage.live)
            if clip is None:
                return False
            start = max(self._cursor, self.frame + self._soonest)
            if self._fade_end is not None and start + clip.frames > self._fade_end:
                return False  # it would not be said to its end
            self._soonest = LEAD - QUANTUM
            self._mixer.say(clip.samples, start)
            self._cursor = start + clip.frames + round(speak.gap_s * RATE)
            self._asked = start + clip.frames
            self._log(speak, start, start + clip.frames)
            self._said += 1
        self._said = 0
        if speak.utterances:
            self._cursor += round((speak.pause_s - speak.gap_s) * RATE)
        return True

    def _log(self, speak: Speak, start: int, end: int) -> None:
        start, end = start + self._mixer.LATENCY, end + self._mixer.LATENCY
        if self._said:
            self._record.extend_last(end)
            return
        cue = Cue(start, end, speak.kind, speak.text, speak.speaker, None, speak.place.path)
        self._record.add(cue, speak.place)

    def _change_scene(self, action: SetScene) -> None:
        if action.name != self._scene:
            self._scene = action.name
            self._stage.change_scene(action.name, action.fade_s)
            self._note("soundscape", text=action.name)

    def _play(self, action: Sound) -> None:
        samples = self._stage.sound(action.file)
        if samples is not None:
            self._mixer.play(samples, max(self._cursor, self.frame + _ANSWER_LEAD), gain_db=0.0)

    def _note(
        self,
        kind: str,
        text: str = "",
        value: float | None = None,
        path: str = "",
        until: int | None = None,
    ) -> None:
        """Put down a thing that happens at the frame from which it can be heard."""
        start = max(self._cursor, self.frame) if until is not None else self.frame
        place = self.session.here
        self._record.add(
            Cue(start, until or start, kind, text, "", value, path or place.path), place
        )
