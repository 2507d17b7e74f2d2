"""What a night is shown on: the calm screen (``calm``), or lines of text (``lines``).

``page`` says what stands where, ``dusk`` how dark it is, ``console`` writes to the terminal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from player.cues import Cue
from player.engine.performance import Performance


@dataclass(frozen=True, slots=True)
class Shown:
    """What a screen is told with each block, beside the performance."""

    help_wanted: bool = False
    presses: int = 0
    """How many keys have been pressed so far: another one wakes the screen."""
    listening: bool = False
    """The microphone is open."""
    notice: str = ""
    """A few words, "volume −3 dB"; shown for some seconds from the block in which they change."""


class Screen(Protocol):
    """What a night is shown on."""

    def show(self, cue: Cue) -> None:
        """Something begins to be heard."""
        ...

    def refresh(self, performance: Performance, shown: Shown) -> None:
        """A block has passed, heard or (while paused) silent: this is the screen's clock."""
        ...

    def close(self) -> None:
        """Leave the terminal as it was."""
        ...
