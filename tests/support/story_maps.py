"""Stories whose maps are drawn in tests, and a check that holds for every map."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator

import pytest

from player.authoring.story_map import StoryMap, build_map
from player.authoring.story_map.model import MapEdge, TargetKind
from player.branches import explore
from player.engine.estimate import item_seconds
from player.script import read_header
from player.story import Story, parse
from tests.support.tale import tale_source, tale_survey

FORK = """
:: StoryData
{"ifid": "0B2A1C7E-5F0F-4D43-9C5B-6A7E1D0C9A11", "start": "Gate"}

:: StoryTitle
The Lantern

:: Gate
# chapter: The Gate
# depth: 0.2 over=1s
The gate is open, and somebody has left a lantern on the post for whoever comes by.
[[Follow the lamp->Stair]]
[[Stay by the gate->Gate]]
[[Sit under the tree->Tree]]

:: Stair
# depth: 0.6 over=1s
There are a good many steps, and all of them are low ones, worn in the middle by other feet.
[[Go on->Bed]]
[[Sleep on the steps->Sleep]]

:: Tree
# chapter: The Tree
# depth: 0.4 over=1s
Leaves.
[[Go on->Bed]]
[[Sleep in the leaves->Sleep]]

:: Bed
# chapter: The Bed
# depth: 1 over=2s
The bed is warm.
[[Read->Page]]
[[Sleep->Sleep]]

:: Page
One page.

:: Sleep
None.
"""

LINEAR = """# The Lamp

## The harbour

The boats came in one after another, and lay side by side.

## The stair

She climbed, and counted, and forgot the number.
"""


def map_of(open_story: Callable[[], Story]) -> StoryMap:
    """Return the map of a story as the command makes it."""
    header = read_header(open_story().header)

    def seconds(item):
        return item_seconds(item, header)

    return build_map(explore(open_story, seconds), header, seconds)


def twee(source: str = FORK) -> StoryMap:
    return map_of(lambda: parse("a.twee", source))


@functools.cache
def tale_map() -> StoryMap:
    """Return the map of the bundled tale."""
    header = read_header(tale_source().open().header)
    return build_map(tale_survey(), header, lambda item: item_seconds(item, header))


def timed_edges(chart: StoryMap) -> Iterator[tuple[float, MapEdge]]:
    """Yield every edge with the seconds at which it starts."""
    yield from ((0.0, edge) for edge in chart.start_edges)
    for question in chart.questions:
        yield from ((question.at_s, edge) for way in question.answers for edge in way.edges)


def uneven(chart: StoryMap) -> list[str]:
    """List the nodes that are not placed at the end of the longest way to them."""
    latest: dict[object, float] = {}
    for start, edge in timed_edges(chart):
        if edge.target.kind is not TargetKind.LOOP:
            latest[edge.target] = max(latest.get(edge.target, 0.0), start + edge.seconds)
    things = {TargetKind.QUESTION: chart.questions, TargetKind.ENDING: chart.endings}
    return [
        f"{to}: {things[to.kind][to.index].at_s} is not {at}"
        for to, at in latest.items()
        if things[to.kind][to.index].at_s != pytest.approx(at)
    ]
