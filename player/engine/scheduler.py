"""What of the night comes next, and at which frame: actions become sound, cue by cue.

What is planned is carried out ``LEAD`` ahead, so that the bed can dip before a word and the next
sentence is there in time.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from itertools import chain

from player.audio import QUANTUM, RATE, gain_to_db
from player.cues import Cue
from player.engine.cue_log import Record
from player.engine.ports import Recorded, Stage
from player.script import Chapter, Glide, SetScene, Sound
from player.session import Action, Answered, Session, Speak, Wait
from player.soundscape.synth import BED_LUFS

LEAD = round(0.4 * RATE)
"""Frames between planning and hearing: the bed's look-ahead, and a margin.

Every sentence is given to the mixer just so long before it is heard, and one whose voice was late
is moved by as much: so the mix depends on nothing but the frames at which sentences begin.
"""

_MOST_PEAK_DB = -9.0  # what a bed's peaks may be
_MOST_GAIN_DB = 12.0  # more would only bring up the noise of its room
_ANSWER_LEAD = round(0.02 * RATE)  # an answer begins as soon as this: the bed falls under it


class Plan:
    """Actions in their order, each carried out when its time has come and its sound is there."""

    def __init__(self, session: Session, stage: Stage) -> None:
        self.record = Record()
        self.asked = 0
        """The frame at which the last word so far has been said."""
        self.fade_end: int | None = None
        """Where all is silent: a sentence that would not be over by then is not begun."""
        self._session, self._stage, self._mixer = session, stage, stage.mixer
        self._actions: deque[Action] = deque()
        self._said = 0  # sentences said of the Speak at the head of the actions
        self._cursor = 0  # the first frame that is not planned yet
        self._soonest = LEAD - QUANTUM  # before what is planned may be heard
        self._scene, self._chapter = session.here.scene, ""

    @property
    def is_due(self) -> bool:
        """It is time to plan what comes next."""
        return self._cursor - self._mixer.frame <= LEAD

    @property
    def is_empty(self) -> bool:
        """All is carried out."""
        return not self._actions

    @property
    def speaks(self) -> bool:
        """Something is about to be said."""
        return any(isinstance(one, Speak) for one in self._actions)

    def scenery(self, ways: Iterable[Iterable[SetScene | Sound]]) -> Iterator[SetScene | Sound]:
        """What is wanted soon on each of the ``ways`` on: its recordings, and the next place.

        What place it will be after that one, nobody knows: then how it sounds is not known either.
        """
        own = [one for one in self._actions if isinstance(one, SetScene | Sound)]
        for way in ways:
            moves = False
            for one in chain(own, way):
                if isinstance(one, Sound):
                    yield one
                elif one.name != self._scene and not moves:
                    moves = True
                    yield one

    def add(self, action: Action) -> None:
        """A place or a depth that has not been gone to yet is passed over for a later one."""
        if isinstance(action, SetScene | Glide):
            kept = [one for one in self._actions if not isinstance(one, type(action))]
            self._actions = deque(kept)
        self._actions.append(action)

    def go_on(self) -> bool:
        """Carry out the next action; false where it must be tried again in the next block."""
        if not self._carry_out(self._actions[0]):
            return False
        self._actions.popleft()
        return True

    def hush(self) -> None:
        """Let go of all that was to be heard, and of what is being said; where the night has gone
        to, it has gone, though its place may not be ready yet."""
        self._mixer.hush()
        self.record.hush(self._mixer.frame)
        gone = [one for one in self._actions if isinstance(one, SetScene | Glide | Chapter)]
        self._actions = deque(gone)
        self._said = 0
        self._soonest = _ANSWER_LEAD
        self._cursor = self.asked = self._mixer.frame + _ANSWER_LEAD

    def hold(self) -> None:
        """Nothing comes next for a block more."""
        self._cursor = self._mixer.frame + LEAD + 1

    def note(
        self,
        kind: str,
        text: str = "",
        value: float | None = None,
        path: str = "",
        seconds: float | None = None,
    ) -> None:
        """Put down what happens now, or what takes so many ``seconds`` when its time has come."""
        start = end = self._mixer.frame
        if seconds is not None:
            start, end = max(self._cursor, start), self._cursor + round(seconds * RATE)
        place = self._session.here
        self.record.add(Cue(start, end, kind, text, "", value, path or place.path), place)

    def _carry_out(self, action: Action) -> bool:
        match action:
            case Speak():
                return self._speak(action)
            case Wait():
                self.note("pause", seconds=action.seconds)
                self._cursor = max(self._cursor, self._mixer.frame) + round(action.seconds * RATE)
            case SetScene():
                return self._change_scene(action)
            case Glide():
                self._stage.bed.glide(action.depth, action.over_s)
                self.note("depth", value=action.depth)
            case Chapter():
                if action.title != self._chapter:
                    self._chapter = action.title
                    self.note("chapter", text=action.title)
            case Sound():
                return self._play(action)
            case Answered():
                self.note("answer", text=action.text, value=action.index, path=action.path)
        return True

    def _speak(self, speak: Speak) -> bool:
        """Schedule the sentences of a line, one after another, as their clips come in."""
        while self._said < len(speak.utterances):
            if not self.is_due:
                return False
            clip = self._stage.speech.take(speak.utterances[self._said], wait=not self._stage.live)
            if clip is None:
                return False
            start = max(self._cursor, self._mixer.frame + self._soonest)
            if self.fade_end is not None and start + clip.frames > self.fade_end:
                return False  # it would not be said to its end
            self._soonest = LEAD - QUANTUM
            self._mixer.say(clip.samples, start)
            self._cursor = start + clip.frames + round(speak.gap_s * RATE)
            self.asked = start + clip.frames
            self._log(speak, start, start + clip.frames)
            self._said += 1
        self._said = 0
        if speak.utterances:
            self._cursor += round((speak.pause_s - speak.gap_s) * RATE)
        return True

    def _log(self, speak: Speak, start: int, end: int) -> None:
        start, end = start + self._mixer.LATENCY, end + self._mixer.LATENCY
        if self._said:
            self.record.extend_last(end)
            return
        cue = Cue(start, end, speak.kind, speak.text, speak.speaker, None, speak.place.path)
        self.record.add(cue, speak.place)

    def _change_scene(self, action: SetScene) -> bool:
        if action.name != self._scene:
            if not self._is_ready(action):
                return False
            self._scene = action.name
            self._stage.scenery.enter(action)
            self.note("soundscape", text=action.name)
        return True

    def _play(self, action: Sound) -> bool:
        if not self._is_ready(action):
            return False
        recorded = self._stage.scenery.sound(action)
        if recorded is not None:
            start = max(self._cursor, self._mixer.frame + _ANSWER_LEAD)
            self._mixer.play(recorded.samples, start, _gain_db(recorded))
        return True

    def _is_ready(self, action: SetScene | Sound) -> bool:
        return self._stage.scenery.is_ready(action, wait=not self._stage.live)


def _gain_db(recorded: Recorded) -> float:
    """At its loudest a recording is as loud as the bed, and no click of it stands out: whatever
    came from a listener's disk, nothing may startle."""
    to_the_bed = BED_LUFS - recorded.loudest_lufs
    to_the_peak = _MOST_PEAK_DB - gain_to_db(recorded.peak)
    return min(to_the_bed, to_the_peak, _MOST_GAIN_DB)
