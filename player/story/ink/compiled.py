"""Read compiled Ink as data: check it, and collect which knot reads and leads to what.

The format is described in ink's ``ink_JSON_runtime_format.md``. A container is a list whose last
item is ``null`` or an object with its named parts; a path runs through names and indices, and
begins with a dot where it is relative.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from player.errors import InputError
from player.message_text import excerpt
from player.story.ink.reference_cycles import ReferenceCheck, leading_parameters

OLDEST, NEWEST = 18, 21
"""Versions of the format that the runtime can read."""
DIVIDE, MODULO = "dreamers divide", "dreamers modulo"
"""External functions that replace Ink's ``/`` and ``%``, which crash the runtime on zero."""

_OPERATORS = {"/": DIVIDE, "%": MODULO}
_CHANCE = {"rnd", "seq", "lrnd", "turn", "turns", "readc"}
_FLOW = ("->", "->t->", "f()", "*", "^->")
_WORDED = (*_FLOW, "VAR?", "^var", "CNT?", "x()", "temp=")
_FALLBACK, _ONCE_ONLY = 8, 16  # among a choice's flags
_STITCH = re.compile(r"(?![cg]-\d+$)\w+")  # c-0 and g-0 are choices and gathers

GLOBALS = "global decl"


@dataclass(slots=True)
class KnotFacts:
    """Reads and targets of one knot, by which situations are compared."""

    leads_to: set[str] = field(default_factory=set)
    variables: set[str] = field(default_factory=set)
    counts: set[str] = field(default_factory=set)
    """Containers whose number of visits is read, by name or by a sequence inside them."""
    once: set[str] = field(default_factory=set)
    """Containers of the choices that can be taken only once."""
    chance: bool = False
    variable_divert: bool = False


class CompiledInk:
    """A compiled story, read and checked; raises ``InputError`` with one sentence."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        data = _read(name, text)
        root: list[Any] = data["root"]
        self._named = _named_parts(root)
        self._stitches = {
            f"{knot}.{part}"
            for knot, container in self._named.items()
            for part in _named_parts(container)
            if _STITCH.fullmatch(part)
        }
        self.facts = {"": KnotFacts()} | {knot: KnotFacts() for knot in self._named}
        self.words: dict[str, set[str]] = {}
        """Places by piece of text, as the runtime outputs it."""
        self.fallbacks: set[str] = set()
        """Choices without words, which are taken if no other is left."""
        self._choices: set[str] = set()
        self._functions: set[str] = set()
        self._external: set[str] = set()
        self._references = ReferenceCheck(name, self._at)
        self._divides = False
        for path, container in _containers(name, root):
            for index, item in enumerate(container[:-1]):
                self._note(path, container, index, item)
        self._refuse_external()
        self._references.refuse_circles()
        self.runtime_text = json.dumps(data) if self._divides else text
        """JSON for the runtime."""

    @property
    def knots(self) -> tuple[str, ...]:
        """Paths ``knot`` and ``knot.stitch`` in the writer's order, without functions."""
        result: list[str] = []
        for knot, container in self._named.items():
            if knot != GLOBALS and knot not in self._functions:
                paths = (f"{knot}.{part}" for part in _named_parts(container))
                result += [knot, *(path for path in paths if path in self._stitches)]
        return tuple(result)

    @property
    def wordless(self) -> tuple[str, ...]:
        """The ``knots`` that have neither words nor choices."""
        worded = set().union(*self.words.values(), map(self.place, self._choices))
        return tuple(knot for knot in self.knots if knot not in worded)

    @cached_property
    def everything(self) -> KnotFacts:
        """Union of what all knots read."""
        knots = self.facts.values()
        return KnotFacts(
            variables=set().union(*(knot.variables for knot in knots)),
            counts=set().union(*(knot.counts for knot in knots)),
            once=set().union(*(knot.once for knot in knots)),
            chance=any(knot.chance for knot in knots),
        )

    def place(self, path: str) -> str:
        """Return the ``knot`` or ``knot.stitch`` of a path; empty above the first knot."""
        knot, _, rest = path.partition(".")
        stitch = f"{knot}.{rest.partition('.')[0]}"
        return stitch if stitch in self._stitches else knot if knot in self._named else ""

    def is_function(self, path: str) -> bool:
        """Return whether a path is inside a function."""
        return path.partition(".")[0] in self._functions

    def takes_parameters(self, knot: str) -> bool:
        """Return whether a knot or stitch can only be entered with values."""
        return bool(leading_parameters(self._at(knot)))

    def reachable(self, paths: set[str]) -> set[str]:
        """Return every knot that can still be entered; ``""`` is the text above the first."""
        reached: set[str] = set()
        waiting = {self.head(path) for path in paths}
        while waiting:
            knot = waiting.pop()
            reached.add(knot)
            facts = self.facts[knot]
            waiting |= facts.leads_to - reached
            if facts.variable_divert and GLOBALS in self.facts:
                waiting |= self.facts[GLOBALS].leads_to - reached
        return reached

    def head(self, path: str) -> str:
        """Return the knot or function of a path; empty above the first."""
        knot = path.partition(".")[0]
        return knot if knot in self._named else ""

    def _at(self, path: str) -> list[Any] | None:
        knot, _, part = path.partition(".")
        container = self._named.get(knot)
        return _named_parts(container).get(part) if container and part else container

    def _note(self, path: tuple[str, ...], container: list[Any], index: int, item: object) -> None:
        knot = self.facts[self.head(path[0]) if path else ""]
        if isinstance(item, dict):
            self._note_object(knot, (*path, str(index)), item)
            self._references.note(container, index, item)
        elif isinstance(item, str):
            if "\0" in item:
                raise InputError(f"{self.name} has a NUL character in its text: remove it")
            knot.chance |= item in _CHANCE
            if item == "visit":
                knot.counts.add(".".join(path))
            if item in _OPERATORS:
                container[index] = {"x()": _OPERATORS[item], "exArgs": 2}
                self._divides = True
            elif item.startswith("^") and item[1:].strip() and container[index - 1] != "#":
                self.words.setdefault(item, set()).add(self.place(".".join(path)))

    def _note_object(self, knot: KnotFacts, path: tuple[str, ...], item: dict[str, Any]) -> None:
        if not all(isinstance(item.get(key, ""), str) for key in _WORDED):
            raise not_ink(self.name, f"'{'.'.join(path)}' holds {json.dumps(item)[:60]}")
        if item.get("var"):
            knot.variable_divert = True
            knot.variables |= {item[key] for key in ("->", "->t->", "f()") if key in item}
        else:
            knot.leads_to |= {self._target(item[key], path) for key in _FLOW if key in item}
            self._functions |= {self.head(item["f()"])} if "f()" in item else set()
        knot.variables |= {item[key] for key in ("VAR?", "^var") if key in item}
        if "x()" in item:
            self._external.add(item["x()"])
        if "CNT?" in item:
            knot.counts.add(_resolve(item["CNT?"], path))
        flags = item.get("flg")
        if "*" in item and isinstance(flags, int):
            self._choices.add(".".join(path))
            knot.once |= {_resolve(item["*"], path)} if flags & _ONCE_ONLY else set()
            self.fallbacks |= {".".join(path)} if flags & _FALLBACK else set()

    def _target(self, target: str, path: tuple[str, ...]) -> str:
        """Return the knot of a divert target.

        Raise ``InputError`` if there is none: the runtime would start the story again.
        """
        head = _resolve(target, path).partition(".")[0]
        if head and not head.isdecimal() and head not in self._named:
            raise not_ink(self.name, f"it diverts to '{head[:60]}', which is not there")
        return self.head(head)

    def _refuse_external(self) -> None:
        for function in map(excerpt, sorted(self._external - self._named.keys())):
            raise InputError(
                f"{self.name} calls the external function '{function}', which a bedtime player"
                f" does not have: write '=== function {function}' in Ink as its fallback"
            )


