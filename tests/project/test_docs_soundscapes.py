"""The soundscape guide against what it describes: its keys, numbers, recipe and figures."""

import copy
import json
import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest
import typer

from player.audio import BED_LUFS
from player.authoring.soundscape_check import check, descriptors, probe
from player.cli.app import app
from player.library.recordings import LONGEST_RECORDING_S
from player.script.tags import LINE, parse_tag
from player.soundscape import Recipe, RecipeError, level_lfo, parse_recipe, recipe_parser
from player.soundscape.granular import MIN_RECORDING_S
from player.soundscape.recipe import SILENT_DB

GUIDE = (Path(__file__).parents[2] / "docs" / "soundscapes.md").read_text(encoding="utf-8")
PROSE = " ".join(GUIDE.split())
FENCE = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
Table = dict[str, Any]
Row = tuple[str, str, str, str]  # key, kind and unit, range, default


# -- one recipe of each kind, every key in it -----------------------------------------------------

TIMING = {"dist": "uniform", "mean": 70, "min": 65}
TUNED = {"root_hz": 100, "tuning": ["1/1"]}
THROAT = {"formants_hz": [500], "formant_q": 2}
SOURCES: dict[str, Table] = {
    "noise": THROAT
    | {"type": "noise", "color": "pink", "highpass_hz": 50, "lowpass_hz": 900}
    | {"highpass_db": 6, "lowpass_db": 6},
    "additive": TUNED
    | THROAT
    | {"type": "additive", "voices": 2, "partials": 2, "tilt_db": -3, "detune_cents": 1}
    | {"attack_s": 1, "release_s": 1, "lowpass_hz": 900},
    "modal": TUNED
    | {"type": "modal", "modes": [1, 2, 3], "mode_db": [-1, -2, -3]}
    | {"attack_s": 0.1, "decay_s": 1},
    "hum": {"type": "hum", "partials_hz": [50, 100], "partials_db": [-1, -2]},
    "recording": {"type": "recording", "file": "a.wav", "grain_s": 11, "crossfade_s": 1},
}
SOURCES["additive"]["chords"] = [[1]]
SOURCES["modal"] |= {"motif": [1, 1], "spacing_s": 1}
SOURCES["surf"] = SOURCES["noise"] | {"type": "surf", "period_s": 5, "rise_s": 1, "fall_s": 1}
SOURCES["surf"] |= {"height_db": 3, "foam_db": 3}
SOURCES["gusts"] = SOURCES["noise"] | {"type": "gusts", "period_s": 5, "depth_db": 3}
EVENT = {"rate_hz": 3, "freq_hz": [500, 600], "decay_s": 0.05, "attack_s": 0.003}
EVENT |= {"bandwidth_oct": 0.5, "lowpass_hz": 900, "spread_db": 1, "loudest_db": 5}
EVENT |= {"callers": 3, "group": 2, "spacing_s": 0.5, "unevenness": 0.5}
SOURCES |= {
    kind: EVENT | {"type": kind} for kind in ("drops", "crackle", "drips", "chirps", "murmur")
}
TIMINGS = {
    "additive": {"note_duration_s": TIMING, "chord_s": dict(TIMING)},
    "modal": {"interval_s": TIMING},
}


def specimen(kind: str) -> Table:
    """A recipe with one layer of this kind and every key that it may have."""
    layer: Table = {
        "name": "it",
        "source": SOURCES[kind],
        "level_db": 0,
        "width": 0.3,
        "send_db": 1,
    }
    layer |= {"swell": {"period_s": 9, "depth_db": 2}} | TIMINGS.get(kind, {})
    reverb = {"rt60_s": 1, "send_db": -9}
    top = {"schema": 1, "id": "a", "title": "A", "depth": [0.0, 1.0], "reverb": reverb}
    return copy.deepcopy({**top, "layer": [layer]})


def toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return json.dumps(value)


def read(recipe: Table) -> Recipe:
    return parse_recipe("\n".join(f"{key} = {toml(v)}" for key, v in recipe.items()), "mine.toml")


def refusal(recipe: Table) -> str:
    with pytest.raises(RecipeError) as told:
        read(recipe)
    return str(told.value)


def holder(recipe: Table, section: str, path: str) -> Table:
    """The table that holds a key, such as the swell of the layer for ``swell.period_s``."""
    layer: Table = recipe["layer"][0]
    table: Table = {"recipe": recipe, "layer": layer}.get(section, layer["source"])
    for step in path.split(".")[:-1]:
        table = table[step]
    return table


