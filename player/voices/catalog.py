"""Which voices there are on this machine, and how a further one comes here.

hibari has one voice inside its package (``heart``: here it is called ``hibari``) and four that can
be fetched, by the user's word only. Nothing else in the player ever fetches anything.
"""

import json
import os
import subprocess
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
from player.workers.launch import run_child


def installed(folder: Path | None = None) -> dict[str, Path]:
    """hibari's further voices that are here, each with its model: in ``folder``, or where hibari
    keeps its own (``HIBARI_HOME``). A model of the wrong size counts as not there."""
    found = {}
    for name, entry in _further().items():
        for place in _places(folder):
            model = place / entry["file"]
            if model.is_file() and model.stat().st_size == entry["bytes"]:
                found[name] = model
                break
    return found


def names(folder: Path | None = None) -> tuple[str, ...]:
    """What ``--voice`` takes on this machine; of the system's voices, those that speak English."""
    hibari = ("hibari", *installed(folder)) if find_spec("hibari") else ()
    system = system_voices()
    ids = (f"system:{voice}" for voice, english in system.items() if english)
    return (*hibari, *(("system",) if system else ()), *ids, "silent")


def missing(folder: Path | None = None) -> tuple[str, ...]:
    """hibari's voices that ``dreamers voices add`` can fetch and that are not here."""
    here = installed(folder)
    return tuple(name for name in _further() if name not in here)


def system_voices() -> dict[str, bool]:
    """The ids of the system's voices, and whether each speaks English; none where none can."""
    if not find_spec("pyttsx3"):
        return {}
    try:
        listing = run_child(voice_command("--list"), deadline_s=20.0)
        listing.check_returncode()
    except (subprocess.SubprocessError, OSError):
        return {}
    lines = (line.partition("\t") for line in listing.stdout.decode().splitlines())
    return {voice: language == "en" for voice, _, language in lines}


def check(name: str, folder: Path | None = None) -> str:
    """The name by which a child process knows the voice ``name``.

    ``UnavailableError`` where it is not here, with the way to get it or what may have been meant.
    """
    if name.startswith("system:"):
        return name  # the child knows them, and says what it lacks
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
    """One sentence about a voice that nobody has."""
    known = ["hibari", "system", "silent", *_further()]
    hint = did_you_mean(name.lower(), known, limit=2, likeness=0.5)
    return f"There is no voice {name!r}; " + (hint or f"there are {', '.join(known)}.")


def add_voice(name: str, folder: Path, source: str | None = None) -> Path:
    """Fetch one of hibari's further voices into ``folder``, checked against its known hash.

    ``source`` is the address of the folder it lies in, hibari's own by default. Answers the model's
    path, at once where it is here already. ``UnavailableError`` in one sentence where it cannot be
    had: offline, changed on the way, or no such voice.
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
    """hibari's own message names files and remedies; ours names what happened."""
    if "sha256" in str(error):
        return "what arrived is not the voice that was published"
    cause = error.__cause__ or error
    return str(getattr(cause, "reason", None) or cause).rstrip(".")


@cache
def _further() -> Mapping[str, Any]:
    """hibari's list of voices without the one in its package, read without importing it."""
    spec = find_spec("hibari")
    if spec is None or not spec.submodule_search_locations:
        return {}
    listing = Path(spec.submodule_search_locations[0], "assets", "voices.json")
    entries = json.loads(listing.read_text(encoding="utf-8"))
    return {name: entry for name, entry in entries.items() if not entry.get("bundled")}


def _places(folder: Path | None) -> list[Path]:
    """Where models may lie: ours first, then where hibari itself would look."""
    if home := os.environ.get("HIBARI_HOME"):
        own = Path(home)
    elif sys.platform == "win32":
        own = Path(os.environ.get("LOCALAPPDATA") or Path.home(), "hibari")
    elif sys.platform == "darwin":
        own = Path.home() / "Library" / "Caches" / "hibari"
    else:
        own = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "hibari")
    return [own] if folder is None else [folder, own]
