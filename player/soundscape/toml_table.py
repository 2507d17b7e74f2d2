"""Checked access to a TOML table of a recipe, key by key.

Every message names the file, the key and its value, and says which values are valid.
"""

import math
import re
from collections.abc import Mapping, Sequence

from player.errors import InputError
from player.message_text import did_you_mean
from player.soundscape.recipe import Curve
from player.toml_text import brief

Bounds = tuple[float, float]


class RecipeError(InputError):
    """A soundscape recipe that cannot be played."""


class Table:
    """A TOML table that records which keys are read; `finish` refuses all others.

    All readers raise `RecipeError` for a missing or invalid value. Without a ``default`` a key is
    required.
    """

    def __init__(self, file: str, path: str, values: object) -> None:
        self.file, self.path = file, path
        if not isinstance(values, Mapping):
            raise RecipeError(f"{file}: {path} is {as_toml(values)}; give it as a table of keys.")
        self._values: Mapping[str, object] = values
        self._read_keys: list[str] = []

    def fail(self, key: str, expected: str) -> RecipeError:
        """Return the error for ``key``, with its present value and the expected ones."""
        path = f"{self.path}.{key}" if self.path else key
        value = f"= {as_toml(self._values[key])}" if key in self._values else "is missing"
        end = "" if expected.endswith("?") else "."
        return RecipeError(f"{self.file}: {path} {value}; {expected}{end}")

    def has(self, key: str) -> bool:
        """Return whether the table sets ``key``."""
        self._read_keys.append(key)
        return key in self._values

    @property
    def keys(self) -> frozenset[str]:
        """All keys that the table sets."""
        return frozenset(self._values)

    def raw(self, key: str) -> object:
        """Return the value of ``key``, unchecked; None if it is not set."""
        return self._values[key] if self.has(key) else None

    def table(self, key: str, expected: str) -> "Table":
        """Return a table within this one; ``expected`` completes the message of an error."""
        if not isinstance(self.raw(key), Mapping):
            raise self.fail(key, expected)
        return Table(self.file, f"{self.path}.{key}" if self.path else key, self._values[key])

    def text(self, key: str, expected: str, default: str | None = None) -> str:
        """Return a text of 1 to 200 characters."""
        value = self.raw(key)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or not value.strip() or len(value) > 200:
            raise self.fail(key, expected)
        return value

    def choice(self, key: str, options: Sequence[str]) -> str:
        """Return one of ``options``."""
        value = self.raw(key)
        if not isinstance(value, str) or value not in options:
            guess = did_you_mean(str(value), options)
            hint = f" ({guess})" if guess else ""
            raise self.fail(key, f"use one of {', '.join(map(repr, options))}{hint}")
        return value

    def number(self, key: str, within: Bounds, default: float | None = None) -> float:
        """Return a finite number; both bounds are included, as in all readers."""
        value = self.raw(key)
        if value is None and default is not None:
            return default
        if not is_number(value, within):
            raise self.fail(key, f"give one number from {within[0]:g} to {within[1]:g}")
        return float(str(value))

    def whole(self, key: str, within: tuple[int, int], default: int | None = None) -> int:
        """Return a whole number."""
        value = self.raw(key)
        if value is None and default is not None:
            return default
        if not isinstance(value, int) or not is_number(value, within):
            raise self.fail(key, f"give a whole number from {within[0]} to {within[1]}")
        return value

    def numbers(
        self, key: str, within: Bounds, max_count: int, default: tuple[float, ...] | None = None
    ) -> tuple[float, ...]:
        """Return a list of 1 to ``max_count`` numbers."""
        value = self.raw(key)
        if value is None and default is not None:
            return default
        expected = f"give a list of 1 to {max_count} numbers from {within[0]:g} to {within[1]:g}"
        if not isinstance(value, list) or not 1 <= len(value) <= max_count:
            raise self.fail(key, expected)
        return self._checked(key, value, within, expected)

    def curve(self, key: str, depth: Curve, within: Bounds, default: float | None = None) -> Curve:
        """Return one number for each ``depth``; a single number is valid for all of them."""
        value = self.raw(key)
        if value is None and default is not None:
            return (default,) * len(depth)
        expected = (
            f"give {len(depth)} numbers from {within[0]:g} to {within[1]:g}, one for each depth"
        )
        if is_number(value, within):
            return (float(str(value)),) * len(depth)
        if not isinstance(value, list):
            raise self.fail(key, expected)
        if len(value) != len(depth):
            raise self.fail(
                key, f"it has {len(value)} values, but depth has {len(depth)}: {expected}"
            )
        return self._checked(key, value, within, expected)

    def _checked(
        self, key: str, values: Sequence[object], within: Bounds, expected: str
    ) -> tuple[float, ...]:
        for index, item in enumerate(values):
            if not is_number(item, within):
                raise self.fail(key, f"its entry {index + 1} is {as_toml(item)}: {expected}")
        return tuple(float(str(item)) for item in values)

    def ratios(self, key: str, max_count: int) -> tuple[float, ...]:
        """Return a tuning from strings such as ``"3/2"``, each from 1/16 to 16."""
        value = self.raw(key)
        expected = (
            f'give a list of 1 to {max_count} ratios such as "1/1" and "3/2", from 1/16 to 16'
        )
        if not isinstance(value, list) or not 1 <= len(value) <= max_count:
            raise self.fail(key, expected)
        return tuple(self._ratio(key, item, expected) for item in value)

    def _ratio(self, key: str, item: object, expected: str) -> float:
        match = re.fullmatch(r"([0-9]{1,6})/([0-9]{1,6})", item) if isinstance(item, str) else None
        if match is None or not int(match[1]) or not int(match[2]):
            raise self.fail(key, f"{as_toml(item)} is not a ratio: {expected}")
        ratio = int(match[1]) / int(match[2])
        if not 1 / 16 <= ratio <= 16:
            raise self.fail(key, f"{as_toml(item)} is too far from the root: {expected}")
        return ratio

    def finish(self) -> None:
        """Raise `RecipeError` if the table sets a key that has not been read."""
        for key in self._values:
            if key not in self._read_keys:
                hint = (
                    did_you_mean(key, self._read_keys)
                    or f"the keys are {', '.join(self._read_keys)}"
                )
                raise self.fail(key, f"no such key here; {hint}")


def is_number(value: object, within: Bounds) -> bool:
    """Return whether ``value`` is a finite number inside the bounds; ``true`` is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    if isinstance(value, float) and not math.isfinite(value):
        return False
    return within[0] <= value <= within[1]


def as_toml(value: object) -> str:
    """Return a value as it is written in TOML, cut to 80 characters."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int) and value.bit_length() > 200:
        return "a number of far too many digits"
    # Python refuses to print a very large number inside a list; `brief` handles it.
    text = f'"{value}"' if isinstance(value, str) else brief(value, 80)
    text = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
    return text if len(text) <= 80 else text[:77] + "..."
