"""The Protocol of a screen: implemented by ``fullscreen`` and ``plain_text``.

``page_layout`` arranges the full screen, ``dimming`` darkens it, ``terminal_output`` writes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from player.cues import Cue
from player.engine.performance import Performance


@dataclass(frozen=True, slots=True)
class Shown:
    """The state that a screen shows with each block, besides the performance."""

    help_wanted: bool = False
    presses: int = 0
    """Number of key presses so far; each new one lights the screen."""
    listening: bool = False
    """The microphone is open."""
    notice: str = ""
    """A few words, "volume −3 dB"; shown for some seconds from the block in which they change."""


class Screen(Protocol):
    """A screen that follows a night."""

    def show(self, cue: Cue) -> None:
        """Show a cue that begins to sound."""
        ...

    def refresh(self, performance: Performance, shown: Shown) -> None:
        """Refresh after a block, heard or silent in a pause; this is the screen's clock."""
        ...

    def close(self) -> None:
        """Restore the terminal."""
        ...
