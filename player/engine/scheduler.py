"""The scheduler: puts a session's actions on the timeline, and into sound.

Actions are carried out `LEAD` frames before they are heard, so that the bed can dip before a word
and the next sentence is ready in time.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import chain

from player.audio import BED_LUFS, QUANTUM, RATE, gain_to_db
from player.cues import Cue
from player.engine.cue_log import CueLog
from player.engine.ports import EngineParts, RecordingPort
from player.script import BeginChapter, ChangeDepth, ChangeSoundscape, PlaySound
from player.session import Action, Answered, Session, Speak, Wait

LEAD = round(0.4 * RATE)
"""Frames between planning and hearing: the bed's look-ahead and a margin.

Every sentence is given to the mixer exactly this long before it is heard, and a sentence whose clip
was late is moved by as much. So the mix depends only on the frames at which sentences begin.
"""

_MAX_PEAK_DB = -9.0  # about the highest peaks of a bed
_MAX_GAIN_DB = 12.0  # more would mainly raise the noise of the recording
_ANSWER_LEAD = round(0.02 * RATE)  # an answer must follow its key at once; the bed dips under it

_log = logging.getLogger(__name__)


class Scheduler:
    """A queue of actions, each carried out when its time has come and its sound is ready."""

    def __init__(self, session: Session, parts: EngineParts) -> None:
        self.cue_log = CueLog()
        self.speech_end = 0
        """The frame at which the last word scheduled so far ends."""
        self.fade_end: int | None = None
        """The frame at which a fade is complete; a sentence that would end later is not begun."""
        self._session, self._parts, self._mixer = session, parts, parts.mixer
        self._actions: deque[Action] = deque()
        self._sentence = 0  # index of the next sentence of the Speak at the head of the queue
        self._cursor = 0  # the first frame that is not scheduled yet
        self._lead = LEAD - QUANTUM  # the least time before the next sentence may be heard
        self._scene, self._chapter = session.here.scene, ""
        self._late_since: int | None = None  # for the log: since when a clip has been overdue

    @property
    def is_due(self) -> bool:
        """True if it is time to schedule what comes next."""
        return self._cursor - self._mixer.frame <= LEAD

    @property
    def is_empty(self) -> bool:
        """True if every action has been carried out."""
        return not self._actions

    @property
    def has_speech(self) -> bool:
        """True if something is about to be said."""
        return any(isinstance(action, Speak) for action in self._actions)

    def assets_needed(
        self, ways: Iterable[Iterable[ChangeSoundscape | PlaySound]]
    ) -> Iterator[ChangeSoundscape | PlaySound]:
        """Yield what is needed soon on each of the ``ways`` on: recordings, and one soundscape.

        Later soundscapes are not known yet: how one sounds depends on how many came before it.
        """
        queued = [
            action for action in self._actions if isinstance(action, ChangeSoundscape | PlaySound)
        ]
        for way in ways:
            has_moved = False
            for step in chain(queued, way):
                if isinstance(step, PlaySound):
                    yield step
                elif step.name != self._scene and not has_moved:
                    has_moved = True
                    yield step

    def add(self, action: Action) -> None:
        """Queue an action. A later soundscape or depth replaces one that is still queued."""
        if isinstance(action, ChangeSoundscape | ChangeDepth):
            others = [queued for queued in self._actions if not isinstance(queued, type(action))]
            self._actions = deque(others)
        self._actions.append(action)

    def run_next(self) -> bool:
        """Carry out the next action; return False if it must be tried again in the next block."""
        if not self._carry_out(self._actions[0]):
            return False
        self._actions.popleft()
        return True

    def hush(self) -> None:
        """Drop everything that was to be heard, and fade out what is sounding.

        Where the story has moved to, it stays, even if that soundscape is not ready yet.
        """
        self._mixer.hush()
        self.cue_log.hush(self._mixer.frame)
        moves = [
            action
            for action in self._actions
            if isinstance(action, ChangeSoundscape | ChangeDepth | BeginChapter)
        ]
        self._actions = deque(moves)
        self._sentence, self._late_since = 0, None
        self._lead = _ANSWER_LEAD
        self._cursor = self.speech_end = self._mixer.frame + _ANSWER_LEAD

    def hold(self) -> None:
        """Schedule nothing for one more block."""
        self._cursor = self._mixer.frame + LEAD + 1

    def note(
        self,
        kind: str,
        *,
        text: str = "",
        value: float | None = None,
        path: str = "",
        seconds: float | None = None,
    ) -> None:
        """Log a cue that happens now, or with ``seconds``, one of that length at its time."""
        start = end = self._mixer.frame
        if seconds is not None:
            start, end = max(self._cursor, start), self._cursor + round(seconds * RATE)
        place = self._session.here
        self.cue_log.add(
            Cue(
                start=start,
                end=end,
                kind=kind,
                text=text,
                voice="",
                value=value,
                path=path or place.path,
            ),
            place,
        )

    def _carry_out(self, action: Action) -> bool:
        match action:
            case Speak():
                return self._speak(action)
            case Wait():
                self.note("pause", seconds=action.seconds)
                self._cursor = max(self._cursor, self._mixer.frame) + round(action.seconds * RATE)
            case ChangeSoundscape():
                return self._change_scene(action)
            case ChangeDepth():
                self._parts.bed.glide(action.depth, action.over_s)
                self.note("depth", value=action.depth)
            case BeginChapter():
                if action.title != self._chapter:
                    self._chapter = action.title
                    self.note("chapter", text=action.title)
            case PlaySound():
                return self._play(action)
            case Answered():
                self.note("answer", text=action.text, value=action.index, path=action.path)
        return True

    # -- speech -----------------------------------------------------------------------------------

    def _speak(self, speak: Speak) -> bool:
        """Schedule the sentences of a line one after another, as their clips come in."""
        while self._sentence < len(speak.utterances):
            if not self.is_due:
                return False
            utterance = speak.utterances[self._sentence]
            clip = self._parts.speech.take(utterance, wait=not self._parts.live)
            if clip is None:
                self._late_since = self._late_since or self._mixer.frame
                return False
            start = max(self._cursor, self._mixer.frame + self._lead)
            if self.fade_end is not None and start + clip.frames > self.fade_end:
                return False  # it would be cut
            self._log_lateness(start)
            self._lead = LEAD - QUANTUM
            self._mixer.say(clip.samples, start)
            self._cursor = start + clip.frames + round(speak.gap_s * RATE)
            self.speech_end = start + clip.frames
            self._note_speech(speak, start, start + clip.frames)
            self._sentence += 1
        self._sentence = 0
        if speak.utterances:
            self._cursor += round((speak.pause_s - speak.gap_s) * RATE)
        return True

    def _note_speech(self, speak: Speak, start: int, end: int) -> None:
        start, end = start + self._mixer.LATENCY, end + self._mixer.LATENCY
        if self._sentence:
            self.cue_log.extend_last(end)
            return
        cue = Cue(
            start=start,
            end=end,
            kind=speak.kind,
            text=speak.text,
            voice=speak.speaker,
            value=None,
            path=speak.place.path,
        )
        self.cue_log.add(cue, speak.place)

    def _log_lateness(self, start: int) -> None:
        if self._late_since is not None:
            waited_s = (self._mixer.frame - self._late_since) / RATE
            moved_s = (start - self._cursor) / RATE
            _log.info("speech: waited %.2f s for a clip, moved by %.2f s", waited_s, moved_s)
            self._late_since = None

    # -- soundscapes and recordings ---------------------------------------------------------------

    def _change_scene(self, action: ChangeSoundscape) -> bool:
        if action.name != self._scene:
            if not self._is_ready(action):
                return False
            self._scene = action.name
            self._parts.assets.enter(action)
            self.note("soundscape", text=action.name)
            _log.info("soundscape: crossfade of %g s at frame %d", action.fade_s, self._mixer.frame)
        return True

    def _play(self, action: PlaySound) -> bool:
        if not self._is_ready(action):
            return False
        recording = self._parts.assets.recording(action)
        if recording is not None:
            start = max(self._cursor, self._mixer.frame + _ANSWER_LEAD)
            self._mixer.play(recording.samples, start, _recording_gain_db(recording))
        return True

    def _is_ready(self, action: ChangeSoundscape | PlaySound) -> bool:
        return self._parts.assets.is_ready(action, wait=not self._parts.live)


def _recording_gain_db(recording: RecordingPort) -> float:
    """Return the gain that makes a recording, at its loudest, as loud as the bed.

    Its peaks are limited too, so that no click in it startles anybody.
    """
    to_the_bed = BED_LUFS - recording.loudest_lufs
    to_the_peak = _MAX_PEAK_DB - gain_to_db(recording.peak)
    return min(to_the_bed, to_the_peak, _MAX_GAIN_DB)
