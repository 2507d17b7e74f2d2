"""The table of docs/security.md names modules, functions and tests that are there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")


def test_the_page_stays_short_enough_to_be_read():
    assert len(PAGE.splitlines()) < 200


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`((?:\w+/)+test_\w+\.py)`", PAGE))))
def test_every_test_that_is_named_is_there(name: str):
    assert (ROOT / "tests" / name).is_file()


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`((?:\w+/)+(?!test_)\w+\.py)`", PAGE))))
def test_every_module_that_is_named_is_there(name: str):
    assert (ROOT / "player" / name).is_file()


@pytest.mark.parametrize("pair", sorted(set(re.findall(r"`(\w+)` in `([\w/]+\.py)`", PAGE))))
def test_every_place_is_where_it_is_said_to_be(pair: tuple[str, str]):
    name, module = pair
    source = (ROOT / "player" / module).read_text(encoding="utf-8")
    assert re.search(rf"^(?:def|class) {name}\b", source, re.MULTILINE)


def test_every_variable_of_the_environment_that_is_read_is_named():
    """Those that we only set for others, and what other libraries read, are none of these."""
    read = re.compile(r"os\.environ(?:\.get\(|\[)\"([A-Z_]+)\"(?!\]\s*=)")
    found = {
        name
        for path in (ROOT / "player").rglob("*.py")
        for name in read.findall(path.read_text(encoding="utf-8"))
    }
    plain = PAGE.replace("`XDG_*`", "`XDG_CACHE_HOME`")
    assert {name for name in found if f"`{name}`" not in plain} == set()
