"""A night put together: the story, a voice, a soundscape and a mixer, as the options say."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from player.audio import Samples
from player.cli.console import say
from player.cli.options import Telling
from player.controls import ControlsPort
from player.engine.performance import Observer, Performance
from player.engine.ports import BedPort, EngineParts
from player.engine.preloader import AssetPreloader, NoAssets
from player.engine.sleep_timer import Countdown, SleepTimer
from player.errors import InputError
from player.library.recordings import Recorded, read_recording
from player.library.soundscapes import LoadedSoundscape, bundled_folder, load_soundscape
from player.library.stories import Source
from player.mixer import Mixer, MixSettings
from player.session import Pacing, Place, Session
from player.soundscape.bed import Scene
from player.storage.settings import Config
from player.voices import Speech


@dataclass(frozen=True, slots=True)
class Night:
    """Everything that is open during a night."""

    source: Source
    session: Session
    performance: Performance
    speech: Speech
    mixer: Mixer
    digest: str
    """Of the story's text: a bookmark holds for just that."""
    troubles: list[str]
    """What could not be had on the way: a sentence each."""

    def report(self) -> None:
        """Say all that was passed over, once, when nobody is disturbed by it."""
        for trouble in dict.fromkeys((*self.session.problems, *self.troubles)):
            say(trouble)
        if self.speech.trouble:
            say(self.speech.trouble)


def mix_settings(telling: Telling, config: Config) -> MixSettings:
    """The levels of a night; a voice of the system needs a bed that leaves more room."""
    system = (telling.voice or "").startswith("system")
    clear = telling.clear or bool(config.play.get("clear", False))
    drift = telling.drift if telling.drift is not None else float(config.play.get("drift", 6.0))
    return MixSettings(
        speech_lufs=telling.loudness,
        bed_lu=20.0 if clear else 18.0 if system else 15.0,
        pause_lu=15.0 if clear else 10.0,
        deep_dip=system,
        drift_db=drift,
    )


@dataclass(frozen=True, slots=True)
class Terms:
    """What differs from one way of telling to another."""

    pacing: Pacing
    answers: ControlsPort
    live: bool = False
    dry: bool = False
    timer: SleepTimer = field(default_factory=Countdown)
    chapters: int | None = None
    """It sleeps after so many."""
    start: Place | None = None
    recap: str | None = None
    """Said before the night goes on from ``start``."""
    observer: Observer | None = None


def open_night(
    telling: Telling, config: Config, source: Source, speech: Speech, terms: Terms
) -> Night:
    """Put the night together; ``speech`` is the voice that has been started for it."""
    story = source.open()
    session = Session(
        story,
        terms.pacing,
        start=terms.start,
        recap=terms.recap,
        chapters=terms.chapters,
    )
    settings = mix_settings(telling, config)
    troubles: list[str] = []
    if terms.dry:
        settings = replace(settings, drift_db=0.0)
    mixer = Mixer(settings)
    bed, assets = _bed(source, session.here, telling.seed, troubles, terms.dry)
    parts = EngineParts(
        speech=speech,
        bed=bed,
        mixer=mixer,
        answers=terms.answers,
        assets=assets,
        live=terms.live,
        timer=terms.timer,
    )
    performance = Performance(session, parts, terms.observer)
    return Night(source, session, performance, speech, mixer, story.digest, troubles)


DEFAULT_SCENE = "hyper-rest"


class Silence:
    """No bed at all, for ``--dry``: the depth stays 0, so that the voice stays exact."""

    depth = 0.0

    def block(self, frames: int, /) -> Samples:
        return np.zeros((frames, 2), dtype=np.float32)

    def glide(self, depth: float, seconds: float, /) -> None:
        """A silence has no warmth to gain."""


def _bed(
    source: Source, place: Place, seed: int, troubles: list[str], dry: bool
) -> tuple[BedPort, AssetPreloader | NoAssets]:
    if dry:
        return Silence(), NoAssets()
    folder = source.folder or bundled_folder()
    first = load_soundscape(place.scene or DEFAULT_SCENE, folder)
    scene = Scene(first.recipe, seed, place.depth, first.recordings)

    def load_place(name: str) -> LoadedSoundscape:
        return load_soundscape(name, folder)

    def load_sound(file: str) -> Recorded:
        if source.folder is None:
            raise InputError(f"sound '{file}': a bundled story has no sounds of its own.")
        return read_recording(source.folder, file)

    return scene, AssetPreloader(scene, load_place, load_sound, report=troubles.append)
