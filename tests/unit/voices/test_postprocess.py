"""A finished clip: trimmed, at 48 kHz, at its loudness, whatever the synthesiser gave."""

import numpy as np
import pytest
from pydub import AudioSegment
from pydub.silence import detect_leading_silence

from player import audio
from player.audio import RATE, Samples
from player.script.utterance import Utterance, VoiceShading
from player.voices import open_speech
from player.voices.postprocess import EMPTY_S, finish
from player.voices.silent import seconds_to_say


def voice_like(seconds: float, rate: int, level: float = 0.1) -> Samples:
    """A buzz with syllables, 12 harmonics of 150 Hz."""
    t = np.arange(round(seconds * rate)) / rate
    buzz = sum(np.sin(2 * np.pi * 150 * k * t) / k for k in range(1, 13))
    return (level * buzz * (0.6 + 0.4 * np.sin(2 * np.pi * 4 * t))).astype(np.float32)


def padded(x: Samples, rate: int, before_s: float, after_s: float) -> Samples:
    return np.pad(x, (round(before_s * rate), round(after_s * rate)))


def silences_ms(x: Samples) -> tuple[int, int]:
    """Leading and trailing silence, as pydub has it, at −50 dBFS."""
    pcm = (np.clip(x, -1, 1) * 32_767).astype("<i2").tobytes()
    segment = AudioSegment(pcm, sample_width=2, frame_rate=RATE, channels=1)
    head = detect_leading_silence(segment, -50, 1)
    return head, detect_leading_silence(segment.reverse(), -50, 1)


@pytest.mark.parametrize("rate", [16_000, 22_050, 24_000, 44_100, 48_000])
@pytest.mark.parametrize("seconds", [0.08, 0.5, 4.0])
@pytest.mark.parametrize("level", [0.0005, 0.1, 3.0])
def test_every_clip_is_at_its_loudness(rate: int, seconds: float, level: float) -> None:
    clip = finish(padded(voice_like(seconds, rate, level), rate, 0.3, 0.4), rate, -20.0)
    assert audio.loudness(clip) == pytest.approx(-20.0, abs=0.05)
    assert clip.dtype == np.float32


def test_a_sentence_with_a_long_rest_in_it_is_at_its_loudness() -> None:
    quiet = 0.001 * np.random.default_rng(1).standard_normal(48_000).astype(np.float32)
    raw = np.concatenate([voice_like(1, 24_000), quiet, voice_like(1, 24_000)])
    assert audio.loudness(finish(raw, 24_000, -23.0)) == pytest.approx(-23.0, abs=0.05)


def test_silence_at_the_ends_is_cut_to_20_and_60_ms() -> None:
    raw = padded(voice_like(1.0, 24_000), 24_000, 0.3, 0.5)
    clip = finish(raw, 24_000, -20.0)
    head, tail = silences_ms(clip)
    assert 14 <= head <= 27
    assert 50 <= tail <= 68
    assert silences_ms(audio.resample(raw, 24_000))[0] > 250, "the control: untrimmed"
    assert len(clip) == pytest.approx(1.08 * RATE, abs=0.012 * RATE)


def test_a_soft_beginning_and_end_stay() -> None:
    noise = np.random.default_rng(2).standard_normal(4_800).astype(np.float32)
    soft = 0.004 * noise  # an "f", 28 dB under the vowel
    raw = padded(np.concatenate([soft, voice_like(0.5, 24_000), soft]), 24_000, 0.4, 0.4)
    assert len(finish(raw, 24_000, -20.0)) == pytest.approx(0.98 * RATE, abs=0.012 * RATE)


def test_a_clip_begins_and_ends_without_a_click() -> None:
    clip = finish(voice_like(1.0, 24_000), 24_000, -20.0)
    assert abs(clip[0]) < 1e-4
    assert abs(clip[-1]) < 1e-4
    assert np.abs(voice_like(1.0, 24_000)[-3:]).max() > 0.003, "the control: it was cut in a wave"


def test_a_crack_is_softened_and_nothing_else_is() -> None:
    raw = voice_like(2.0, 24_000)
    cracked = raw.copy()
    cracked[24_000:24_040] += 2.5 * np.hanning(40).astype(np.float32)
    clip, calm = finish(cracked, 24_000, -20.0), finish(raw, 24_000, -20.0)
    assert audio.true_peak(calm) < -6
    assert audio.true_peak(clip) < -3.2
    assert audio.loudness(clip) == pytest.approx(-20.0, abs=0.05)
    far = slice(0, round(0.95 * RATE))
    ratio = np.std(clip[far]) / np.std(calm[far])
    assert np.allclose(clip[far], calm[far] * ratio, atol=1e-3)
    louder = audio.resample(cracked, 24_000)
    louder *= np.float32(audio.db_to_gain(-20 - audio.loudness(louder)))
    assert audio.true_peak(louder) > 0, "the control: only levelled"


@pytest.mark.parametrize("raw", [[], [0.0] * 5_000, [np.nan] * 5_000, [1e-9] * 10])
def test_nothing_to_say_is_a_short_silence(raw: list[float]) -> None:
    clip = finish(np.array(raw, dtype=np.float32), 24_000, -20.0)
    assert len(clip) == round(EMPTY_S * RATE)
    assert not clip.any()


def test_what_is_not_a_number_is_never_passed_on() -> None:
    raw = voice_like(0.5, 24_000)
    raw[100:120] = np.nan
    raw[200] = np.inf
    assert np.isfinite(finish(raw, 24_000, -20.0)).all()


@pytest.mark.parametrize("rate", [22_050, 24_000])
def test_resampling_leaves_no_image(rate: int) -> None:
    """A tone at 9 kHz has its image at ``rate − 9`` kHz, which a cheap resampler lets through."""
    t = np.arange(rate) / rate
    tone = np.sin(2 * np.pi * 9_000 * t).astype(np.float32)

    def image_db(x: Samples) -> float:
        power = np.abs(np.fft.rfft(x[: RATE - 4_800] * np.hanning(RATE - 4_800))) ** 2
        hz = np.fft.rfftfreq(RATE - 4_800, 1 / RATE)
        image = power[np.abs(hz - (rate - 9_000)) < 100].max()
        return float(10 * np.log10(image / power[np.abs(hz - 9_000) < 100].max()))

    assert image_db(finish(tone, rate, -20.0)) < -80
    linear = np.interp(np.arange(RATE) / RATE, t, tone).astype(np.float32)
    assert image_db(linear) > -40, "the control: linear interpolation"


def test_the_silent_voice_lasts_as_long_as_its_formula() -> None:
    speech = open_speech("silent")
    fourteen = Utterance("one two — three four five six seven, eight nine ten eleven twelve 13 14.")
    clip = speech.take(fourteen, wait=False)
    assert clip is not None
    assert clip.frames == round(14 * 60 / 140 * RATE)
    slow = Utterance(fourteen.text, VoiceShading(rate=0.5), rate=0.8)
    assert seconds_to_say(slow) == pytest.approx(6.0 / 0.4)
    nothing = speech.take(Utterance("…"), wait=False)
    assert nothing is not None
    assert nothing.seconds == EMPTY_S
    assert not clip.samples.any()
    speech.close()
