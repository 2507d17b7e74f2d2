"""Recipes: the values of a good one, and the message for each bad one."""

import contextlib
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.library.soundscapes import bundled_folder, bundled_names
from player.soundscape import Recipe, RecipeError, parse_recipe
from player.soundscape.recipe import Additive, Noise, Recording

GOOD = """
schema = 1
id = "hyper-rest"
title = "Hyper-rest, waking into dream"
depth = [0.0, 0.25, 0.5, 0.75, 1.0]
[reverb]
rt60_s  = [0.3, 1.0, 2.0, 3.5, 5.0]
send_db = [-60, -24, -16, -11, -7]
[[layer]]
name = "air"
source = { type = "noise", color = "white", highpass_hz = [900, 600, 350, 150, 40] }
level_db = [-3, -5, -9, -15, -32]
[[layer]]
name = "pads"
source = { type = "additive", root_hz = 98.0, tuning = ["1/1", "9/8", "5/4", "3/2"], voices = 4 }
note_duration_s = { dist = "exponential", mean = 20.0, min = 12.0 }
level_db = [-90, -30, -21, -14, -8]
[[layer]]
name = "rain"
source = { type = "recording", file = "rain.flac" }
level_db = [-90, -90, -40, -30, -24]
"""

BAD = {
    "broken TOML": ("schema = 1", "schema = ", "this is not TOML"),
    "a NUL byte": ("schema = 1", "schema = 1 # \0", "NUL bytes"),
    "an unknown key": ("[reverb]", "[reverb]\nrt60 = 2", "reverb.rt60 = 2"),
    "a guess at it": ("[reverb]", "[reverb]\nrt60 = 2", "did you mean 'rt60_s'?"),
    "an unknown type": ('type = "noise"', 'type = "nois"', "did you mean 'noise'?"),
    "a layer misnamed": ("[[layer]]", "[[layers]]", "no such key here; did you mean 'layer'?"),
    "another schema": ("schema = 1", "schema = 2", "schema = 2; write schema = 1"),
    "schema true": ("schema = 1", "schema = true", "schema = true"),
    "no id": ('id = "hyper-rest"', "", "id is missing"),
    "an id with a path": ('id = "hyper-rest"', 'id = "../x"', 'id = "../x"'),
    "a number for a title": ('"Hyper-rest, waking into dream"', "7", "title = 7"),
    "depth that falls": ("0.25, 0.5", "0.5, 0.25", "let it rise from 0.0 to 1.0"),
    "depth that stops": ("0.75, 1.0]\n[rev", "0.75, 0.9]\n[rev", "let it rise from 0.0 to 1.0"),
    "infinity": ("[-3, -5, -9, -15, -32]", "[-3, -5, -9, -15, inf]", "its entry 5 is inf"),
    "not a number": ("[-3, -5, -9, -15, -32]", "[nan, -5, -9, -15, -32]", "its entry 1 is nan"),
    "a truth value": ("[-3, -5, -9, -15, -32]", "[true, -5, -9, -15, -32]", "its entry 1 is true"),
    "a short array": ("[-3, -5, -9, -15, -32]", "[-3, -5]", "it has 2 values, but depth has 5"),
    "over Nyquist": ("[900, 600,", "[24000, 600,", "from 10 to 23999"),
    "a huge number": ("[900, 600,", f"[{'9' * 90}, 600,", "far too many digits"),
    "no ratio": ('"9/8"', '"9:8"', '"9:8" is not a ratio'),
    "a ratio to nothing": ('"9/8"', '"9/0"', '"9/0" is not a ratio'),
    "a far note": ("root_hz = 98.0", "root_hz = 4900", "keep them from 20 to 5000 Hz"),
    "too many voices": ("voices = 4", "voices = 9", "a whole number from 1 to 8"),
    "half a voice": ("voices = 4", "voices = 2.5", "a whole number from 1 to 8"),
    "a hasty pad": ("voices = 4", "attack_s = 15", "give at most the shortest note_duration_s, 12"),
    "no timing": ("note_duration_s =", "note_duration =", "note_duration_s is missing"),
    "a path up": ("rain.flac", "../rain.flac", "may not leave the recipe's folder"),
    "a path from the root": ("rain.flac", "/etc/rain.flac", "may not leave the recipe's folder"),
    "a path on a drive": ("rain.flac", "c:rain.flac", "may not leave the recipe's folder"),
    "a path with backslashes": ("rain.flac", "a\\\\..\\\\x", "may not leave the recipe's folder"),
    "two of one name": ('name = "rain"', 'name = "air"', "another layer has this name"),
    "color and slope": ('color = "white"', 'color = "white", slope_db = -3', "either color or"),
    "a source that is no table": (
        '{ type = "recording", file = "rain.flac" }',
        '"rain.flac"',
        "layer 'rain'.source",
    ),
}


