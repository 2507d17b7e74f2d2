"""One night with a listener: their keys, their voice, their screen, their place."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from player.audio import Samples
from player.cli.assembly import Night, Terms, open_night
from player.cli.console import say
from player.cli.night_storage import Memory
from player.cli.options import Evening, Listening, night_pacing
from player.cli.resume import taken_up
from player.cli.signals import heeded
from player.cli.sleep_option import read_seconds
from player.cli.ui.factory import Screen, Shown, open_screen
from player.controls import ControlsPort
from player.controls.combined import CombinedControls
from player.controls.scripted import ScriptedControls, split
from player.controls.terminal_keys import terminal
from player.cues import Cue, cues_json
from player.desktop.client import Desktop
from player.engine.performance import Performance
from player.errors import UnavailableError
from player.outputs import Output
from player.outputs.files.atomic_file import write_text
from player.script import read_header
from player.session import Place
from player.storage.bookmarks import clear_bookmark
from player.storage.paths import home
from player.voices import Speech
from player.workers.priority import request_priority

if TYPE_CHECKING:
    from player.controls.spoken import SpokenControls


_LATENCY_S = 0.5  # of an output that doesn't know its own
_WAITING = "no sound device: waiting for it"


class Listener:
    """One night with a listener."""

    def __init__(self, evening: Evening, listening: Listening, live: bool) -> None:
        """``live``: somebody hears it as it is told; else it goes into a file."""
        self._evening, self._listening, self._live = evening, listening, live
        self._signal = 0
        self._screen: Screen | None = None
        self._memory: Memory | None = None
        self._spoken: SpokenControls | None = None
        self._desktop: Desktop | None = None
        self._performance: Performance | None = None
        self._left = False

    def listen(self, speech: Speech, output: Output) -> int:
        """Tell it, from the first sound to the last; answers the exit code."""
        with ExitStack() as stack:
            night = self._open(speech, stack)
            self._memory = Memory(self._evening, night, self._live)
            stack.callback(self._memory.close)
            self._memory.set_levels(self._listening.volume)
            if self._desktop:
                header = night.session.header
                self._desktop.begin(header.title, header.author)
            with self._at_the_terminal(night.session.header.title):
                self._run(night, output)
            output.close()
            self._memory.end()
        return self._after(night, output)

    # -- before -----------------------------------------------------------------------------------

    def _open(self, speech: Speech, stack: ExitStack) -> Night:
        evening, place = self._evening, self._place()
        # What recalls the chapter that a bookmark is in; nothing where a knot was named.
        named = self._listening.from_knot is not None
        recap = None if place is None or named else evening.source.recap.get(place.chapter)
        told = night_pacing(evening.telling, evening.config, **self._times())
        terms = Terms(
            pacing=evening.sleep.fitted(told),
            answers=self._answers(stack),
            live=self._live,
            timer=evening.sleep.timer(),
            chapters=evening.sleep.chapters,
            start=place,
            recap=recap,
            observer=self._heard,
        )
        return open_night(evening.telling, evening.config, evening.source, speech, terms)

    def _place(self) -> Place | None:
        """Where to begin: a knot that was named, a bookmark, or (``None``) the beginning."""
        source, kept = self._evening.source, self._evening.bookmark
        if knot := self._listening.from_knot:
            story = source.open()
            story.jump(knot)
            header = read_header(story.header)
            return Place(story.save(), knot, "", header.soundscape, header.depth)
        if self._listening.fresh and self._evening.bookmark_path:
            clear_bookmark(self._evening.bookmark_path)
        return taken_up(source, kept) if kept else None

    def _times(self) -> dict[str, float]:
        """What the options say beside the settings; it lingers only for one who can come back."""
        prelude = self._listening.prelude
        times = {} if prelude is None else {"prelude_s": read_seconds("--prelude", prelude)}
        return times if self._hands() else {**times, "linger_s": 0.0}

    def _hands(self) -> bool:
        """Is there somebody at a terminal, who can press keys?"""
        return self._live and sys.stdin is not None and sys.stdin.isatty()

    def _answers(self, stack: ExitStack) -> ControlsPort:
        """Keys first, then a voice; then what was answered on the command line."""
        keys, choices = self._evening.keys, self._evening.telling.choices
        keys.has_keyboard = self._hands()
        answers: list[ControlsPort] = [keys]
        if (
            not keys.has_keyboard
            and self._live
            and self._evening.bookmark_path
            and not self._listening.listen
        ):
            say("No terminal to press keys on: every choice takes its default.")
        if self._listening.listen and self._live:
            from player.controls.spoken import open_spoken_controls  # slow, and seldom wanted

            self._spoken = open_spoken_controls(home().cache / "listen", self._listening.microphone)
            stack.callback(self._spoken.close)
            answers.append(self._spoken)
        if self._live and self._listening.output in ("speaker", "simpleaudio"):
            self._desktop = Desktop()
            stack.callback(self._desktop.close)
            answers.append(self._desktop)
        if choices or (not keys.has_keyboard and not self._spoken):
            answers.append(ScriptedControls(split(choices)))
        return CombinedControls(*answers)

    # -- during -----------------------------------------------------------------------------------

    @contextmanager
    def _at_the_terminal(self, title: str) -> Iterator[None]:
        keys = self._evening.keys
        plain = self._listening.plain or bool(self._evening.config.play.get("plain"))
        self._screen = open_screen(title, plain or not self._live, keys.table)
        with ExitStack() as stack:
            stack.callback(self._screen.close)
            if self._hands():
                stack.enter_context(terminal())
            stack.enter_context(heeded(self._quit_by))
            yield

    def _run(self, night: Night, output: Output) -> None:
        assert self._screen
        assert self._memory
        performance, keys, spoken = night.performance, self._evening.keys, self._spoken
        if spoken:
            spoken.latency_s = lambda: getattr(output, "latency_s", _LATENCY_S)
        left_s, notice = performance.sleep_s, ""
        self._performance = performance
        if self._live:
            request_priority()
        for block in performance:
            if not self._written(block, output):
                return
            if self._desktop:
                here = night.session.here
                self._desktop.show(here.chapter, performance.paused, performance.frame)
            before_s, left_s = left_s, performance.sleep_s
            if left_s > before_s + 1 or left_s < before_s == math.inf:
                notice = f"silence in {round(left_s / 60)} min"
            notice = self._memory.follow() or notice
            listening = spoken is not None and spoken.listening
            shown = Shown(keys.help_wanted, keys.last_press, listening, notice)
            self._screen.refresh(performance, shown)

    def _written(self, block: Samples, output: Output) -> bool:
        """Give the output a block; false where the listener left while it could not be heard."""
        try:
            output.write(block)
        except UnavailableError:
            if self._left:
                return False
            raise
        return True

    def still_here(self) -> bool:
        """The sound device is gone: say so, and go on waiting unless the listener leaves."""
        keys = self._evening.keys
        self._left = not keys.still_here()
        if self._screen and self._performance:
            waiting = Shown(presses=keys.last_press, notice=_WAITING)
            self._screen.refresh(self._performance, waiting)
        return not self._left

    def _heard(self, cue: Cue) -> None:
        if self._screen:
            self._screen.show(cue)
        if self._memory:
            self._memory.heard(cue)

    def _quit_by(self, number: int) -> None:
        """A signal lets the night end by itself."""
        self._signal = number
        self._evening.keys.quit()

    # -- after ------------------------------------------------------------------------------------

    def _after(self, night: Night, output: Output) -> int:
        if self._listening.cues:
            performance = night.performance
            sheet = cues_json(self._evening.source.name, performance.frame, performance.cues)
            write_text(self._listening.cues, sheet)
        night.report()
        if self._spoken and self._spoken.trouble:
            say(self._spoken.trouble)
        if getattr(output, "underruns", 0):
            say("The machine was too busy at times, and a moment of sound was lost.")
        return 128 + self._signal if self._signal else 0
