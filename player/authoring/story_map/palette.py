"""Colours of depth: from cold (blue-grey, exact) to warm (amber, soft)."""

from __future__ import annotations

from itertools import pairwise

_Colour = tuple[float, float, float]

_THREAD_STOPS: tuple[tuple[float, _Colour], ...] = (
    (0.0, (112, 139, 168)),
    (0.3, (131, 143, 160)),
    (0.55, (172, 150, 132)),
    (0.8, (211, 159, 94)),
    (1.0, (238, 176, 84)),
)
_BACKGROUND_STOPS: tuple[tuple[float, _Colour], ...] = (
    (0.0, (12, 17, 27)),
    (0.5, (19, 18, 24)),
    (1.0, (29, 20, 15)),
)
_PALE = (240.0, 232.0, 220.0)
_TERMINAL = (67, 103, 102, 138, 137, 136)  # of the 256: none of them bright


def thread_colour(depth: float) -> str:
    """Return the colour of a thread: ``"#708ba8"`` at depth 0 to ``"#eeb054"`` at 1."""
    return _hex(_between(_THREAD_STOPS, depth))


def background_colour(depth: float) -> str:
    """Return the dark colour behind the threads."""
    return _hex(_between(_BACKGROUND_STOPS, depth))


def text_colour(depth: float, paleness: float = 0.6) -> str:
    """Return the colour of text, which nears white as ``paleness`` grows from 0 to 1."""
    colour = _between(_THREAD_STOPS, depth)
    return _hex(_mixed(colour, _PALE, paleness))


def terminal_colour(depth: float) -> int:
    """Return one of a terminal's 256 colours."""
    return _TERMINAL[min(len(_TERMINAL) - 1, int(max(0.0, depth) * len(_TERMINAL)))]


def _between(stops: tuple[tuple[float, _Colour], ...], depth: float) -> _Colour:
    depth = min(1.0, max(0.0, depth))
    for (low, first), (high, last) in pairwise(stops):
        if depth <= high:
            return _mixed(first, last, (depth - low) / (high - low))
    return stops[-1][1]


def _mixed(first: _Colour, last: _Colour, share: float) -> _Colour:
    red, green, blue = (a + (b - a) * share for a, b in zip(first, last, strict=True))
    return red, green, blue


def _hex(colour: _Colour) -> str:
    return "#" + "".join(f"{round(part):02x}" for part in colour)
