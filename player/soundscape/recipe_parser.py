"""Parser of a recipe in TOML, which checks all its values."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from player.soundscape.recipe import (
    Additive,
    Curve,
    Events,
    Formants,
    Gusts,
    Hum,
    Layer,
    Modal,
    Noise,
    Recipe,
    Recording,
    Room,
    SourceSpec,
    Surf,
    Swell,
    Timing,
)
from player.soundscape.toml_table import RecipeError, Table, is_number
from player.soundscape.unused_keys import find_unused_keys
from player.toml_text import TomlError, parse_toml

MAX_CHARACTERS = 100_000  # bundled recipes have about 2,000
MAX_LAYERS = 12
MAX_PAD_VOICES = 8  # in one pad
MAX_TOTAL_VOICES = 24  # in all pads together, so that slow machines can play them live

NOISE_HZ = (10.0, 23_999.0)  # below the Nyquist frequency
TONE_HZ = (20.0, 5_000.0)  # tones and the reverb are made at a quarter of the rate
LEVEL_DB = (-120.0, 12.0)
SLOPES = {"white": 0.0, "pink": -3.0, "brown": -6.0}


def parse_recipe(text: str, name: str) -> Recipe:
    """Parse a recipe; ``name`` is the file's, for messages.

    Raises `RecipeError`, which names file, key and value, for a recipe that cannot be played.
    """
    top = Table(name, "", _toml(text, name))
    if top.raw("schema") != 1 or isinstance(top.raw("schema"), bool):
        raise top.fail("schema", "write schema = 1, the only one there is")
    expected = "give a name of lower-case letters, digits and hyphens, such as hyper-rest"
    ident = top.text("id", expected)
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", ident):
        raise top.fail("id", expected)
    title = top.text("title", "give a title of up to 200 characters")
    depth = _depth(top)
    room = _room(top.table("reverb", "give a table"), depth) if top.has("reverb") else None
    layers, set_keys = _layers(top, depth)
    top.finish()
    return Recipe(
        id=ident,
        title=title,
        depth=depth,
        room=room,
        layers=layers,
        unused_keys=find_unused_keys(room, layers, set_keys),
    )


def _toml(text: str, name: str) -> dict[str, object]:
    if "\0" in text:
        raise RecipeError(f"{name}: there are NUL bytes in it; give a recipe in plain TOML text.")
    if len(text) > MAX_CHARACTERS:
        raise RecipeError(
            f"{name}: {len(text):,} characters are no recipe; {MAX_CHARACTERS:,} are the most."
        )
    try:
        return parse_toml(text)
    except TomlError as error:
        raise RecipeError(f"{name}: this is not TOML ({error}); correct that place.") from None


def _depth(top: Table) -> Curve:
    depth = top.numbers("depth", (0.0, 1.0), max_count=41)
    rising = all(low < high for low, high in pairwise(depth))
    if len(depth) < 2 or depth[0] != 0.0 or depth[-1] != 1.0 or not rising:
        raise top.fail("depth", "let it rise from 0.0 to 1.0, as in [0.0, 0.5, 1.0]")
    return depth


def _room(table: Table, depth: Curve) -> Room:
    room = Room(
        rt60_s=table.curve("rt60_s", depth, (0.1, 8.0)),
        send_db=table.curve("send_db", depth, (-120.0, 6.0)),
    )
    table.finish()
    return room


def _layers(top: Table, depth: Curve) -> tuple[tuple[Layer, ...], dict[str, frozenset[str]]]:
    """Return the layers, and the keys that the text sets in each of them."""
    tables = top.raw("layer")
    if not isinstance(tables, list) or not 1 <= len(tables) <= MAX_LAYERS:
        count = f"; this has {len(tables)}" if isinstance(tables, list) else ""
        raise RecipeError(f"{top.file}: give 1 to {MAX_LAYERS} [[layer]] tables{count}.")
    layers: list[Layer] = []
    set_keys: dict[str, frozenset[str]] = {}
    for number, values in enumerate(tables, start=1):
        table = Table(top.file, f"layer {number}", values)
        layer = _layer(table, depth)
        if layer.name in {other.name for other in layers}:
            raise table.fail("name", "another layer has this name: give each its own")
        layers.append(layer)
        set_keys[layer.name] = table.keys | table.table("source", "").keys
    voices = sum(layer.source.voices for layer in layers if isinstance(layer.source, Additive))
    if voices > MAX_TOTAL_VOICES:
        raise RecipeError(
            f"{top.file}: its pads have {voices} voices; {MAX_TOTAL_VOICES} in all are the most "
            "that play live everywhere."
        )
    return tuple(layers), set_keys


def _layer(table: Table, depth: Curve) -> Layer:
    name = table.text("name", "give the layer a name of its own")
    table.path = f"layer {name!r}"
    source_table = table.table("source", 'give a table such as { type = "noise" }')
    kind = source_table.choice("type", tuple(_SOURCES))
    source = _SOURCES[kind](source_table, table, depth)
    source_table.finish()
    layer = Layer(
        name=name,
        source=source,
        level_db=table.curve("level_db", depth, LEVEL_DB),
        width=table.curve("width", depth, (0.0, 1.0), default=_WIDTHS.get(kind, 1.0)),
        send_db=table.curve("send_db", depth, (-120.0, 24.0), default=0.0),
        swell=_swell(table, depth),
    )
    table.finish()
    return layer


def _swell(table: Table, depth: Curve) -> Swell | None:
    if not table.has("swell"):
        return None
    values = table.table("swell", "give a table such as { period_s = 11, depth_db = 3 }")
    swell = Swell(
        period_s=values.number("period_s", (0.5, 120.0)),
        depth_db=values.curve("depth_db", depth, (0.0, 24.0)),
    )
    values.finish()
    return swell


def _noise(table: Table, _: Table, depth: Curve) -> Noise:
    return _noise_of(table, depth)


def _noise_of(table: Table, depth: Curve) -> Noise:
    if table.has("color") == table.has("slope_db"):
        raise table.fail("color", "give either color or slope_db (dB per octave)")
    if table.has("color"):
        slope = (SLOPES[table.choice("color", tuple(SLOPES))],) * len(depth)
    else:
        slope = table.curve("slope_db", depth, (-24.0, 6.0))
    return Noise(
        slope_db=slope,
        highpass_hz=table.curve("highpass_hz", depth, NOISE_HZ, default=30.0),
        lowpass_hz=table.curve("lowpass_hz", depth, NOISE_HZ, default=20_000.0),
        highpass_db=table.number("highpass_db", (3.0, 48.0), default=12.0),
        lowpass_db=table.number("lowpass_db", (3.0, 48.0), default=12.0),
        formants=_formants(table),
    )


def _surf(table: Table, _: Table, depth: Curve) -> Surf:
    return Surf(
        noise=_noise_of(table, depth),
        period_s=table.number("period_s", (1.0, 60.0), default=8.0),
        rise_s=table.number("rise_s", (0.2, 20.0), default=3.0),
        fall_s=table.number("fall_s", (0.2, 20.0), default=3.0),
        height_db=table.curve("height_db", depth, (0.0, 24.0)),
        foam_db=table.curve("foam_db", depth, (0.0, 30.0)),
    )


def _gusts(table: Table, _: Table, depth: Curve) -> Gusts:
    return Gusts(
        noise=_noise_of(table, depth),
        period_s=table.number("period_s", (1.0, 60.0), default=8.0),
        depth_db=table.curve("depth_db", depth, (0.0, 18.0)),
    )


def _events(table: Table, _: Table, depth: Curve) -> Events:
    kind = str(table.raw("type"))
    default = _EVENTS[kind]
    low, high = _range(table, "freq_hz", NOISE_HZ, default.freq_hz)
    callers = table.whole("callers", (0, 24), default=default.callers)
    return Events(
        kind=kind,
        rate_hz=table.curve("rate_hz", depth, (0.001, 400.0)),
        freq_hz=(low, high),
        decay_s=table.number("decay_s", (0.0005, 0.5), default=default.decay_s),
        attack_s=table.number("attack_s", (0.0001, 0.1), default=default.attack_s),
        bandwidth_oct=table.number("bandwidth_oct", (0.1, 3.0), default=default.bandwidth_oct),
        lowpass_hz=table.curve("lowpass_hz", depth, NOISE_HZ, default=20_000.0),
        spread_db=table.number("spread_db", (0.0, 12.0), default=default.spread_db),
        loudest_db=table.number("loudest_db", (0.0, 30.0), default=default.loudest_db),
        callers=callers,
        group=table.whole("group", (1, 40), default=default.group),
        spacing_s=table.number("spacing_s", (0.0, 2.0), default=default.spacing_s),
        unevenness=table.number("unevenness", (0.0, 1.0), default=default.unevenness),
    )


def _range(
    table: Table, key: str, within: tuple[float, float], default: tuple[float, float]
) -> tuple[float, float]:
    values = table.numbers(key, within, max_count=2, default=default)
    if len(values) != 2 or values[0] > values[1]:
        raise table.fail(key, "give the lowest and the highest, such as [800, 3000]")
    return values[0], values[1]


def _additive(table: Table, layer: Table, depth: Curve) -> Additive:
    root, tuning = _tuning(table)
    note = _timing(layer, "note_duration_s", (1.0, 300.0))
    chords = _chords(table, len(tuning))
    for key in ("attack_s", "release_s"):
        if table.number(key, (0.5, 60.0), default=5.0) > note.min_s:
            raise table.fail(key, f"give at most the shortest note_duration_s, {note.min_s:g}")
    return Additive(
        root_hz=root,
        tuning=tuning,
        voices=table.whole("voices", (1, MAX_PAD_VOICES), default=3),
        partials=table.whole("partials", (1, 16), default=6),
        tilt_db=table.number("tilt_db", (-36.0, 0.0), default=-9.0),
        detune_cents=table.number("detune_cents", (0.0, 50.0), default=4.0),
        attack_s=table.number("attack_s", (0.5, 60.0), default=5.0),
        release_s=table.number("release_s", (0.5, 60.0), default=5.0),
        lowpass_hz=table.curve("lowpass_hz", depth, NOISE_HZ, default=20_000.0),
        formants=_formants(table),
        note=note,
        chords=chords,
        chord=_timing(layer, "chord_s", (4.0, 300.0)) if chords or layer.has("chord_s") else None,
    )


def _chords(table: Table, notes: int) -> tuple[tuple[int, ...], ...]:
    """Return the chords as indices into the tuning; a recipe counts them from 1."""
    if not table.has("chords"):
        return ()
    rows = table.raw("chords")
    expected = f"give a list of 1 to 16 chords, each a list of numbers of the tuning, 1 to {notes}"
    if not isinstance(rows, list) or not 1 <= len(rows) <= 16:
        raise table.fail("chords", expected)
    return tuple(_steps(table, "chords", row, notes=notes, expected=expected) for row in rows)


def _steps(table: Table, key: str, row: object, *, notes: int, expected: str) -> tuple[int, ...]:
    """Return numbers of the tuning, which a recipe counts from 1, as indices."""
    if not isinstance(row, list) or not 1 <= len(row) <= 24:
        raise table.fail(key, expected)
    if not all(isinstance(number, int) and is_number(number, (1, notes)) for number in row):
        raise table.fail(key, expected)
    return tuple(number - 1 for number in row)


def _modal(table: Table, layer: Table, _: Curve) -> Modal:
    root, tuning = _tuning(table)
    modes = table.numbers("modes", (0.25, 32.0), max_count=8, default=(1.0, 2.76, 5.4))
    falling = tuple(-9.0 * index for index in range(len(modes)))
    levels = table.numbers("mode_db", (-80.0, 0.0), max_count=8, default=falling)
    if len(levels) != len(modes):
        raise table.fail("mode_db", f"give {len(modes)} numbers, one for each of modes")
    return Modal(
        root_hz=root,
        tuning=tuning,
        modes=modes,
        mode_db=levels,
        attack_s=table.number("attack_s", (0.003, 5.0), default=0.06),
        decay_s=table.number("decay_s", (0.05, 30.0), default=5.0),
        interval=_timing(layer, "interval_s", (0.5, 600.0)),
        motif=_motif(table, len(tuning)),
        spacing_s=table.number("spacing_s", (0.2, 20.0), default=2.0),
    )


def _motif(table: Table, notes: int) -> tuple[int, ...]:
    if not table.has("motif"):
        return ()
    expected = f"give a list of numbers of the tuning, 1 to {notes}"
    return _steps(table, "motif", table.raw("motif"), notes=notes, expected=expected)


def _hum(table: Table, _: Table, __: Curve) -> Hum:
    partials = table.numbers("partials_hz", TONE_HZ, max_count=24)
    level = (0.0,) * len(partials)
    levels = table.numbers("partials_db", (-80.0, 0.0), max_count=24, default=level)
    if len(levels) != len(partials):
        raise table.fail("partials_db", f"give {len(partials)} numbers, one for each partial")
    return Hum(partials, levels)


def _recording(table: Table, _: Table, __: Curve) -> Recording:
    expected = "give a file beside the recipe, such as rain.flac"
    file = table.text("file", expected)
    parts = file.split("/")
    outside = ".." in parts or not parts[0] or "\\" in file or ":" in file or "~" in parts[0]
    if outside or not file.isprintable():
        raise table.fail("file", f"{expected}: it may not leave the recipe's folder")
    grain = table.number("grain_s", (0.5, 120.0), default=12.0)
    overlap = table.number("crossfade_s", (0.1, 30.0), default=min(3.0, grain / 3))
    if overlap > grain / 2:
        raise table.fail("crossfade_s", f"give at most half of grain_s, {grain / 2:g}")
    return Recording(file, grain, overlap)


def _tuning(table: Table) -> tuple[float, tuple[float, ...]]:
    root = table.number("root_hz", TONE_HZ)
    tuning = table.ratios("tuning", max_count=24)
    if not TONE_HZ[0] <= root * min(tuning) <= root * max(tuning) <= TONE_HZ[1]:
        raise table.fail(
            "tuning",
            f"its notes reach from {root * min(tuning):.0f} to {root * max(tuning):.0f} Hz: keep "
            f"them from {TONE_HZ[0]:.0f} to {TONE_HZ[1]:.0f} Hz",
        )
    return root, tuning


def _formants(table: Table) -> Formants | None:
    if not table.has("formants_hz"):
        return None
    freqs = table.numbers("formants_hz", NOISE_HZ, max_count=8)
    return Formants(freqs, table.number("formant_q", (0.5, 40.0), default=4.0))


def _timing(layer: Table, key: str, within: tuple[float, float]) -> Timing:
    values = layer.table(key, 'give a table such as { dist = "exponential", mean = 20, min = 12 }')
    dist = values.choice("dist", ("exponential", "uniform"))
    mean = values.number("mean", within)
    minimum = values.number("min", within)
    if minimum > mean:
        raise values.fail("min", f"give at most the mean, {mean:g}")
    values.finish()
    return Timing(dist, mean, minimum)


_SOURCES: dict[str, Callable[[Table, Table, Curve], SourceSpec]] = {
    "noise": _noise,
    "additive": _additive,
    "modal": _modal,
    "hum": _hum,
    "recording": _recording,
    "surf": _surf,
    "gusts": _gusts,
    "drops": _events,
    "crackle": _events,
    "drips": _events,
    "chirps": _events,
    "murmur": _events,
}
_WIDTHS = {"noise": 0.6, "surf": 0.6, "gusts": 0.6, "hum": 0.0}


@dataclass(frozen=True, slots=True)
class _EventDefaults:
    freq_hz: tuple[float, float]
    decay_s: float
    attack_s: float = 0.001
    bandwidth_oct: float = 1.0
    spread_db: float = 3.0
    loudest_db: float = 12.0
    callers: int = 0
    group: int = 1
    spacing_s: float = 0.0
    unevenness: float = 0.1


_EVENTS: dict[str, _EventDefaults] = {
    "drops": _EventDefaults((1_200.0, 8_000.0), 0.004),
    "crackle": _EventDefaults((800.0, 6_000.0), 0.002, group=4, spacing_s=0.08),
    "drips": _EventDefaults((500.0, 1_500.0), 0.03, attack_s=0.002, callers=5, unevenness=0.4),
    "chirps": _EventDefaults((3_600.0, 4_800.0), 0.018, callers=6, group=3, spacing_s=0.03),
    "murmur": _EventDefaults(
        (95.0, 220.0), 0.2, callers=12, group=6, spacing_s=0.19, unevenness=0.3
    ),
}
