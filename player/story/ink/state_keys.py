"""Keys for states of an Ink story: equal keys have the same future.

Raw states never repeat, because they count turns and visits. A key holds only what can still be
read: the open choices with their call stacks, and the variables and visit counts that a knot
reachable from here reads. Counts above ``MAX_VISITS`` are treated as equal.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from player.story.ink.compiled import CompiledInk, KnotFacts
from player.story.model import Situation

MAX_VISITS = 4
"""Highest visit count in a key; a choice that can be taken once needs only 0 and 1."""

MAX_FOLLOWED = 2_000
"""Most knots for which reachability is computed at each question: its time grows with the square
of their number. In a larger story a key holds all that is read anywhere, which may tell too many
situations apart, but never too few."""


class RuntimeState:
    """The parts that we need of a state saved by the runtime."""

    def __init__(self, state: str) -> None:
        self.data: dict[str, Any] = json.loads(state)
        flows = self.data["flows"]
        self.flow: dict[str, Any] = flows[self.data["currentFlowName"]]
        self.threads: list[dict[str, Any]] = self.flow["callstack"]["threads"]

    @property
    def pointers(self) -> list[str]:
        """Paths of the last output and of each frame of the call stack, the innermost first."""
        thread = self.threads[-1]
        frames = [frame.get("cPath") for frame in reversed(thread["callstack"])]
        return [path for path in (thread.get("previousContentObject"), *frames) if path]

    @property
    def pieces(self) -> list[str]:
        """Pieces of the last output as in the compiled story, the last first."""
        words = [piece for piece in self.flow["outputStream"] if isinstance(piece, str)]
        return [piece for piece in reversed(words) if piece[:1] == "^" and piece[1:].strip()]

    @property
    def choices(self) -> list[dict[str, Any]]:
        """Open choices, including those without words."""
        choices: list[dict[str, Any]] = self.flow["currentChoices"]
        return choices

    def frames(self, choice: dict[str, Any]) -> list[dict[str, Any]]:
        """Return the call stack with which a choice continues."""
        thread = self.flow.get("choiceThreads", {}).get(str(choice["originalThreadIndex"]))
        frames: list[dict[str, Any]] = (thread or self.threads[-1])["callstack"]
        return frames


def situation(compiled: CompiledInk, state: RuntimeState) -> Situation:
    """Return the situation at a question."""
    offers = [
        [
            choice["text"],
            choice.get("tags"),
            choice["targetPath"],
            [
                [frame.get("cPath"), frame.get("idx"), frame.get("temp")]
                for frame in state.frames(choice)
            ],
        ]
        for choice in state.choices
    ]
    variables = state.data.get("variablesState", {})
    if len(compiled.facts) > MAX_FOLLOWED:
        live = [compiled.everything]
    else:
        knots = compiled.reachable({*_paths(state), *_targets(offers), *_targets(variables)})
        live = [compiled.facts[knot] for knot in knots]
    read = set().union(*(knot.variables for knot in live))
    counts, followed = _counts(state.data.get("visitCounts", {}), live)
    key = [offers, {name: variables[name] for name in variables if name in read}, counts]
    chance = any(knot.chance for knot in live)
    return Situation(json.dumps(key, sort_keys=True), exact=followed and not chance)


def _counts(visits: dict[str, int], live: list[KnotFacts]) -> tuple[dict[str, int], bool]:
    """Return the counts that can still be read, and whether none exceeds ``MAX_VISITS``."""
    once = set().union(*(knot.once for knot in live))
    read = set().union(*(knot.counts for knot in live))
    # Iterate over the visits: in a large story, few containers have been visited.
    counts = {path: 1 for path in visits if path in once}
    counted = [path for path in visits if path in read]
    counts |= {path: min(visits[path], MAX_VISITS) for path in counted}
    return counts, all(visits[path] <= MAX_VISITS for path in counted)


def _paths(state: RuntimeState) -> Iterator[str]:
    """Yield the paths at which the story can continue."""
    for choice in state.choices:
        yield choice["targetPath"]
        yield from (frame["cPath"] for frame in state.frames(choice) if frame.get("cPath"))


def _targets(value: object) -> Iterator[str]:
    """Yield every divert target inside a value."""
    if isinstance(value, dict):
        if isinstance(target := value.get("^->"), str):
            yield target
        for part in value.values():
            yield from _targets(part)
    elif isinstance(value, list):
        for part in value:
            yield from _targets(part)
