"""One listener who is killed night after night, and takes the story up again each time.

The rule that each kill is held to: let the lines and questions that were heard be numbered as they
began to sound, over all nights; S is the last of them. The bookmark is whole, and stands at S or at
the one just before S; the next night begins there; its answers are those that were given, its state
is the one to which just those answers lead from the beginning, and its seed is the first night's.
Where no word was heard before the kill, the bookmark has not changed.
"""

import json
import os
import random
import signal
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from player.branches import explore
from player.library.stories import Source, find_story
from player.script import Ask, Header, Say, read_header, read_item
from player.storage.bookmarks import Bookmark, bookmark_path, load_bookmark
from player.storage.history import Outcome, load_nights, nights_path
from player.story.model import Choices, End, Item, Story
from player.terminal_text import clean
from tests.support.terminal import Terminal, dreamers

SEED = 7
PATIENCE_S = 30.0
"""A night that was killed, or asked to end, has ended long before."""
MOMENTS_S = (0.3, 6.0)
"""When a kill comes, after the start of the player or, every other time, after its first words."""
AS_IT_BEGINS_S = 0.03
"""Every fourth comes within so long of a line's beginning, when its place is being written."""

TALE = """
:: StoryTitle
Round the Pond

:: Start
# chapter: The Gate
The gate is open.

[[Go in->Pond]]
[[Wait a little->Bench]]

:: Bench
# chapter: The Bench
The bench is warm.

A bird is asleep.

[[Go in->Pond]]
[[Wait a little more->Bench]]
[[Look up->Moon]]

:: Pond
# chapter: The Pond
The water is still.

It smells of rain.

One duck goes by.

[[Go round->Willow]]
[[Sit down->Bench]]

:: Willow
# chapter: The Willow
The willow nods.

[[Go round->Pond]]
[[Look up->Moon]]

:: Moon
The moon is out.

[[Go round->Pond]]
[[Go to bed->Bed]]

:: Bed
Good night.

Sleep well, pond.
"""

SHORT = """
[night]
opening_s = 0.2
ending_bed_s = 1.0
ending_fade_s = 0.5
quit_fade_s = 0.5
recap_pause_s = 0.3
"""


@dataclass(frozen=True)
class Verdict:
    """What became of one kill."""

    heard: int
    """Lines and questions in the night that was killed."""
    wrong: str = ""
    """What is not as the rule says; empty where all is right."""
    behind: int = 0
    """How many lines the bookmark is behind the one that was sounding, 0 or 1."""
    seconds: float = 0.0
    """From the signal to the end of the player."""
    left_running: int = 0
    """Processes of the night that were still there ten seconds later."""


@dataclass
class Told:
    """A story as the listener's oracle: what it says, and where any answers lead."""

    source: Source
    header: Header = field(init=False)
    rows: Mapping[str, str] = field(init=False)
    """Each row that may be printed of it, to the text of its place."""
    _again: Story = field(init=False)

    def __post_init__(self) -> None:
        found = explore(self.source.open)
        self._again = self.source.open()
        self.header = read_header(self._again.header)
        rows = {clean(line.text): line.text for line in found.lines if line.text}
        for asked in found.questions:
            for ask in self._steps(asked):
                if isinstance(ask, Ask):
                    rows |= {clean(ask.question): ask.question, clean(ask.again): ask.question}
        self.rows = rows

    def _state(self, state: str) -> list[Any]:
        """A state as it is once it has been gone back to; the order of names means nothing."""
        self._again.load(state)
        return [json.loads(part) for part in self._again.save().splitlines()]

    def _steps(self, item: Item) -> tuple[object, ...]:
        return tuple(read_item(item, self.header).steps)

    def said(self, item: Item) -> str:
        """The line or the question of an item; empty where it says nothing."""
        for step in self._steps(item):
            if isinstance(step, Say):
                return step.text
            if isinstance(step, Ask):
                return step.question
        return ""

    def next_words(self, state: str) -> str:
        """What is said first from a state on."""
        story = self.source.open()
        story.load(state)
        while not (said := self.said(item := story.next())):
            if isinstance(item, End):
                return ""
        return said

    def is_reached(self, bookmark: Bookmark) -> bool:
        """Do just the bookmark's answers lead from the beginning to its state?"""
        story, answers = self.source.open(), list(bookmark.place.answers)
        wanted = self._state(bookmark.place.state)
        while True:
            if not answers and self._state(story.save()) == wanted:
                return True
            match story.next():
                case Choices(options):
                    if not answers or answers[0] >= len(options):
                        return False
                    story.choose(answers.pop(0))
                case End():
                    return False


