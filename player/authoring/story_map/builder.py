"""Build the map of a story from the survey of its branches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from player.authoring.story_map.labels import clean
from player.authoring.story_map.model import (
    MapAnswer,
    MapEdge,
    MapEnding,
    MapQuestion,
    MapTarget,
    StoryMap,
    TargetKind,
)
from player.branches import BranchSurvey, ItemDuration, QuestionEdge
from player.branches.naming import ending_name
from player.script import Ask, BeginChapter, ChangeDepth, Header, read_item
from player.story.model import Choices


def build_map(survey: BranchSurvey, header: Header, seconds: ItemDuration) -> StoryMap:
    """Build the map of ``survey``, which was made with the same ``seconds``."""
    return _Builder(survey, header, seconds).build()


_Node = int | None  # index of a question in the survey; None is the beginning
_EdgeKey = tuple[_Node, int, _Node]  # question, option, next question
_Glide = tuple[float, float, float]  # start in seconds, target depth, duration in seconds


class _Builder:
    def __init__(self, survey: BranchSurvey, header: Header, seconds: ItemDuration) -> None:
        self._survey, self._header, self._seconds = survey, header, seconds
        self._out: dict[_Node, list[QuestionEdge]] = {None: []}
        for edge in sorted(survey.question_edges, key=lambda edge: edge.option, reverse=True):
            self._out.setdefault(edge.question, []).append(edge)
        self._order, self._loops = _topological_order(self._out)
        self._at_s = self._longest_times()
        self._numbers = {question: number for number, question in enumerate(self._by_rank())}
        self._depths: dict[_Node, list[float]] = {None: [header.depth]}
        self._endings: list[MapEnding] = []
        self._ending_number: dict[int, int] = {}

    def build(self) -> StoryMap:
        # The order matters: depths at a question are known once the edges to it are built.
        start_edges = self._edges(None, 0)
        questions = tuple(self._question(question) for question in self._numbers)
        return StoryMap(
            title=clean(self._header.title),
            depth=self._header.depth,
            start_edges=start_edges,
            questions=questions,
            endings=tuple(self._endings),
            word_count=self._survey.word_count,
            shortest_s=self._survey.shortest_s,
            longest_s=self._survey.longest_s,
            exhaustive=self._survey.exhaustive,
        )

    def _forward_edges(self) -> Iterator[tuple[_Node, QuestionEdge, int]]:
        """Yield each edge to a question that is no loop, in order: source, edge, target."""
        for node in self._order:
            for edge in self._out.get(node, ()):
                if edge.to_question is not None and _key(edge) not in self._loops:
                    yield node, edge, edge.to_question

    def _longest_times(self) -> dict[_Node, float]:
        """Return the seconds of the longest way to each question, without loops."""
        at_s: dict[_Node, float] = dict.fromkeys(self._order, 0.0)
        for node, edge, target in self._forward_edges():
            at_s[target] = max(at_s[target], at_s[node] + edge.seconds)
        return at_s

    def _by_rank(self) -> list[int]:
        """Sort the questions by the most questions before them, then as the writer has them."""
        rank: dict[_Node, int] = dict.fromkeys(self._order, 0)
        for node, _, target in self._forward_edges():
            rank[target] = max(rank[target], rank[node] + 1)
        questions = [node for node in self._order if node is not None]
        return sorted(questions, key=lambda question: rank[question])

    def _question(self, question: int) -> MapQuestion:
        choices = self._survey.questions[question]
        default = self._default_option(choices)
        depth = self._mean_depth(question)
        answers = tuple(
            MapAnswer(clean(option.text), number == default, self._edges(question, number))
            for number, option in enumerate(choices.options)
        )
        return MapQuestion(clean(choices.path), self._at_s[question], depth, answers)

    def _default_option(self, choices: Choices) -> int:
        steps = read_item(choices, self._header).steps
        return next(step.default for step in steps if isinstance(step, Ask))

    def _mean_depth(self, node: _Node) -> float:
        depths = self._depths.get(node, [self._header.depth])
        return sum(depths) / len(depths)

    def _edges(self, node: _Node, option: int) -> tuple[MapEdge, ...]:
        edges = self._out.get(node, ())
        return tuple(self._edge(node, edge) for edge in edges if edge.option == option)

    def _edge(self, node: _Node, edge: QuestionEdge) -> MapEdge:
        at, chapters, glides = 0.0, list[tuple[float, str]](), list[_Glide]()
        for line in edge.lines:
            for step in read_item(line, self._header).steps:
                if isinstance(step, BeginChapter):
                    chapters.append((at, clean(step.title)))
                elif isinstance(step, ChangeDepth):
                    glides.append((at, step.depth, step.over_s))
            at += self._seconds(line)
        depths = _depth_profile(self._mean_depth(node), glides, edge.seconds)
        target = self._target(node, edge, depths[-1][1])
        return MapEdge(target, edge.seconds, tuple(chapters), depths)

    def _target(self, node: _Node, edge: QuestionEdge, depth: float) -> MapTarget:
        question = edge.to_question
        if question is not None and _key(edge) in self._loops:
            return MapTarget(TargetKind.LOOP, self._numbers[question])
        if question is not None:
            self._depths.setdefault(question, []).append(depth)
            return MapTarget(TargetKind.QUESTION, self._numbers[question])
        at_s = self._at_s[node] + edge.seconds
        return MapTarget(TargetKind.ENDING, self._ending(edge, at_s, depth))

    def _ending(self, edge: QuestionEdge, at_s: float, depth: float) -> int:
        """Return the index of the edge's ending; it stands at the latest time it is reached."""
        if edge.to_ending is None:
            last = next((line.path for line in reversed(edge.lines) if line.text), "")
            name = f"dead end in {clean(last)}" if last else "dead end"
            self._endings.append(MapEnding(name, True, at_s, depth))
            return len(self._endings) - 1
        if edge.to_ending not in self._ending_number:
            self._ending_number[edge.to_ending] = len(self._endings)
            name = ending_name(self._survey, edge.to_ending)
            self._endings.append(MapEnding(name, False, at_s, depth))
        number = self._ending_number[edge.to_ending]
        earlier = self._endings[number]
        if at_s > earlier.at_s:
            self._endings[number] = MapEnding(earlier.name, False, at_s, depth)
        return number


