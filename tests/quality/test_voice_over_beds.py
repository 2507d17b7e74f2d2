"""What is heard back of a real voice: intelligible over every bed, as loud at every depth.

ESTOI (J. Jensen & C. H. Taal, IEEE/ACM TASLP 24, 2016) is pystoi's: the mix against the voice.
"""

import numpy as np
import pytest
from hibari import SAMPLE_RATE, Hibari
from pystoi import stoi

from player.audio import QUANTUM, RATE, PartitionedConvolver, Samples, db_to_gain, resample
from player.mixer import MixSettings
from player.mixer.voice_room import DepthGain, VoiceRoom, impulse_response
from player.voices.postprocess import finish
from tests.support.mixing import bed, lufs, night, peak_dbtp

SENTENCES = (
    "The lamps along the corridor go down one after another, and nobody is in a hurry.",
    "Somewhere below the floor a pump turns over, slowly, and then it rests.",
    "She counts the doors as she walks: seven, eight, nine.",
    "Behind the ninth there is a window, and behind the window there is rain.",
    "It has been raining for as long as she has been awake.",
    "Close your eyes, says the voice, which has all the time in the world.",
    "There is a boat on the water, and there is room in it for you.",
    "The rope is loose already; it needs no more than a breath.",
    "Leaves go by, and a feather, and a long thought that you had meant to finish.",
    "You may let it pass.",
    "The river knows its own way down to the sea, and it will carry you.",
    "Far off, a bell is struck once, and the sound takes a long time to end.",
)
PAUSES_S = [1.0, 0.6, 1.8, 0.9, 2.4, 0.7, 1.2, 0.5, 2.0, 0.8, 1.5, 1.0]
SECONDS = 70.0


@pytest.fixture(scope="module")
def clips() -> list[Samples]:
    narrator = Hibari()
    return [finish(narrator(s, speed=0.75, seed=1), SAMPLE_RATE, -20.0) for s in SENTENCES]


def estoi(mix: Samples, voice: Samples) -> float:
    """Of the middle channel; at 10 kHz, which is what the measure works at."""
    clean, degraded = (resample(x.mean(axis=1), RATE, 10_000) for x in (voice, mix))
    return float(stoi(clean, degraded, 10_000, extended=True))


@pytest.mark.parametrize("depth", [0.0, 1.0])
@pytest.mark.parametrize(
    "kind", ["pink", "dark", *(pytest.param(k, marks=pytest.mark.slow) for k in ("white", "brown"))]
)
def test_every_word_is_understood(clips: list[Samples], kind: str, depth: float) -> None:
    told = night(bed(SECONDS, kind), clips, PAUSES_S, depth=lambda _: depth)
    assert told.spans[-1][1] < len(told.mix)
    assert estoi(told.mix, told.voice) >= 0.90


def test_a_bed_10_lu_too_loud_is_not_understood(clips: list[Samples]) -> None:
    told = night(bed(SECONDS, "pink"), clips, PAUSES_S)
    assert estoi(told.voice + told.bed * np.float32(db_to_gain(10.0)), told.voice) < 0.90


@pytest.mark.parametrize(("speech_lufs", "ceiling"), [(-20.0, -3.0), (-14.0, -2.0)])
def test_the_programme_keeps_its_loudness_and_its_ceiling(
    clips: list[Samples], speech_lufs: float, ceiling: float
) -> None:
    settings = MixSettings(speech_lufs=speech_lufs, ceiling_dbtp=ceiling, drift_db=0.0)
    levelled = [clip * np.float32(db_to_gain(speech_lufs + 20.0)) for clip in clips]
    told = night(bed(SECONDS, "brown"), levelled, PAUSES_S, settings)
    assert lufs(told.mix) == pytest.approx(speech_lufs, abs=0.5)
    assert peak_dbtp(told.mix) <= ceiling
    if speech_lufs > -20.0:
        assert peak_dbtp(told.voice + told.bed) > ceiling, "a control: without the limiter"


def through(clip: Samples, depth: float) -> Samples:
    room, here = VoiceRoom(), DepthGain(depth, 1.0)
    quanta = np.pad(clip, (0, -len(clip) % QUANTUM)).reshape(-1, QUANTUM)
    out = [room(x, here, here) for x in quanta]
    return np.concatenate([x for x in out if x is not None])[: len(clip)]


@pytest.mark.parametrize("depth", [0.0, 0.25, 0.5, 0.75, 1.0])
def test_each_line_is_as_loud_at_every_depth(clips: list[Samples], depth: float) -> None:
    levels = [lufs(through(clip, depth)) for clip in clips]
    assert levels == pytest.approx([-20.0] * len(clips), abs=0.5)


def test_the_room_is_18_db_under_the_voice(clips: list[Samples]) -> None:
    for clip in clips[:3]:
        room = PartitionedConvolver(impulse_response(), QUANTUM)
        quanta = np.pad(clip, (0, -len(clip) % QUANTUM)).reshape(-1, QUANTUM)
        wet = np.concatenate([room(x) for x in quanta])
        assert lufs(wet) - lufs(clip) == pytest.approx(-18.0, abs=1.0)
