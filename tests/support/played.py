"""A short story for live tests, and a helper that trims their recordings."""

from pathlib import Path

import numpy as np

from player.audio import Samples
from tests.support.virtual_card import VirtualCard

TALE = """
:: StoryTitle
The Lantern
# soundscape: studio
# cast: mira pitch=1.2 formant=1.13

:: Start
# chapter: The Gate
# depth: 0.2 over=10s
The gate is open, and a lamp is lit.

[[Follow the lamp->Stair]]
[[Stay by the gate->Gate]]

:: Stair
# soundscape: underground fade=4s
# chapter: The Stair
# voice: mira
It is warm here.

[[Go on->Spring]]
[[Sit down->Rest]]

:: Gate
The gate is quiet now.

[[Sit down->Rest]]
[[Go in->Stair]]

:: Spring
# depth: 0.8 over=5s
The water is slow.

:: Rest
Good night.
"""


def environment(card: VirtualCard, own_home: Path) -> dict[str, str]:
    return {**card.env, "DREAMERS_HOME": str(own_home)}


def heard(recording: Samples) -> Samples:
    """Return the recording from its first sample that is not silent to its last."""
    loud = np.flatnonzero(recording.any(axis=1))
    assert len(loud), "nothing was heard"
    return recording[loud[0] : loud[-1] + 1]