class Listener:
    """Somebody with a story, a home and a die of their own."""

    def __init__(
        self,
        story: str,
        folder: Path,
        die: random.Random,
        voices: list[str],
        moments_s: tuple[float, float] = MOMENTS_S,
    ) -> None:
        """``voices`` are taken in turn; ``folder`` is theirs alone."""
        self.told = Told(find_story(story))
        self.finished = 0
        """Nights that came to an end before their kill."""
        self._story, self._die, self._voices, self._moments_s = story, die, voices, moments_s
        self._home = folder / "home"
        (self._home / "config").mkdir(parents=True)
        (self._home / "config" / "config.toml").write_text(SHORT)
        source = self.told.source
        self._path = bookmark_path(self._home / "state", source.name, source.origin)
        self._history = nights_path(self._home / "state", source.name, source.origin)
        self._recaps = {clean(said) for said in source.recap.values()}
        self._first = self.told.next_words(source.open().save())
        self._nights = 0

    def kill(
        self,
        number: signal.Signals = signal.SIGKILL,
        spoil: Callable[[Path], None] = lambda _: None,
    ) -> Verdict:
        """One night until its kill; nights that end by themselves before are passed over.

        ``spoil`` may do something to the bookmark before it is looked at: the rule's own control.
        """
        while True:
            before = load_bookmark(self._path)
            night, rows, seconds, left = self._night(number)
            heard = [self.told.rows[row] for row in rows if row in self.told.rows]
            code = night.process.returncode
            if seconds > PATIENCE_S:
                wrong = f"it did not end in {PATIENCE_S:.0f} s: " + "\n".join(rows[-40:])
                return Verdict(
                    heard=len(heard), wrong=wrong, behind=0, seconds=seconds, left_running=left
                )
            if code not in (0, -number, 128 + number):
                return Verdict(len(heard), f"it ended with {code}:\n{night.text[-1_500:]}")
            if code == 0:
                self.finished += 1  # the kill came too late
                if self._path.exists():
                    return Verdict(len(heard), "it was heard to its end, and has a bookmark")
                continue
            spoil(self._path)
            wrong, behind = self._judge(before, heard, rows)
            if wrong:
                wrong = f"night {self._nights}: {wrong}\n{night.text[-1_500:]}"
            return Verdict(
                heard=len(heard), wrong=wrong, behind=behind, seconds=seconds, left_running=left
            )

    # -- a night ----------------------------------------------------------------------------------

    def _night(self, number: signal.Signals) -> tuple[Terminal, list[str], float, int]:
        self._nights += 1
        moment = self._die.uniform(*self._moments_s)
        seed = ["--seed", str(SEED)] if not self._path.exists() else []
        voice = self._voices[self._nights % len(self._voices)]
        options = ["--voice", voice, "--output", "null", "--plain", "--speed", "2", *seed]
        env = {**os.environ, "DREAMERS_HOME": str(self._home)}
        with Terminal(dreamers("play", self._story, *options), env) as night:
            if self._nights % 2 == 0:
                self._listen(night, lambda: self._has_begun(night), 20.0)
                self._listen(night, lambda: False, moment)
            else:
                self._listen(night, lambda: False, moment)
            if self._nights % 4 == 0:
                heard = len(self._lines(night))
                self._listen(night, lambda: len(self._lines(night)) > heard, 20.0)
                night.read(self._die.uniform(0.0, AS_IT_BEGINS_S))
            killed = time.monotonic()
            if night.process.poll() is None:
                night.kill(number)
            with suppress(AssertionError):
                night.wait(PATIENCE_S)
            threads = threads_of(night.process.pid)
        seconds, rows = time.monotonic() - killed, rows_of(night.text)
        if seconds > PATIENCE_S:
            rows += threads
        return night, rows, seconds, processes_left(night.process.pid)

    def _listen(self, night: Terminal, enough: Callable[[], bool], longest_s: float) -> None:
        """Hear what comes, and press a key now and then."""
        until = time.monotonic() + longest_s
        press_at = time.monotonic() + self._die.uniform(0.2, 1.2)
        while time.monotonic() < until and night.process.poll() is None and not enough():
            night.read(min(0.02, max(0.0, until - time.monotonic())))
            if time.monotonic() >= press_at and self._has_begun(night):
                press_at = time.monotonic() + self._die.uniform(0.2, 1.2)
                night.press(self._key(night))

    def _has_begun(self, night: Terminal) -> bool:
        """Has anything been said? (Before, the terminal may still echo what is pressed.)"""
        return any(row in self.told.rows or row in self._recaps for row in rows_of(night.text))

    def _lines(self, night: Terminal) -> list[str]:
        return [row for row in rows_of(night.text) if row in self.told.rows]

    def _key(self, night: Terminal) -> str:
        """An answer where a question is open; else now and then a step on or back."""
        rows = rows_of(night.text)
        if rows[-1][:1].isdigit() and ": " in rows[-1]:  # the last that was offered
            return self._die.choice("12")
        return self._die.choices(["", "\x1b[C", "b", "r"], [5, 3, 1, 1])[0]

    # -- what became of it ------------------------------------------------------------------------

    def _judge(self, before: Bookmark | None, heard: list[str], rows: list[str]) -> tuple[str, int]:
        kept = load_bookmark(self._path)
        if list(self._path.parent.glob("*.unreadable")):
            return "it is damaged", 0
        if wrong := self._begun_wrong(before, heard):
            return wrong, 0
        at = self.told.next_words(kept.place.state) if kept else ""
        if not heard:
            begun = before is None and at in ("", self._first)
            return "" if kept == before or begun else "it changed before a word was heard", 0
        if kept is None:
            over = self._is_over() or (before is None and len(heard) == 1)
            return "" if over else "it is not there", 0
        if at not in heard[-2:]:
            return f"{heard[-1]!r} was sounding, it is at {at!r}", 0
        return self._kept_wrong(before, kept, rows), int(at != heard[-1])

    def _is_over(self) -> bool:
        """Was the story told (or skipped) to its end, and the player killed on its way out?"""
        history = load_nights(self._history)
        return history is not None and history.nights[-1].how is Outcome.END

    def _begun_wrong(self, before: Bookmark | None, heard: list[str]) -> str:
        """Did this night begin where the last was left?"""
        if before is None or not heard:
            return ""
        place = self.told.next_words(before.place.state)
        return "" if heard[0] == place else f"left at {place!r}, begun at {heard[0]!r}"

    def _kept_wrong(self, before: Bookmark | None, kept: Bookmark, rows: list[str]) -> str:
        """The seed, the answers, the state."""
        if kept.seed != SEED:
            return f"the seed is {kept.seed}"
        if not self.told.is_reached(kept):
            return f"its answers {kept.place.answers} do not lead to its state"
        given = answers_in(rows, before.place.answers if before else ())
        answers = kept.place.answers
        if answers not in given:
            return f"answered {given}, kept {answers}"
        return ""


