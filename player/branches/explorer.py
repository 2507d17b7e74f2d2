"""Explore a story from question to question, each situation once."""

from __future__ import annotations

import heapq
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from player.branches.model import BranchSurvey, DeadEnd, Ending, QuestionEdge, SituationEdge
from player.errors import InputError
from player.story.markup import words
from player.story.model import Choices, End, Line, Story

ItemDuration = Callable[[Line | Choices], float]
"""Seconds that a line takes with its pause, or a question with its answer."""


def duration_by_words(words_per_minute: float = 141.0, pause_s: float = 0.9) -> ItemDuration:
    """Return a function that estimates an item's seconds by its words and one pause.

    The defaults are the narrator's pace at bedtime.
    """

    def seconds(item: Line | Choices) -> float:
        texts = [item.text] if isinstance(item, Line) else [choice.text for choice in item.options]
        count = sum(words(text) for text in texts)
        return 60.0 * count / words_per_minute + (pause_s if count else 0.0)

    return seconds


def explore(
    open_story: Callable[[], Story],
    seconds: ItemDuration | None = None,
    *,
    max_situations: int = 4_000,
    max_lines: int = 150_000,
) -> BranchSurvey:
    """Explore every branch of the story that ``open_story`` returns, within the budget.

    ``seconds`` estimates durations, by default by the number of words. The default budget takes
    about four seconds. Raise ``InputError`` only if the story cannot be begun.
    """
    explorer = _Explorer(open_story(), seconds or duration_by_words())
    return explorer.explore(max_situations, max_lines)


@dataclass(frozen=True, slots=True)
class _Edge:
    """An option that leads to another node, to an ending, or (if both are None) to a dead end."""

    option: int
    seconds: float
    lines: tuple[Line, ...]
    node: int | None = None
    ending: int | None = None


@dataclass(slots=True)
class _Node:
    """A situation, with the saved state in which it was first met."""

    question: int | None
    options: int
    state: str
    answers: tuple[int, ...]
    edges: list[_Edge]


