"""The chart as a picture: SVG on a dark ground of its own, with nothing fetched from outside."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from html import escape

from player.authoring.story_map.labels import ems
from player.authoring.story_map.layout import lay_out
from player.authoring.story_map.model import Chart
from player.authoring.story_map.palette import ground, ink, thread
from player.authoring.story_map.routing import AXIS
from player.authoring.story_map.shapes import (
    NAME,
    ROW,
    SMALL,
    TEXT,
    Dot,
    Layout,
    Mark,
    Strand,
    Words,
)

_FACE = "Georgia, 'Iowan Old Style', 'Noto Serif', 'DejaVu Serif', serif"
_MOST_SHADES = 16  # of a thread: more cannot be seen
_KEY_WIDTH = 132.0


def draw_svg(chart: Chart) -> str:
    """A picture of ``chart``, at least 900 pixels wide, as the text of an SVG file."""
    return "\n".join(_Painter(chart, lay_out(chart)).picture()) + "\n"


class _Painter:
    def __init__(self, chart: Chart, layout: Layout) -> None:
        self._chart, self._layout = chart, layout
        self._shades = _shades(layout)

    def picture(self) -> Iterator[str]:
        width, height = _n(self._layout.width), _n(self._layout.height)
        title = escape(self._chart.title)
        yield (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
            f'width="{width}" height="{height}" role="img" font-family="{_FACE}">'
        )
        yield f"<title>{title}: a map of the night</title>"
        yield f"<desc>{escape(self._chart.facts)}</desc>"
        yield from self._definitions()
        yield f'<rect width="{width}" height="{height}" rx="14" fill="url(#ground)"/>'
        yield from self._stars()
        size = min(29.0, (self._layout.width - 60) / max(1.0, ems(self._chart.title)))
        yield _text(28, 56, self._chart.title, size, ink(0.0, 0.75))
        yield _text(28, 82, self._chart.facts, TEXT, ink(0.1, 0.15))
        yield from self._threads()
        for mark in self._layout.marks:
            yield from self._chapter(mark)
        for dot in self._layout.dots:
            yield from self._dot(dot)
        for words in self._layout.words:
            yield from self._words(words)
        yield from self._key()
        yield "</svg>"

    # -- grounds ----------------------------------------------------------------------------------

    def _definitions(self) -> Iterator[str]:
        height = self._layout.height
        yield "<defs>"
        stops = [(0.0, self._shades[0][1]), *self._shades, (height, self._shades[-1][1])]
        yield _gradient("ground", stops, height, ground)
        for number, strand in enumerate(self._layout.strands):
            low, high = strand.points[0][1], strand.points[-1][1]
            yield _gradient(f"t{number}", _fewer(strand.depths), high, thread, low)
        yield '<linearGradient id="key">'
        yield from (f'<stop offset="{s / 8}" stop-color="{thread(s / 8)}"/>' for s in range(9))
        yield "</linearGradient>"
        for number, close in enumerate(self._chart.closes):
            yield f'<radialGradient id="h{number}" color="{thread(close.depth)}">'
            for at, light in (0.0, 0.42), (0.35, 0.2), (0.7, 0.06), (1.0, 0.0):
                yield f'<stop offset="{at}" stop-color="currentColor" stop-opacity="{light}"/>'
            yield "</radialGradient>"
        yield (
            '<filter id="glow" x="-10%" y="-10%" width="120%" height="120%">'
            '<feGaussianBlur stdDeviation="7"/></filter>'
        )
        yield "</defs>"

    def _stars(self) -> Iterator[str]:
        """A few, faint, in the cold; they go out as it grows warm."""
        width, height = self._layout.width, self._layout.height
        yield '<g fill="#cfdcec">'
        for number in range(1, 91):
            x, y = number * 0.754877666 % 1.0, number * 0.569840291 % 1.0  # evenly, by no grid
            cold = 1.0 - self._depth_at(y * height)
            light = cold**2 * (0.14 + 0.5 * (number * 0.618034 % 1.0) ** 4)
            if light > 0.02:
                size = 0.6 + 0.6 * (number * 0.414214 % 1.0)
                yield (
                    f'<circle cx="{_n(x * width)}" cy="{_n(y * height)}" r="{_n(size)}" '
                    f'opacity="{light:.2f}"/>'
                )
        yield "</g>"

    def _depth_at(self, y: float) -> float:
        before = (0.0, self._shades[0][1])
        for after in self._shades:
            if y <= after[0]:
                share = (y - before[0]) / ((after[0] - before[0]) or 1.0)
                return before[1] + share * (after[1] - before[1])
            before = after
        return before[1]

    # -- things -----------------------------------------------------------------------------------

    def _threads(self) -> Iterator[str]:
        yield '<g id="threads" fill="none" stroke-linecap="round">'
        for number, strand in enumerate(self._layout.strands):
            weight = "2.6" if strand.default else "1.6"
            light = "1" if strand.default else "0.62"
            yield (
                f'<path d="{_curve(strand)}" stroke="url(#t{number})" '
                f'stroke-width="{weight}" stroke-opacity="{light}"/>'
            )
        yield "</g>"
        yield '<use href="#threads" filter="url(#glow)" opacity="0.55"/>'

    def _chapter(self, mark: Mark) -> Iterator[str]:
        x, y = min(mark.beads)
        start, level = AXIS - 16, mark.y - 4
        colour = thread(mark.depth)
        half = _n((start + x) / 2)
        yield f'<g class="chapter"><title>{escape(mark.title)}</title>'
        yield (
            f'<path d="M{_n(start)} {_n(level)}C{half} {_n(level)} {half} {_n(y)} {_n(x)} {_n(y)}" '
            f'fill="none" stroke="{colour}" stroke-opacity="0.42" stroke-dasharray="1 5" '
            'stroke-linecap="round"/>'
        )
        for cx, cy in mark.beads:
            yield (
                f'<circle cx="{_n(cx)}" cy="{_n(cy)}" r="3.2" fill="{ground(mark.depth)}" '
                f'stroke="{colour}" stroke-width="1.4"/>'
            )
        for number, row in enumerate(mark.rows):
            place = mark.y + ROW * number
            yield _text(AXIS - 24, place, row, NAME - 1, ink(mark.depth, 0.45), "end")
        place = mark.y + ROW * len(mark.rows) - 1
        yield _text(AXIS - 24, place, mark.note, SMALL, ink(mark.depth, 0.0), "end")
        yield "</g>"

    def _dot(self, dot: Dot) -> Iterator[str]:
        x, y, colour = _n(dot.x), _n(dot.y), thread(dot.depth)
        match dot.spot.what:
            case "stop":
                path = escape(self._chart.stops[dot.spot.index].path)
                yield f'<g class="question"><title>{path}</title>'
                yield (
                    f'<circle cx="{x}" cy="{y}" r="12" fill="{ground(dot.depth)}" '
                    f'stroke="{colour}" stroke-width="1.6"/>'
                )
                number = str(dot.spot.index + 1)
                yield _text(dot.x, dot.y + 4, number, SMALL, ink(dot.depth, 0.5), "middle")
                yield "</g>"
            case "close" if self._chart.closes[dot.spot.index].dead:
                yield _path(f"M{x} {y}m-5 -5l10 10m0 -10l-10 10", "#b5706a", 2.0)
            case "close":
                yield f'<circle cx="{x}" cy="{y}" r="30" fill="url(#h{dot.spot.index})"/>'
                yield (
                    f'<path class="moon" d="M{_n(dot.x + 2.5)} {_n(dot.y - 8.2)}'
                    f'a8.6 8.6 0 1 0 6 11.6a7 7 0 0 1 -6 -11.6z" fill="{ink(dot.depth, 0.2)}"/>'
                )
            case "round":
                ring = f"M{_n(dot.x + 5)} {_n(dot.y - 4.5)}a6.7 6.7 0 1 0 1.7 4.5"
                yield _path(f"{ring}m-3.4 -2l3.4 2l2.4 -3.2", colour, 1.6)
            case _:
                yield f'<circle cx="{x}" cy="{y}" r="4.5" fill="{ink(dot.depth, 0.4)}"/>'

    def _words(self, words: Words) -> Iterator[str]:
        dark = ground(self._depth_at(words.y))
        what = words.spot.what
        size = NAME if what == "close" else TEXT
        style = ' font-style="italic"' if what == "close" else ""
        yield (
            f'<g class="{what}-words" text-anchor="middle" stroke="{dark}" stroke-width="7" '
            'stroke-linejoin="round" paint-order="stroke">'
        )
        if words.rows:
            yield f'<text font-size="{_n(size)}" fill="{ink(words.depth, 0.72)}"{style}>'
            for number, row in enumerate(words.rows):
                place = f'x="{_n(words.x)}" y="{_n(words.y + ROW * number)}"'
                yield f"<tspan {place}>{escape(row)}</tspan>"
            yield "</text>"
        if words.note:
            y = words.y + ROW * len(words.rows) - 1
            yield _text(words.x, y, words.note, SMALL, ink(words.depth, 0.05), "")
        yield "</g>"

    def _key(self) -> Iterator[str]:
        y = self._layout.height - 30
        x = 28.0
        yield _text(x, y + 4, "cold, exact", SMALL, ink(0.0, 0.1))
        x += SMALL * ems("cold, exact") + 10
        yield (
            f'<rect x="{_n(x)}" y="{_n(y - 2)}" width="{_n(_KEY_WIDTH)}" height="4" rx="2" '
            'fill="url(#key)"/>'
        )
        x += _KEY_WIDTH + 10
        yield _text(x, y + 4, "warm, soft", SMALL, ink(1.0, 0.1))
        if not self._chart.stops:
            return
        words = "the brighter thread is for one who has fallen asleep"
        yield _text(self._layout.width - 28, y + 4, words, SMALL, ink(0.7, 0.1), "end")


def _shades(layout: Layout) -> list[tuple[float, float]]:
    """y and the depth about there, downwards, over the whole picture."""
    bands: dict[int, list[float]] = {}
    for strand in layout.strands:
        for y, depth in strand.depths:
            bands.setdefault(round(y / 60), []).append(depth)
    return [(60.0 * band, sum(found) / len(found)) for band, found in sorted(bands.items())] or [
        (0.0, 0.0)
    ]


def _fewer(depths: tuple[tuple[float, float], ...]) -> list[tuple[float, float]]:
    if len(depths) <= _MOST_SHADES:
        return list(depths)
    last = len(depths) - 1
    return [depths[round(at * last / (_MOST_SHADES - 1))] for at in range(_MOST_SHADES)]


def _gradient(
    name: str,
    depths: Sequence[tuple[float, float]],
    high: float,
    colour: Callable[[float], str],
    low: float = 0.0,
) -> str:
    """Downwards from ``low`` to ``high``; ``depths`` are heights and depths."""
    length = (high - low) or 1.0
    stops = "".join(
        f'<stop offset="{min(1.0, max(0.0, (y - low) / length)):.4g}" '
        f'stop-color="{colour(depth)}"/>'
        for y, depth in depths
    )
    return (
        f'<linearGradient id="{name}" gradientUnits="userSpaceOnUse" x1="0" x2="0" '
        f'y1="{_n(low)}" y2="{_n(high)}">{stops}</linearGradient>'
    )


def _curve(strand: Strand) -> str:
    """As a path, which leaves out what runs behind the words of an answer."""
    (x, y), *rest = strand.points
    parts = [f"M{_n(x)} {_n(y)}"]
    for to_x, to_y in rest:
        if to_y == strand.told_from and strand.before.what == "way":
            parts.append(f"M{_n(to_x)} {_n(to_y)}")
        elif x == to_x:
            parts.append(f"V{_n(to_y)}")
        else:
            half = _n((y + to_y) / 2)
            parts.append(f"C{_n(x)} {half} {_n(to_x)} {half} {_n(to_x)} {_n(to_y)}")
        x, y = to_x, to_y
    return "".join(parts)


def _path(drawn: str, colour: str, weight: float) -> str:
    return (
        f'<path d="{drawn}" fill="none" stroke="{colour}" stroke-width="{weight}" '
        'stroke-linecap="round" stroke-linejoin="round"/>'
    )


def _text(x: float, y: float, words: str, size: float, colour: str, anchor: str = "start") -> str:
    held = f' text-anchor="{anchor}"' if anchor not in {"start", ""} else ""
    return (
        f'<text x="{_n(x)}" y="{_n(y)}" font-size="{_n(size)}" fill="{colour}"{held}>'
        f"{escape(words)}</text>"
    )


def _n(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")
