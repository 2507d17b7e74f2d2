"""The mix table, on nights that are really told: some minutes always, whole nights with --slow.

Every row's check is also given a night spoiled on purpose, which it must refuse.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace

import numpy as np
import pytest

from player.audio import RATE, Samples, db_to_gain
from player.cli.options import SharedOptions, open_voice
from player.library.stories import find_story
from player.voices import Speech
from tests.support.night_levels import (
    OVER_BED_LU,
    Drift,
    Levels,
    drift,
    estoi,
    hold_drift,
    hold_loudness,
    hold_neighbours,
    hold_over_bed,
    hold_pauses,
    hold_programme,
    hold_understood,
)
from tests.support.night_path import Path, hold_crossings, hold_ebbs, hold_path, hold_whole
from tests.support.nights import TALE, Stretch, Told, at_knot, spoiled
from tests.support.run_cache import once_per_run

VOICES = ("hibari", "system")


@contextmanager
def narrator(voice: str) -> Iterator[Speech]:
    with closing(open_voice(SharedOptions(story=TALE, voice=voice), find_story(TALE))) as speech:
        yield speech


def heard(told: Told, path: Path | None = None) -> tuple[Levels, list[float]]:
    levels, minutes = Levels(0.0 if told.level else 6.0), list[float]()
    for stretch in told:
        levels.add(stretch)
        if path:
            path.add(stretch)
        if not told.level:
            minutes.append(estoi(stretch.mix, stretch.voice))
    return levels, minutes


def levels_of(stretches: list[Stretch]) -> Levels:
    levels = Levels()
    for stretch in stretches:
        levels.add(stretch)
    return levels


def last_question(voice: str, speech: Speech, lines: int = 7, *, level: bool = False) -> Told:
    """A question near the end of the tale, and the crossing after it: depth 0.86 to 0.96."""
    start = at_knot("mira_evening", "underground", 0.86)
    return Told(voice, speech=speech, start=start, most_lines=lines, level=level)


# -- always ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("voice", VOICES)
def test_the_first_minute_and_the_last_question_hold_every_row(voice: str) -> None:
    with narrator(voice) as speech:
        first, last = Told(voice, speech=speech, most_lines=3), last_question(voice, speech)
        coldly, warmly = Path(first.crossings), Path(last.crossings)
        cold, first_minute = heard(first, coldly)
        warm, minutes = heard(last, warmly)
        level, _ = heard(last_question(voice, speech, level=True))
    for levels in (cold, warm):
        hold_loudness(levels)
        hold_neighbours(levels)
        hold_over_bed(levels, OVER_BED_LU[voice])
    hold_pauses(warm)
    hold_programme(level)
    hold_drift(drift(warm, level))
    hold_understood([*first_minute, *minutes])
    assert [(cross.before, cross.after) for cross in last.crossings] == [
        ("underground", "hyper-rest")
    ]
    assert coldly.sharpness[0] >= 1.9
    assert warmly.sharpness[-1] <= 0.6
    hold_ebbs(warmly)
    hold_crossings(warmly)
    hold_whole(warmly, voice)


# -- the controls: each check refuses the night that was spoiled for it ------------------------


@pytest.fixture(scope="module")
def piece() -> list[Stretch]:
    """A good minute, with its question."""
    with narrator("hibari") as speech:
        return list(last_question("hibari", speech, lines=4))


def test_a_bed_10_lu_too_loud_is_over_the_bed_and_not_understood(piece: list[Stretch]) -> None:
    loud = spoiled(piece, "bed", db_to_gain(10.0))

    with pytest.raises(AssertionError, match="LU over the bed"):
        hold_over_bed(levels_of(loud), 15.0)
    with pytest.raises(AssertionError, match="ESTOI"):
        hold_understood([estoi(loud[0].mix, loud[0].voice)])


def test_a_bed_that_swells_for_a_moment_under_speech_is_heard(piece: list[Stretch]) -> None:
    start = piece[0].lines[0].start
    gain = np.ones((sum(len(stretch.mix) for stretch in piece), 1), np.float32)
    gain[start : start + RATE * 3 // 5] = db_to_gain(6.0)

    with pytest.raises(AssertionError, match="at one moment of speech"):
        hold_over_bed(levels_of(spoiled(piece, "bed", gain)), 15.0)


def test_a_bed_that_stays_down_in_pauses_or_comes_up_too_far_is_heard(
    piece: list[Stretch],
) -> None:
    hold_pauses(levels_of(piece))
    for db in (-3.0, 3.0):
        with pytest.raises(AssertionError, match="in pauses"):
            hold_pauses(levels_of(spoiled(piece, "bed", db_to_gain(db))))


def test_one_line_3_lu_louder_than_its_neighbours_fails_both_rows(piece: list[Stretch]) -> None:
    line = piece[0].lines[1]
    gain = np.ones((sum(len(stretch.mix) for stretch in piece), 1), np.float32)
    gain[line.start : line.end] = db_to_gain(3.0)
    louder = levels_of(spoiled(piece, "voice", gain))

    with pytest.raises(AssertionError, match="against the one before"):
        hold_neighbours(louder)
    with pytest.raises(AssertionError, match=r"is \+[23]\.\d+ LU"):
        hold_loudness(louder)


def test_a_peak_over_the_ceiling_is_heard_between_the_samples(piece: list[Stretch]) -> None:
    quarter = np.sin(np.pi / 2 * np.arange(480) + np.pi / 4)  # its samples are at −3.01 dB of 0.75
    burst: Samples = (0.75 * np.stack([quarter, quarter], axis=1)).astype(np.float32)
    mix = piece[0].mix.copy()
    mix[RATE : RATE + 480] = burst
    assert np.abs(mix).max() < db_to_gain(-3.0)

    with pytest.raises(AssertionError, match="dBTP"):
        hold_loudness(levels_of([replace(piece[0], mix=mix)]))


def test_a_night_without_the_drift_fails_it_and_so_does_half_of_one(piece: list[Stretch]) -> None:
    night = levels_of(piece)

    with pytest.raises(AssertionError, match="slower by"):
        hold_drift(drift(night, night))
    hold_drift(Drift(slower=0.12, pauses=0.5, softer_db=6.0))
    for half in (Drift(0.06, 0.5, 6.0), Drift(0.12, 0.25, 6.0), Drift(0.12, 0.5, 3.0)):
        with pytest.raises(AssertionError, match=r"by \d"):
            hold_drift(half)


def test_a_programme_a_decibel_too_loud_fails(piece: list[Stretch]) -> None:
    told = [replace(piece[0], mix=piece[0].mix * np.float32(db_to_gain(6.2)))]  # was at depth 0.86

    with pytest.raises(AssertionError, match="LUFS"):
        hold_programme(levels_of(told))


# -- with --slow: whole nights -------------------------------------------------------------------


def whole_night(voice: str) -> tuple[Levels, list[float], Path]:
    """Return what is measured along a whole night, which is told once in a test run."""

    def measure() -> tuple[Levels, list[float], Path]:
        told = Told(voice)
        path = Path(told.crossings)
        return *heard(told, path), path

    return once_per_run(f"whole-night-{voice}", measure)


def level_night(voice: str) -> Levels:
    """Return the levels of the same night without the drift."""
    return once_per_run(f"level-night-{voice}", lambda: heard(Told(voice, level=True))[0])


@pytest.mark.slow
@pytest.mark.parametrize("voice", VOICES)
def test_a_whole_night_holds_every_row(voice: str) -> None:
    night, minutes, path = whole_night(voice)

    hold_loudness(night)
    hold_neighbours(night)
    hold_over_bed(night, OVER_BED_LU[voice])
    hold_pauses(night)
    hold_understood(minutes)
    hold_path(path)
    hold_crossings(path)
    hold_whole(path, voice)
    assert len(minutes) >= 30


@pytest.mark.slow
@pytest.mark.parametrize("voice", VOICES)
def test_a_whole_night_without_the_drift_keeps_its_loudness(voice: str) -> None:
    level = level_night(voice)

    hold_loudness(level)
    hold_programme(level)


@pytest.mark.slow
@pytest.mark.parametrize("voice", VOICES)
def test_a_whole_night_drifts_as_far_as_it_should(voice: str) -> None:
    night, _, _ = whole_night(voice)

    hold_drift(drift(night, level_night(voice)))
