"""What happens to a night (events), what is done about it (actions), where it stands (a place)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from player.script import Chapter, Glide, SetScene, Sound
from player.script.utterance import Utterance


class Event(Enum):
    """What a listener does, or time."""

    NEXT = auto()
    """What was asked for is done: it is time for the next thing."""
    FADED = auto()
    """All is silent."""
    DEFAULT = auto()
    REPEAT = auto()
    WAIT = auto()
    """Let the question stay open for longer."""
    BACK = auto()
    PASSAGE_BACK = auto()
    PASSAGE_ON = auto()
    OASIS = auto()
    MORE = auto()
    """More time before sleep."""
    SLEEP = auto()
    """The sleep timer has come to its fade."""
    QUIT = auto()


@dataclass(frozen=True, slots=True)
class Choose:
    """The listener chose, counted from 0."""

    index: int


@dataclass(frozen=True, slots=True)
class Understood:
    """The listener said ``answer`` aloud; what was understood is said back before it is done."""

    answer: Event | Choose
    words: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where the night stands: enough to go on from here another time."""

    state: str
    """The story's whole state, just before what is said here."""
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
    """Between sentences."""
    pause_s: float
    place: Place
    speaker: str
    text: str
    kind: str = "line"


@dataclass(frozen=True, slots=True)
class Wait:
    """Let only the bed be heard."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Hush:
    """Let go at once, gently, of what is being said."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A question was answered: kept in the record of the night."""

    text: str
    index: int
    path: str


@dataclass(frozen=True, slots=True)
class Ease:
    """Everything begins so much louder, and comes down to its usual level in so many seconds."""

    louder_db: float
    seconds: float


@dataclass(frozen=True, slots=True)
class FadeOut:
    """Everything goes to silence, the sentence that is being said with it; ``FADED`` follows."""

    seconds: float


@dataclass(frozen=True, slots=True)
class FadeIn:
    """A fade that had begun is taken back."""

    seconds: float


@dataclass(frozen=True, slots=True)
class MoreTime:
    """The sleep timer runs longer."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Stop:
    """The night is over."""


Action = (
    Speak | Wait | Hush | Answered | Ease | FadeOut | FadeIn | MoreTime | Stop
    | SetScene | Glide | Chapter | Sound
)  # fmt: skip
