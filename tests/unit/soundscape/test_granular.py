"""A listener's own recording as a layer: at its level, without a seam, and never a loop."""

import numpy as np
import pytest

from player.audio import RATE, Filter, Samples, high_pass, loudness, low_pass
from player.authoring.soundscape_check import descriptors
from player.soundscape import Bed, Recipe, parse_recipe
from player.soundscape.granular import Grains, _Centred
from tests.support.measures import ebur128, hold_calm, hold_level, hold_unbroken, hold_unlooped

RECORDING = """
schema = 1
id = "mine"
title = "A recording in a room"
depth = [0.0, 1.0]
reverb = { rt60_s = 1.5, send_db = -6 }
[[layer]]
name = "rec"
source = { type = "recording", file = "rain.wav", grain_s = 4, crossfade_s = 1 }
level_db = 0
"""
PLACE = (
    RECORDING.replace("level_db = 0", "level_db = [-6, -2]").replace("grain_s = 4", "grain_s = 9")
    + """
[[layer]]
name = "air"
source = { type = "noise", slope_db = [-4, -7], lowpass_hz = [4000, 500] }
level_db = -3
swell = { period_s = 9, depth_db = 2 }
"""
)


def recording_recipe(text: str = RECORDING) -> Recipe:
    return parse_recipe(text, "mine.toml")


def hiss(seconds: float, seed: int = 5, gain: float = 0.3) -> Samples:
    rng = np.random.default_rng(seed)
    return (gain * rng.standard_normal((int(seconds * RATE), 2))).astype(np.float32)


def street(seconds: float = 40.0) -> Samples:
    """Rain that comes and goes, as the loudness and colour of a real recording do."""
    rng = np.random.default_rng(5)
    at = np.arange(int(seconds * RATE)) / RATE
    turns = np.arange(0, seconds + 1, 2)
    gusts = np.interp(at, turns, rng.uniform(0.5, 1.0, len(turns)))
    drips = np.interp(at, turns, rng.uniform(0.0, 1.0, len(turns)))
    low = Filter(low_pass(500), channels=2)(hiss(seconds, 1))
    high = Filter(high_pass(3_000), channels=2)(hiss(seconds, 2, 0.05))
    return (low * gusts[:, None] + high * drips[:, None]).astype(np.float32)


def played(x: Samples, text: str = RECORDING, seconds: float = 60, depth: float = 0.5) -> Samples:
    return Bed(recording_recipe(text), 2, depth, {"rain.wav": x}).block(int(seconds * RATE))


def test_a_recording_plays_on_at_the_beds_level_without_a_seam() -> None:
    x = played(hiss(20) + np.float32(0.2))  # with an offset

    assert loudness(x) == pytest.approx(-30.0, abs=0.5)
    assert descriptors.click_score(x) <= 9.0
    assert abs(float(x.mean())) < 1e-4
    momentary = descriptors.curves(x)[0]  # from the first moment: it doesn't fade in by itself
    assert descriptors.largest_rise(momentary) <= 1.5
    assert np.ptp(momentary) <= 2.0, "equal power: no dip where two grains meet"


@pytest.mark.parametrize("gain", [0.003, 0.03, 0.3])
def test_a_recording_is_brought_to_its_level_however_loud_it_is(gain: float) -> None:
    """Treble at level −9 over a bass of level 0: 9 LU, whatever the file measures."""
    treble = Filter(high_pass(4_000), channels=2)(hiss(30, gain=gain))
    text = RECORDING.replace("level_db = 0", "level_db = -9").replace("send_db = -6", "send_db=-90")
    bass = 'source = { type = "noise", color = "brown", lowpass_hz = 300, lowpass_db = 24 }'
    x = played(treble, f'{text}[[layer]]\nname = "bass"\nlevel_db = 0\n{bass}\n')

    high = Filter(np.vstack([high_pass(2_000)] * 4), channels=2)(x)
    low = Filter(np.vstack([low_pass(1_500)] * 4), channels=2)(x)
    assert loudness(high) - loudness(low) == pytest.approx(-9.0, abs=0.5)
    assert loudness(x) == pytest.approx(-30.0, abs=0.5)


