"""The walk itself: from question to question, each situation once."""

from __future__ import annotations

import heapq
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from player.branches.model import DeadEnd, Ending, Leg, Stretch, Walk
from player.errors import InputError
from player.story.markup import words
from player.story.model import Choices, End, Line, Story

Seconds = Callable[[Line | Choices], float]
"""How long a line takes with its pause, or a question with its answer."""


def pace(words_per_minute: float = 141.0, pause_s: float = 0.9) -> Seconds:
    """Seconds from a count of words and one pause after each line and question.

    The default is the narrator at bedtime.
    """

    def seconds(item: Line | Choices) -> float:
        texts = [item.text] if isinstance(item, Line) else [choice.text for choice in item.options]
        spoken = sum(words(text) for text in texts)
        return 60.0 * spoken / words_per_minute + (pause_s if spoken else 0.0)

    return seconds


def walk(
    open_story: Callable[[], Story],
    seconds: Seconds | None = None,
    *,
    most_situations: int = 4_000,
    most_lines: int = 150_000,
) -> Walk:
    """Walk every branch of the story that ``open_story`` gives, within the budget.

    The default budget is some four seconds. Raises ``InputError`` only where the story cannot be
    begun.
    """
    return _Walker(open_story(), seconds or pace()).walk(most_situations, most_lines)


@dataclass(frozen=True, slots=True)
class _Edge:
    """From a node by an option to another node, an ending, or (neither) a dead end."""

    option: int
    seconds: float
    lines: tuple[Line, ...]
    node: int | None = None
    ending: int | None = None


@dataclass(slots=True)
class _Node:
    """A situation: a question as it is met with one past."""

    question: int | None
    options: int
    state: str
    answers: tuple[int, ...]
    edges: list[_Edge]


