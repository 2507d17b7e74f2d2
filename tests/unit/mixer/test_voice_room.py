"""The room of the voice: dry and exact at depth 0, small and warm at depth 1."""

import numpy as np
import pytest

from player.audio import QUANTUM, RATE, Samples
from player.mixer.voice_room import RT60_S, DepthGain, VoiceRoom, impulse_response
from tests.support.mixing import levelled, lufs, shaped, speech


def spoken(clip: Samples, depth: float, tail_quanta: int = 10) -> Samples:
    room, length = VoiceRoom(), -(-len(clip) // QUANTUM) * QUANTUM
    padded = np.pad(clip, (0, length - len(clip))).reshape(-1, QUANTUM)
    silence = np.zeros((QUANTUM, 2), np.float32)
    here = DepthGain(depth, 1.0)
    out = [room(x, here, here) for x in (*padded, *[None] * tail_quanta)]
    return np.concatenate([silence if x is None else x for x in out])


def decay_s(room: Samples) -> float:
    """RT60 from the fall between −5 and −25 dB of the backward integral (ISO 3382, T20)."""
    energy = (room.astype(np.float64) ** 2).sum(axis=1)[::-1].cumsum()[::-1]
    db = 10 * np.log10(np.maximum(energy / energy[0], 1e-12))
    return float(3 * (np.argmax(db < -25) - np.argmax(db < -5)) / RATE)


def test_at_depth_0_the_voice_is_dry_and_exact_in_the_centre() -> None:
    clip = speech(1.0)
    out = spoken(clip, 0.0)
    assert np.array_equal(out[: len(clip), 0], clip)
    assert np.array_equal(out[:, 0], out[:, 1])


def test_the_room_is_small() -> None:
    room = impulse_response()
    assert decay_s(room) == pytest.approx(RT60_S, abs=0.05)
    assert decay_s(room) <= 0.5
    hall = np.random.default_rng(0).standard_normal((RATE, 2)) * 10 ** (
        -3 * np.arange(RATE)[:, None] / RATE / 1.2
    )
    assert decay_s(hall) > 0.5, "a control: a hall of 1.2 s is not a small room"
    assert abs(np.corrcoef(room.T)[0, 1]) < 0.3, "around the listener, not in a point"


def test_by_depth_1_there_is_more_body_and_less_sibilance() -> None:
    clip = levelled(shaped(8 * RATE, 0.3, 4, channels=1)[:, 0], -20.0)
    levels = {}
    for depth in (0.0, 1.0):
        middle = spoken(clip, depth, 0)[: 8_192 * 40].mean(axis=1).reshape(-1, 8_192)
        levels[depth] = 20 * np.log10(np.abs(np.fft.rfft(middle, axis=1)).mean(axis=0))
    change = levels[1.0] - levels[0.0]
    hertz = np.fft.rfftfreq(8_192, 1 / RATE)

    def band(low: int, high: int) -> float:
        return float(change[(hertz > low) & (hertz < high)].mean())

    assert band(60, 130) - band(700, 2_000) == pytest.approx(2.0, abs=0.7)
    assert band(9_000, 16_000) - band(700, 2_000) == pytest.approx(-3.0, abs=0.5)


@pytest.mark.parametrize("depth", [0.5, 1.0])
def test_a_clip_keeps_its_loudness_whatever_its_own_spectrum(depth: float) -> None:
    room, plain = VoiceRoom(), []
    for slope in (0.0, 0.8, 1.6):
        clip = levelled(shaped(2 * RATE, slope, 4, channels=1)[:, 0], -20.0)
        assert lufs(spoken(room.keep_loudness(clip, depth), depth, 0)) == pytest.approx(
            -20.0, abs=0.15
        )
        plain.append(lufs(spoken(clip, depth, 0)))
    assert max(plain) - min(plain) > 0.5, "a control: left alone, hiss and bass come out apart"


def test_evening_leaves_alone_what_is_dry_silent_or_short() -> None:
    clip = speech(1.0)
    assert VoiceRoom().keep_loudness(clip, 0.0) is clip
    assert not VoiceRoom().keep_loudness(np.zeros(RATE, np.float32), 1.0).any()
    for frames in (1, 100, 4_799, 4_800, 19_199):
        evened = VoiceRoom().keep_loudness(clip[5_000 : 5_000 + frames], 1.0)
        assert evened.shape == (frames,)
        assert np.isfinite(evened).all()


def test_the_room_rings_on_after_the_word_and_then_is_silent() -> None:
    out = spoken(speech(1.0), 1.0, tail_quanta=14)
    words = -(-RATE // QUANTUM) * QUANTUM
    assert np.abs(out[words : words + RATE // 10]).max() > 1e-4
    assert not out[words + 10 * QUANTUM :].any()
    assert not spoken(speech(1.0), 0.0, tail_quanta=14)[words:].any()


def test_earlier_speech_does_not_ring_when_the_room_returns() -> None:
    room, word = VoiceRoom(), speech(1.0)[8_000 : 8_000 + QUANTUM]
    room(word, DepthGain(1.0, 1.0), DepthGain(1.0, 1.0))
    room(None, DepthGain(0.0, 1.0), DepthGain(0.0, 1.0))
    silent = np.zeros(QUANTUM, np.float32)
    out = room(silent, DepthGain(0.5, 1.0), DepthGain(0.5, 1.0))
    assert out is not None
    assert np.abs(out).max() < 1e-3
