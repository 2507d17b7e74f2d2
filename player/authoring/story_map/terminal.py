"""The chart in the columns of a terminal: one row an answer, brackets where answers meet again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, zip_longest

from player.authoring.story_map.labels import columns, halves, minutes, wrap
from player.authoring.story_map.model import Chart, Kind, Place, Road, Stop
from player.authoring.story_map.palette import terminal

WIDEST, NARROWEST = 100, 50

_GAUGE = "▁▂▃▄▅▆▇█"
_PLAIN = str.maketrans("│├└─┬┐┤┴○•☾✕↺·½▁▂▃▄▅▆▇█", "|++-+.++o*)x^-~12345678")
_BESIDE = 11  # an answer's row beside its number, words, minutes and goal
_LEAST = 8


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the map; ``depth`` is its colour, none for what stands beside the night."""

    text: str
    depth: float | None = None


def draw_text(chart: Chart, width: int = WIDEST) -> tuple[Row, ...]:
    """``chart`` in rows of at most ``width`` columns, taken within ``NARROWEST`` and ``WIDEST``."""
    table = _Table(chart, min(WIDEST, max(NARROWEST, width)))
    return tuple(Row(row.text.rstrip(), row.depth) for row in table.rows())


def coloured(row: Row) -> str:
    """``row`` for a terminal with 256 colours; none of those used is bright."""
    if not row.text:
        return ""
    colour = 245 if row.depth is None else terminal(row.depth)
    return f"\x1b[38;5;{colour}m{row.text}\x1b[0m"


def plain(text: str) -> str:
    """``text`` with the map's own signs in ASCII, for a terminal that has no others."""
    return text.translate(_PLAIN)


@dataclass(frozen=True, slots=True)
class _Entry:
    """An answer with one of its roads."""

    answer: tuple[str, ...]
    goal: tuple[str, ...]
    signs: tuple[str, str, str]
    """The fork before it, the minutes and the bracket after it, in its first row."""
    below: tuple[str, str, str]
    """The same in all further rows."""


