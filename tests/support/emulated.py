"""A terminal emulator with a night on it, told as fast as it can be: what is truly on the screen.

``with Seat(TALE, 80, 24) as seat: seat.wait(12.0); assert "The gate" in seat.text``
"""

import io
import os
import pty
import termios
from types import TracebackType
from typing import Self

import pyte

from player.audio import QUANTUM, RATE
from player.cli.assembly import SilentBed
from player.cli.ui.fullscreen import FullScreen
from player.cli.ui.plain_text import PlainTextScreen
from player.cli.ui.screen import Screen, Shown
from player.controls import Answer
from player.controls.keyboard import KEYS
from player.engine.performance import Performance
from player.engine.ports import EngineParts
from player.engine.preloader import NoAssets
from player.engine.sleep_timer import Countdown
from player.mixer import Mixer, MixSettings
from player.session import Pacing, Session
from player.story import parse
from player.voices.silent import Silent

TALE = """
:: StoryTitle
The Lantern

:: Start
# chapter: The Gate
# pause: 60s
The gate is open, and a lamp is lit.

[[Follow the lamp->Stair]]
[[Stay by the gate->Stair]]

:: Stair
# pause: 60s
The stair goes down.

[[Go on->Rest]]
[[Sit down->Rest]]

:: Rest
Good night.
"""

SHORT = TALE.replace("# pause: 60s\n", "")

WOKEN = 0.14  # relative luminance of the brightest colour once the screen has been dimmer

NAMED = {"black": "000000", "white": "ffffff", "default": "ffffff"}


def luminance(colour: str) -> float:
    """Relative luminance, 0 to 1, of ``"rrggbb"`` (W3C, WCAG 2.2)."""
    parts = [int(NAMED.get(colour, colour)[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


class Emulator(io.StringIO):
    """Standard output that is drawn as a terminal would; its size is a real pseudo-terminal's.

    ``crude`` is one that wraps though told not to, and whose erasing does not paint.
    """

    encoding = "utf-8"

    def __init__(self, columns: int, rows: int, crude: bool = False) -> None:
        super().__init__()
        self._ours, self._theirs = pty.openpty()
        self.screen = pyte.Screen(columns, rows)
        self._stream, self._crude = pyte.Stream(self.screen), crude
        self.raw = ""
        self.drawings: list[tuple[float, set[str]]] = []
        """After each writing: the luminance of the brightest sign, and the grounds of all cells."""
        self.resize(columns, rows)

    def resize(self, columns: int, rows: int) -> None:
        termios.tcsetwinsize(self._ours, (rows, columns))
        self.screen.resize(rows, columns)

    def write(self, text: str) -> int:
        self.raw += text
        for unknown in ("\x1b[?7l", "\x1b[2J", "\x1b[2K") if self._crude else ():
            text = text.replace(unknown, "")
        self._stream.feed(text)
        self.drawings.append((self.brightest(), {cell.bg for cell in self.cells()}))
        return len(text)

    def cells(self) -> list[pyte.screens.Char]:
        rows, columns = range(self.screen.lines), range(self.screen.columns)
        return [self.screen.buffer[row][column] for row in rows for column in columns]

    def brightest(self) -> float:
        """Of all signs that can be seen."""
        return max((luminance(cell.fg) for cell in self.cells() if cell.data.strip()), default=0.0)

    def rows(self) -> list[str]:
        return [row.rstrip() for row in self.screen.display]

    def fileno(self) -> int:
        return self._theirs

    def isatty(self) -> bool:
        return True

    def close(self) -> None:
        os.close(self._ours)
        os.close(self._theirs)
        super().close()


class Hand:
    """Answers as the test gives them."""

    def __init__(self) -> None:
        self.next: Answer | None = None

    def poll(self, _ask: object, _waiting: bool) -> Answer | None:
        given, self.next = self.next, None
        return given


class Seat:
    """Somebody before a screen: a real night in a silent voice, its time in blocks."""

    def __init__(
        self,
        tale: str,
        columns: int = 80,
        rows: int = 24,
        *,
        lines: bool = False,
        crude: bool = False,
        sleep_s: float | None = None,
        keys: dict[str, str] | None = None,
        **pacing: float,
    ) -> None:
        self.out = Emulator(columns, rows, crude)
        table = {**KEYS, **(keys or {})}
        session = Session(parse("lantern.twee", tale), Pacing(**pacing))
        title = session.header.title
        self.screen: Screen = (
            PlainTextScreen(self.out, table)
            if lines
            else FullScreen(title, self.out, table, lambda: None)
        )
        self._hand = Hand()
        parts = EngineParts(
            speech=Silent(),
            bed=SilentBed(),
            mixer=Mixer(MixSettings()),
            answers=self._hand,
            assets=NoAssets(),
            **({} if sleep_s is None else {"timer": Countdown(sleep_s)}),
        )
        self.night = Performance(session, parts, self.screen.show)
        self._blocks = iter(self.night)
        self._presses = 0
        self.seconds = 0.0
        """Since the beginning, pauses included."""

    @property
    def text(self) -> str:
        """What stands on the screen, words apart by one space."""
        return " ".join(" ".join(self.out.rows()).split())

    def block(self, **shown: object) -> None:
        """One block passes."""
        next(self._blocks)
        self.screen.refresh(self.night, Shown(presses=self._presses, **shown))
        self.seconds += QUANTUM / RATE

    def wait(self, seconds: float, **shown: object) -> None:
        for _ in range(round(seconds * RATE / QUANTUM)):
            self.block(**shown)

    def wait_until(self, what: str, most_s: float = 120.0) -> None:
        """Until ``what`` is to be seen."""
        until = self.seconds + most_s
        while what not in self.text:
            assert self.seconds < until, f"{what!r} was not shown:\n" + "\n".join(self.out.rows())
            self.block()

    def wait_for_state(self, name: str, most_s: float = 240.0) -> None:
        until = self.seconds + most_s
        while self.night.session.state.name != name:
            assert self.seconds < until, f"the night did not come to {name}"
            self.block()

    def press(self, answer: Answer | None = None) -> None:
        """A key, and what it means; then the block in which it is noticed."""
        self._presses += 1
        self._hand.next = answer
        self.block()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.out.close()
