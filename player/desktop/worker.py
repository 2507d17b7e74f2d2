"""The process that speaks to the desktop: ``python -m player.desktop.worker 2.0``.

Each frame on its standard input has the state of the night; each that it writes has a media key.
It ends when its input ends, however the player ended, and the system releases what it held.
"""

from __future__ import annotations

import os
import sys

from player.desktop.inbox import Inbox
from player.workers.priority import set_normal_priority
from player.workers.serving import open_pipes, read_in_background

_LOWEST_NICE = 19
_EXIT_S = 2.0
"""Time to take leave of the desktop, which may hang."""


def main(after_s: float) -> None:
    """Serve the player. For the first ``after_s`` seconds, leave the processor to it."""
    set_normal_priority(_LOWEST_NICE)
    requests, answers = open_pipes()
    inbox = Inbox()
    read_in_background(requests, inbox.put, inbox.end, exit_after_s=_EXIT_S)
    if not inbox.ended.wait(after_s):
        from player.desktop.follower import follow_night  # slow to import

        follow_night(inbox, answers)
    os._exit(0)  # at once, though threads of a library may hang


if __name__ == "__main__":
    main(float(sys.argv[1]))
