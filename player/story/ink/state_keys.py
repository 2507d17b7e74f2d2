"""When two states of an Ink story have the same future.

Raw states never repeat: they count turns and visits. Two situations are one where everything
that can still be read is equal: the open choices with their call stacks, and of the variables
and visit counts those that a knot reachable from here reads. Counts are followed up to ``MOST``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from player.story.ink.compiled import Compiled, Knot
from player.story.model import Situation

MOST = 4
"""Visits that are told apart; a choice that can be taken once needs only 0 and 1."""

MAX_FOLLOWED = 2_000
"""Knots of a story in which only what can still be reached counts. To look over more of them at
each question would take time with the square of their number; then all that is read anywhere
counts, which tells more situations apart than need be, and never fewer."""


class Moment:
    """The runtime's saved state, as far as we read it."""

    def __init__(self, state: str) -> None:
        self.state: dict[str, Any] = json.loads(state)
        flows = self.state["flows"]
        self.flow: dict[str, Any] = flows[self.state["currentFlowName"]]
        self.threads: list[dict[str, Any]] = self.flow["callstack"]["threads"]

    @property
    def pointers(self) -> list[str]:
        """Where the story stands: the last thing told, then each frame from the innermost."""
        thread = self.threads[-1]
        frames = [frame.get("cPath") for frame in reversed(thread["callstack"])]
        return [path for path in (thread.get("previousContentObject"), *frames) if path]

    @property
    def pieces(self) -> list[str]:
        """The words put out last, the last piece first, each as it stands in the compiled story."""
        words = [piece for piece in self.flow["outputStream"] if isinstance(piece, str)]
        return [piece for piece in reversed(words) if piece[:1] == "^" and piece[1:].strip()]

    @property
    def choices(self) -> list[dict[str, Any]]:
        """The open choices, those without words among them."""
        found: list[dict[str, Any]] = self.flow["currentChoices"]
        return found

    def frames(self, choice: dict[str, Any]) -> list[dict[str, Any]]:
        """The call stack that a choice goes on with."""
        kept = self.flow.get("choiceThreads", {}).get(str(choice["originalThreadIndex"]))
        frames: list[dict[str, Any]] = (kept or self.threads[-1])["callstack"]
        return frames


def situation(compiled: Compiled, moment: Moment) -> Situation:
    """The situation at a question."""
    offers = [
        [
            choice["text"],
            choice.get("tags"),
            choice["targetPath"],
            [
                [frame.get("cPath"), frame.get("idx"), frame.get("temp")]
                for frame in moment.frames(choice)
            ],
        ]
        for choice in moment.choices
    ]
    variables = moment.state.get("variablesState", {})
    variables = moment.state.get("variablesState", {})
    if len(compiled.facts) > MAX_FOLLOWED:
        live = [compiled.everything]
    else:
        knots = compiled.reachable({*_paths(moment), *_targets(offers), *_targets(variables)})
        live = [compiled.facts[knot] for knot in knots]
    read = set().union(*(knot.variables for knot in live))
    counts, followed = _counts(moment.state.get("visitCounts", {}), live)
    key = [offers, {name: variables[name] for name in variables if name in read}, counts]
    chance = any(knot.chance for knot in live)
    return Situation(json.dumps(key, sort_keys=True), exact=followed and not chance)


def _counts(visits: dict[str, int], live: list[Knot]) -> tuple[dict[str, int], bool]:
    """The counts that can still be read, and whether all of them could be followed."""
    once = set().union(*(knot.once for knot in live))
    read = set().union(*(knot.counts for knot in live))
    # Looked up from the visits: of a large story, few containers have been visited.
    counts = {path: 1 for path in visits if path in once}
    counted = [path for path in visits if path in read]
    counts |= {path: min(visits[path], MOST) for path in counted}
    return counts, all(visits[path] <= MOST for path in counted)


def _paths(moment: Moment) -> Iterator[str]:
    """Where the story can go on from here."""
    for choice in moment.choices:
        yield choice["targetPath"]
        yield from (frame["cPath"] for frame in moment.frames(choice) if frame.get("cPath"))


def _targets(value: object) -> Iterator[str]:
    """Every divert target that is held in a value."""
    if isinstance(value, dict):
        if isinstance(target := value.get("^->"), str):
            yield target
        for part in value.values():
            yield from _targets(part)
    elif isinstance(value, list):
        for part in value:
            yield from _targets(part)
