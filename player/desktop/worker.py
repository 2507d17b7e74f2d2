"""The process beside a night that speaks to the desktop: ``python -m player.desktop.worker 2.0``.

A line of JSON on its standard input tells what is playing; each line that it writes is a wish of
the listener's. It ends when its input ends, however the player ended, and what it held is let go.
"""

import json
import os
import sys
from typing import TextIO

from player.desktop.keep_awake import SleepInhibitor
from player.desktop.messages import MediaKey, NowPlaying
from player.desktop.mpris_card import Card
from player.workers.priority import set_normal_priority


def serve(told: TextIO, asked: TextIO, after_s: float) -> None:
    """Keep the machine awake and show the card as ``told``, until that ends.

    For the first ``after_s`` seconds the processor is left to the night.
    """

    def wish(wish: MediaKey) -> None:
        asked.write(f"{wish}\n")
        asked.flush()

    card = Card(wish, after_s)
    with SleepInhibitor(after_s) as awake:
        for line in told:
            playing = NowPlaying(**json.loads(line))
            awake.keep(not playing.paused)
            card.show(playing)
    card.close()


def main(after_s: float) -> None:
    """Serve the player."""
    set_normal_priority(19)
    serve(sys.stdin, sys.stdout, after_s)
    os._exit(0)  # at once, though a bus may hang


if __name__ == "__main__":
    main(float(sys.argv[1]))
