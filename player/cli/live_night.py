"""A night with a listener: keys, spoken answers, screen, desktop and bookmark around one loop."""

from __future__ import annotations

import logging
import math
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from player.audio import Samples
from player.cli.assembly import NightRequest, OpenNight, open_night
from player.cli.console import print_notice
from player.cli.night_storage import NightStorage
from player.cli.options import PlayRequest, night_pacing
from player.cli.resume import find_resume_place
from player.cli.signals import handle_signals
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
from player.outputs.files.part_file import write_text
from player.script import read_header
from player.session import Pacing, Place
from player.storage.bookmarks import clear_bookmark
from player.storage.paths import home
from player.voices import Speech
from player.workers.priority import request_priority

if TYPE_CHECKING:
    from player.controls.spoken import SpokenControls

_WAITING = "no sound device: waiting for it"
_ON_A_DESKTOP = ("speaker", "simpleaudio")  # outputs that a desktop's media keys are for

_log = logging.getLogger(__name__)


class LiveNight:
    """One night as it is played. Into a file, it has no keys and leaves no bookmark."""

    def __init__(self, request: PlayRequest) -> None:
        self._request, self._options = request, request.options
        self._live = False
        self._signal = 0
        self._screen: Screen | None = None
        self._storage: NightStorage | None = None
        self._spoken: SpokenControls | None = None
        self._desktop: Desktop | None = None
        self._performance: Performance | None = None
        self._has_left = False
        self._notice = ""

    def play(self, speech: Speech, output: Output) -> int:
        """Play the night from the first sound to the last; return the exit code."""
        self._live = output.is_live
        with ExitStack() as stack:
            night = self._open(speech, stack)
            self._storage = NightStorage(self._request, night, live=self._live)
            stack.callback(self._storage.close)
            self._storage.set_levels(self._options.volume)
            header = night.session.header
            if self._desktop:
                self._desktop.begin(header.title, header.author)
            with self._at_the_terminal(header.title):
                self._run(night, output)
            output.close()
            self._storage.end()
        return self._finish(night, output)

    # -- before -----------------------------------------------------------------------------------

    def _open(self, speech: Speech, stack: ExitStack) -> OpenNight:
        request, place = self._request, self._starting_place()
        recap = None
        if place is not None and self._options.from_knot is None:
            recap = request.source.recap.get(place.chapter)
        return open_night(
            NightRequest(
                options=request.shared,
                settings=request.settings,
                source=request.source,
                speech=speech,
                pacing=request.sleep.fitted(self._pacing()),
                controls=self._controls(stack),
                live=self._live,
                timer=request.sleep.timer(),
                chapters=request.sleep.chapters,
                start=place,
                recap=recap,
                observer=self._on_cue,
            )
        )

    def _starting_place(self) -> Place | None:
        """Return the place of ``--from`` or of the bookmark; None for the beginning."""
        source, bookmark = self._request.source, self._request.bookmark
        if knot := self._options.from_knot:
            story = source.open()
            story.jump(knot)
            header = read_header(story.header)
            return Place(
                state=story.save(),
                path=knot,
                chapter="",
                scene=header.soundscape,
                depth=header.depth,
            )
        if self._options.fresh and self._request.bookmark_path:
            clear_bookmark(self._request.bookmark_path)
        return find_resume_place(source, bookmark) if bookmark else None

    def _pacing(self) -> Pacing:
        changes: dict[str, float] = {}
        if self._options.prelude is not None:
            changes["prelude_s"] = read_seconds("--prelude", self._options.prelude)
        if not self._has_keyboard():
            changes["linger_s"] = 0.0  # nobody could bring the night back
        return night_pacing(self._request.shared, self._request.settings, **changes)

    def _has_keyboard(self) -> bool:
        """Return whether somebody at a terminal can press keys."""
        return self._live and sys.stdin is not None and sys.stdin.isatty()

    def _controls(self, stack: ExitStack) -> ControlsPort:
        """Return the controls: keys first, then a voice, then the command line's choices."""
        keyboard, choices = self._request.keyboard, self._request.shared.choices
        keyboard.has_keyboard = self._has_keyboard()
        controls: list[ControlsPort] = [keyboard]
        if self._live:
            controls += self._live_controls(stack)
        if choices or (not keyboard.has_keyboard and not self._spoken):
            controls.append(ScriptedControls(split(choices)))
        return CombinedControls(*controls)

    def _live_controls(self, stack: ExitStack) -> Iterator[ControlsPort]:
        options = self._options
        if options.listen:
            from player.controls.spoken import open_spoken_controls  # slow, and seldom wanted

            self._spoken = open_spoken_controls(home().cache / "listen", options.microphone)
            stack.callback(self._spoken.close)
            yield self._spoken
        elif not self._request.keyboard.has_keyboard and self._request.bookmark_path:
            print_notice("No terminal to press keys on: every choice takes its default.")
        if options.output in _ON_A_DESKTOP:
            self._desktop = Desktop()
            stack.callback(self._desktop.close)
            yield self._desktop

    # -- during -----------------------------------------------------------------------------------

    @contextmanager
    def _at_the_terminal(self, title: str) -> Iterator[None]:
        plain = self._options.plain or bool(self._request.settings.play.get("plain"))
        keyboard = self._request.keyboard
        self._screen = open_screen(title, plain or not self._live, keyboard.table)
        with ExitStack() as stack:
            stack.callback(self._screen.close)
            if self._has_keyboard():
                stack.enter_context(terminal())
            stack.enter_context(handle_signals(self._quit_by))
            yield

    def _run(self, night: OpenNight, output: Output) -> None:
        performance = self._performance = night.performance
        if self._spoken:
            self._spoken.latency_s = lambda: output.latency_s
        if self._live:
            request_priority()
        sleep_s = performance.sleep_s
        for block in performance:
            if not self._write(block, output):
                return
            self._notice = _timer_notice(sleep_s, performance.sleep_s) or self._notice
            sleep_s = performance.sleep_s
            self._show(night)

    def _show(self, night: OpenNight) -> None:
        """Show the present state on the desktop and the screen."""
        assert self._screen
        assert self._storage
        performance, keyboard = night.performance, self._request.keyboard
        if self._desktop:
            chapter = night.session.here.chapter
            self._desktop.show(chapter, performance.paused, performance.frame)
        self._notice = self._storage.update() or self._notice
        is_listening = self._spoken is not None and self._spoken.listening
        shown = Shown(keyboard.help_wanted, keyboard.last_press, is_listening, self._notice)
        self._screen.refresh(performance, shown)

    def _write(self, block: Samples, output: Output) -> bool:
        """Write a block; return False if the listener left while there was no device."""
        try:
            output.write(block)
        except UnavailableError:
            if self._has_left:
                return False
            raise
        return True

    def keep_waiting(self) -> bool:
        """Show that the sound device is gone; return False if the listener leaves."""
        keyboard = self._request.keyboard
        self._has_left = not keyboard.still_here()
        if self._screen and self._performance:
            shown = Shown(presses=keyboard.last_press, notice=_WAITING)
            self._screen.refresh(self._performance, shown)
        return not self._has_left

    def _on_cue(self, cue: Cue) -> None:
        if self._screen:
            self._screen.show(cue)
        if self._storage:
            self._storage.on_cue(cue)

    def _quit_by(self, number: int) -> None:
        """Let the night end by itself after a signal."""
        self._signal = number
        self._request.keyboard.quit()

    # -- after ------------------------------------------------------------------------------------

    def _finish(self, night: OpenNight, output: Output) -> int:
        _log.info(
            "output: %d times too late, %.2f s missing, %d times opened again",
            output.underruns,
            output.missing_s,
            output.reopened,
        )
        if self._options.cues:
            performance = night.performance
            sheet = cues_json(self._request.source.name, performance.frame, performance.cues)
            write_text(self._options.cues, sheet)
        night.report()
        if self._spoken and self._spoken.trouble:
            print_notice(self._spoken.trouble)
        if output.underruns:
            print_notice("The machine was too busy at times, and a moment of sound was lost.")
        return 128 + self._signal if self._signal else 0


def _timer_notice(before_s: float, now_s: float) -> str:
    """Return a notice if the sleep timer was set or extended within the last block."""
    was_extended = now_s > before_s + 1
    was_set = now_s < before_s == math.inf
    return f"silence in {round(now_s / 60)} min" if was_extended or was_set else ""