def kind_for(section: str, path: str) -> str:
    if section in SOURCES:
        return section
    layers = {"note_duration_s": "additive", "chord_s": "additive", "interval_s": "modal"}
    return layers.get(path.partition(".")[0], "noise")


def changed(section: str, path: str, value: Any = None) -> Table:
    """A specimen with another value for a key, or without the key."""
    recipe = specimen(kind_for(section, path))
    table, key = holder(recipe, section, path), path.rpartition(".")[2]
    if key == "slope_db":
        del table["color"]
    table.pop(key, None)
    if key == "formants_hz" and value is None:
        del table["formant_q"]
    if value is not None:
        table[key] = value
    return recipe


# -- what the guide says --------------------------------------------------------------------------

HEADINGS = {"The recipe": "recipe", "A layer": "layer", **{f"`{k}`": k for k in SOURCES}}


def tables(guide: str = GUIDE) -> dict[str, list[Row]]:
    """The rows of each table of keys."""
    found: dict[str, list[Row]] = {}
    for title, text in re.findall(r"^### ([^\n:]+)[^\n]*\n(.*?)(?=^#|\Z)", guide, re.M | re.S):
        if title in HEADINGS:
            rows = re.findall(
                r"^\| `([^`]+)` \| ([^|]*) \| ?([^|]*?) ?\| ([^|]*) \|", text, re.MULTILINE
            )
            found[HEADINGS[title]] = [tuple(row) for row in rows]
    return found


ROWS = [(section, *row) for section, rows in tables().items() for row in rows]


def plain(text: str) -> str:
    """Numbers as the player writes them: no thousands, a hyphen for a minus."""
    return re.sub(r"(?<=\d),(?=\d{3})", "", text).replace("−", "-")


def asked(section: str, nested: str, kind: str) -> set[str]:
    """The keys that the player knows in a table: it lists them when it is given another."""
    recipe = specimen(kind)
    holder(recipe, section, f"{nested}.zzzz" if nested else "zzzz")["zzzz"] = 1
    told = refusal(recipe)
    assert "zzzz = 1; no such key here; the keys are " in told
    keys = told.rpartition("the keys are ")[2].rstrip(".").split(", ")
    return {f"{nested}.{key}" if nested else key for key in keys}


def known(section: str) -> set[str]:
    """Every key of a section, with those of the tables inside it."""
    kinds = [section] if section in SOURCES else list(SOURCES)
    keys = set[str]()
    for kind in kinds:
        keys |= asked(section, "", kind)
        table = holder(specimen(kind), section, "key")
        for nested in (key for key, value in table.items() if isinstance(value, dict)):
            if nested != "source":
                keys |= asked(section, nested, kind)
    return keys - ({"type"} if section in set(SOURCES) - {"noise"} else set())


# -- every key ------------------------------------------------------------------------------------


def test_every_source_type_has_its_section() -> None:
    types = refusal(changed("noise", "type", True)).partition("use one of ")[2]

    assert set(re.findall(r"'(\w+)'", types)) == set(SOURCES) == set(tables()) - {"recipe", "layer"}


@pytest.mark.parametrize("kind", SOURCES)
def test_the_specimens_are_whole(kind: str) -> None:
    """Else a key's range or default would be probed in a recipe that lacks what it hangs on."""
    read(specimen(kind))
    own = asked(kind, "", kind) - set(specimen(kind)["layer"][0]["source"])
    assert own <= {"slope_db"}
    assert asked("layer", "", kind) == set(specimen(kind)["layer"][0])
    assert asked("recipe", "", kind) == set(specimen(kind))


@pytest.mark.parametrize("section", HEADINGS.values())
def test_the_keys_are_those_of_the_player(section: str) -> None:
    documented = [key for key, *_ in tables()[section]]

    assert len(documented) == len(set(documented))
    assert set(documented) == known(section)


KINDS = {
    "curve": "one for each depth",
    "number": "give one number from",
    "whole": "give a whole number from",
    "list": "give a list of 1 to",
    "chords": "give a list of 1 to 16 chords",
    "motif": "give a list of numbers of the tuning",
    "word": "use one of",
    "table": "give a table",
    "tables": "tables.",
}