class _Walker:
    def __init__(self, story: Story, seconds: Seconds) -> None:
        self._story = story
        self._seconds = seconds
        self._heard: dict[Line, float] = {}
        self._same: dict[Line, Line] = {}
        """Of equal lines the first that was heard, so that a long walk keeps each once."""
        self._questions: dict[Choices, int] = {}
        self._endings: dict[tuple[str, str], Ending] = {}
        self._dead_ends: dict[str, DeadEnd] = {}
        self._nodes = [_Node(None, 1, "", (), [])]
        self._known: dict[str, int] = {}
        self._waiting: dict[int, list[int]] = {}
        """Situations not walked on from, by their question."""
        self._walked: Counter[int] = Counter()
        self._dice = random.Random(0)
        self._told = 0
        self._exact = True

    def walk(self, most_situations: int, most_lines: int) -> Walk:
        self._stretch(0, 0)
        new = range(0)
        while self._waiting and len(self._nodes) <= most_situations and self._told < most_lines:
            index = self._draw(new)
            known = len(self._nodes)
            for option in range(self._nodes[index].options):
                self._story.load(self._nodes[index].state)
                self._story.choose(option)
                self._stretch(index, option)
            self._nodes[index].state = ""
            new = range(known, len(self._nodes))
        return self._result(proof=self._exact and not self._waiting)

    def _draw(self, new: range) -> int:
        """A situation to walk on from: a new one, so that whole nights are walked first.

        Where there is none, it is one of the question that was least walked on from. Which one
        is drawn by lot, so that a walk that is cut short has seen a bit of everything.
        """
        if new:
            index = self._dice.choice(new)
            question = self._nodes[index].question
            assert question is not None, "only the beginning has none"
        else:
            question = min(self._waiting, key=lambda number: self._walked[number])
            index = self._dice.choice(self._waiting[question])
        self._walked[question] += 1
        self._waiting[question].remove(index)
        if not self._waiting[question]:
            del self._waiting[question]
        return index

    def _stretch(self, index: int, option: int) -> None:
        """Read on to the next question or end, and note the edge that leads there."""
        node = self._nodes[index]
        answers = node.answers if node.question is None else (*node.answers, option + 1)
        seconds, last, lines = 0.0, Line("", (), ""), list[Line]()
        try:
            while isinstance(item := self._story.next(), Line):
                seconds += self._hear(item)
                lines.append(self._same.setdefault(item, item))
                last = item if item.text else last
        except InputError as error:
            found = DeadEnd(last.path, str(error), answers)
            self._dead_ends.setdefault(found.message, found)
            node.edges.append(_Edge(option, seconds, tuple(lines)))
            return
        if isinstance(item, End):
            ending = (item.path, last.text)
            self._endings.setdefault(ending, Ending(item.path, last.text, answers))
            number = list(self._endings).index(ending)
            node.edges.append(_Edge(option, seconds, tuple(lines), ending=number))
        else:
            seconds += self._seconds(item)
            met = self._meet(item, answers)
            node.edges.append(_Edge(option, seconds, tuple(lines), node=met))

    def _hear(self, line: Line) -> float:
        self._told += 1
        if line not in self._heard:
            self._heard[line] = self._seconds(line)
        return self._heard[line]

    def _meet(self, question: Choices, answers: tuple[int, ...]) -> int:
        situation = self._story.situation()
        self._exact &= situation.exact
        if (known := self._known.get(situation.key)) is not None:
            return known
        index = self._known[situation.key] = len(self._nodes)
        number = self._questions.setdefault(question, len(self._questions))
        state = self._story.save()
        self._nodes.append(_Node(number, len(question.options), state, answers, []))
        self._waiting.setdefault(number, []).append(index)
        return index

    def _result(self, proof: bool) -> Walk:
        reached = {line.path for line in self._heard} | {asked.path for asked in self._questions}
        reached |= {path.partition(".")[0] for path in reached}
        heard = [knot for knot in self._story.knots if knot in reached]
        unheard = set(self._story.knots) - reached - set(self._story.wordless)
        longest, nights, goes_round = self._longest()
        return Walk(
            reached=tuple(heard),
            unreached=tuple(knot for knot in self._story.knots if knot in unheard),
            questions=tuple(self._questions),
            endings=tuple(self._endings.values()),
            dead_ends=tuple(self._dead_ends.values()),
            stretches=self._stretches(),
            legs=tuple(
                Leg(number, node.question, edge.option, edge.lines, edge.node, edge.ending)
                for number, node in enumerate(self._nodes)
                for edge in node.edges
            ),
            lines=tuple(self._heard),
            words=sum(words(line.text) for line in self._heard),
            shortest_s=self._shortest(),
            longest_s=longest,
            nights=nights,
            goes_round=goes_round,
            situations=len(self._known),
            proof=proof,
        )

    def _shortest(self) -> float:
        """Dijkstra's algorithm, from the beginning to the nearest ending."""
        waiting = [(0.0, 0)]
        done: set[int] = set()
        best = float("inf")
        while waiting:
            seconds, index = heapq.heappop(waiting)
            if index in done or seconds >= best:
                continue
            done.add(index)
            for edge in self._nodes[index].edges:
                if edge.ending is not None:
                    best = min(best, seconds + edge.seconds)
                elif edge.node is not None:
                    heapq.heappush(waiting, (seconds + edge.seconds, edge.node))
        return best if best < float("inf") else 0.0

    def _longest(self) -> tuple[float, int, bool]:
        """Seconds and number of the nights, by depth first; ways back are counted as none."""
        values: dict[int, tuple[float, int]] = {}
        stack, entered, goes_round = [0], set[int](), False
        while stack:
            index = stack[-1]
            if index in values:
                stack.pop()
                continue
            edges = self._nodes[index].edges
            if index not in entered:
                entered.add(index)
                after = {edge.node for edge in edges if edge.node is not None}
                goes_round |= bool((after & entered) - values.keys())
                stack += sorted(after - entered, reverse=True)
                continue
            seconds, nights = 0.0, 0
            for edge in edges:
                over = (0.0, int(edge.ending is not None))
                rest, ways = over if edge.node is None else values.get(edge.node, (0.0, 0))
                if ways:
                    seconds, nights = max(seconds, edge.seconds + rest), nights + ways
            values[index] = seconds, nights
            stack.pop()
        return *values[0], goes_round

    def _stretches(self) -> tuple[Stretch, ...]:
        """The edges between situations as edges between questions."""
        longest: dict[tuple[int | None, int, int | None, int | None], _Edge] = {}
        for node in self._nodes:
            for edge in node.edges:
                to = None if edge.node is None else self._nodes[edge.node].question
                ends = (node.question, edge.option, to, edge.ending)
                if ends not in longest or edge.seconds > longest[ends].seconds:
                    longest[ends] = edge
        return tuple(Stretch(*ends, edge.seconds, edge.lines) for ends, edge in longest.items())