def _read(name: str, text: str) -> dict[str, Any]:
    try:
        data = json.loads(text)
    except RecursionError:
        raise not_ink(name, "it nests too deeply") from None
    except ValueError as error:
        raise not_ink(name, f"it is broken JSON ({error})") from None
    if not isinstance(data, dict) or "inkVersion" not in data:
        raise not_ink(name, "it has no 'inkVersion'")
    version = data["inkVersion"]
    if type(version) is not int or not OLDEST <= version <= NEWEST:
        raise InputError(
            f"{name} is of Ink format {version!r:.20}, and this player reads {OLDEST} to"
            f" {NEWEST}: compile its source again with Inky 0.15 or inkjs 2.4"
        )
    if not _is_container(data.get("root")):
        raise not_ink(name, "its 'root' is missing or is not a container")
    return data


def not_ink(name: str, reason: str) -> InputError:
    """Return the error for a file that no compiler of Ink would write."""
    return InputError(
        f"{name} is not compiled Ink: {' '.join(reason.split())};"
        " export it again from Inky with 'Export to JSON'"
    )


def _is_container(item: object) -> bool:
    return isinstance(item, list) and bool(item) and isinstance(item[-1], dict | None)


def _named_parts(container: list[Any]) -> dict[str, list[Any]]:
    named = container[-1]
    if not isinstance(named, dict):
        return {}
    return {label: part for label, part in named.items() if _is_container(part)}


def _containers(name: str, root: list[Any]) -> Iterator[tuple[tuple[str, ...], list[Any]]]:
    """Yield every container with its path; without recursion, as a broken file may nest deeply."""
    waiting: list[tuple[tuple[str, ...], list[Any]]] = [((), root)]
    while waiting:
        path, container = waiting.pop()
        if not _is_container(container):
            raise not_ink(name, f"the container '{'.'.join(path)[:60]}' has no proper end")
        yield path, container
        for index, item in enumerate(container[:-1]):
            if isinstance(item, list):
                label = item[-1].get("#n") if item and isinstance(item[-1], dict) else None
                waiting.append(((*path, str(label or index)), item))
        for label, item in (container[-1] or {}).items():
            if isinstance(item, list):
                waiting.append(((*path, label), item))


def _resolve(target: str, path: tuple[str, ...]) -> str:
    """Return the absolute path of a target that may be relative to the object at ``path``."""
    if not target.startswith("."):
        return target
    steps = list(path)
    for step in target[1:].split("."):
        if step == "^":
            del steps[-1:]
        else:
            steps.append(step)
    return ".".join(steps)