@pytest.mark.parametrize(("section", "key", "kind", "within", "default"), ROWS)
def test_kind_and_range_are_what_the_player_asks_for(
    section: str, key: str, kind: str, within: str, default: str
) -> None:
    """A truth value is refused everywhere, and the refusal says what would be right."""
    told = refusal(changed(section, key, True))
    name, _, unit = kind.partition(", ")
    assert key == "layer" or f"{key.rpartition('.')[2]} = true" in told

    wanted = plain(told.partition("; ")[2] or told)
    if key != "schema" and name != "text":
        assert KINDS[name] in wanted
    if name in {"curve", "number", "whole", "list"} and key != "schema":
        limits = re.search(r"from (\S+ to -?[\d./]*\d)", wanted)
        assert limits
        assert limits[1] == re.split(r"ratios, |numbers, ", plain(within))[-1]
    if most := re.search(r"list of 1 to (\d+) (numbers|ratios)", wanted):
        assert within.startswith(f"up to {most[1]} {most[2]}, ")
    if name == "word":
        assert re.findall(r"'(\w+)'", wanted) == re.findall(r"`(\w+)`", within)
    if name in {"tables", "text"} or key == "schema":
        assert set(re.findall(r"\d+", within)) <= set(re.findall(r"\d+", wanted))
    for ending, expected in (("_hz", "Hz"), ("_s", "s"), ("_db", "dB"), ("_cents", "cents")):
        assert name == "table" or not key.endswith(ending) or unit.startswith(expected)


@pytest.mark.parametrize(("section", "key", "kind", "within", "default"), ROWS)
def test_default_is_what_the_player_takes(
    section: str, key: str, kind: str, within: str, default: str
) -> None:
    left_out = changed(section, key)
    name = key.rpartition(".")[2]
    if default == "instead of `color`":
        assert "give either color or slope_db" in refusal(left_out)
    elif default == "required":
        assert f"{name} is missing" in (told := refusal(left_out)) or "[[layer]] tables" in told
    elif default == "none":
        assert read(left_out) != read(specimen(kind_for(section, key)))
        assert optional(read(left_out), name) is None
    else:
        value = stated(default, kind_for(section, key))
        given = [value] * 2 if default.endswith(" each") else value
        assert read(left_out) == read(changed(section, key, given))
        assert read(left_out) != read(changed(section, key, specimen_value(section, key)))


def optional(recipe: Recipe, name: str) -> object:
    layer = recipe.layers[0]
    if name == "formants_hz":
        return getattr(layer.source, "noise", layer.source).formants  # type: ignore[union-attr]
    if name in ("chords", "motif"):
        return getattr(layer.source, name) or None
    return {"reverb": recipe.room, "swell": layer.swell}[name]


def stated(default: str, kind: str) -> Any:
    """The default that the guide gives for a source of this kind."""
    own = re.search(rf"`{kind}` `([^`]+)`", default) or re.match(r"`([^`]+)`", default)
    assert own, default
    return tomllib.loads(f"it = {own[1]}")["it"]


def specimen_value(section: str, key: str) -> Any:
    """A value other than the default, so that two recipes which should differ do."""
    return holder(specimen(kind_for(section, key)), section, key)[key.rpartition(".")[2]]


@pytest.mark.parametrize("kind", SOURCES)
def test_the_widths_of_the_source_types_are_the_players(kind: str) -> None:
    [default] = [row[3] for row in tables()["layer"] if row[0] == "width"]
    recipe = specimen(kind)
    del recipe["layer"][0]["width"]

    assert read(recipe).layers[0].width == (stated(default, kind),) * 2


SPOILED = {
    "a range": ("| 0.1 to 8 |", "| 0.1 to 80 |"),
    "a default": ("| `12` | how fast above", "| `18` | how fast above"),
    "a default list": ("| `[1.0, 2.76, 5.4]` |", "| `[1.0, 2.76]` |"),
    "a count": ("| up to 24 ratios, 1/16 to 16 |", "| up to 2 ratios, 1/16 to 16 |"),
    "a kind": ("| curve, dB | −120 to 12 |", "| number, dB | −120 to 12 |"),
    "a unit": ("| number, cents |", "| number, Hz |"),
    "what is required": ("| 0.5 to 120 | required |", "| 0.5 to 120 | `9` |"),
}


@pytest.mark.parametrize("fault", SPOILED)
def test_a_table_that_says_otherwise_would_be_found(fault: str) -> None:
    right, wrong = SPOILED[fault]
    assert right in GUIDE
    spoiled = tables(GUIDE.replace(right, wrong, 1))
    rows = [(section, *row) for section, rows in spoiled.items() for row in rows]
    [row] = [row for row in rows if row not in ROWS]

    with pytest.raises((AssertionError, RecipeError, pytest.fail.Exception)):
        hold(*row)


def test_a_key_or_a_source_left_out_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    without = tables(GUIDE.replace("| `voices` |", "| voices |"))
    assert known("additive") - {key for key, *_ in without["additive"]} == {"voices"}

    monkeypatch.setitem(recipe_parser._SOURCES, "theremin", recipe_parser._hum)
    with pytest.raises(AssertionError):
        test_every_source_type_has_its_section()


