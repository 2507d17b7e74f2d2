"""From a walk to a chart: roads read line by line, rounds told apart, questions in order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from player.authoring.story_map.labels import clean
from player.authoring.story_map.model import Chart, Close, Kind, Place, Road, Stop, Way
from player.branches import BranchSurvey, ItemDuration, QuestionEdge
from player.branches.naming import ending_name
from player.script import Ask, BeginChapter, ChangeDepth, Header, read_item
from player.story.model import Choices


def read_chart(survey: BranchSurvey, header: Header, seconds: ItemDuration) -> Chart:
    """The chart of ``survey``; ``seconds`` is what it was walked with."""
    return _Reader(survey, header, seconds).chart()


_Node = int | None  # a question in the walk's order; None is the beginning
_Ends = tuple[_Node, int, _Node]  # of a stretch: from where, by which option, to where
_Glides = tuple[tuple[float, float, float], ...]  # each: from which second, to what depth, how long


class _Reader:
    def __init__(self, survey: BranchSurvey, header: Header, seconds: ItemDuration) -> None:
        self._survey, self._header, self._seconds = survey, header, seconds
        self._out: dict[_Node, list[QuestionEdge]] = {None: []}
        for stretch in sorted(
            survey.question_edges, key=lambda stretch: stretch.option, reverse=True
        ):
            self._out.setdefault(stretch.question, []).append(stretch)
        self._order, self._back = _unwound(self._out)
        self._at = self._times()
        self._numbers = {question: at for at, question in enumerate(self._sorted())}
        self._depths: dict[_Node, list[float]] = {None: [header.depth]}
        self._closes: list[Close] = []
        self._endings: dict[int, int] = {}

    def chart(self) -> Chart:
        beginning = self._roads(None, 0)
        stops = tuple(self._stop(question) for question in self._numbers)
        return Chart(
            title=clean(self._header.title),
            depth=self._header.depth,
            beginning=beginning,
            stops=stops,
            closes=tuple(self._closes),
            words=self._survey.word_count,
            shortest_s=self._survey.shortest_s,
            longest_s=self._survey.longest_s,
            nights=self._survey.path_count,
            whole=self._survey.exhaustive,
        )

    def _times(self) -> dict[_Node, float]:
        """Seconds of the longest way to each question, ways back left out."""
        at: dict[_Node, float] = dict.fromkeys(self._order, 0.0)
        for node in self._order:
            for stretch in self._out.get(node, ()):
                to = stretch.to_question
                if to is not None and _ends(stretch) not in self._back:
                    at[to] = max(at[to], at[node] + stretch.seconds)
        return at

    def _sorted(self) -> list[int]:
        """The questions by how many come before them at most, then as the writer has them."""
        before: dict[_Node, int] = dict.fromkeys(self._order, 0)
        for node in self._order:
            for stretch in self._out.get(node, ()):
                to = stretch.to_question
                if to is not None and _ends(stretch) not in self._back:
                    before[to] = max(before[to], before[node] + 1)
        questions = [node for node in self._order if node is not None]
        return sorted(questions, key=lambda question: before[question])

    def _stop(self, question: int) -> Stop:
        asked = self._survey.questions[question]
        default = self._default(asked)
        ways = tuple(
            Way(clean(option.text), number == default, self._roads(question, number))
            for number, option in enumerate(asked.options)
        )
        return Stop(clean(asked.path), self._at[question], self._depth(question), ways)

    def _default(self, asked: Choices) -> int:
        asks = [step for step in read_item(asked, self._header).steps if isinstance(step, Ask)]
        return asks[0].default

    def _depth(self, node: _Node) -> float:
        met = self._depths.get(node, [self._header.depth])
        return sum(met) / len(met)

    def _roads(self, node: _Node, option: int) -> tuple[Road, ...]:
        stretches = self._out.get(node, ())
        return tuple(self._road(node, stretch) for stretch in stretches if stretch.option == option)

    def _road(self, node: _Node, stretch: QuestionEdge) -> Road:
        at, chapters, glides = 0.0, list[tuple[float, str]](), list[tuple[float, float, float]]()
        for line in stretch.lines:
            for step in read_item(line, self._header).steps:
                if isinstance(step, BeginChapter):
                    chapters.append((at, clean(step.title)))
                elif isinstance(step, ChangeDepth):
                    glides.append((at, step.depth, step.over_s))
            at += self._seconds(line)
        depths = _profile(self._depth(node), tuple(glides), stretch.seconds)
        to = self._place(node, stretch, depths[-1][1])
        return Road(to, stretch.seconds, tuple(chapters), depths)

    def _place(self, node: _Node, stretch: QuestionEdge, depth: float) -> Place:
        to = stretch.to_question
        if to is not None and _ends(stretch) in self._back:
            return Place(Kind.ROUND, self._numbers[to])
        if to is not None:
            self._depths.setdefault(to, []).append(depth)
            return Place(Kind.STOP, self._numbers[to])
        at = self._at[node] + stretch.seconds
        return Place(Kind.CLOSE, self._close(stretch, at, depth))

    def _close(self, stretch: QuestionEdge, at: float, depth: float) -> int:
        """Its number; an ending that is met again is the same one, as late as it ever comes."""
        ending = stretch.to_ending
        if ending is None:
            last = next((line.path for line in reversed(stretch.lines) if line.text), "")
            self._closes.append(
                Close(f"dead end in {clean(last)}" if last else "dead end", True, at, depth)
            )
            return len(self._closes) - 1
        if ending not in self._endings:
            self._endings[ending] = len(self._closes)
            self._closes.append(Close(ending_name(self._survey, ending), False, at, depth))
        number = self._endings[ending]
        known = self._closes[number]
        if at > known.at_s:
            self._closes[number] = Close(known.name, False, at, depth)
        return number


def _unwound(out: Mapping[_Node, list[QuestionEdge]]) -> tuple[list[_Node], set[_Ends]]:
    """An order in which roads lead onwards, and those that lead back; found by depth first.

    What is met last is the first of its kind in the order, so the last option is gone in for first.
    """
    done: list[_Node] = []
    back: set[_Ends] = set()
    seen: set[_Node] = {None}
    stack: list[tuple[_Node, Iterator[QuestionEdge]]] = [(None, iter(out[None]))]
    on_the_way: set[_Node] = {None}
    while stack:
        node, rest = stack[-1]
        for stretch in rest:
            to = stretch.to_question
            if to in on_the_way and to is not None:
                back.add(_ends(stretch))
            elif to not in seen:
                seen.add(to)
                on_the_way.add(to)
                stack.append((to, iter(out.get(to, ()))))
                break
        else:
            stack.pop()
            on_the_way.discard(node)
            done.append(node)
    return done[::-1], back


def _ends(stretch: QuestionEdge) -> _Ends:
    return stretch.question, stretch.option, stretch.to_question


def _profile(start: float, glides: _Glides, seconds: float) -> tuple[tuple[float, float], ...]:
    """The depth along a road. A glide that the next one or the end cuts short still arrives."""
    points = [(0.0, start)]
    for number, (at, depth, over) in enumerate(glides):
        until = glides[number + 1][0] if number + 1 < len(glides) else seconds
        points.append((max(at, points[-1][0]), points[-1][1]))
        points.append((max(at, min(at + over, until)), depth))
    points.append((max(seconds, points[-1][0]), points[-1][1]))
    return tuple(points)
