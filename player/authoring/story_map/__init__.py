"""The branches of a story as a picture: what follows what, how long it takes, how warm it is.

``read_chart`` makes a ``Chart`` of a ``BranchSurvey``: every question at the end of the longest way
to it. ``draw_svg`` and ``draw_text`` show it. Depth is colour, from cold to warm.
"""

from player.authoring.story_map.builder import read_chart
from player.authoring.story_map.model import Chart
from player.authoring.story_map.svg import draw_svg
from player.authoring.story_map.terminal import Row, coloured, draw_text, plain

__all__ = [
    "Chart",
    "Row",
    "coloured",
    "draw_svg",
    "draw_text",
    "plain",
    "read_chart",
]
