"""The parts that a performance needs besides its session, as Protocols."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from player.audio import Clip, Samples
from player.controls import ControlsPort
from player.engine.sleep_timer import Countdown, SleepTimer
from player.mixer import Mixer
from player.script import ChangeSoundscape, PlaySound
from player.script.utterance import Utterance


class SpeechPort(Protocol):
    """A voice (see ``player.voices``)."""

    def request(self, utterance: Utterance, /) -> None:
        """Start to synthesise ``utterance`` in the background."""
        ...

    def take(self, utterance: Utterance, /, wait: bool) -> Clip | None:
        """Return the finished clip; without ``wait``, None while it is not ready."""
        ...


class BedPort(Protocol):
    """An endless soundscape (see ``player.soundscape.bed``)."""

    @property
    def depth(self) -> float:
        """Its present depth, 0 to 1."""
        ...

    def block(self, frames: int, /) -> Samples:
        """Return the next ``(frames, 2)`` samples."""
        ...

    def glide(self, depth: float, seconds: float, /) -> None:
        """Move to ``depth`` within ``seconds``."""
        ...


class RecordingPort(Protocol):
    """A decoded recording (see ``player.library.recordings``)."""

    @property
    def samples(self) -> Samples:
        """Its ``(n, 2)`` samples at 48 kHz."""
        ...

    @property
    def loudest_lufs(self) -> float:
        """Loudness of its loudest 400 ms."""
        ...

    @property
    def peak(self) -> float:
        """Its highest absolute sample, 0 to 1."""
        ...


class AssetsPort(Protocol):
    """Soundscapes to move to and recordings to play (see ``player.engine.preloader``)."""

    def prepare(self, steps: Iterable[ChangeSoundscape | PlaySound], /) -> None:
        """Begin to load what will be needed soon."""
        ...

    def is_ready(self, step: ChangeSoundscape | PlaySound, /, wait: bool) -> bool:
        """Return whether ``step`` can be carried out now; with ``wait``, load it first."""
        ...

    def enter(self, step: ChangeSoundscape, /) -> None:
        """Crossfade to a soundscape that is ready."""
        ...

    def recording(self, step: PlaySound, /) -> RecordingPort | None:
        """Return a recording that is ready, or None if it could not be read."""
        ...


@dataclass(frozen=True, slots=True)
class EngineParts:
    """Everything that sounds, answers or counts time during a night."""

    speech: SpeechPort
    bed: BedPort
    mixer: Mixer
    answers: ControlsPort
    assets: AssetsPort
    live: bool = False
    """True if somebody listens now: the bed then plays on while the voice is late, instead of the
    night waiting for it."""
    timer: SleepTimer = field(default_factory=Countdown)
    """Off by default."""
