"""The options of ``play`` and ``render``, and the request that ``play`` makes of them.

Cheap to import: a night's voice and device are started from here while the rest still loads.
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
from player.storage.settings import Settings
from player.voices import Speech, can_speak, open_speech

DEFAULT_VOICE = "hibari"


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedOptions:
    """The options that ``play`` and ``render`` share. None leaves the choice to the settings.

    ``loudness`` is an option of ``render`` alone; ``play`` resolves ``seed`` with the bookmark.
    """

    story: str
    voice: str | None = None
    choices: str = ""
    seed: int = 0
    speed: float | None = None
    drift: float | None = None
    clear: bool = False
    loudness: float = -20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayOptions:
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
    """By default, a night that is resumed keeps its seed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayRequest:
    """A night to be played: its options, resolved against settings and bookmark."""

    shared: SharedOptions
    options: PlayOptions
    settings: Settings
    source: Source
    keyboard: Keyboard
    sleep: Sleep
    volume_db: float
    """The volume unless an option or an earlier night says otherwise."""
    bookmark_path: Path | None = None
    """None for a night that leaves no bookmark and no history."""
    bookmark: Bookmark | None = None


def with_voice(options: SharedOptions, settings: Settings, source: Source) -> SharedOptions:
    """Return ``options`` with a voice.

    It is that of the command line, of the settings, of the story where that voice can speak on
    this machine, or else the default.
    """
    voice = options.voice or settings.play.get("voice")
    if not voice:
        story_voice = read_header(source.open().header).voice
        can_use_it = story_voice and can_speak(story_voice, voice_folder())
        voice = story_voice if can_use_it else DEFAULT_VOICE
    return replace(options, voice=str(voice))


def night_pacing(options: SharedOptions, settings: Settings, **changes: float) -> Pacing:
    """Return the pacing: the settings' times, the options' speed and level, then ``changes``."""
    speed = options.speed
    if speed is None:
        speed = float(settings.play.get("speed", 1.0))
    pacing = replace(
        Pacing(),
        speed=speed,
        speech_lufs=options.loudness,
        **settings.night,  # type: ignore[arg-type]  # checked when the settings were read
    )
    return replace(pacing, **changes)  # type: ignore[arg-type]  # only times are passed


def open_voice(options: SharedOptions, source: Source) -> Speech:
    """Start the voice. The sooner the better: it loads while everything else does."""
    return open_speech(
        options.voice or DEFAULT_VOICE,
        lexicon=source.lexicon,
        seed=options.seed,
        folder=voice_folder(),
    )
