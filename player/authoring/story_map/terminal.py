"""Draw a story map as text: one row for each answer, and brackets where answers meet again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, zip_longest

from player.authoring.story_map.labels import columns, halves, minutes, wrap
from player.authoring.story_map.model import MapEdge, MapQuestion, MapTarget, StoryMap, TargetKind
from player.authoring.story_map.palette import terminal_colour

MAX_WIDTH, MIN_WIDTH = 100, 50

_GAUGE = "▁▂▃▄▅▆▇█"
_PLAIN = str.maketrans("│├└─┬┐┤┴○•☾✕↺·½▁▂▃▄▅▆▇█", "|++-+.++o*)x^-~12345678")
_BESIDE = 11  # columns of an answer's row besides its number, text, time and target
_MIN_ANSWER_WIDTH = 8


@dataclass(frozen=True, slots=True)
class MapRow:
    """One row of the map; ``depth`` sets its colour, None for titles and the legend."""

    text: str
    depth: float | None = None


def draw_text(story_map: StoryMap, width: int = MAX_WIDTH) -> tuple[MapRow, ...]:
    """Return rows of at most ``width`` columns, limited to ``MIN_WIDTH`` and ``MAX_WIDTH``."""
    table = _Table(story_map, min(MAX_WIDTH, max(MIN_WIDTH, width)))
    return tuple(MapRow(row.text.rstrip(), row.depth) for row in table.rows())


def coloured(row: MapRow) -> str:
    """Return the row with escapes for a terminal of 256 colours; none of them is bright."""
    if not row.text:
        return ""
    colour = 245 if row.depth is None else terminal_colour(row.depth)
    return f"\x1b[38;5;{colour}m{row.text}\x1b[0m"


def plain(text: str) -> str:
    """Return ``text`` with the map's symbols in ASCII, for a terminal without them."""
    return text.translate(_PLAIN)


@dataclass(frozen=True, slots=True)
class _Entry:
    """An answer with one of its edges."""

    answer: tuple[str, ...]
    goal: tuple[str, ...]
    signs: tuple[str, str, str]
    """Fork, time and bracket of the first row."""
    below: tuple[str, str, str]
    """Fork, time and bracket of all further rows."""