def test_a_tone_is_joined_without_a_click_where_a_plain_loop_of_it_clicks() -> None:
    at = np.arange(int(20.3 * RATE)) / RATE
    hum = (0.2 * np.sin(2 * np.pi * 110.37 * at) + 0.001 * hiss(20.3)[:, 0]).astype(np.float32)

    assert descriptors.click_score(played(hum, seconds=45)) <= 9.0
    plain = np.tile(hum[:, None], (2, 2))
    assert descriptors.click_score(plain * np.float32(0.1)) > 20.0


def test_a_zero_line_that_wanders_makes_no_bumps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Grains meet about zero."""

    def rumble(x: Samples) -> float:
        """Return the inaudible part, a mean over seconds, relative to the whole."""
        seconds = x[: len(x) // RATE * RATE, 0].reshape(-1, RATE).mean(axis=1)
        return float(seconds.std() / x[:, 0].std())

    wander = 2 * np.sin(2 * np.pi * np.arange(40 * RATE) / (40 * RATE))
    recording = (hiss(40, gain=0.1) + wander[:, None]).astype(np.float32)

    centred = rumble(played(recording))
    monkeypatch.setattr(_Centred, "read", lambda self, first, last: self._sound[:, first:last])
    as_it_is = rumble(played(recording))

    assert centred < 0.05
    assert as_it_is > 0.3


def test_every_grain_begins_elsewhere_and_every_night_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    starts: list[int] = []
    draw = Grains._start

    def noted(self: Grains) -> int:
        starts.append(draw(self))
        return starts[-1]

    monkeypatch.setattr(Grains, "_start", noted)
    played(hiss(30))
    first = list(starts)
    Bed(recording_recipe(), 3, 0.5, {"rain.wav": hiss(30)}).block(60 * RATE)

    assert len(first) >= 20
    assert len(set(first)) == len(first)
    assert min(abs(np.diff(first))) >= RATE, "two alike in a row would be heard"
    assert not set(first) & set(starts[len(first) :])
    assert min(first) < 6 * RATE
    assert max(first) > 20 * RATE, "all of it is used"


def test_a_place_with_a_recording_keeps_every_row_and_makes_no_loop() -> None:
    """Forty seconds of it, for minutes; begun at the same point each time, it would be a loop."""
    x = played(street(), PLACE, seconds=200)

    hold_unlooped(x)
    minute = x[: 60 * RATE]
    hold_unbroken(minute)
    hold_level(ebur128(minute))
    hold_calm(ebur128(minute))


def test_a_recording_begun_at_one_point_again_and_again_fails_the_loop_row(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Grains, "_start", lambda self: 0)

    with pytest.raises(AssertionError, match="it comes again"):
        hold_unlooped(played(street(), PLACE, seconds=200))


@pytest.mark.slow
@pytest.mark.parametrize("depth", [0.0, 1.0])
def test_ten_minutes_of_a_place_with_a_recording_make_no_loop(depth: float) -> None:
    hold_unlooped(played(street(), PLACE, 600, depth))


def test_a_missing_or_tiny_recording_is_named() -> None:
    mine = recording_recipe()

    with pytest.raises(Exception, match=r"'rain\.wav' of the soundscape 'mine' is missing"):
        Bed(mine, 1)
    with pytest.raises(Exception, match=r"is 0\.10 s long"):
        Bed(mine, 1, recordings={"rain.wav": np.zeros((4800, 2), np.float32)})


def test_silence_as_a_recording_stays_silence() -> None:
    mine = recording_recipe()

    x = Bed(mine, 1, recordings={"rain.wav": np.zeros((RATE, 2), np.float32)}).block(RATE)

    assert not x.any()
