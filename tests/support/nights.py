"""Whole nights of the bundled tale, told by the real loop and handed on a minute or so at a time.

A stretch is cut where nobody speaks, so that every line lies wholly in one; no more than two
stretches are held at once. What is heard in them is measured by ``tests.support.night_levels`` (the
mix) and ``tests.support.night_path`` (the bed along the night).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from unittest.mock import patch

import numpy as np

from player.audio import QUANTUM, RATE, Samples
from player.cli.assembly import NightRequest, OpenNight, open_night
from player.cli.options import SharedOptions, night_pacing, open_voice
from player.controls import ControlsPort, scripted
from player.library.stories import find_story
from player.mixer import LATENCY, MixedBlock
from player.session import Place
from player.soundscape import Bed
from player.soundscape.synth import Synth
from player.storage.settings import Settings
from player.voices import Speech
from tests.support.tale import tale_survey

TALE = "the-dreamers"
STEMS = ("mix", "voice", "bed", "place")

THINKING_S = 5.0
"""How long the listener takes to answer: long enough for the bed to come up."""

_PAUSE_S = 0.7  # between two lines there are at least 0.9 s; between sentences up to 0.68 s
_LEAST_S = 20.0  # a shorter rest is not measured by itself


@dataclass(frozen=True, slots=True)
class Line:
    """A line or a question: where it sounds, and its sentences, in frames of the night."""

    start: int
    end: int
    speaker: str
    text: str
    asks: bool
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Crossing:
    """One place gives way to another, from frame ``start`` on."""

    start: int
    seconds: float
    before: str
    after: str
    depth: float


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """Part of a night from frame ``begin`` on: four signals ``(n, 2)`` of one length.

    ``voice`` and ``bed`` are the stems; ``place`` is the bed before anything is done to it for the
    voice's sake, which is the soundscape itself at −30 LUFS.
    """

    begin: int
    mix: Samples
    voice: Samples
    bed: Samples
    place: Samples
    depths: tuple[float, ...]
    """One for each quantum."""
    lines: tuple[Line, ...]

    @property
    def end(self) -> int:
        return self.begin + len(self.mix)

    def of(self, stem: str, start: int, end: int) -> Samples:
        """A stem from one frame of the night to another."""
        x: Samples = getattr(self, stem)
        return x[max(0, start - self.begin) : max(0, end - self.begin)]

    def depth(self, start: int, end: int) -> float:
        """The mean depth between two frames of the night."""
        first = (start - self.begin) // QUANTUM
        last = max(first, (end - 1 - self.begin) // QUANTUM)
        return float(np.mean(self.depths[first : last + 1]))


@dataclass(slots=True)
class Told:
    """A night: iterate it once for its stretches; then it knows its crossings."""

    voice: str
    answers: tuple[int, ...] = ()
    """Counted from 1; the default when they are done."""
    controls: ControlsPort | None = None
    """Those that answer instead."""
    start: Place | None = None
    most_lines: int | None = None
    """Go no further than these lines and questions."""
    level: bool = False
    """Without the drift: no softer, no slower, and pauses no longer."""
    speech: Speech | None = None
    """A voice that is shared by several nights."""
    crossings: list[Crossing] = field(default_factory=list)
    mixed: list[tuple[MixedBlock, Samples, float]] = field(default_factory=list)
    spans: list[tuple[int, int]] = field(default_factory=list)

    def __iter__(self) -> Iterator[Stretch]:
        drift = 0.0 if self.level else None
        options = SharedOptions(story=TALE, voice=self.voice, drift=drift)
        flat = {"slowing": 0.0, "pause_growth": 0.0} if self.level else {}
        source = find_story(TALE)
        with ExitStack() as stack:
            speech = self.speech
            if speech is None:
                speech = open_voice(options, source)
                stack.callback(speech.close)
            settings, choices = Settings(), [str(answer) for answer in self.answers]
            night = open_night(
                NightRequest(
                    options=options,
                    settings=settings,
                    source=source,
                    speech=speech,
                    pacing=night_pacing(options, settings, **flat),
                    controls=self.controls or scripted.ScriptedControls(choices),
                    start=self.start,
                )
            )
            stack.enter_context(self._listening(night))
            yield from self._stretches(night)

    def _listening(self, night: OpenNight) -> ExitStack:
        """Overhear what the mixer is given, and when the bed crosses into another place."""
        say, block, enter = night.mixer.say, night.mixer.block, Bed.enter

        def overheard(samples: Samples, at: int) -> None:
            self.spans.append((at + LATENCY, at + LATENCY + len(samples)))
            say(samples, at)

        def mixed(bed: Samples, depth: float) -> MixedBlock:
            out = block(bed, depth)
            self.mixed.append((out, bed, depth))
            return out

        def crossing(scene: Bed, place: Synth, seconds: float) -> None:
            names = scene.recipe.id, place.recipe.id
            self.crossings.append(Crossing(night.mixer.frame, seconds, *names, scene.depth))
            enter(scene, place, seconds)

        stack = ExitStack()
        for holder, name, heard in (
            (night.mixer, "say", overheard),
            (night.mixer, "block", mixed),
            (Bed, "enter", crossing),
            (scripted, "THINKING_S", THINKING_S),
        ):
            stack.enter_context(patch.object(holder, name, heard))
        return stack

    def _stretches(self, night: OpenNight) -> Iterator[Stretch]:
        begin, waiting = 0, None
        for _ in night.performance:
            frame = night.mixer.frame
            if not self._silent(frame):
                continue
            if self._told(night) == self.most_lines:
                break
            if frame - begin >= 60 * RATE:
                if waiting is not None:
                    yield waiting
                waiting, begin = self._stretch(night, begin), frame
        last = self._stretch(night, begin)
        if waiting is None:
            yield last
        elif sum(line.end - line.start for line in last.lines) < _LEAST_S * RATE:
            yield joined(waiting, last)
        else:
            yield from (waiting, last)

    @staticmethod
    def _told(night: OpenNight) -> int:
        return sum(cue.kind in ("line", "choice") for cue in night.performance.cues)

    def _silent(self, frame: int) -> bool:
        begun = [end for start, end in self.spans if start <= frame]
        return not begun or frame >= max(begun) + _PAUSE_S * RATE

    def _stretch(self, night: OpenNight, begin: int) -> Stretch:
        mixed, self.mixed = self.mixed, []
        end = begin + len(mixed) * QUANTUM
        lines = [
            Line(
                start=cue.start,
                end=cue.end,
                speaker=cue.voice,
                text=cue.text,
                asks=cue.kind == "choice",
                spans=tuple(s for s in self.spans if cue.start <= s[0] < cue.end),
            )
            for cue in night.performance.cues
            if cue.kind in ("line", "choice") and begin <= cue.start < end
        ]
        self.spans = [span for span in self.spans if span[1] > end]
        blocks = [(m.mix, m.voice, m.bed, place) for m, place, _ in mixed]
        nothing = [(np.zeros((0, 2), np.float32),) * len(STEMS)]
        signals = [np.concatenate(stem) for stem in zip(*(nothing + blocks), strict=True)]
        return Stretch(begin, *signals, tuple(depth for _, _, depth in mixed), tuple(lines))


def joined(a: Stretch, b: Stretch) -> Stretch:
    """Two stretches that follow one another as one."""
    signals = {s: np.concatenate([getattr(a, s), getattr(b, s)]) for s in STEMS}
    return replace(a, **signals, depths=a.depths + b.depths, lines=a.lines + b.lines)


def spoiled(stretches: Iterable[Stretch], stem: str, gain: Samples | float) -> list[Stretch]:
    """Copies with one stem and the mix as they would be with that stem so much louder.

    ``gain`` is a factor, or one for each frame ``(n, 1)`` from the first stretch's begin on.
    """
    out, at = [], 0
    for stretch in stretches:
        x: Samples = getattr(stretch, stem)
        factor = gain if isinstance(gain, float) else gain[at : at + len(x)]
        louder = np.asarray(x * factor, dtype=np.float32)
        changed = {stem: louder}
        if stem in ("voice", "bed"):
            changed["mix"] = stretch.mix + (louder - x)
        out.append(replace(stretch, **changed))
        at += len(x)
    return out


def at_knot(knot: str, scene: str, depth: float) -> Place:
    """To begin in the middle of the tale, as somebody would who had come there."""
    story = find_story(TALE).open()
    story.jump(knot)
    return Place(state=story.save(), path=knot, chapter="", scene=scene, depth=depth)


def endings() -> dict[str, tuple[int, ...]]:
    """Each ending's knot, and answers that lead there, counted from 1."""
    return {ending.path: ending.answers for ending in tale_survey().endings}
