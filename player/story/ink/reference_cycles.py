"""Refuse stories with circular references, which would crash the Ink runtime.

A plain divert or a thread keeps the frame of the knot that it leaves. A ``ref`` parameter declared
there can come to point at its own name; the runtime follows such a circle until the stack overflows
and the process dies. (A function or tunnel gets a new frame.)

A reference always points at a name that held a plain value when it was made. So a circle is
possible only if one name is both a parameter that receives a reference in a kept frame, and a
temporary variable of another knot. A story with such a name is refused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from player.errors import InputError
from player.message_text import excerpt

Container = list[Any]
_NEW_FRAME = {"f()", "->t->", "x()"}


class ReferenceCheck:
    """Collect what a compiled story passes by reference; ``at`` returns a container by path."""

    def __init__(self, name: str, at: Callable[[str], Container | None]) -> None:
        self._name = name
        self._at = at
        self._declared: Counter[str] = Counter()
        self._receivers: dict[str, bool] = {}
        """Targets of references in a kept frame: whether all arguments there are references."""

    def note(self, container: Container, index: int, item: dict[str, Any]) -> None:
        """Add one object of the story."""
        if "temp=" in item and not item.get("re"):
            self._declared[item["temp="]] += 1
        if "^var" in item:
            self._follow(item["^var"], container, index)

    def _follow(self, variable: str, container: Container, index: int) -> None:
        for item in container[index:]:
            if not isinstance(item, dict):
                continue
            if item.keys() & _NEW_FRAME:
                return
            target = item.get("->")
            if isinstance(target, str) and not item.get("var") and self._at(target):
                whole = _only_references(container, index)
                self._receivers[target] = whole and self._receivers.get(target, True)
                return
            if target is not None:
                break
        raise InputError(
            f"{self._name} passes '{excerpt(variable)}' by reference to a knot that only shows"
            " while it runs, which cannot be followed safely: divert to the knot by its name"
        )

    def refuse_circles(self) -> None:
        """Raise ``InputError`` if a reference might come to point at itself."""
        in_kept_frames: Counter[str] = Counter()
        received: set[str] = set()
        for target, whole in self._receivers.items():
            parameters = leading_parameters(self._at(target))
            received.update(parameters)
            in_kept_frames.update(parameters if whole else ())
        for name in sorted(received):
            if self._declared[name] > in_kept_frames[name]:
                raise InputError(
                    f"{self._name} diverts with a reference to a knot whose parameter is"
                    f" '{excerpt(name)}', and '{excerpt(name)}' is a temporary elsewhere too:"
                    " rename one of the two"
                )


def leading_parameters(container: Container | None) -> tuple[str, ...]:
    """Return the parameters of a knot, which it takes from the stack first."""
    names: list[str] = []
    for item in container or ():
        name = item.get("temp=") if isinstance(item, dict) else None
        if not isinstance(name, str) or item.get("re"):
            break
        names.append(name)
    return tuple(names)


def _only_references(container: Container, index: int) -> bool:
    """Return whether every argument of the call around ``index`` is a reference."""
    begin = end = index
    while begin > 0 and container[begin] != "ev":
        begin -= 1
    while end < len(container) - 1 and container[end] != "/ev":
        end += 1
    arguments = container[begin + 1 : end]
    return all(isinstance(item, dict) and "^var" in item for item in arguments)
