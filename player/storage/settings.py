"""The listener's settings, ``config.toml``: pace and levels of a night, and its keys.

::

    [play]
    voice = "hibari"          # as --voice, --drift, --speed, --volume, --sleep, --clear, --plain
    [evening]
    from = "20:00"            # till "until"; then its sleep and its volume hold
    sleep = "45m"
    [night]
    answer_s = 20.0           # any of the times of a night (see docs)
    [keys]
    n = "passage-on"
    [tools]
    inkjs = "/home/me/node_modules/inkjs"   # the compiler of Ink sources, where it isn't global
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from player.errors import InputError
from player.message_text import did_you_mean
from player.session import Pacing
from player.storage.file_access import hide_from_others, read_regular_file
from player.storage.limits import DRIFT_DB, SPEED, VOLUME_DB
from player.storage.paths import home
from player.storage.text_files import decode_utf8
from player.toml_text import MAX_BYTES, TomlError, brief, parse_toml

_PLAY: Mapping[str, type] = {
    "voice": str,
    "speed": float,
    "drift": float,
    "volume": float,
    "sleep": str,
    "clear": bool,
    "plain": bool,
}
_EVENING: Mapping[str, type] = {"from": str, "until": str, "sleep": str, "volume": float}
_TOOLS: Mapping[str, type] = {"inkjs": str}
_NIGHT = {f.name: type(f.default) for f in fields(Pacing) if f.name != "speech_lufs"}

_TABLES: Mapping[str, Mapping[str, type] | None] = {
    "play": _PLAY,
    "evening": _EVENING,
    "night": _NIGHT,
    "keys": None,
    "tools": _TOOLS,
}
"""Type of each key, by table; None for a table in which any key is a text."""

_RANGES: Mapping[str, tuple[float, float]] = {
    "speed": SPEED,
    "drift": DRIFT_DB,
    "volume": VOLUME_DB,
    "slowing": (0.0, 0.5),
    "pause_growth": (0.0, 3.0),
    "asleep_after": (1, 100),
}
_KINDS: Mapping[type, str] = {
    bool: "true or false",
    float: "a number",
    int: "a whole number",
    str: "text in quotes",
}
_SECONDS, _DECIBELS = (0.0, 86_400.0), (0.0, 24.0)
"""Ranges of the keys that end in ``_s`` and ``_db``."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The tables of ``config.toml``; a key that is left out has its default."""

    play: Mapping[str, str | float | bool] = field(default_factory=dict)
    evening: Mapping[str, str | float] = field(default_factory=dict)
    night: Mapping[str, str | float | int] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)
    tools: Mapping[str, str] = field(default_factory=dict)


def load_settings(path: Path | None = None) -> Settings:
    """Read ``path`` or the usual ``config.toml``; a missing file gives the defaults.

    Raises ``InputError`` that names the key. Afterwards only its owner can read the file.
    """
    path = path or home().config / "config.toml"
    try:
        data = read_regular_file(path, MAX_BYTES)
    except FileNotFoundError:
        return Settings()
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); fix or remove it.") from None
    hide_from_others(path)
    text = decode_utf8(data, str(path))
    try:
        tables = parse_toml(text)
    except TomlError as error:
        raise InputError(f"{path}: not TOML ({error}); fix or remove it.") from None
    for name, table in tables.items():
        if name not in _TABLES or not isinstance(table, dict):
            raise InputError(
                f"{path}: {brief(name)} is unknown; the tables are {', '.join(_TABLES)}."
            )
        for key, value in table.items():
            _check(path, name, key=key, value=value, kinds=_TABLES[name])
    return Settings(**{name: tables.get(name, {}) for name in _TABLES})


def _check(
    path: Path, table: str, key: str, value: object, kinds: Mapping[str, type] | None
) -> None:
    kind = str if kinds is None else kinds.get(key)
    if kind is None:
        keys = kinds or {}
        hint = did_you_mean(key, keys) or f"the keys are {', '.join(keys)}."
        raise InputError(f"{path}: [{table}] has no {brief(key)}: {hint}")
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if kind in (float, int):
        # A comparison, unlike a conversion, can take a whole number of any size.
        fits = number and isinstance(value, int | float) and -1e18 < value < 1e18
    else:
        fits = isinstance(value, kind)
    if not fits:
        raise InputError(f"{path}: [{table}] {key} = {brief(value)} is not {_KINDS[kind]}.")
    if isinstance(value, int | float) and kind in (float, int):
        minimum, maximum = _RANGES.get(key) or (_SECONDS if key.endswith("_s") else _DECIBELS)
        if not minimum <= value <= maximum:
            raise InputError(
                f"{path}: [{table}] {key} = {value:g}: give a number from {minimum:g}"
                f" to {maximum:g}."
            )
