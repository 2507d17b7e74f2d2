"""Reading one TOML table key by key, with errors a writer can act on.

Every message names the file, the key and the value found, and says what would do instead.
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
    """A soundscape recipe says something that cannot be played."""


class Table:
    """A TOML table whose keys are taken one at a time; `finish` refuses what nobody asked for."""

    def __init__(self, file: str, path: str, values: object) -> None:
        self.file, self.path = file, path
        if not isinstance(values, Mapping):
            raise RecipeError(f"{file}: {path} is {shown(values)}; give it as a table of keys.")
        self._values: Mapping[str, object] = values
        self._asked: list[str] = []

    def fail(self, key: str, expected: str) -> RecipeError:
        """The error for ``key``: found, expected, remedy."""
        where = f"{self.path}.{key}" if self.path else key
        found = f"= {shown(self._values[key])}" if key in self._values else "is missing"
        end = "" if expected.endswith("?") else "."
        return RecipeError(f"{self.file}: {where} {found}; {expected}{end}")

    def has(self, key: str) -> bool:
        self._asked.append(key)
        return key in self._values

    @property
    def keys(self) -> frozenset[str]:
        """All that it sets, whether asked for or not."""
        return frozenset(self._values)

    def raw(self, key: str) -> object:
        return self._values[key] if self.has(key) else None

    def table(self, key: str, expected: str) -> "Table":
        if not isinstance(self.raw(key), Mapping):
            raise self.fail(key, expected)
        return Table(self.file, f"{self.path}.{key}" if self.path else key, self._values[key])

    def text(self, key: str, expected: str, default: str | None = None) -> str:
        value = self.raw(key)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or not value.strip() or len(value) > 200:
            raise self.fail(key, expected)
        return value

    def choice(self, key: str, options: Sequence[str]) -> str:
        value = self.raw(key)
        if not isinstance(value, str) or value not in options:
            guess = did_you_mean(str(value), options)
            hint = f" ({guess})" if guess else ""
            raise self.fail(key, f"use one of {', '.join(map(repr, options))}{hint}")
        return value

    def number(self, key: str, within: Bounds, default: float | None = None) -> float:
        value = self.raw(key)
        if value is None and default is not None:
            return default
        if not is_number(value, within):
            raise self.fail(key, f"give one number from {within[0]:g} to {within[1]:g}")
        return float(str(value))

    def whole(self, key: str, within: tuple[int, int], default: int | None = None) -> int:
        value = self.raw(key)
        if value is None and default is not None:
            return default
        if not isinstance(value, int) or not is_number(value, within):
            raise self.fail(key, f"give a whole number from {within[0]} to {within[1]}")
        return value

    def numbers(
        self, key: str, within: Bounds, most: int, default: tuple[float, ...] | None = None
    ) -> tuple[float, ...]:
        """A plain list, not along the depth: one to ``most`` numbers."""
        value = self.raw(key)
        if value is None and default is not None:
            return default
        wanted = f"give a list of 1 to {most} numbers from {within[0]:g} to {within[1]:g}"
        if not isinstance(value, list) or not 1 <= len(value) <= most:
            raise self.fail(key, wanted)
        return self._checked(key, value, within, wanted)

    def curve(self, key: str, depth: Curve, within: Bounds, default: float | None = None) -> Curve:
        """Numbers along the depth; one number alone stays the same at every depth."""
        value = self.raw(key)
        if value is None and default is not None:
            return (default,) * len(depth)
        wanted = (
            f"give {len(depth)} numbers from {within[0]:g} to {within[1]:g}, one for each depth"
        )
        if is_number(value, within):
            return (float(str(value)),) * len(depth)
        if not isinstance(value, list):
            raise self.fail(key, wanted)
        if len(value) != len(depth):
            raise self.fail(
                key, f"it has {len(value)} values, but depth has {len(depth)}: {wanted}"
            )
        return self._checked(key, value, within, wanted)

    def _checked(
        self, key: str, values: Sequence[object], within: Bounds, wanted: str
    ) -> tuple[float, ...]:
        for index, item in enumerate(values):
            if not is_number(item, within):
                raise self.fail(key, f"its entry {index + 1} is {shown(item)}: {wanted}")
        return tuple(float(str(item)) for item in values)

    def ratios(self, key: str, most: int) -> tuple[float, ...]:
        """A tuning: strings such as ``"3/2"``, each from 1/16 to 16."""
        value = self.raw(key)
        wanted = f'give a list of 1 to {most} ratios such as "1/1" and "3/2", from 1/16 to 16'
        if not isinstance(value, list) or not 1 <= len(value) <= most:
            raise self.fail(key, wanted)
        return tuple(self._ratio(key, item, wanted) for item in value)

    def _ratio(self, key: str, item: object, wanted: str) -> float:
        match = re.fullmatch(r"([0-9]{1,6})/([0-9]{1,6})", item) if isinstance(item, str) else None
        if match is None or not int(match[1]) or not int(match[2]):
            raise self.fail(key, f"{shown(item)} is no ratio: {wanted}")
        ratio = int(match[1]) / int(match[2])
        if not 1 / 16 <= ratio <= 16:
            raise self.fail(key, f"{shown(item)} is too far from the root: {wanted}")
        return ratio

    def finish(self) -> None:
        """Refuse the first key that nobody asked for."""
        for key in self._values:
            if key not in self._asked:
                hint = did_you_mean(key, self._asked) or f"the keys are {', '.join(self._asked)}"
                raise self.fail(key, f"no such key here; {hint}")


def is_number(value: object, within: Bounds) -> bool:
    """A finite number inside the bounds; ``true`` is no number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    if isinstance(value, float) and not math.isfinite(value):
        return False
    return within[0] <= value <= within[1]


def shown(value: object) -> str:
    """A value as it would stand in TOML, cut to a readable length."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int) and value.bit_length() > 200:
        return "a number of far too many digits"
    # A list may hold a whole number that Python refuses to write; brief says so instead.
    text = f'"{value}"' if isinstance(value, str) else brief(value, 80)
    text = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
    return text if len(text) <= 80 else text[:77] + "..."