class _Table:
    def __init__(self, story_map: StoryMap, width: int) -> None:
        self._map, self._width = story_map, width
        self._digits = len(str(len(story_map.questions)))
        self._beside = columns(self._rest()) + _BESIDE
        answers = [answer for question in story_map.questions for answer in question.answers]
        edges = [edge for answer in answers for edge in answer.edges]
        self._time = max((columns(minutes(edge.seconds)) for edge in edges), default=0)
        room = width - self._beside - self._time
        goal_width = max((columns(self._goal(edge.target)) for edge in edges), default=0)
        answer_width = max((columns(answer.text) for answer in answers), default=0)
        self._answer_width = max(
            _MIN_ANSWER_WIDTH, min(answer_width, room - min(goal_width, room // 2))
        )
        self._goal_width = room - self._answer_width

    def rows(self) -> Iterator[MapRow]:
        story_map, width = self._map, self._width
        yield from (MapRow(text) for text in wrap(story_map.title, width))
        yield from (MapRow(text) for text in wrap(story_map.facts, width))
        yield MapRow("")
        yield MapRow("   min")
        for _, _, rows in sorted(self._events(), key=lambda event: event[:2]):
            yield from rows
        for edge in story_map.start_edges:
            if edge.target.kind is TargetKind.ENDING:
                ending = story_map.endings[edge.target.index]
                sign = "✕" if ending.is_dead_end else "☾"
                yield from self._named(ending.at_s, ending.depth, sign, ending.name)
        yield MapRow("")
        key = f"{_GAUGE[0]} cold, exact   {_GAUGE[-1]} warm, soft"
        yield MapRow(key)
        if story_map.questions:
            yield MapRow("• the answer of one who has fallen asleep")

    def _events(self) -> Iterator[tuple[float, int, Iterator[MapRow]]]:
        """Yield sort keys and rows of all chapters and questions.

        Questions keep the order of their numbers, even if a later one can be asked earlier.
        """
        chapters: dict[str, tuple[float, float, float]] = {}
        latest = 0.0
        self._add_chapters(chapters, self._map.start_edges, 0.0, 0.0)
        for index, question in enumerate(self._map.questions):
            latest = max(latest, question.at_s)
            for answer in question.answers:
                self._add_chapters(chapters, answer.edges, question.at_s, latest)
            yield latest, 0, self._question(index, question)
        for title, (order, at, depth) in chapters.items():
            yield order, 1, self._chapter(at, depth, title)

    def _add_chapters(
        self,
        chapters: dict[str, tuple[float, float, float]],
        edges: tuple[MapEdge, ...],
        start: float,
        earliest: float,
    ) -> None:
        """Add the chapters on ``edges``: order, seconds and depth at their first occurrence."""
        for edge in edges:
            for at, title in edge.chapters:
                place = (max(start + at, earliest), start + at, edge.depth_at(at))
                chapters[title] = min(chapters.get(title, place), place)

    # -- the axis ---------------------------------------------------------------------------------

    def _axis(self, at_s: float, depth: float, sign: str) -> str:
        gauge = _GAUGE[min(len(_GAUGE) - 1, int(depth * len(_GAUGE)))]
        return f"{halves(at_s):>6} {gauge} {sign:>{self._digits}} "

    def _rest(self, sign: str = "│") -> str:
        return f"{'':>6}   {sign:>{self._digits}} "

    def _chapter(self, at_s: float, depth: float, title: str) -> Iterator[MapRow]:
        yield from self._named(at_s, depth, "○", title)
        yield MapRow(self._rest(), depth)

    def _named(self, at_s: float, depth: float, sign: str, name: str) -> Iterator[MapRow]:
        start = self._axis(at_s, depth, sign)
        for number, text in enumerate(wrap(name, self._width - columns(start) - 1)):
            yield MapRow(f"{self._rest('') if number else start} {text}", depth)

    # -- questions --------------------------------------------------------------------------------

    def _question(self, index: int, question: MapQuestion) -> Iterator[MapRow]:
        start = self._axis(question.at_s, question.depth, str(index + 1)) + "─"
        for entry in self._entries(question):
            for number, (answer, goal) in enumerate(
                zip_longest(entry.answer, entry.goal, fillvalue="")
            ):
                fork, time, meet = entry.signs if not number else entry.below
                words = answer + " " * (self._answer_width - columns(answer))
                row = f"{start}{fork} {words} {time:>{self._time}} {meet} {goal}"
                yield MapRow(row, question.depth)
                start = self._rest() + " "
        yield MapRow(self._rest(), question.depth)

    def _entries(self, question: MapQuestion) -> Iterator[_Entry]:
        edges = [
            (at, edge)
            for at, answer in enumerate(question.answers)
            for edge in answer.edges or (None,)
        ]
        shown = -1
        for goal, group in groupby(edges, key=lambda pair: pair[1] and pair[1].target):
            members = list(group)
            for at, (number, edge) in enumerate(members):
                answer, more = question.answers[number], len(question.answers) - 1 - number
                first, last = number != shown, at == len(members) - 1
                shown = number
                beside = "│ " if more else "  "
                fork = _sign(number, len(question.answers), "─┬├└") + (
                    "•" if answer.is_default else "─"
                )
                meet = f"─{_sign(at, len(members), '─┐┤┴')}{'─' if last else ' '}" if goal else ""
                yield _Entry(
                    answer=wrap(answer.text, self._answer_width) if first else ("",),
                    goal=wrap(self._goal(goal), self._goal_width) if goal and last else (),
                    signs=(fork if first else beside, minutes(edge.seconds) if edge else "", meet),
                    below=(beside, "", "   " if last or not goal else " │ "),
                )

    def _goal(self, to: MapTarget) -> str:
        match to.kind:
            case TargetKind.QUESTION:
                return str(to.index + 1)
            case TargetKind.LOOP:
                return f"↺ {to.index + 1}"
            case TargetKind.ENDING:
                ending = self._map.endings[to.index]
                return (
                    f"{'✕' if ending.is_dead_end else '☾'} {ending.name} · {minutes(ending.at_s)}"
                )


def _sign(at: int, count: int, signs: str) -> str:
    """Return the sign for an only, first, middle or last item."""
    return signs[0 if count == 1 else 1 if at == 0 else 3 if at == count - 1 else 2]
