"""The measured figures of the guide: each is what is measured, and the tables follow from them."""

import re
from pathlib import Path

import numpy as np
import pytest

from player.audio import RATE
from player.authoring.soundscape_check import descriptors
from player.library.soundscapes import bundled_names
from tests.support.descriptors import DEPTHS, LETTERS, describe, nearest, pair_table
from tests.support.measures import TALE, bed, sharpness_acum

MEASURED = (Path(__file__).parents[2] / "docs" / "measured.md").read_text(encoding="utf-8")
PROSE = " ".join(MEASURED.split())
NEAREST_SPREADS = 7.0
Figures = dict[str, dict[str, list[float]]]
Spreads = dict[str, dict[str, float]]


def number(text: str) -> float:
    return float(text.strip().rstrip("~").replace("−", "-").replace(",", ""))


def figures() -> tuple[Figures, Spreads]:
    """Of each soundscape, each descriptor at the three depths, and its spread between nights."""
    found: Figures = {}
    spreads: Spreads = {}
    cell = r" \| ([^|±]+ / [^|±]+ / [^|±]+) ± ([\d.]+)"
    for name, *cells in re.findall(
        r"^\| `([a-z-]+)`" + cell * len(LETTERS) + r" \|$", MEASURED, re.MULTILINE
    ):
        paths = [[number(value) for value in path.split(" / ")] for path in cells[::2]]
        found[name] = dict(zip(LETTERS, paths, strict=True))
        spreads[name] = dict(zip(LETTERS, map(number, cells[1::2]), strict=True))
    return found, spreads


def section(title: str) -> str:
    return MEASURED.partition(f"## {title}\n")[2].partition("\n## ")[0]


def rows(table: str) -> dict[str, list[str]]:
    """The cells of a Markdown table, by the first of each row."""
    cells = [line.strip("|").split("|") for line in table.splitlines() if line.startswith("|")]
    return {first.strip(" `"): [cell.strip() for cell in more] for first, *more in cells}


# -- the ten --------------------------------------------------------------------------------------


def test_each_of_the_ten_has_its_figures_and_grows_softer() -> None:
    found, _ = figures()
    assert tuple(found) == bundled_names()
    for name, of in found.items():
        for letter in "ACW":
            path = of[letter]
            assert path[0] > path[1] > path[2], (name, letter)
        assert of["S"][0] > of["S"][2], name


def hold_figures(name: str, at: int, found: Figures) -> None:
    x = bed(name, list(DEPTHS.values())[at], 60, seed=7)
    told = {letter: path[at] for letter, path in found[name].items()}
    assert sharpness_acum(x[: 20 * RATE]) == pytest.approx(told["A"], abs=0.02)
    assert descriptors.centroid_hz(x) == pytest.approx(told["C"], rel=0.02)
    assert descriptors.slope_db(x) == pytest.approx(told["S"], abs=0.1)
    assert descriptors.correlation(x) == pytest.approx(told["W"], abs=0.02)
    assert descriptors.tonality_db(x) == pytest.approx(told["T"], abs=0.05)
    assert descriptors.motion_db(x) == pytest.approx(told["M"], abs=0.05)


def test_a_figure_is_what_is_measured_and_anothers_is_not() -> None:
    found, _ = figures()
    hold_figures("hearth", 2, found)
    with pytest.raises(AssertionError):
        hold_figures("hearth", 2, {"hearth": found["rain"]})


@pytest.mark.slow
@pytest.mark.parametrize("at", range(len(DEPTHS)))
@pytest.mark.parametrize("name", bundled_names())
def test_every_figure_is_what_is_measured(name: str, at: int) -> None:
    hold_figures(name, at, figures()[0])


# -- what tells them apart ------------------------------------------------------------------------


def test_the_table_of_pairs_follows_from_the_figures() -> None:
    assert pair_table(*figures()) in MEASURED


def test_every_pair_is_told_apart_where_it_is_nearest() -> None:
    found, spreads = figures()
    names = list(found)
    least = min(
        nearest(found, spreads, one, other)[2] for one in names for other in names if one < other
    )
    assert least >= NEAREST_SPREADS
    assert f"never under {NEAREST_SPREADS:g} spreads" in PROSE


def test_a_soundscape_is_not_told_apart_from_itself() -> None:
    """The control: another night of the same place lies within a few spreads of the first."""
    _, spreads = figures()
    nights = [{letter: [value] * 3 for letter, value in described(seed).items()} for seed in (7, 8)]
    places = {"one": nights[0], "other": nights[1]}
    own = dict.fromkeys(places, spreads["oasis"])
    assert nearest(places, own, "one", "other")[2] < NEAREST_SPREADS / 2


def described(seed: int) -> dict[str, float]:
    return dict(zip(LETTERS, describe(bed("oasis", 0.5, 60, seed)), strict=True))


def test_the_blind_ear_calls_as_often_as_is_said() -> None:
    names = bundled_names()
    called = rows(section("Told apart blind"))
    counts = np.array([[int(cell or 0) for cell in called[name]] for name in names])
    assert len(set(counts.sum(axis=1))) == 1, "each was played as often as every other"
    right, played = int(counts.trace()), int(counts.sum())
    assert f"{right:,} of {played:,}" in PROSE
    assert right / played > 0.9


# -- the sweep ------------------------------------------------------------------------------------

LIMITS = {
    "acum 1": (0.0, 0.6),
    "back": (-9.0, 0.02),
    "step": (-9.0, 0.4),
    "LUFS": (-30.5, -29.5),
    "rise": (0.0, 3.0),
    "slow": (0.0, 1.5),
    "LRA": (0.0, 5.0),
    "dBTP": (-99.0, -9.0),
    "corr": (0.0, 1.0),
    "edge": (0.8, 1.2),
    "click": (0.0, 9.0),
    "loop": (0.0, 0.3),
}
LIVELY = LIMITS | {
    "acum 1": (0.0, 1.25),
    "LUFS": (-31.0, -29.0),
    "rise": (0.0, 6.0),
    "slow": (0.0, 4.0),
    "LRA": (0.0, 9.0),
    "click": (0.0, 99.0),
}
"""Where waves, drops and crackle belong to the place."""


def test_the_sweep_names_every_soundscape_and_nothing_in_it_is_beyond_its_limit() -> None:
    swept = rows(section("Every row, eleven depths, ten nights"))
    heads = swept[""]
    for name in bundled_names():
        for head, cell in zip(heads, swept[name], strict=True):
            limits = LIMITS if name in TALE else LIVELY
            least, most = limits.get(head, (0.0, 99.0))
            for value in map(number, cell.split("..")):
                assert least <= value <= most, (name, head)