def test_the_recipe_of_the_design_is_read_as_it_stands() -> None:
    recipe = parse_recipe(GOOD, "hyper-rest.toml")

    air, pads, rain = recipe.layers
    assert recipe.depth == (0.0, 0.25, 0.5, 0.75, 1.0)
    assert isinstance(air.source, Noise)
    assert air.source.highpass_hz == (900, 600, 350, 150, 40)
    assert isinstance(pads.source, Additive)
    assert pads.source.tuning == (1.0, 1.125, 1.25, 1.5)
    assert isinstance(rain.source, Recording)
    assert recipe.recordings == ("rain.flac",)


@pytest.mark.parametrize("fault", BAD)
def test_a_bad_recipe_is_refused_by_file_key_and_value(fault: str) -> None:
    good, bad, expected = BAD[fault]
    assert good in GOOD

    with pytest.raises(RecipeError) as refusal:
        parse_recipe(GOOD.replace(good, bad, 1), "mine.toml")

    message = str(refusal.value)
    assert message.startswith("mine.toml: ")
    assert expected in message
    assert message.endswith((".", "?"))
    assert "\n" not in message
    assert refusal.value.exit_code == 65


def test_too_many_layers_voices_or_letters_are_refused() -> None:
    layer = (
        '[[layer]]\nname = "n{0}"\nsource = {{ type = "noise", color = "pink" }}\nlevel_db = 0\n'
    )
    head = GOOD.split("[[layer]]", maxsplit=1)[0]
    pad = (
        '[[layer]]\nname = "p{0}"\nlevel_db = 0\nsource = {{ type = "additive", root_hz = 90, '
        'tuning = ["1/1"], voices = 8 }}\n'
        'note_duration_s = {{ dist = "uniform", mean = 9, min = 7 }}\n'
    )

    parse_recipe(head + "".join(layer.format(n) for n in range(12)), "mine.toml")
    parse_recipe(head + "".join(pad.format(n) for n in range(3)), "mine.toml")
    with pytest.raises(RecipeError, match=r"give 1 to 12 \[\[layer\]\] tables"):
        parse_recipe(head, "mine.toml")
    with pytest.raises(RecipeError, match="this has 13"):
        parse_recipe(head + "".join(layer.format(n) for n in range(13)), "mine.toml")
    with pytest.raises(RecipeError, match="32 voices; 24 in all"):
        parse_recipe(head + "".join(pad.format(n) for n in range(4)), "mine.toml")
    with pytest.raises(RecipeError, match="are no recipe"):
        parse_recipe(GOOD + "#" * 10_000_000, "mine.toml")
    with pytest.raises(RecipeError, match=r"nested too deep|not TOML"):
        parse_recipe("x = " + "[" * 50_000, "mine.toml")


@given(st.text(max_size=200))
def test_no_text_at_all_gives_anything_but_a_recipe_or_a_refusal(text: str) -> None:
    with pytest.raises(RecipeError):
        parse_recipe(text, "mine.toml")


_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(["noise", "additive", "modal", "hum", "recording", "white", "1/1"]),
    lambda inner: (
        st.lists(inner, max_size=6)
        | st.dictionaries(st.sampled_from(["type", "mean", "min", "dist", "color"]), inner)
    ),
    max_leaves=8,
)


@given(
    value=_VALUES,
    at=st.sampled_from(["id", "depth", "reverb", "layer", "name", "source", "level_db", "swell"]),
)
def test_no_value_in_any_place_gives_anything_but_a_recipe_or_a_refusal(
    value: object, at: str
) -> None:
    text = GOOD.replace('name = "rain"', "name = 'rain'\nswell = { period_s = 9, depth_db = 2 }")
    lines = [
        f"{at} = {_toml(value)}" if line.startswith((f"{at} =", f"[{at}]", f"[[{at}]]")) else line
        for line in text.splitlines()
    ]
    with contextlib.suppress(RecipeError):
        assert isinstance(parse_recipe("\n".join(lines), "mine.toml"), Recipe)


def _toml(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case dict():
            return "{" + ", ".join(f"{key} = {_toml(item)}" for key, item in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(_toml, value)) + "]"
        case str():
            return '"' + value.encode("unicode_escape").decode().replace('"', '\\"') + '"'
        case _:
            return str(value)


@pytest.mark.parametrize("name", bundled_names())
def test_every_bundled_recipe_bears_its_files_name_and_is_plain_toml(name: str) -> None:
    text = (bundled_folder() / f"{name}.toml").read_text(encoding="utf-8")

    recipe = parse_recipe(text, name)

    assert recipe.id == name
    assert tomllib.loads(text)["schema"] == 1
    assert not recipe.recordings


def test_the_ten_are_there() -> None:
    assert set(bundled_names()) == set(
        "hyper-rest network studio underground gathering oasis rain sea forest-night hearth".split()
    )