def _topological_order(
    out: Mapping[_Node, list[QuestionEdge]],
) -> tuple[list[_Node], set[_EdgeKey]]:
    """Sort the nodes so that edges lead onwards; return the order and the edges that lead back.

    Depth-first search in reverse postorder. The edges of a node are in reverse, so that the first
    option comes first in the order.
    """
    postorder: list[_Node] = []
    loops: set[_EdgeKey] = set()
    visited: set[_Node] = {None}
    stack: list[tuple[_Node, Iterator[QuestionEdge]]] = [(None, iter(out[None]))]
    on_stack: set[_Node] = {None}
    while stack:
        node, rest = stack[-1]
        for edge in rest:
            target = edge.to_question
            if target in on_stack and target is not None:
                loops.add(_key(edge))
            elif target not in visited:
                visited.add(target)
                on_stack.add(target)
                stack.append((target, iter(out.get(target, ()))))
                break
        else:
            stack.pop()
            on_stack.discard(node)
            postorder.append(node)
    return postorder[::-1], loops


def _key(edge: QuestionEdge) -> _EdgeKey:
    return edge.question, edge.option, edge.to_question


def _depth_profile(
    start: float, glides: list[_Glide], seconds: float
) -> tuple[tuple[float, float], ...]:
    """Return points of time and depth along an edge.

    A glide that is cut short by the next one or by the end still arrives.
    """
    points = [(0.0, start)]
    for number, (at, depth, over) in enumerate(glides):
        until = glides[number + 1][0] if number + 1 < len(glides) else seconds
        points.append((max(at, points[-1][0]), points[-1][1]))
        points.append((max(at, min(at + over, until)), depth))
    points.append((max(seconds, points[-1][0]), points[-1][1]))
    return tuple(points)