class _Table:
    def __init__(self, chart: Chart, width: int) -> None:
        self._chart, self._width = chart, width
        self._digits = len(str(len(chart.stops)))
        self._beside = columns(self._rest()) + _BESIDE
        ways = [way for stop in chart.stops for way in stop.ways]
        told = [road for way in ways for road in way.roads]
        self._time = max((columns(minutes(road.seconds)) for road in told), default=0)
        room = width - self._beside - self._time
        goals = max((columns(self._goal(road.to)) for road in told), default=0)
        answers = max((columns(way.text) for way in ways), default=0)
        self._answers = max(_LEAST, min(answers, room - min(goals, room // 2)))
        self._goals = room - self._answers

    def rows(self) -> Iterator[Row]:
        chart, width = self._chart, self._width
        yield from (Row(text) for text in wrap(chart.title, width))
        yield from (Row(text) for text in wrap(chart.facts, width))
        yield Row("")
        yield Row("   min")
        for _, _, rows in sorted(self._events(), key=lambda event: event[:2]):
            yield from rows
        for road in chart.beginning:
            if road.to.kind is Kind.CLOSE:
                close = chart.closes[road.to.index]
                sign = "✕" if close.dead else "☾"
                yield from self._named(close.at_s, close.depth, sign, close.name)
        yield Row("")
        key = f"{_GAUGE[0]} cold, exact   {_GAUGE[-1]} warm, soft"
        yield Row(key)
        if chart.stops:
            yield Row("• the answer of one who has fallen asleep")

    def _events(self) -> Iterator[tuple[float, int, Iterator[Row]]]:
        """All that stands at the axis: in what order, and its rows.

        Questions keep the order of their numbers, also where a later one can be asked earlier.
        """
        begun: dict[str, tuple[float, float, float]] = {}
        latest = 0.0
        self._begin(begun, self._chart.beginning, 0.0, 0.0)
        for index, stop in enumerate(self._chart.stops):
            latest = max(latest, stop.at_s)
            for way in stop.ways:
                self._begin(begun, way.roads, stop.at_s, latest)
            yield latest, 0, self._question(index, stop)
        for title, (order, at, depth) in begun.items():
            yield order, 1, self._chapter(at, depth, title)

    def _begin(
        self,
        begun: dict[str, tuple[float, float, float]],
        roads: tuple[Road, ...],
        start: float,
        earliest: float,
    ) -> None:
        """Note the chapters on ``roads``: order, seconds and depth of where each is first met."""
        for road in roads:
            for at, title in road.chapters:
                place = (max(start + at, earliest), start + at, road.depth_at(at))
                begun[title] = min(begun.get(title, place), place)

    # -- the axis ---------------------------------------------------------------------------------

    def _axis(self, at_s: float, depth: float, sign: str) -> str:
        gauge = _GAUGE[min(len(_GAUGE) - 1, int(depth * len(_GAUGE)))]
        return f"{halves(at_s):>6} {gauge} {sign:>{self._digits}} "

    def _rest(self, sign: str = "│") -> str:
        return f"{'':>6}   {sign:>{self._digits}} "

    def _chapter(self, at_s: float, depth: float, title: str) -> Iterator[Row]:
        yield from self._named(at_s, depth, "○", title)
        yield Row(self._rest(), depth)

    def _named(self, at_s: float, depth: float, sign: str, name: str) -> Iterator[Row]:
        start = self._axis(at_s, depth, sign)
        for number, text in enumerate(wrap(name, self._width - columns(start) - 1)):
            yield Row(f"{self._rest('') if number else start} {text}", depth)

    # -- questions --------------------------------------------------------------------------------

    def _question(self, index: int, stop: Stop) -> Iterator[Row]:
        start = self._axis(stop.at_s, stop.depth, str(index + 1)) + "─"
        for entry in self._entries(stop):
            for number, (answer, goal) in enumerate(
                zip_longest(entry.answer, entry.goal, fillvalue="")
            ):
                fork, time, meet = entry.signs if not number else entry.below
                words = answer + " " * (self._answers - columns(answer))
                row = f"{start}{fork} {words} {time:>{self._time}} {meet} {goal}"
                yield Row(row, stop.depth)
                start = self._rest() + " "
        yield Row(self._rest(), stop.depth)

    def _entries(self, stop: Stop) -> Iterator[_Entry]:
        roads = [(at, road) for at, way in enumerate(stop.ways) for road in way.roads or (None,)]
        shown = -1
        for goal, group in groupby(roads, key=lambda pair: pair[1] and pair[1].to):
            members = list(group)
            for at, (number, road) in enumerate(members):
                way, more = stop.ways[number], len(stop.ways) - 1 - number
                first, last = number != shown, at == len(members) - 1
                shown = number
                beside = "│ " if more else "  "
                fork = _sign(number, len(stop.ways), "─┬├└") + ("•" if way.default else "─")
                meet = f"─{_sign(at, len(members), '─┐┤┴')}{'─' if last else ' '}" if goal else ""
                yield _Entry(
                    answer=wrap(way.text, self._answers) if first else ("",),
                    goal=wrap(self._goal(goal), self._goals) if goal and last else (),
                    signs=(fork if first else beside, minutes(road.seconds) if road else "", meet),
                    below=(beside, "", "   " if last or not goal else " │ "),
                )

    def _goal(self, to: Place) -> str:
        match to.kind:
            case Kind.STOP:
                return str(to.index + 1)
            case Kind.ROUND:
                return f"↺ {to.index + 1}"
            case Kind.CLOSE:
                close = self._chart.closes[to.index]
                return f"{'✕' if close.dead else '☾'} {close.name} · {minutes(close.at_s)}"


def _sign(at: int, count: int, signs: str) -> str:
    """Of ``signs`` the one for an only, a first, a middle or a last thing."""
    return signs[0 if count == 1 else 1 if at == 0 else 3 if at == count - 1 else 2]
