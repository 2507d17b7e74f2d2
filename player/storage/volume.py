"""The volume and the balance that a listener left: kept from night to night."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from player.storage import json_fields
from player.storage.atomic_write import write_whole
from player.storage.background_writer import BackgroundWriter

SCHEMA = 1
_MOST_DB = 60.0  # no knob goes as far


@dataclass(frozen=True, slots=True)
class Levels:
    """In dB: the master volume, and the voice over (or, under 0, below) its usual place."""

    volume_db: float = 0.0
    balance_db: float = 0.0


def levels_path(state: Path) -> Path:
    """Their file; ``state`` is the folder of ``player.storage.paths``."""
    return state / "levels.json"


def load_levels(path: Path) -> Levels | None:
    """As they were left; ``None`` where they never were, or cannot be read."""
    try:
        found = json_fields.read_file(path)
        return Levels(*(_level(found[key]) for key in ("volume_db", "balance_db")))
    except (OSError, ValueError, KeyError):
        return None


def keep_levels(writer: BackgroundWriter, path: Path, levels: Levels) -> None:
    """Write them down, beside the night."""
    text = json.dumps({"schema": SCHEMA, **asdict(levels)})
    writer.put(path, lambda: write_whole(path, text))


def _level(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("no number")
    if not -_MOST_DB <= value <= _MOST_DB:
        raise ValueError("out of range, or not a number")
    return float(value)
