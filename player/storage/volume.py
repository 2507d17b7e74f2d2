"""Volume and balance, kept from one night to the next."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from msgspec import Meta

from player.storage.background_writer import BackgroundWriter
from player.storage.state_files import read_state, write_state

_Decibels = Annotated[float, Meta(ge=-60.0, le=60.0)]  # further than any knob goes


@dataclass(frozen=True, slots=True)
class Levels:
    """The master volume, and the voice's balance against the bed (above 0: louder), in dB."""

    volume_db: _Decibels = 0.0
    balance_db: _Decibels = 0.0


def levels_path(state: Path) -> Path:
    """Return the file's path in the state folder (``storage.paths``)."""
    return state / "levels.json"


def load_levels(path: Path) -> Levels | None:
    """Return the levels of the last night, or None if there are none that can be read."""
    try:
        return read_state(path, Levels)
    except (OSError, ValueError):
        return None


def queue_levels(writer: BackgroundWriter, path: Path, levels: Levels) -> None:
    """Write the levels in the background."""
    writer.put(path, lambda: write_state(path, levels))
