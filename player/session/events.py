"""Events that may happen to a night, actions that follow, and the place where a night is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from player.script import BeginChapter, ChangeDepth, ChangeSoundscape, PlaySound
from player.script.utterance import Utterance


class Event(Enum):
    """An event from the listener, the sleep timer or the playback."""

    NEXT = auto()
    """The last actions are done: continue."""
    FADED = auto()
    """The fade to silence is complete."""
    DEFAULT = auto()
    """Take the default answer."""
    REPEAT = auto()
    """Say the question, or the line, again."""
    WAIT = auto()
    """Keep the question open for longer."""
    BACK = auto()
    """Go back one line."""
    PASSAGE_BACK = auto()
    PASSAGE_ON = auto()
    OASIS = auto()
    """Let the voice go and keep the bed."""
    MORE = auto()
    """Give the sleep timer more time."""
    SLEEP = auto()
    """The sleep timer has come to its fade."""
    QUIT = auto()


@dataclass(frozen=True, slots=True)
class Choose:
    """The listener chose the option at ``index``, counted from 0."""

    index: int


@dataclass(frozen=True, slots=True)
class Understood:
    """A spoken answer. ``words`` repeat it to the listener before it is carried out."""

    answer: Event | Choose
    words: str


@dataclass(frozen=True, slots=True)
class Place:
    """A position in the story, complete enough to continue from it another night."""

    state: str
    """The story's whole saved state, just before the line or question at this place."""
    path: str = ""
    chapter: str = ""
    scene: str = ""
    depth: float = 0.0
    answers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Speak:
    """Say these sentences, then leave a pause."""

    utterances: tuple[Utterance, ...]
    gap_s: float
    """Silence between the sentences."""
    pause_s: float
    """Silence after the last one."""
    place: Place
    speaker: str
    text: str
    kind: str = "line"


@dataclass(frozen=True, slots=True)
class Wait:
    """Let the bed play alone."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Hush:
    """Fade out, at once and gently, the sentence that is sounding, and drop what was planned."""


@dataclass(frozen=True, slots=True)
class Answered:
    """Note in the night's cues that a question was answered."""

    text: str
    index: int
    path: str


@dataclass(frozen=True, slots=True)
class Ease:
    """Play everything louder by ``louder_db``, and return to the usual level in ``seconds``."""

    louder_db: float
    seconds: float


@dataclass(frozen=True, slots=True)
class FadeOut:
    """Fade everything to silence, a sentence that is sounding included; ``FADED`` follows."""

    seconds: float


@dataclass(frozen=True, slots=True)
class FadeIn:
    """Take back a fade that has begun."""

    seconds: float


@dataclass(frozen=True, slots=True)
class MoreTime:
    """Extend the sleep timer."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Stop:
    """End the night."""


Action = (
    Speak | Wait | Hush | Answered | Ease | FadeOut | FadeIn | MoreTime | Stop
    | ChangeSoundscape | ChangeDepth | BeginChapter | PlaySound
)  # fmt: skip
