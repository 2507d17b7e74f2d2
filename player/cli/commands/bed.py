"""``dreamers bed``: a soundscape through the night, without words.

It is told as a story that says nothing: its timer, its keys and its end are those of any night.
"""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path

from player.cli.commands.play import begin, evening_of
from player.cli.options import Listening, Telling
from player.cli.sleep_option import read_sleep
from player.errors import UsageError
from player.library.soundscapes import find_soundscape, read_recipe
from player.library.stories import Source
from player.storage.paths import home
from player.storage.settings import load_config
from player.story.lexicon import Lexicon

_USUAL = "1h"
_WARM_AFTER_S = 3600.0  # where no timer says when the night is to be at its warmest
_FOR_EVER_S = 365 * 86_400.0


def bed(name: str, depth: float, seed: int, drift: float | None, listening: Listening) -> int:
    """Let the soundscape ``name`` be heard until its timer ends; answers the exit code."""
    config = load_config(home().config / "config.toml")
    path = find_soundscape(name).resolve()  # as a story it may not follow a link out of its folder
    title = read_recipe(path).title
    telling = Telling(name, voice="silent", seed=seed, drift=drift)
    silent = Source(path.stem, f"bed:{path}", f"{path.stem}.twee", "", Lexicon(), {}, path.parent)
    asked = listening.sleep is not None
    evening = evening_of(telling, listening, config, silent, usual_sleep=_USUAL)
    if evening.sleep.chapters and not asked:
        evening = replace(evening, sleep=read_sleep(_USUAL, time.time()))
    if evening.sleep.chapters:
        raise UsageError("--sleep: a bed has no chapters: give a time such as 1h or 22:45, or off")
    if listening.output.startswith("file:") and evening.sleep.seconds is None:
        raise UsageError("--sleep: a file must end: give a time such as 30m or 1h")
    warm_after_s = evening.sleep.left_s() or _WARM_AFTER_S
    text = _wordless(title, path, depth, warm_after_s)
    night = {**config.night, "ending_bed_s": _FOR_EVER_S, "linger_s": 0.0}
    evening = replace(
        evening, source=replace(silent, text=text), config=replace(config, night=night)
    )
    return begin(evening, listening)


def _wordless(title: str, recipe: Path, depth: float, warm_after_s: float) -> str:
    """The night in Twee: no line, and a depth that goes to 1 as it ends."""
    return "\n".join(
        [
            ":: StoryTitle",
            " ".join(title.split()),
            f"# soundscape: {recipe.name}",
            f"# depth: {depth:.3f}",
            ":: StoryData",
            json.dumps({"start": "Bed"}),
            ":: Bed",
            f"# depth: 1.0 over={warm_after_s:.0f}s",
        ]
    )