def rows_of(text: str) -> list[str]:
    """The rows that were printed whole."""
    return [row.strip() for row in text.replace("\r", "").split("\n")[:-1] if row.strip()]


def answers_in(rows: list[str], before: tuple[int, ...]) -> list[tuple[int, ...]]:
    """The answers as they stood at each moment of the night, after those from ``before``.

    A question that is asked again after a step back may be answered anew: what was answered before
    it is then any of the earlier states.
    """
    offered: list[str] = []
    stood = [before]
    for row in rows:
        head, _, words = row.partition(": ")
        if head[:1].isdigit():
            number = int(head[0])
            offered = [*offered[: number - 1], words]
        elif head == "chosen" and words in offered:
            stood += [(*known, offered.index(words)) for known in stood]
    return stood


def processes_left(session: int, patience_s: float = 10.0) -> int:
    """How many processes of a session are still there after so long (Linux only, else 0)."""
    until = time.monotonic() + patience_s
    while left := _in_session(session):
        if time.monotonic() > until:
            return left
        time.sleep(0.02)
    return 0


def threads_of(process: int) -> list[str]:
    """What each thread of a process is doing, as far as the system tells (Linux)."""
    found = []
    for thread in Path(f"/proc/{process}/task").glob("*"):
        with suppress(OSError):
            name, _, rest = (thread / "stat").read_text().partition(") ")
            found.append(f"{name}) {rest[:1]} {(thread / 'wchan').read_text()}")
    return found


def _in_session(session: int) -> int:
    count = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _parent, _group, theirs = stat.read_text().rpartition(")")[2].split()[:4]
        except (OSError, ValueError):
            continue
        count += int(theirs) == session and state != "Z"
    return count
