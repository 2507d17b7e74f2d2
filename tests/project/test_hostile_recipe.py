"""The dearest recipe that the rules allow is made far faster than it is heard."""

import time

import numpy as np
import pytest

from player.audio import RATE
from player.soundscape.bed import Bed
from player.soundscape.recipe_parser import MAX_LAYERS, parse_recipe

DEPTHS = 41
SECONDS = 20
LEAST = 4.0
"""Seconds of sound for a second of the processor; about 13 were seen on a slow machine."""


def curve(first: float, last: float) -> str:
    """A value for each of the most depths that a recipe may have."""
    values = (first + (last - first) * number / (DEPTHS - 1) for number in range(DEPTHS))
    return f"[{', '.join(f'{value:.3f}' for value in values)}]"


FORMANTS = "formants_hz = [300, 500, 800, 1200, 2000, 3000, 5000, 8000]"
LOWPASS = f"lowpass_hz = {curve(23_000, 300)}"
TUNING = 'root_hz = 20.0, tuning = ["1/1", "9/8", "3/2", "16/1"]'
SOURCES = {
    "noise": f'type = "noise", slope_db = {curve(-3, -9)}, highpass_hz = {curve(20, 200)},'
    f" highpass_db = 48, lowpass_db = 48, {LOWPASS}, {FORMANTS}",
    "additive": f'type = "additive", {TUNING}, voices = 8, partials = 16, detune_cents = 50,'
    f" attack_s = 0.5, release_s = 0.5, {LOWPASS}, {FORMANTS}",
    "two": f'type = "additive", {TUNING}, voices = 2, partials = 16, detune_cents = 50,'
    f" attack_s = 0.5, release_s = 0.5, {LOWPASS}, {FORMANTS}",
    "modal": f'type = "modal", {TUNING}, modes = [0.25, 1, 2, 3, 4, 5, 6, 7],'
    " mode_db = [0, 0, 0, 0, 0, 0, 0, 0], attack_s = 5, decay_s = 30",
    "hum": f'type = "hum", partials_hz = {[100 + 37 * number for number in range(24)]}',
    "recording": 'type = "recording", file = "rain.wav", grain_s = 0.5, crossfade_s = 0.25',
}
TIMES = {
    "additive": 'note_duration_s = { dist = "uniform", mean = 1, min = 1 }',
    "two": 'note_duration_s = { dist = "uniform", mean = 1, min = 1 }',
    "modal": 'interval_s = { dist = "uniform", mean = 0.5, min = 0.5 }',
}
DEAR = {
    "noise": ["noise"] * MAX_LAYERS,
    "many small pads": ["two"] * MAX_LAYERS,
    "pads and strikes": ["additive"] * 3 + ["modal"] * (MAX_LAYERS - 3),
    "hums": ["hum"] * MAX_LAYERS,
    "recordings": ["recording"] * MAX_LAYERS,
    "a bit of all": ["additive"] * 3 + ["noise", "modal", "recording"] * 3,
}


def recipe(kinds: list[str]) -> str:
    layers = "".join(
        f'[[layer]]\nname = "layer {number}"\nsource = {{ {SOURCES[kind]} }}\n'
        f"level_db = {curve(0, -3)}\nwidth = {curve(1, 0.2)}\nsend_db = {curve(0, 24)}\n"
        f"swell = {{ period_s = 0.5, depth_db = {curve(3, 24)} }}\n{TIMES.get(kind, '')}\n"
        for number, kind in enumerate(kinds)
    )
    return (
        f'schema = 1\nid = "dear"\ntitle = "Dear"\ndepth = {curve(0, 1)}\n'
        f"[reverb]\nrt60_s = {curve(8, 7.9)}\nsend_db = {curve(6, 6)}\n{layers}"
    )


@pytest.mark.slow
@pytest.mark.parametrize("kinds", DEAR.values(), ids=DEAR)
def test_the_dearest_recipe_leaves_the_processor_room(kinds):
    """It is the processor's own time, so that a busy machine says nothing."""
    rain = np.random.default_rng(0).normal(0.0, 0.1, (60 * RATE, 2)).astype(np.float32)
    scene = Bed(parse_recipe(recipe(kinds), "dear.toml"), 0, 0.0, {"rain.wav": rain})
    scene.glide(1.0, SECONDS)
    began = time.process_time()
    for _ in range(10 * SECONDS):
        assert np.isfinite(scene.block(RATE // 10)).all()
    assert SECONDS / (time.process_time() - began) > LEAST
