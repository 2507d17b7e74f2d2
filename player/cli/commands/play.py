"""``dreamers play``: the night, live.

What is slow is begun first: the voice loads, and the device plays its silence, beside the rest.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from player.cli.options import Evening, Listening, Telling, open_voice, with_voice
from player.cli.sleep_option import in_the_evening, read_sleep
from player.controls.keyboard import Keyboard, table
from player.library.stories import Source, find_story
from player.outputs import Output, open_output
from player.storage.bookmarks import Bookmark, bookmark_path, load_bookmark
from player.storage.paths import home
from player.storage.settings import Config, load_config


def play(telling: Telling, listening: Listening) -> int:
    """Tell the night to somebody who listens; answers the exit code."""
    config = load_config(home().config / "config.toml")
    source = find_story(telling.story)
    path = bookmark_path(home().state, source.name, source.origin)
    kept = None if listening.fresh or listening.from_knot else load_bookmark(path)
    seed = listening.seed if listening.seed is not None else kept.seed if kept else 0
    telling = replace(with_voice(telling, config, source), seed=seed)
    return begin(evening_of(telling, listening, config, source, path, kept), listening)


def evening_of(
    telling: Telling,
    listening: Listening,
    config: Config,
    source: Source,
    path: Path | None = None,
    kept: Bookmark | None = None,
    usual_sleep: str = "off",
) -> Evening:
    """The night as the command line asks for it, else the evening's settings, else the others."""
    now = time.time()
    settings = {**config.play, **in_the_evening(config.evening, now)}
    sleep = read_sleep(listening.sleep or str(settings.get("sleep", usual_sleep)), now)
    volume_db = float(settings.get("volume", 0.0))
    keys = Keyboard(table(config.keys))
    return Evening(telling, config, source, keys, sleep, volume_db, path, kept)


def begin(evening: Evening, listening: Listening) -> int:
    """Start the voice, then the sound, then everything else; answers the exit code."""
    with ExitStack() as stack:
        speech = open_voice(evening.telling, evening.source)
        stack.callback(speech.close)
        here = [evening.keys.still_here]

        def still_here() -> bool:
            return here[-1]()

        output, live = _open_sound(listening, still_here)
        stack.callback(output.abort)  # does nothing once it is closed
        from player.cli.live_night import Listener  # slow: only now

        listener = Listener(evening, listening, live)
        here.append(listener.still_here)
        return listener.listen(speech, output)


def _open_sound(listening: Listening, still_here: Callable[[], bool]) -> tuple[Output, bool]:
    """Open the output; return it, and whether somebody listens as the night is told."""
    output = open_output(listening.output, device=listening.device, while_lost=still_here)
    return output, not listening.output.startswith("file:")
