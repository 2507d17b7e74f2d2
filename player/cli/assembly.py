"""The composition of a night: story, voice, soundscape and mixer, put together as requested."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from player.audio import Samples
from player.cli.console import print_notice
from player.cli.options import SharedOptions
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
from player.soundscape.bed import Bed
from player.storage.settings import Settings
from player.voices import Speech

DEFAULT_SCENE = "hyper-rest"
_DEFAULT_DRIFT_DB = 6.0


@dataclass(frozen=True, slots=True, kw_only=True)
class NightRequest:
    """Everything that a night is put together from."""

    options: SharedOptions
    settings: Settings
    source: Source
    speech: Speech
    """The voice, already started."""
    pacing: Pacing
    controls: ControlsPort
    live: bool = False
    """True for playing, False for rendering."""
    dry: bool = False
    """The voice alone, without a bed."""
    timer: SleepTimer = field(default_factory=Countdown)
    chapters: int | None = None
    """Number of chapters to tell; None for all."""
    start: Place | None = None
    recap: str | None = None
    """Said before the night goes on from ``start``."""
    observer: Observer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenNight:
    """Everything that is open during a night."""

    source: Source
    session: Session
    performance: Performance
    speech: Speech
    mixer: Mixer
    digest: str
    """Hash of the story's text; a bookmark holds for that text."""
    troubles: list[str]
    """A sentence for each thing that could not be had."""

    def report(self) -> None:
        """Print everything that was passed over, each sentence once."""
        for trouble in dict.fromkeys((*self.session.problems, *self.troubles)):
            print_notice(trouble)
        if self.speech.trouble:
            print_notice(self.speech.trouble)


def open_night(request: NightRequest) -> OpenNight:
    """Put a night together."""
    story = request.source.open()
    session = Session(
        story,
        request.pacing,
        start=request.start,
        recap=request.recap,
        chapters=request.chapters,
    )
    mixer = Mixer(_mix_settings(request))
    troubles: list[str] = []
    bed, assets = _open_bed(request, session.here, troubles)
    parts = EngineParts(
        speech=request.speech,
        bed=bed,
        mixer=mixer,
        answers=request.controls,
        assets=assets,
        live=request.live,
        timer=request.timer,
    )
    return OpenNight(
        source=request.source,
        session=session,
        performance=Performance(session, parts, request.observer),
        speech=request.speech,
        mixer=mixer,
        digest=story.digest,
        troubles=troubles,
    )


def _mix_settings(request: NightRequest) -> MixSettings:
    """Return the levels of a night; the system's voices need a bed that leaves more room."""
    options, settings = request.options, request.settings.play
    is_system = (options.voice or "").startswith("system")
    clear = options.clear or bool(settings.get("clear", False))
    drift_db = options.drift
    if drift_db is None:
        drift_db = float(settings.get("drift", _DEFAULT_DRIFT_DB))
    return MixSettings(
        speech_lufs=options.loudness,
        bed_lu=20.0 if clear else 18.0 if is_system else 15.0,
        pause_lu=15.0 if clear else 10.0,
        deep_dip=is_system,
        drift_db=0.0 if request.dry else drift_db,
    )


class SilentBed:
    """The bed of ``--dry``: silence, at depth 0 so that the voice's room stays dry."""

    depth = 0.0

    def block(self, frames: int, /) -> Samples:
        """Return ``(frames, 2)`` zeros."""
        return np.zeros((frames, 2), dtype=np.float32)

    def glide(self, depth: float, seconds: float, /) -> None:
        """Do nothing."""


def _open_bed(
    request: NightRequest, place: Place, troubles: list[str]
) -> tuple[BedPort, AssetPreloader | NoAssets]:
    if request.dry:
        return SilentBed(), NoAssets()
    story_folder = request.source.folder
    folder = story_folder or bundled_folder()
    first = load_soundscape(place.scene or DEFAULT_SCENE, folder)
    bed = Bed(first.recipe, request.options.seed, place.depth, first.recordings)

    def load_scene(name: str) -> LoadedSoundscape:
        return load_soundscape(name, folder)

    def load_recording(file: str) -> Recorded:
        if story_folder is None:
            raise InputError(f"sound '{file}': a bundled story has no recordings.")
        return read_recording(story_folder, file)

    return bed, AssetPreloader(bed, load_scene, load_recording, report=troubles.append)
