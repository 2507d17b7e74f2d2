"""What a performance needs beside its session: a voice, a bed, its scenery, a mixer, answers, a
timer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from player.audio import Clip, Samples
from player.controls import Answers
from player.engine.sleep_timer import Countdown, Timer
from player.mixer import Mixer
from player.script import SetScene, Sound
from player.script.utterance import Utterance


class Speech(Protocol):
    """A voice, as far as the loop knows it (see ``player.voices``)."""

    def request(self, utterance: Utterance, /) -> None:
        """Begin to speak it, some time soon."""
        ...

    def take(self, utterance: Utterance, /, wait: bool) -> Clip | None:
        """The finished clip; ``None`` where it is not ready and need not be waited for."""
        ...


class Bed(Protocol):
    """A soundscape that goes on for ever (see ``player.soundscape.bed``)."""

    @property
    def depth(self) -> float: ...

    def block(self, frames: int, /) -> Samples: ...

    def glide(self, depth: float, seconds: float, /) -> None: ...


class Recorded(Protocol):
    """A recording of the story's (see ``player.library.recordings``)."""

    @property
    def samples(self) -> Samples: ...

    @property
    def loudest_lufs(self) -> float: ...

    @property
    def peak(self) -> float: ...


class Scenery(Protocol):
    """Where the bed can move to, and the story's recordings (see ``player.engine.preloader``)."""

    def prepare(self, steps: Iterable[SetScene | Sound], /) -> None:
        """What will be wanted soon."""
        ...

    def is_ready(self, step: SetScene | Sound, /, wait: bool) -> bool:
        """Whether it can be had without waiting; with ``wait`` it can."""
        ...

    def enter(self, step: SetScene, /) -> None: ...

    def sound(self, step: Sound, /) -> Recorded | None: ...


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything that sounds, answers or counts during a night."""

    speech: Speech
    bed: Bed
    mixer: Mixer
    answers: Answers
    scenery: Scenery
    live: bool = False
    """Live, the bed plays on while the voice is late; else the voice is waited for."""
    timer: Timer = field(default_factory=Countdown)
    """The sleep timer; as it stands, none runs."""
