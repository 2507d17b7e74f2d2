"""The performance: the one loop that turns a night into blocks of sound.

``play`` and ``render`` both run ``for block in performance: output.write(block)``. Time is counted
in frames: the session is told that something is done when the frame has come at which it is.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from itertools import islice

import numpy as np

from player.audio import QUANTUM, RATE, Samples
from player.controls import STEPS_DB, PlaybackCommand
from player.cues import Cue
from player.engine.ports import EngineParts
from player.engine.scheduler import Scheduler
from player.errors import DreamersError
from player.mixer import MixedBlock
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
_PAUSE_FADE_S = 0.12  # keeps the time from the key to silence within 0.3 s
_MAX_SENTENCES_AHEAD = 12
_MAX_HOLD = 8 * RATE  # frames that a question waits while somebody speaks; a television never ends

Observer = Callable[[Cue], None]
"""Called with each line, question, chapter and soundscape as it begins to sound."""

_log = logging.getLogger(__name__)


class Performance:
    """An iterator over the night's blocks, each ``(QUANTUM, 2)`` float32."""

    def __init__(
        self, session: Session, parts: EngineParts, observer: Observer | None = None
    ) -> None:
        self.session = session
        self.mixed: MixedBlock | None = None
        """The last block, with its stems."""
        self.paused = False
        self._parts, self._mixer = parts, parts.mixer
        self._scheduler, self._observer = Scheduler(session, parts), observer
        self._held = 0  # frames that the open question has waited for an answer in progress
        self._failure: DreamersError | None = None
        self._pause_fade_left = 0  # frames still to be given while a pause fades out

    @property
    def frame(self) -> int:
        """Frames given so far; a pause adds none."""
        return self._mixer.frame

    @property
    def depth(self) -> float:
        """The bed's present depth, 0 to 1."""
        return self._parts.bed.depth

    @property
    def sleep_s(self) -> float:
        """Seconds until the sleep timer's silence; infinity if it is off."""
        return self._parts.timer.left_s(self.frame)

    @property
    def cues(self) -> list[Cue]:
        """The cues that have begun so far, ordered by start."""
        return self._scheduler.cue_log.cues

    def __iter__(self) -> Iterator[Samples]:
        self._mixer.fade(0.0, 0.0)
        self._mixer.fade(_FADE_IN_S, 1.0)
        self._scheduler.note(
            "soundscape", text=self.session.here.scene, value=self._parts.bed.depth
        )
        self._follow(self.session.opening())
        while self.session.state is not State.OVER:
            try:
                self._advance()
            except DreamersError as error:
                self._end_gently(error)
            yield self._block()
        self._scheduler.note("end")
        self._announce()
        _log.info("end: at frame %d", self.frame)
        if self._failure:
            raise self._failure

    # -- one block --------------------------------------------------------------------------------

    def _block(self) -> Samples:
        """Return the next block; during a pause its fade, then silence while the night waits."""
        if self.paused and self._pause_fade_left <= 0:
            return np.zeros((QUANTUM, 2), dtype=np.float32)
        self._pause_fade_left -= QUANTUM
        bed = self._parts.bed
        self.mixed = self._mixer.block(bed.block(QUANTUM), bed.depth)
        return self.mixed.mix

    def _advance(self) -> None:
        self._poll_answers()
        if not self.paused:
            self._check_timer()
            self._run_due_actions()
            self._announce()

    def _end_gently(self, error: DreamersError) -> None:
        """Fade out after an error: a broken story must not break off the sound at night."""
        if not self._parts.live or self._failure:
            raise error
        _log.warning("error: %s at frame %d ends the night", type(error).__name__, self.frame)
        self._failure = error
        self._send(Event.QUIT)

    def _poll_answers(self) -> None:
        match self._parts.answers.poll(self.session.ask, self._is_waiting()):
            case None:
                return
            case PlaybackCommand.HOLD:
                if self._is_waiting():
                    self._hold()
            case PlaybackCommand() as key:
                self._turn(key)
            case answer:
                if self.paused:
                    self._turn(PlaybackCommand.PAUSE)
                self._send(answer)

    def _is_waiting(self) -> bool:
        """Return whether a question waits in silence: a microphone must not hear the night."""
        quiet = self.frame >= self._scheduler.speech_end and not self._scheduler.has_speech
        waiting = self.session.state in (State.WAITING, State.WAITING_AGAIN)
        return quiet and waiting and not self.paused

    def _turn(self, key: PlaybackCommand) -> None:
        if key is not PlaybackCommand.PAUSE:
            self._mixer.turn(*STEPS_DB[key])
            return
        if self.session.state in (State.LINGERING, State.QUITTING):
            return  # it is silent, or will be in a moment
        self.paused = not self.paused
        _log.info("pause: %s at frame %d", "on" if self.paused else "off", self.frame)
        self._mixer.hold(_PAUSE_FADE_S, 0.0 if self.paused else 1.0)
        self._pause_fade_left = round(_PAUSE_FADE_S * RATE) + QUANTUM

    def _hold(self) -> None:
        """Keep the question open while somebody is speaking, for `_MAX_HOLD` frames at most."""
        if self._scheduler.is_due and self._scheduler.is_empty:
            self._held += QUANTUM
            if self._held <= _MAX_HOLD:
                self._scheduler.hold()

    def _check_timer(self) -> None:
        if self._scheduler.fade_end is None:
            if self.sleep_s <= self.session.pacing.sleep_fade_s:
                _log.info("sleep timer: fades from frame %d", self.frame)
                self._send(Event.SLEEP)
        elif self.frame >= self._scheduler.fade_end:
            self._scheduler.fade_end = None
            self._send(Event.FADED)

    def _run_due_actions(self) -> None:
        """Carry out what is due, and ask the session for more when the queue runs dry."""
        while self._scheduler.is_due and self.session.state is not State.OVER:
            if self._scheduler.is_empty:
                has_advanced = self._send(Event.NEXT)
            else:
                has_advanced = self._scheduler.run_next()
            if not has_advanced:
                return

    def _announce(self) -> None:
        for cue, place in self._scheduler.cue_log.pop_begun(self.frame + QUANTUM):
            if cue.kind in ("line", "choice"):
                self.session.heard(place)
            _log.debug("cue: %s at frame %d", cue.kind, cue.start)
            if self._observer:
                self._observer(cue)

    # -- the session's actions --------------------------------------------------------------------

    def _send(self, event: Event | Choose | Understood) -> bool:
        """Send the session an event; return whether it had any effect."""
        actions = self.session.on(event)
        self._held = 0
        self._follow(actions)
        return bool(actions)

    def _follow(self, actions: tuple[Action, ...]) -> None:
        for action in actions:
            if not self._do_at_once(action):
                self._scheduler.add(action)
        for utterance in islice(self.session.ahead(), _MAX_SENTENCES_AHEAD):
            self._parts.speech.request(utterance)
        if self._parts.live:
            self._parts.assets.prepare(self._scheduler.assets_needed(self.session.assets_ahead()))

    def _do_at_once(self, action: Action) -> bool:
        """Carry out an action that cannot wait in the queue; return False if it can."""
        match action:
            case Hush():
                self._scheduler.hush()
            case Ease():
                self._mixer.ease(action.louder_db, action.seconds)
            case FadeOut():
                self._fade_out(action.seconds)
            case FadeIn():
                self._mixer.fade(action.seconds, 1.0)
                self._scheduler.fade_end = None
            case MoreTime():
                self._parts.timer.extend(action.seconds, self.frame)
            case _:
                return False
        return True

    def _fade_out(self, seconds: float) -> None:
        """Fade to silence; a sentence that is sounding is told to its end within the fade."""
        speech_left = self._mixer.speaking_until - self.frame
        frames = max(round(seconds * RATE), speech_left)
        self._mixer.fade(frames / RATE, 0.0)
        self._scheduler.fade_end = self.frame + frames + QUANTUM
