"""``dreamers bed``: a soundscape through the night, without words.

It is played as a story without lines, so that its timer, its keys and its end are those of any
night.
"""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path

from player.cli.commands.play import begin, resolve
from player.cli.options import PlayOptions, PlayRequest, SharedOptions
from player.cli.sleep_option import parse_sleep
from player.errors import UsageError
from player.library.soundscapes import find_soundscape, read_recipe
from player.library.stories import Source
from player.storage.settings import load_settings
from player.story.lexicon import Lexicon

_DEFAULT_SLEEP = "1h"
_GLIDE_S = 3600.0  # to depth 1, when no timer says how long the night is
_FOREVER_S = 365 * 86_400.0


def bed(name: str, depth: float, shared: SharedOptions, options: PlayOptions) -> int:
    """Play the soundscape ``name`` from ``depth`` on until the timer ends; return the exit code."""
    path = find_soundscape(name).resolve()  # as a story it may not follow a link out of its folder
    title = read_recipe(path).title
    source = Source(
        name=path.stem,
        origin=f"bed:{path}",
        filename=f"{path.stem}.twee",
        text="",
        lexicon=Lexicon(),
        recap={},
        folder=path.parent,
    )
    shared = replace(shared, voice="silent")
    request = resolve(shared, options, load_settings(), source, default_sleep=_DEFAULT_SLEEP)
    if request.sleep.chapters and options.sleep is None:  # a setting meant for stories
        request = replace(request, sleep=parse_sleep(_DEFAULT_SLEEP, time.time()))
    _check_sleep(request)
    text = _wordless_story(title, path, depth, request.sleep.left_s() or _GLIDE_S)
    night = {**request.settings.night, "ending_bed_s": _FOREVER_S, "linger_s": 0.0}
    return begin(
        replace(
            request,
            source=replace(source, text=text),
            settings=replace(request.settings, night=night),
        )
    )


def _check_sleep(request: PlayRequest) -> None:
    if request.sleep.chapters:
        raise UsageError("--sleep: a bed has no chapters: give a time such as 1h or 22:45, or off")
    if request.options.output.startswith("file:") and request.sleep.seconds is None:
        raise UsageError("--sleep: a file must end: give a time such as 30m or 1h")


def _wordless_story(title: str, recipe: Path, depth: float, glide_s: float) -> str:
    """Return a story in Twee without a line, whose depth goes to 1 within ``glide_s``."""
    return "\n".join(
        [
            ":: StoryTitle",
            " ".join(title.split()),
            f"# soundscape: {recipe.name}",
            f"# depth: {depth:.3f}",
            ":: StoryData",
            json.dumps({"start": "Bed"}),
            ":: Bed",
            f"# depth: 1.0 over={glide_s:.0f}s",
        ]
    )