def hold(section: str, key: str, kind: str, within: str, default: str) -> None:
    test_kind_and_range_are_what_the_player_asks_for(
        section, key, kind=kind, within=within, default=default
    )
    test_default_is_what_the_player_takes(section, key, kind=kind, within=within, default=default)


def test_the_numbers_in_the_prose_are_those_of_the_player() -> None:
    low, high = recipe_parser.TONE_HZ
    shortest, longest = level_lfo._LENGTHS
    still, lively = check.STILL, check.LIVELY
    for told in (
        f"every note from {low:g} to {high:,.0f} Hz",
        f"{recipe_parser.MAX_TOTAL_VOICES} in a recipe at most",
        f"at −{-SILENT_DB:g} or under it is not there",
        f"A send of −{-SILENT_DB:g} dB or under is none",
        f"brought to −{-BED_LUFS:g} LUFS at every depth",
        f"({shortest:g} to {longest:g} of `period_s`)",
        f"({level_lfo._MIN_HEIGHT:g} to 1 of `depth_db`)",
        f"grows for {100 * level_lfo.RISE:g} % of the time",
        f"at least {probe.PIECE_S:g} s ({MIN_RECORDING_S:g} s is the least that plays",
        f"{LONGEST_RECORDING_S:g} s are all that is used",
        f"{probe.PIECE_S:g} s at each of the depths 0, 0.25, 0.5, 0.75 and 1",
        f"{probe.BUDGET_S:g} s in all at most",
        f"and {check.LOOP_S:g} s at 0.5",
        f"−{-check.LEVEL_LUFS:g} ± {still.level_lu:g} LUFS; lively ± {lively.level_lu:g}",
        f"−{-check.MAX_PEAK_DBTP:g} dBTP at most",
        (
            f"{still.rise_lu:g} LU momentary, {still.slow_rise_lu:g} LU short-term at most; lively"
            f" {lively.rise_lu:g} and {lively.slow_rise_lu:g}"
        ),
        f"{still.range_lu:g} LU at most; lively {lively.range_lu:g}",
        f"back-slip {check.MAX_SHARPENING_ACUM:g} acum at most",
        f"{check.MAX_CLICK_SCORE:g} times at most",
        f"{check.MAX_LOOP_SCORE:g} at most; a loop",
        f"{descriptors.WELCH:,} points",
    ):
        assert told in PROSE, told
    assert probe.INTERVALS == 4  # "four mean waits"
    assert probe.DEPTHS == (0.0, 0.25, 0.5, 0.75, 1.0)
    assert recipe_parser.SLOPES == {
        "white": 0.0,
        "pink": -3.0,
        "brown": -6.0,
    }  # "0, −3 and −6 dB/oct"


# -- the recipe that it writes --------------------------------------------------------------------

NIGHT_TRAIN = "\n".join(
    text for _, name, text in FENCE.findall(GUIDE) if name == "night-train.toml"
)


def test_every_example_is_a_recipe_at_each_stage_of_it() -> None:
    stages = [text for kind, _, text in FENCE.findall(GUIDE) if kind == "toml"]

    assert len(stages) == 3
    for end in range(1, len(stages) + 1):
        parse_recipe("\n".join(stages[:end]), "night-train.toml")


def test_the_recipe_is_sound_and_spoiled_it_is_told_what_is_quoted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(check, "LOOP_S", 90.0)
    monkeypatch.setattr(probe, "BUDGET_S", 120.0)
    assert check.check_recipe(parse_recipe(NIGHT_TRAIN, "night-train.toml")).findings == ()

    loud = NIGHT_TRAIN.replace("[-9, -13, -22]", "[6, -13, -22]")
    findings = check.check_recipe(parse_recipe(loud, "night-train.toml")).findings
    assert f"> {findings[0]}" in GUIDE


def test_every_command_in_the_guide_is_one() -> None:
    lines = [
        line for kind, _, text in FENCE.findall(GUIDE) if kind == "sh" for line in text.split("\n")
    ]
    for line in filter(None, lines):
        program, *words = shlex.split(line)
        command: Any = typer.main.get_command(app)
        while hasattr(command, "commands"):
            command = command.commands[words.pop(0)]
        options = {option for given in command.params for option in given.opts}
        assert program == "dreamers"
        assert {word for word in words if word.startswith("-")} <= options, line
    assert parse_tag("soundscape: night-train", LINE).value == "night-train"


def test_the_guide_is_short_enough_to_be_read() -> None:
    assert len(GUIDE.splitlines()) < 390
