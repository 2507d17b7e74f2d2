"""The voices: everything that turns a sentence into a clip.

``open_speech`` starts the voice's process at once and imports nothing heavy before that, so that
the voice gets ready while the rest of the player does.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from player.errors import UnavailableError
from player.script.utterance import Utterance, VoiceShading
from player.story.lexicon import Lexicon

if TYPE_CHECKING:
    from player.audio import Clip

__all__ = [
    "Speech",
    "Utterance",
    "VoiceShading",
    "add_voice",
    "can_speak",
    "installed",
    "missing",
    "names",
    "open_speech",
]


class Speech(Protocol):
    """A voice that speaks sentences, ahead of time if it is asked to."""

    @property
    def trouble(self) -> str | None:
        """One sentence about what could not be said, for the listener; ``None`` if all was."""
        ...

    def request(self, utterance: Utterance) -> None:
        """Start speaking it ahead. Cheap, and asking twice changes nothing. Asked for in the order
        in which they will be taken; what lies before a taken one is passed over."""
        ...

    def take(self, utterance: Utterance, wait: bool) -> Clip | None:
        """The finished clip (mono, 48 kHz, trimmed, at ``utterance.lufs``), asked for or not.
        Without ``wait`` ``None`` means not yet. A clip may be taken again. ``UnavailableError``
        where the voice cannot speak at all."""
        ...

    def close(self) -> None:
        """End it."""
        ...


def open_speech(
    name: str,
    *,
    lexicon: Lexicon | None = None,
    seed: int = 0,
    folder: Path | None = None,
    workers: int = 1,
) -> Speech:
    """The voice ``name``: hibari, one of its further voices, system, system:ID, or silent.

    ``folder`` holds fetched voices. ``workers`` processes share the work of a render; the samples
    do not depend on their number. ``UnavailableError`` where there is no such voice here.
    """
    if name == "silent":
        from player.voices.silent import Silent

        return Silent()
    from player.voices import catalog
    from player.voices.supervised import SupervisedVoice
    from player.voices.worker_client import voice_command

    words = lexicon or Lexicon()
    known = catalog.check(name, folder)
    hello = {
        "lexicon": {"phonemes": dict(words.phonemes), "respell": dict(words.respell)},
        "seed": seed,
        "models": {voice: str(model) for voice, model in catalog.installed(folder).items()},
    }
    return SupervisedVoice(voice_command(known), hello, workers)


def can_speak(name: str, folder: Path | None = None) -> bool:
    """Whether ``open_speech`` knows a voice of that name here."""
    from player.voices import catalog

    try:
        return name == "silent" or bool(catalog.check(name, folder))
    except UnavailableError:
        return False


def names(folder: Path | None = None) -> tuple[str, ...]:
    """What ``--voice`` takes on this machine. Asks the system, which takes a moment."""
    from player.voices import catalog

    return catalog.names(folder)


def installed(folder: Path | None = None) -> dict[str, Path]:
    """hibari's further voices that are on this machine, each with its model."""
    from player.voices import catalog

    return catalog.installed(folder)


def missing(folder: Path | None = None) -> tuple[str, ...]:
    """hibari's further voices that could be fetched."""
    from player.voices import catalog

    return catalog.missing(folder)


def add_voice(name: str, folder: Path) -> Path:
    """Fetch one of hibari's further voices into ``folder``, by the user's word only."""
    from player.voices import catalog

    return catalog.add_voice(name, folder)
