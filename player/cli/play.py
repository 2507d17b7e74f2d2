"""``dreamers play``: the night, live."""

from __future__ import annotations

import re
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from player.answers.keys import Keys, table, terminal
from player.answers.scripted import Scripted, split
from player.bookmarks import Bookmark, bookmark_path, clear_bookmark, load_bookmark, save_bookmark
from player.cli.files import write_text
from player.cli.night import Night, Telling, Terms, manner, open_night, open_voice
from player.cli.say import say
from player.cli.screen import Screen, open_screen
from player.config import Config, load_config
from player.cues import Cue, cues_json
from player.errors import UnavailableError, UsageError
from player.home import home
from player.library import Source, find_story
from player.outputs import Output, open_output
from player.outputs.part import unused
from player.perform import Answer, Answers
from player.script import Ask
from player.session import Event, Place
from player.voices import Speech


@dataclass(frozen=True, slots=True)
class Listening:
    """The options of ``play`` alone."""

    sleep: str | None = None
    fresh: bool = False
    from_knot: str | None = None
    output: str = "speaker"
    device: str | None = None
    volume: float | None = None
    cues: Path | None = None


def play(telling: Telling, listening: Listening) -> int:
    """Tell the night to somebody who listens; answers the exit code."""
    config = load_config(home().config / "config.toml")
    sleep_s = _sleep_seconds(listening.sleep or str(config.play.get("sleep", "off")))
    keys = Keys(table(config.keys))
    source = find_story(telling.story)
    with ExitStack() as stack:
        # The slowest first: the voice loads, and the device plays its silence, beside all the rest.
        speech = open_voice(telling, config, source)
        stack.callback(speech.close)
        output, live = _output(listening, source, keys)
        stack.callback(output.abort)  # does nothing once it is closed
        night = _Listener(telling, listening, config, source, sleep_s, live, keys)
        return night.listen(speech, output)


def _sleep_seconds(text: str) -> float | None:
    """``30m`` or ``1h`` to seconds; ``off`` to ``None``."""
    if text == "off":
        return None
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(m|min|h|s)", text)
    if not match:
        raise UsageError(f"--sleep: '{text}' is no time: give one such as 30m or 1h, or off")
    return float(match[1]) * {"s": 1, "m": 60, "min": 60, "h": 3600}[match[2]]


def _output(listening: Listening, source: Source, keys: Keys) -> tuple[Output, bool]:
    """Where it sounds, and whether somebody is listening there as it is told."""
    try:
        output = open_output(listening.output, device=listening.device, while_lost=keys.still_here)
        return output, not listening.output.startswith("file:")
    except UnavailableError as error:
        if listening.output != "speaker" or listening.device is not None:
            raise
        path = unused(Path(f"{source.name}.flac"))
        say(f"{error} The night goes into {path} instead.")
        return open_output(f"file:{path}"), False


class _Listener:
    """One night with a listener: their keys, their screen, their bookmark."""

    def __init__(
        self,
        telling: Telling,
        listening: Listening,
        config: Config,
        source: Source,
        sleep_s: float | None,
        live: bool,
        keys: Keys,
    ) -> None:
        self._telling, self._listening, self._config = telling, listening, config
        self._source, self._sleep_s, self._live = source, sleep_s, live
        self._bookmark = bookmark_path(home().state, source.name, source.origin)
        self._keys = keys
        self._signal = 0
        self._screen: Screen | None = None
        self._night: Night | None = None

    def listen(self, speech: Speech, output: Output) -> int:
        start = self._start()
        terms = Terms(
            manner=manner(self._telling, self._config),
            answers=self._answers(),
            live=self._live,
            sleep_s=self._sleep_s,
            start=start,
            observer=self._heard,
        )
        night = open_night(self._telling, self._config, self._source, speech, terms)
        self._night = night
        volume = self._listening.volume
        night.mixer.volume_db = (
            volume if volume is not None else float(self._config.play.get("volume", 0.0))
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
            story = self._source.open()
            story.jump(knot)
            return Place(story.save(), path=knot, scene="", depth=0.0)
        if self._listening.fresh:
            clear_bookmark(self._bookmark)
            return None
        found = load_bookmark(self._bookmark)
        if found is None:
            return None
        story = self._source.open()
        if found.digest == story.digest:
            say(f"Going on where we were{_in_chapter(found.place)}. (--fresh begins anew.)")
            return found.place
        return self._after_an_edit(found.place)

    def _after_an_edit(self, place: Place) -> Place | None:
        story = self._source.open()
        knot = place.path.split(".")[0]
        if knot not in story.knots:
            say("The story was changed since, and the place is gone: we begin at the beginning.")
            return None
        say(f"The story was changed since: we go on from '{knot}', the nearest place that is left.")
        story.jump(knot)
        return Place(story.save(), knot, place.chapter, place.scene, place.depth, ())

    def _hands(self) -> bool:
        """Is there somebody at a terminal, who can press keys?"""
        return self._live and sys.stdin is not None and sys.stdin.isatty()

    def _answers(self) -> Answers:
        choices = self._telling.choices
        if self._hands():
            return _Together(self._keys, Scripted(split(choices))) if choices else self._keys
        if self._live:
            say("No terminal to press keys on: every choice takes its default.")
        return _Together(self._keys, Scripted(split(choices)), deaf=True)

    # -- during -----------------------------------------------------------------------------------

    def _run(self, night: Night, output: Output) -> None:
        for block in night.performance:
            output.write(block)
            if self._screen:
                self._screen.refresh(night.performance, self._keys.help_wanted)

    def _heard(self, cue: Cue) -> None:
        if self._screen:
            self._screen.show(cue)
        if self._night and cue.kind in ("line", "choice", "answer"):
            self._save(self._night)

    def _save(self, night: Night) -> None:
        if not self._live:
            return
        story = Bookmark(
            self._source.name, night.digest, self._telling.seed, night.session.bookmark
        )
        save_bookmark(self._bookmark, story)

    @contextmanager
    def _signals(self) -> Iterator[None]:
        """Ctrl-C and a kind kill let the night end by itself; a second Ctrl-C ends it at once."""

        def gently(number: int, _frame: object) -> None:
            if self._signal:
                raise KeyboardInterrupt
            self._signal = number
            self._keys.quit()

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
        if self._live and night.session.finished:
            clear_bookmark(self._bookmark)
        else:
            self._save(night)
        if self._listening.cues:
            performance = night.performance
            sheet = cues_json(self._source.name, performance.frame, performance.cues)
            write_text(self._listening.cues, sheet)
        for trouble in dict.fromkeys((*night.session.problems, *night.troubles)):
            say(trouble)
        if night.speech.trouble:
            say(night.speech.trouble)
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
