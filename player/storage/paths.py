"""Folders of settings, state and cache."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from player.errors import UsageError


@dataclass(frozen=True, slots=True)
class Home:
    """The three folders. None is created before a file is written into it."""

    config: Path
    state: Path
    cache: Path


def home() -> Home:
    """Return the platform's folders, or all three under ``DREAMERS_HOME``.

    Raises ``UsageError`` if that names a user who does not exist.
    """
    if base := os.environ.get("DREAMERS_HOME"):
        try:
            root = Path(base).expanduser()
        except RuntimeError:
            raise UsageError(
                f"DREAMERS_HOME is {base!r}, and there is no such user: give the path of a folder"
            ) from None
        return Home(root / "config", root / "state", root / "cache")
    dirs = platformdirs.PlatformDirs("dreamers", appauthor=False)
    return Home(dirs.user_config_path, dirs.user_state_path, dirs.user_cache_path)


def voice_folder() -> Path:
    """Return the folder of the voices that were fetched."""
    return home().cache / "voices"
