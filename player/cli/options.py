"""What ``play`` and ``render`` are asked to tell, and how.

Light to import: a night's voice and device are started from here, while the rest still loads.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from player.cli.sleep_option import Sleep
from player.controls.keyboard import Keyboard
from player.library.stories import Source
from player.script import read_header
from player.session import Pacing
from player.storage.bookmarks import Bookmark
from player.storage.paths import voice_folder
from player.storage.settings import Config
from player.voices import Speech, can_speak, open_speech


@dataclass(frozen=True, slots=True)
class Telling:
    """The options that ``play`` and ``render`` share; ``None`` is left to the settings."""

    story: str
    voice: str | None = None
    choices: str = ""
    seed: int = 0
    speed: float | None = None
    drift: float | None = None
    clear: bool = False
    loudness: float = -20.0


@dataclass(frozen=True, slots=True)
class Listening:
    """The options of ``play`` alone."""

    sleep: str | None = None
    fresh: bool = False
    from_knot: str | None = None
    output: str = "speaker"
    device: str | None = None
    volume: float | None = None
    cues: Path | None = None
    prelude: str | None = None
    plain: bool = False
    listen: bool = False
    microphone: str | None = None
    seed: int | None = None
    """Left out, a night that is taken up again keeps its own."""


@dataclass(frozen=True, slots=True)
class Evening:
    """What a night was asked to be."""

    telling: Telling
    config: Config
    source: Source
    keys: Keyboard
    sleep: Sleep
    volume_db: float
    """Where nothing else is said, and nothing was left from another night."""
    bookmark_path: Path | None = None
    """``None`` for a night of which nothing is kept."""
    bookmark: Bookmark | None = None


def with_voice(telling: Telling, config: Config, source: Source) -> Telling:
    """``telling`` with its voice settled: as on the command line, in the settings, as the story's
    writer wished where that voice can speak here, or the default."""
    asked = telling.voice or config.play.get("voice")
    if not asked:
        wished = read_header(source.open().header).voice
        asked = wished if wished and can_speak(wished, voice_folder()) else "hibari"
    return replace(telling, voice=str(asked))


def night_pacing(telling: Telling, config: Config, **changes: float) -> Pacing:
    """How it is told: the settings' times, the command line's pace and level."""
    speed = telling.speed if telling.speed is not None else float(config.play.get("speed", 1.0))
    told = replace(Pacing(), speed=speed, speech_lufs=telling.loudness, **config.night)  # type: ignore[arg-type]  # checked when the settings were read
    return replace(told, **changes)  # type: ignore[arg-type]  # only times are passed


def open_voice(telling: Telling, source: Source) -> Speech:
    """Start the voice: the sooner the better, it loads while everything else does."""
    return open_speech(
        telling.voice or "hibari",
        lexicon=source.lexicon,
        seed=telling.seed,
        folder=voice_folder(),
    )
