"""A short night that is played aloud, and what of it was heard.

The oracle is ``dreamers render``: every frame of a recording is looked up in it.
"""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from player.outputs.files.wav import quantise
from tests.support import spoken_ahead
from tests.support.signals import gaps
from tests.support.terminal import dreamers

TALE = """
:: StoryTitle
The Lantern
# author: Mira
# soundscape: studio

:: Start
# chapter: The Gate
The gate is open, and a lamp is lit.

At the foot of the hill the water is slow, and warm, and nobody is in a hurry.
"""
UNSURE_S = 0.002  # where sound breaks off, the last frames may be among those that tell nothing
LINES = ("The gate is open", "At the foot of the hill")

SHORT = """
[night]
opening_s = 4.0
ending_bed_s = 1.0
ending_fade_s = 1.5
quit_fade_s = 0.5
sleep_fade_s = 2.0
"""


class Tale:
    """The tale and its settings in a folder of their own, and how it sounds."""

    def __init__(self, folder: Path, home: Path, tale: str = TALE) -> None:
        """Write the tale into ``folder`` and the settings into ``home``, and render it."""
        self.path = folder / "lantern.twee"
        self.path.write_text(tale)
        self.cues = folder / "cues.json"
        config = home / "config" / "config.toml"
        config.parent.mkdir(parents=True, exist_ok=True)
        config.write_text(SHORT)
        wave, sheet = folder / "lantern.wav", folder / "rendered.json"
        command = dreamers("render", str(self.path), "-o", str(wave), "--cues", str(sheet))
        subprocess.run(command, check=True, capture_output=True)
        self._utterances = spoken_ahead.utterances_of(self.path)
        stored, _ = soundfile.read(wave, dtype="int32", always_2d=True)
        self.samples = stored >> 8
        self._told = _lines(sheet)
        self._known = _numbers(self.samples)

    def missing(self, *recordings: NDArray[np.float32]) -> str:
        """What is wrong with the tale in one recording after another (see ``gaps``); else empty."""
        known = self._known[1]
        heard = [self.numbers(recording) for recording in recordings]
        return gaps(heard, int(known.min()), int(known.max()), UNSURE_S)

    def first_word(self) -> int:
        """The frame of the first word."""
        return self._told[0]

    def command(self, *options: str) -> list[str]:
        """Return the command line of a night whose voice is never late."""
        options = ("play", str(self.path), "--fresh", "--cues", str(self.cues), *options)
        return spoken_ahead.night(self._utterances, self.path.with_name("utterances"), *options)

    def is_told_as_rendered(self) -> bool:
        """Return whether every line of the night just played began at its frame."""
        return _lines(self.cues) == self._told

    def numbers(self, recording: NDArray[np.float32]) -> NDArray[np.int64]:
        """Which frame of the tale each one recorded is; −1 for silence, a fade, or a doubtful one.

        Values that occur more than once tell nothing.
        """
        keys = _keys(quantise(recording))
        known, frames = self._known
        at = np.minimum(np.searchsorted(known, keys), len(known) - 1)
        return np.where(known[at] == keys, frames[at], -1)


def _keys(steps: NDArray[np.int32]) -> NDArray[np.int64]:
    whole: NDArray[np.int64] = (steps[:, 0].astype(np.int64) << 32) + steps[:, 1]
    return whole


def _numbers(samples: NDArray[np.int32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    known, frames, times = np.unique(_keys(samples), return_index=True, return_counts=True)
    return known[times == 1], frames[times == 1].astype(np.int64)


def _lines(sheet: Path) -> list[int]:
    cues = json.loads(sheet.read_text())["cues"]
    return [cue["start"] for cue in cues if cue["kind"] == "line"]


def environment(home: Path, *others: Mapping[str, str]) -> dict[str, str]:
    """What a night is started with: a home of its own, on these cards and buses."""
    found: dict[str, str] = {}
    for other in others:
        found |= other
    return {**found, "DREAMERS_HOME": str(home)}
