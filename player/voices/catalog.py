"""The voices on this machine, and the way to fetch further ones.

hibari has one voice inside its package (``heart``, here called ``hibari``) and four that can be
fetched, only when the user asks for it by name.
"""

import json
import os
import sys
from collections.abc import Mapping
from functools import cache
from http.client import HTTPException
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from player.errors import UnavailableError
from player.message_text import did_you_mean
from player.voices.worker_client import voice_command
from player.workers.child import ChildFailedError, request_frame
from player.workers.framing import MAX_MESSAGE_BYTES

_LIST_DEADLINE_S = 20.0


def installed(folder: Path | None = None) -> dict[str, Path]:
    """Return hibari's further voices that are here, each with its model.

    Models are looked for in ``folder``, and where hibari keeps its own (``HIBARI_HOME``). A model
    of the wrong size counts as missing.
    """
    models = {}
    for name, entry in _further().items():
        for place in _places(folder):
            model = place / entry["file"]
            if model.is_file() and model.stat().st_size == entry["bytes"]:
                models[name] = model
                break
    return models


def names(folder: Path | None = None) -> tuple[str, ...]:
    """Return the names that ``--voice`` takes; of the system's voices, those that speak English."""
    hibari = ("hibari", *installed(folder)) if find_spec("hibari") else ()
    system = system_voices()
    ids = (f"system:{voice}" for voice, english in system.items() if english)
    return (*hibari, *(("system",) if system else ()), *ids, "silent")


def missing(folder: Path | None = None) -> tuple[str, ...]:
    """Return hibari's voices that are not here and that ``dreamers voices add`` can fetch."""
    here = installed(folder)
    return tuple(name for name in _further() if name not in here)


def system_voices() -> dict[str, bool]:
    """Return the id of each of the system's voices, and whether it speaks English."""
    if not find_spec("pyttsx3"):
        return {}
    try:
        listing, _ = request_frame(
            voice_command("--list"),
            deadline_s=_LIST_DEADLINE_S,
            max_message_bytes=MAX_MESSAGE_BYTES,
        )
    except (ChildFailedError, OSError):
        return {}
    voices = listing.get("voices")
    if not isinstance(voices, dict):
        return {}
    return {voice: english is True for voice, english in voices.items()}


def check(name: str, folder: Path | None = None) -> str:
    """Return the name under which the voice's process knows the voice ``name``.

    Raises `UnavailableError` if it is not here, with the way to get it or a guess at its name.
    """
    if name.startswith("system:"):
        return name  # the process checks it, since listing all voices is slow
    if name == "system":
        if find_spec("pyttsx3"):
            return name
        raise UnavailableError("The system's voices need pyttsx3: run `pip install pyttsx3`.")
    if name in ("hibari", "heart"):
        if find_spec("hibari"):
            return "heart"
        raise UnavailableError("The voice hibari is not installed: run `pip install hibari-tts`.")
    if name in installed(folder):
        return name
    if name in _further():
        raise UnavailableError(
            f"The voice {name} is not on this machine; fetch it with `dreamers voices add {name}`."
        )
    raise UnavailableError(unknown(name))


def unknown(name: str) -> str:
    """Return a sentence about a voice that does not exist, with a guess at what was meant."""
    voices = ["hibari", "system", "silent", *_further()]
    hint = did_you_mean(name.lower(), voices, limit=2, likeness=0.5)
    return f"There is no voice {name!r}; " + (hint or f"there are {', '.join(voices)}.")


def add_voice(name: str, folder: Path, source: str | None = None) -> Path:
    """Fetch one of hibari's further voices into ``folder``, checked against its known hash.

    ``source`` is the address of the folder that has it, by default hibari's. Returns the model's
    path, at once if it is here already. Raises `UnavailableError` if it cannot be fetched: offline,
    changed on the way, or no such voice.
    """
    entry = _further().get(name)
    if entry is None:
        raise UnavailableError(
            f"There is no voice {name!r} to add; it can be {', '.join(_further())}."
        )
    here = installed(folder).get(name)
    if here is not None:
        return here
    from hibari import voices

    target = Path(folder, entry["file"])
    try:
        voices.download((source or voices.BASE_URL) + entry["file"], str(target), entry["sha256"])
    except (RuntimeError, OSError, HTTPException) as error:
        raise UnavailableError(
            f"The voice {name} could not be fetched ({_reason(error)}); check the connection and"
            f" run `dreamers voices add {name}` again."
        ) from error
    return target


def _reason(error: BaseException) -> str:
    """Return what happened; hibari's own message names files and remedies instead."""
    if "sha256" in str(error):
        return "what arrived is not the voice that was published"
    cause = error.__cause__ or error
    return str(getattr(cause, "reason", None) or cause).rstrip(".")


@cache
def _further() -> Mapping[str, Any]:
    """Return hibari's list of voices without the one in its package, without importing hibari."""
    spec = find_spec("hibari")
    if spec is None or not spec.submodule_search_locations:
        return {}
    listing = Path(spec.submodule_search_locations[0], "assets", "voices.json")
    entries = json.loads(listing.read_text(encoding="utf-8"))
    return {name: entry for name, entry in entries.items() if not entry.get("bundled")}


def _places(folder: Path | None) -> list[Path]:
    """Return the folders that may have models: ours first, then hibari's."""
    if home := os.environ.get("HIBARI_HOME"):
        hibari_home = Path(home)
    elif sys.platform == "win32":
        hibari_home = Path(os.environ.get("LOCALAPPDATA") or Path.home(), "hibari")
    elif sys.platform == "darwin":
        hibari_home = Path.home() / "Library" / "Caches" / "hibari"
    else:
        hibari_home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "hibari")
    return [hibari_home] if folder is None else [folder, hibari_home]
