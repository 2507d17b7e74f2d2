"""Draw a story map as SVG on a dark background; the file refers to nothing outside."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from html import escape

from player.authoring.story_map.labels import ems
from player.authoring.story_map.layout import lay_out
from player.authoring.story_map.model import StoryMap
from player.authoring.story_map.palette import background_colour, text_colour, thread_colour
from player.authoring.story_map.routing import AXIS
from player.authoring.story_map.shapes import (
    NAME,
    ROW,
    SMALL,
    TEXT,
    ChapterMark,
    Label,
    Layout,
    Marker,
    Thread,
)

_FACE = "Georgia, 'Iowan Old Style', 'Noto Serif', 'DejaVu Serif', serif"
_MAX_SHADES = 16  # in the gradient of one thread; more cannot be seen
_KEY_WIDTH = 132.0


def draw_svg(story_map: StoryMap) -> str:
    """Return the text of an SVG file, at least 900 pixels wide."""
    return "\n".join(_Painter(story_map, lay_out(story_map)).picture()) + "\n"


class _Painter:
    def __init__(self, story_map: StoryMap, layout: Layout) -> None:
        self._map, self._layout = story_map, layout
        self._shades = _shades(layout)

    def picture(self) -> Iterator[str]:
        width, height = _n(self._layout.width), _n(self._layout.height)
        title = escape(self._map.title)
        yield (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
            f'width="{width}" height="{height}" role="img" font-family="{_FACE}">'
        )
        yield f"<title>{title}: a map of the night</title>"
        yield f"<desc>{escape(self._map.facts)}</desc>"
        yield from self._definitions()
        yield f'<rect width="{width}" height="{height}" rx="14" fill="url(#ground)"/>'
        yield from self._stars()
        size = min(29.0, (self._layout.width - 60) / max(1.0, ems(self._map.title)))
        yield _text(28, 56, words=self._map.title, size=size, colour=text_colour(0.0, 0.75))
        yield _text(28, 82, words=self._map.facts, size=TEXT, colour=text_colour(0.1, 0.15))
        yield from self._threads()
        for mark in self._layout.chapter_marks:
            yield from self._chapter(mark)
        for marker in self._layout.markers:
            yield from self._dot(marker)
        for words in self._layout.labels:
            yield from self._words(words)
        yield from self._key()
        yield "</svg>"

    # -- grounds ----------------------------------------------------------------------------------

    def _definitions(self) -> Iterator[str]:
        height = self._layout.height
        yield "<defs>"
        questions = [(0.0, self._shades[0][1]), *self._shades, (height, self._shades[-1][1])]
        yield _gradient("ground", questions, height, background_colour)
        for number, thread in enumerate(self._layout.threads):
            low, high = thread.points[0][1], thread.points[-1][1]
            yield _gradient(
                f"t{number}", _fewer(thread.depths), high=high, colour=thread_colour, low=low
            )
        yield '<linearGradient id="key">'
        yield from (
            f'<stop offset="{s / 8}" stop-color="{thread_colour(s / 8)}"/>' for s in range(9)
        )
        yield "</linearGradient>"
        for number, ending in enumerate(self._map.endings):
            yield f'<radialGradient id="h{number}" color="{thread_colour(ending.depth)}">'
            for at, light in (0.0, 0.42), (0.35, 0.2), (0.7, 0.06), (1.0, 0.0):
                yield f'<stop offset="{at}" stop-color="currentColor" stop-opacity="{light}"/>'
            yield "</radialGradient>"
        yield (
            '<filter id="glow" x="-10%" y="-10%" width="120%" height="120%">'
            '<feGaussianBlur stdDeviation="7"/></filter>'
        )
        yield "</defs>"

    def _stars(self) -> Iterator[str]:
        """Yield faint stars in the cold; they fade as it grows warm."""
        width, height = self._layout.width, self._layout.height
        yield '<g fill="#cfdcec">'
        for number in range(1, 91):
            x, y = (
                number * 0.754877666 % 1.0,
                number * 0.569840291 % 1.0,
            )  # a low-discrepancy sequence
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
        for number, thread in enumerate(self._layout.threads):
            weight = "2.6" if thread.default else "1.6"
            light = "1" if thread.default else "0.62"
            yield (
                f'<path d="{_curve(thread)}" stroke="url(#t{number})" '
                f'stroke-width="{weight}" stroke-opacity="{light}"/>'
            )
        yield "</g>"
        yield '<use href="#threads" filter="url(#glow)" opacity="0.55"/>'

    def _chapter(self, mark: ChapterMark) -> Iterator[str]:
        x, y = min(mark.beads)
        start, level = AXIS - 16, mark.y - 4
        colour = thread_colour(mark.depth)
        half = _n((start + x) / 2)
        yield f'<g class="chapter"><title>{escape(mark.title)}</title>'
        yield (
            f'<path d="M{_n(start)} {_n(level)}C{half} {_n(level)} {half} {_n(y)} {_n(x)} {_n(y)}" '
            f'fill="none" stroke="{colour}" stroke-opacity="0.42" stroke-dasharray="1 5" '
            'stroke-linecap="round"/>'
        )
        for cx, cy in mark.beads:
            yield (
                f'<circle cx="{_n(cx)}" cy="{_n(cy)}" r="3.2" '
                f'fill="{background_colour(mark.depth)}" '
                f'stroke="{colour}" stroke-width="1.4"/>'
            )
        for number, row in enumerate(mark.rows):
            place = mark.y + ROW * number
            yield _text(
                AXIS - 24,
                place,
                words=row,
                size=NAME - 1,
                colour=text_colour(mark.depth, 0.45),
                anchor="end",
            )
        place = mark.y + ROW * len(mark.rows) - 1
        yield _text(
            AXIS - 24,
            place,
            words=mark.note,
            size=SMALL,
            colour=text_colour(mark.depth, 0.0),
            anchor="end",
        )
        yield "</g>"

    def _dot(self, marker: Marker) -> Iterator[str]:
        x, y, colour = _n(marker.x), _n(marker.y), thread_colour(marker.depth)
        match marker.node.kind:
            case "question":
                path = escape(self._map.questions[marker.node.index].path)
                yield f'<g class="question"><title>{path}</title>'
                yield (
                    f'<circle cx="{x}" cy="{y}" r="12" fill="{background_colour(marker.depth)}" '
                    f'stroke="{colour}" stroke-width="1.6"/>'
                )
                number = str(marker.node.index + 1)
                yield _text(
                    marker.x,
                    marker.y + 4,
                    words=number,
                    size=SMALL,
                    colour=text_colour(marker.depth, 0.5),
                    anchor="middle",
                )
                yield "</g>"
            case "ending" if self._map.endings[marker.node.index].is_dead_end:
                yield _path(f"M{x} {y}m-5 -5l10 10m0 -10l-10 10", "#b5706a", 2.0)
            case "ending":
                yield f'<circle cx="{x}" cy="{y}" r="30" fill="url(#h{marker.node.index})"/>'
                yield (
                    f'<path class="moon" d="M{_n(marker.x + 2.5)} {_n(marker.y - 8.2)}'
                    f'a8.6 8.6 0 1 0 6 11.6a7 7 0 0 1 -6 -11.6z" '
                    f'fill="{text_colour(marker.depth, 0.2)}"/>'
                )
            case "loop":
                ring = f"M{_n(marker.x + 5)} {_n(marker.y - 4.5)}a6.7 6.7 0 1 0 1.7 4.5"
                yield _path(f"{ring}m-3.4 -2l3.4 2l2.4 -3.2", colour, 1.6)
            case _:
                yield f'<circle cx="{x}" cy="{y}" r="4.5" fill="{text_colour(marker.depth, 0.4)}"/>'

    def _words(self, words: Label) -> Iterator[str]:
        dark = background_colour(self._depth_at(words.y))
        kind = words.node.kind
        size = NAME if kind == "ending" else TEXT
        style = ' font-style="italic"' if kind == "ending" else ""
        yield (
            f'<g class="{kind}-words" text-anchor="middle" stroke="{dark}" stroke-width="7" '
            'stroke-linejoin="round" paint-order="stroke">'
        )
        if words.rows:
            yield f'<text font-size="{_n(size)}" fill="{text_colour(words.depth, 0.72)}"{style}>'
            for number, row in enumerate(words.rows):
                place = f'x="{_n(words.x)}" y="{_n(words.y + ROW * number)}"'
                yield f"<tspan {place}>{escape(row)}</tspan>"
            yield "</text>"
        if words.note:
            y = words.y + ROW * len(words.rows) - 1
            yield _text(
                words.x,
                y,
                words=words.note,
                size=SMALL,
                colour=text_colour(words.depth, 0.05),
                anchor="",
            )
        yield "</g>"

    def _key(self) -> Iterator[str]:
        y = self._layout.height - 30
        x = 28.0
        yield _text(x, y + 4, words="cold, exact", size=SMALL, colour=text_colour(0.0, 0.1))
        x += SMALL * ems("cold, exact") + 10
        yield (
            f'<rect x="{_n(x)}" y="{_n(y - 2)}" width="{_n(_KEY_WIDTH)}" height="4" rx="2" '
            'fill="url(#key)"/>'
        )
        x += _KEY_WIDTH + 10
        yield _text(x, y + 4, words="warm, soft", size=SMALL, colour=text_colour(1.0, 0.1))
        if not self._map.questions:
            return
        words = "the brighter thread is for one who has fallen asleep"
        yield _text(
            self._layout.width - 28,
            y + 4,
            words=words,
            size=SMALL,
            colour=text_colour(0.7, 0.1),
            anchor="end",
        )


def _shades(layout: Layout) -> list[tuple[float, float]]:
    """Return points of y and mean depth, downwards, over the whole picture."""
    bands: dict[int, list[float]] = {}
    for thread in layout.threads:
        for y, depth in thread.depths:
            bands.setdefault(round(y / 60), []).append(depth)
    return [(60.0 * band, sum(depths) / len(depths)) for band, depths in sorted(bands.items())] or [
        (0.0, 0.0)
    ]


def _fewer(depths: tuple[tuple[float, float], ...]) -> list[tuple[float, float]]:
    if len(depths) <= _MAX_SHADES:
        return list(depths)
    last = len(depths) - 1
    return [depths[round(at * last / (_MAX_SHADES - 1))] for at in range(_MAX_SHADES)]


def _gradient(
    name: str,
    depths: Sequence[tuple[float, float]],
    high: float,
    colour: Callable[[float], str],
    low: float = 0.0,
) -> str:
    """Return a vertical gradient from y ``low`` to ``high``, with stops at (y, depth)."""
    length = (high - low) or 1.0
    questions = "".join(
        f'<stop offset="{min(1.0, max(0.0, (y - low) / length)):.4g}" '
        f'stop-color="{colour(depth)}"/>'
        for y, depth in depths
    )
    return (
        f'<linearGradient id="{name}" gradientUnits="userSpaceOnUse" x1="0" x2="0" '
        f'y1="{_n(low)}" y2="{_n(high)}">{questions}</linearGradient>'
    )


def _curve(thread: Thread) -> str:
    """Return the thread as path data, without the part behind an answer's label."""
    (x, y), *rest = thread.points
    parts = [f"M{_n(x)} {_n(y)}"]
    for to_x, to_y in rest:
        if to_y == thread.text_start and thread.before.kind == "answer":
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
