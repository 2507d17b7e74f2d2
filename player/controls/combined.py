"""Several controls at once."""

from __future__ import annotations

from player.controls import Answer, ControlsPort
from player.errors import UsageError
from player.script import Ask
from player.session import Event


class CombinedControls:
    """Controls that poll several others in order; the first answer wins."""

    def __init__(self, *controls: ControlsPort) -> None:
        self._controls = controls

    def poll(self, ask: Ask | None, waiting: bool) -> Answer | None:
        """Return the first answer. An invalid one of ``--choices`` becomes the default answer."""
        for controls in self._controls:
            try:
                answer = controls.poll(ask, waiting)
            except UsageError:
                return Event.DEFAULT  # an error must not end a night
            if answer is not None:
                return answer
        return None
