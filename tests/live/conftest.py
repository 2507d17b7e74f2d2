"""Fixtures of most live tests: a short story and a virtual sound card."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.played import TALE
from tests.support.virtual_card import VirtualCard


@pytest.fixture
def story(tmp_path: Path) -> Path:
    path = tmp_path / "lantern.twee"
    path.write_text(TALE)
    return path


@pytest.fixture
def card(tmp_path: Path) -> Iterator[VirtualCard]:
    with VirtualCard(tmp_path) as card:
        yield card
