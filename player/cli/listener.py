"""One night with a listener: their keys, their screen, their bookmark."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass

from player.answers import Answer, Answers
from player.answers.keys import Keys, terminal
from player.answers.scripted import Scripted, split
from player.bookmarks import Bookmark, bookmark_path, clear_bookmark, load_bookmark, save_bookmark
from player.cli.files import write_text
from player.cli.night import Night, Terms, open_night
from player.cli.play import Listening
from player.cli.say import say
from player.cli.screen import Screen, open_screen
from player.cli.telling import Telling, manner
from player.config import Config
from player.cues import Cue, cues_json
from player.errors import UsageError
from player.home import home
from player.library import Source
from player.outputs import Output
from player.script import Ask, read_header
from player.session import Event, Place
from player.voices import Speech


@dataclass(frozen=True, slots=True)
class Evening:
    """What a night was asked to be, and what has been begun for it."""

    telling: Telling
    config: Config
    source: Source
    keys: Keys
    sleep_s: float | None
    live: bool
    """Somebody hears it as it is told; else it goes into a file."""


class Listener:
    """One night with a listener: their keys, their screen, their bookmark."""

    def __init__(self, evening: Evening, listening: Listening) -> None:
        self._evening, self._listening = evening, listening
        source = evening.source
        self._bookmark = bookmark_path(home().state, source.name, source.origin)
        self._signal = 0
        self._screen: Screen | None = None
        self._night: Night | None = None

    def listen(self, speech: Speech, output: Output) -> int:
        evening, start = self._evening, self._start()
        terms = Terms(
            manner=manner(evening.telling, evening.config),
            answers=self._answers(),
            live=evening.live,
            sleep_s=evening.sleep_s,
            start=start,
            recap=self._last_night(start),
            observer=self._heard,
        )
        night = open_night(evening.telling, evening.config, evening.source, speech, terms)
        self._night = night
        volume = self._listening.volume
        night.mixer.volume_db = (
            volume if volume is not None else float(evening.config.play.get("volume", 0.0))
        )
        self._screen = open_screen(night.session.header.title)
        with self._signals(), terminal() if self._hands() else nullcontext():
            try:
                self._run(night, output)
            finally:
                self._screen.close()
        return self._after(night, output)

    # -- before -----------------------------------------------------------------------------------

    def _start(self) -> Place | None:
        """Where to begin: a knot that was named, a bookmark, or (``None``) the beginning."""
        if knot := self._listening.from_knot:
            story = self._evening.source.open()
            story.jump(knot)
            header = read_header(story.header)
            return Place(story.save(), knot, "", header.soundscape, header.depth)
        if self._listening.fresh:
            clear_bookmark(self._bookmark)
            return None
        found = load_bookmark(self._bookmark)
        if found is None:
            return None
        story = self._evening.source.open()
        if found.digest == story.digest:
            say(f"Going on where we were{_in_chapter(found.place)}. (--fresh begins anew.)")
            return found.place
        return self._after_an_edit(found.place)

    def _last_night(self, start: Place | None) -> str | None:
        """What recalls the chapter that a bookmark is in; nothing where a knot was named."""
        if start is None or self._listening.from_knot:
            return None
        return self._evening.source.recap.get(start.chapter)

    def _after_an_edit(self, place: Place) -> Place | None:
        story = self._evening.source.open()
        knot = place.path.split(".")[0]
        if knot not in story.knots:
            say("The story was changed since, and the place is gone: we begin at the beginning.")
            return None
        say(f"The story was changed since: we go on from '{knot}', the nearest place that is left.")
        story.jump(knot)
        return Place(story.save(), knot, place.chapter, place.scene, place.depth, ())

    def _hands(self) -> bool:
        """Is there somebody at a terminal, who can press keys?"""
        return self._evening.live and sys.stdin is not None and sys.stdin.isatty()

    def _answers(self) -> Answers:
        keys, choices = self._evening.keys, self._evening.telling.choices
        if self._hands():
            return _Together(keys, Scripted(split(choices))) if choices else keys
        if self._evening.live:
            say("No terminal to press keys on: every choice takes its default.")
        return _Together(keys, Scripted(split(choices)), deaf=True)

    # -- during -----------------------------------------------------------------------------------

    def _run(self, night: Night, output: Output) -> None:
        for block in night.performance:
            output.write(block)
            if self._screen:
                self._screen.refresh(night.performance, self._evening.keys.help_wanted)

    def _heard(self, cue: Cue) -> None:
        if self._screen:
            self._screen.show(cue)
        if self._night and cue.kind in ("line", "choice", "answer"):
            self._save(self._night)

    def _save(self, night: Night) -> None:
        if not self._evening.live:
            return
        name, seed = self._evening.source.name, self._evening.telling.seed
        bookmark = Bookmark(name, night.digest, seed, night.session.bookmark)
        save_bookmark(self._bookmark, bookmark)

    @contextmanager
    def _signals(self) -> Iterator[None]:
        """Ctrl-C and a kind kill let the night end by itself; a second Ctrl-C ends it at once."""

        def gently(number: int, _frame: object) -> None:
            if self._signal:
                raise KeyboardInterrupt
            self._signal = number
            self._evening.keys.quit()

        names = [name for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
        before = {name: signal.signal(getattr(signal, name), gently) for name in names}
        try:
            yield
        finally:
            for name, handler in before.items():
                signal.signal(getattr(signal, name), handler)

    # -- after ------------------------------------------------------------------------------------

    def _after(self, night: Night, output: Output) -> int:
        output.close()
        if self._evening.live and night.session.finished:
            clear_bookmark(self._bookmark)
        else:
            self._save(night)
        if self._listening.cues:
            performance = night.performance
            sheet = cues_json(self._evening.source.name, performance.frame, performance.cues)
            write_text(self._listening.cues, sheet)
        night.report()
        if getattr(output, "underruns", 0):
            say("The machine was too busy at times, and a moment of sound was lost.")
        return 128 + self._signal if self._signal else 0


class _Together:
    """Keys first; then the answers that were given on the command line."""

    def __init__(self, keys: Keys, scripted: Scripted, deaf: bool = False) -> None:
        self._keys, self._scripted, self._deaf = keys, scripted, deaf

    def poll(self, ask: Ask | None, waiting: bool) -> Answer | None:
        pressed = self._keys.signalled() if self._deaf else self._keys.poll(ask, waiting)
        if pressed:
            return pressed
        try:
            return self._scripted.poll(ask, waiting)
        except UsageError:
            return Event.DEFAULT  # at night, an answer that is none must end nothing


def _in_chapter(place: Place) -> str:
    return f", in {place.chapter}" if place.chapter else ""
