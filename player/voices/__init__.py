"""Text to speech: a sentence becomes a clip.

`open_speech` starts the voice's process at once, and imports nothing heavy before that, so that the
voice loads while the rest of the player does.
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
    """A voice that speaks sentences, ahead of time when they are requested."""

    @property
    def trouble(self) -> str | None:
        """Sentence for the listener about what could not be said; None if everything was."""
        ...

    def request(self, utterance: Utterance) -> None:
        """Start to speak ``utterance`` in the background. A second request changes nothing.

        Request utterances in the order in which they will be taken; those before a taken one count
        as skipped.
        """
        ...

    def take(self, utterance: Utterance, wait: bool) -> Clip | None:
        """Return the finished clip: mono, 48 kHz, trimmed, at ``utterance.lufs``.

        Without ``wait``, return None while it is not ready. It need not have been requested, and
        may be taken again. Raises `UnavailableError` if the voice cannot speak at all.
        """
        ...

    def close(self) -> None:
        """Release the voice; safe to call again."""
        ...


def open_speech(
    name: str,
    *,
    lexicon: Lexicon | None = None,
    seed: int = 0,
    folder: Path | None = None,
) -> Speech:
    """Open the voice ``name``: hibari, one of its further voices, system, system:ID, or silent.

    ``folder`` holds fetched voices. Raises `UnavailableError` if there is no such voice here.
    """
    if name == "silent":
        from player.voices.silent import Silent

        return Silent()
    from player.voices import catalog
    from player.voices.supervised import SupervisedVoice
    from player.voices.worker_client import voice_command

    words = lexicon or Lexicon()
    worker_name = catalog.check(name, folder)
    greeting = {
        "lexicon": {"phonemes": dict(words.phonemes), "respell": dict(words.respell)},
        "seed": seed,
        "models": {voice: str(model) for voice, model in catalog.installed(folder).items()},
    }
    return SupervisedVoice(voice_command(worker_name), greeting)


def can_speak(name: str, folder: Path | None = None) -> bool:
    """Return whether `open_speech` can open a voice of that name here."""
    from player.voices import catalog

    try:
        return name == "silent" or bool(catalog.check(name, folder))
    except UnavailableError:
        return False


def names(folder: Path | None = None) -> tuple[str, ...]:
    """Return the names that ``--voice`` takes on this machine. Slow, since it asks the system."""
    from player.voices import catalog

    return catalog.names(folder)


def installed(folder: Path | None = None) -> dict[str, Path]:
    """Return hibari's further voices that are on this machine, each with its model."""
    from player.voices import catalog

    return catalog.installed(folder)


def missing(folder: Path | None = None) -> tuple[str, ...]:
    """Return the names of hibari's further voices that could be fetched."""
    from player.voices import catalog

    return catalog.missing(folder)


def add_voice(name: str, folder: Path) -> Path:
    """Fetch one of hibari's further voices into ``folder``. Only the user may ask for that."""
    from player.voices import catalog

    return catalog.add_voice(name, folder)