class _Explorer:
    def __init__(self, story: Story, seconds: ItemDuration) -> None:
        self._story = story
        self._seconds = seconds
        self._duration: dict[Line, float] = {}
        self._interned: dict[Line, Line] = {}
        """Equal lines share one object, so that a long exploration stores each only once."""
        self._questions: dict[Choices, int] = {}
        self._endings: dict[tuple[str, str], Ending] = {}
        self._dead_ends: dict[str, DeadEnd] = {}
        self._nodes = [_Node(question=None, options=1, state="", answers=(), edges=[])]
        self._node_of: dict[str, int] = {}
        """Node by the key of its situation."""
        self._unexplored: dict[int, list[int]] = {}
        """Nodes not explored yet, by their question."""
        self._explored: Counter[int] = Counter()
        self._random = random.Random(0)
        self._line_count = 0
        self._exact = True

    def explore(self, max_situations: int, max_lines: int) -> BranchSurvey:
        self._advance(0, 0)
        new = range(0)
        while (
            self._unexplored and len(self._nodes) <= max_situations and self._line_count < max_lines
        ):
            index = self._draw(new)
            count = len(self._nodes)
            for option in range(self._nodes[index].options):
                self._story.load(self._nodes[index].state)
                self._story.choose(option)
                self._advance(index, option)
            self._nodes[index].state = ""
            new = range(count, len(self._nodes))
        return self._survey(exhaustive=self._exact and not self._unexplored)

    def _draw(self, new: range) -> int:
        """Pick the node to explore next: a new one, so that whole nights are explored first.

        If there is no new one, pick one of the question that was explored the fewest times. The
        choice is random, so that an exploration that is cut short has seen a bit of everything.
        """
        if new:
            index = self._random.choice(new)
            question = self._nodes[index].question
            assert question is not None, "only the beginning has no question"
        else:
            question = min(self._unexplored, key=lambda number: self._explored[number])
            index = self._random.choice(self._unexplored[question])
        self._explored[question] += 1
        self._unexplored[question].remove(index)
        if not self._unexplored[question]:
            del self._unexplored[question]
        return index

    def _advance(self, index: int, option: int) -> None:
        """Read to the next question or end, and add the edge that leads there."""
        node = self._nodes[index]
        answers = node.answers if node.question is None else (*node.answers, option + 1)
        seconds, last, lines = 0.0, Line("", (), ""), list[Line]()
        try:
            while isinstance(item := self._story.next(), Line):
                seconds += self._line_seconds(item)
                lines.append(self._interned.setdefault(item, item))
                last = item if item.text else last
        except InputError as error:
            dead_end = DeadEnd(last.path, str(error), answers)
            self._dead_ends.setdefault(dead_end.message, dead_end)
            node.edges.append(_Edge(option, seconds, tuple(lines)))
            return
        if isinstance(item, End):
            ending = (item.path, last.text)
            self._endings.setdefault(ending, Ending(item.path, last.text, answers))
            number = list(self._endings).index(ending)
            node.edges.append(_Edge(option, seconds, tuple(lines), ending=number))
        else:
            seconds += self._seconds(item)
            target = self._node(item, answers)
            node.edges.append(_Edge(option, seconds, tuple(lines), node=target))

    def _line_seconds(self, line: Line) -> float:
        self._line_count += 1
        if line not in self._duration:
            self._duration[line] = self._seconds(line)
        return self._duration[line]

    def _node(self, question: Choices, answers: tuple[int, ...]) -> int:
        """Return the node of the situation at which the story stands; add it if it is new."""
        situation = self._story.situation()
        self._exact &= situation.exact
        if (index := self._node_of.get(situation.key)) is not None:
            return index
        index = self._node_of[situation.key] = len(self._nodes)
        number = self._questions.setdefault(question, len(self._questions))
        state = self._story.save()
        self._nodes.append(
            _Node(
                question=number,
                options=len(question.options),
                state=state,
                answers=answers,
                edges=[],
            )
        )
        self._unexplored.setdefault(number, []).append(index)
        return index

    def _survey(self, exhaustive: bool) -> BranchSurvey:
        reached = {line.path for line in self._duration} | {item.path for item in self._questions}
        reached |= {path.partition(".")[0] for path in reached}
        unreached = set(self._story.knots) - reached - set(self._story.wordless)
        longest, path_count, has_loop = self._longest()
        return BranchSurvey(
            reached_knots=tuple(knot for knot in self._story.knots if knot in reached),
            unreached_knots=tuple(knot for knot in self._story.knots if knot in unreached),
            questions=tuple(self._questions),
            endings=tuple(self._endings.values()),
            dead_ends=tuple(self._dead_ends.values()),
            question_edges=self._question_edges(),
            situation_edges=tuple(
                SituationEdge(
                    situation=number,
                    question=node.question,
                    option=edge.option,
                    lines=edge.lines,
                    to_situation=edge.node,
                    to_ending=edge.ending,
                )
                for number, node in enumerate(self._nodes)
                for edge in node.edges
            ),
            lines=tuple(self._duration),
            word_count=sum(words(line.text) for line in self._duration),
            shortest_s=self._shortest(),
            longest_s=longest,
            path_count=path_count,
            has_loop=has_loop,
            situations=len(self._node_of),
            exhaustive=exhaustive,
        )

    def _shortest(self) -> float:
        """Return the seconds from the beginning to the nearest ending (Dijkstra's algorithm)."""
        queue = [(0.0, 0)]
        done: set[int] = set()
        best = float("inf")
        while queue:
            seconds, index = heapq.heappop(queue)
            if index in done or seconds >= best:
                continue
            done.add(index)
            for edge in self._nodes[index].edges:
                if edge.ending is not None:
                    best = min(best, seconds + edge.seconds)
                elif edge.node is not None:
                    heapq.heappush(queue, (seconds + edge.seconds, edge.node))
        return best if best < float("inf") else 0.0

    def _longest(self) -> tuple[float, int, bool]:
        """Return the longest night's seconds, the number of paths, and whether there is a loop.

        Depth-first search without recursion; edges that lead back are left out.
        """
        values: dict[int, tuple[float, int]] = {}
        stack, entered, has_loop = [0], set[int](), False
        while stack:
            index = stack[-1]
            if index in values:
                stack.pop()
                continue
            edges = self._nodes[index].edges
            if index not in entered:
                entered.add(index)
                after = {edge.node for edge in edges if edge.node is not None}
                has_loop |= bool((after & entered) - values.keys())
                stack += sorted(after - entered, reverse=True)
                continue
            seconds, paths = 0.0, 0
            for edge in edges:
                at_end = (0.0, int(edge.ending is not None))
                rest, ways = at_end if edge.node is None else values.get(edge.node, (0.0, 0))
                if ways:
                    seconds, paths = max(seconds, edge.seconds + rest), paths + ways
            values[index] = seconds, paths
            stack.pop()
        return *values[0], has_loop

    def _question_edges(self) -> tuple[QuestionEdge, ...]:
        """Merge the edges between situations into edges between questions."""
        longest: dict[tuple[int | None, int, int | None, int | None], _Edge] = {}
        for node in self._nodes:
            for edge in node.edges:
                to = None if edge.node is None else self._nodes[edge.node].question
                key = (node.question, edge.option, to, edge.ending)
                if key not in longest or edge.seconds > longest[key].seconds:
                    longest[key] = edge
        return tuple(QuestionEdge(*key, edge.seconds, edge.lines) for key, edge in longest.items())
