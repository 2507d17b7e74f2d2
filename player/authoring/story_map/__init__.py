"""Draw the branches of a story as a map, with listening times and depth.

``build_map`` makes a ``StoryMap`` of a ``BranchSurvey``; ``draw_svg`` and ``draw_text`` draw it.
Depth is shown as colour, from cold to warm.
"""

from player.authoring.story_map.builder import build_map
from player.authoring.story_map.model import StoryMap
from player.authoring.story_map.svg import draw_svg
from player.authoring.story_map.terminal import MapRow, coloured, draw_text, plain

__all__ = [
    "MapRow",
    "StoryMap",
    "build_map",
    "coloured",
    "draw_svg",
    "draw_text",
    "plain",
]
