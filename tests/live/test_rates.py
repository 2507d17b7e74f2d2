"""Cards of every rate and sample format: the whole sound, at its pitch and level."""

import time

import numpy as np
import pytest
from scipy.signal import correlate, resample_poly

from player.audio import QUANTUM, RATE
from player.outputs.speaker import Speaker
from tests.support.needs import need
from tests.support.virtual_card import VirtualCard

live = pytest.mark.live
SECONDS = 4


def rushing():
    """Return stereo noise between 80 Hz and 5 kHz, which correlates only at its true position."""
    frames = SECONDS * RATE
    hz = np.fft.rfftfreq(frames, 1 / RATE)
    band = np.where((hz > 80) & (hz < 5_000), 1 / np.sqrt(np.maximum(hz, 80)), 0)
    noise = np.random.default_rng(5).normal(size=(frames, 2))
    sound = np.fft.irfft(np.fft.rfft(noise, axis=0) * band[:, None], frames, axis=0)
    sound *= 0.1 / sound.std()
    sound[[0, -1]] = 0.5  # whatever a card rounds, these are the ends
    return sound.astype(np.float32)


@pytest.fixture
def heard(tmp_path, monkeypatch):
    """Return a function that plays a sound on a card of some form and returns the recording."""
    need("pulseaudio", "pactl", "parec")

    def hear(sound, **form):
        with VirtualCard(tmp_path, **form) as card:
            card.lend(monkeypatch)
            recorder = card.record()
            speaker = Speaker()
            for at in range(0, len(sound), QUANTUM):
                speaker.write(sound[at : at + QUANTUM])
            speaker.close()
            time.sleep(0.3)
            return recorder.stop()

    return hear


def trimmed(recording):
    loud = np.flatnonzero(recording.any(axis=1))
    return recording[loud[0] : loud[-1] + 1]


def misfit(heard, wanted, rate):
    """Describe how the recording differs from the sound that was played; else empty.

    Half a second at a time: each must lie just where the first lies, be as loud within 0.2 dB, and
    be like what was wanted, from the first to the last.
    """
    size, found = rate // 2, []
    for at in range(0, len(wanted) - size + 1, size):
        piece = wanted[at : at + size, 0]
        fit = correlate(heard[:, 0], piece, "valid", "fft")
        place = int(np.argmax(fit))
        there = heard[place : place + size, 0]
        likeness = fit[place] / np.sqrt(np.sum(there**2) * np.sum(piece**2))
        level_db = 20 * np.log10(there.std() / piece.std())
        found.append((place - at, level_db, likeness))
    shifts, levels, likenesses = np.array(found).T
    if likenesses.min() < 0.99:
        return f"only {likenesses.min():.3f} alike"
    if np.ptp(shifts) > 1:
        return f"shifted by {np.ptp(shifts):.0f} frames"
    return f"{np.abs(levels).max():.2f} dB off" if np.abs(levels).max() > 0.2 else ""


@pytest.mark.slow
@live
@pytest.mark.parametrize(
    ("rate", "sample_format", "channels"),
    [(44_100, "s16le", 2), (44_100, "float32le", 1), (96_000, "s32le", 2)],
)
def test_a_card_of_another_rate_plays_all_of_it_at_the_same_pitch_and_level(
    heard, rate, sample_format, channels
):
    sound = rushing()
    wanted = resample_poly(sound, rate // 300, RATE // 300, axis=0)
    if channels == 1:
        wanted[:] = wanted.mean(axis=1, keepdims=True)
    recording = heard(sound, rate=rate, sample_format=sample_format, channels=channels)
    assert misfit(recording, wanted, rate) == ""


def test_a_gap_another_pitch_and_another_level_are_noticed():
    """The negative control of the test above."""
    sound = rushing()
    heard = np.pad(sound, ((9_000, 3_000), (0, 0)))
    assert misfit(heard, sound, RATE) == ""
    assert "alike" in misfit(np.delete(heard, slice(90_000, 90_480), axis=0), sound, RATE)
    assert "shifted by 480" in misfit(np.insert(heard, 81_000, heard[:480], axis=0), sound, RATE)
    quicker = resample_poly(heard, 999, 1_000, axis=0)
    assert misfit(quicker, sound, RATE)
    assert "0.30 dB off" in misfit(heard * 10 ** (0.3 / 20), sound, RATE)
    assert "alike" in misfit(heard[: -RATE // 2], sound, RATE)


@pytest.mark.slow
@live
@pytest.mark.parametrize(
    ("sample_format", "error"), [("float32le", 0.0), ("s24le", 2**-22), ("s16le", 2**-14)]
)
def test_a_card_of_our_rate_plays_every_sample_once_as_exactly_as_it_can(
    heard, sample_format, error
):
    sound = rushing()
    recording = trimmed(heard(sound, sample_format=sample_format))
    assert len(recording) == len(sound)
    assert np.abs(recording - sound).max() <= error


@pytest.mark.slow
@live
def test_a_card_of_one_channel_plays_every_sample_of_both(heard):
    sound = rushing()
    recording = trimmed(heard(sound, channels=1))
    assert len(recording) == len(sound)
    assert np.abs(recording - sound.mean(axis=1, keepdims=True)).max() < 1e-6
