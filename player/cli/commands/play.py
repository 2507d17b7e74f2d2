"""``dreamers play``: the night, live. Its options are declared in ``cli/app.py``.

The slow parts are started first: the voice loads, and the device plays its initial silence, while
the rest is set up.
"""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import replace

from player.cli.options import PlayOptions, PlayRequest, SharedOptions, open_voice, with_voice
from player.cli.sleep_option import evening_settings, parse_sleep
from player.controls.keyboard import Keyboard, table
from player.library.stories import Source, find_story
from player.outputs import open_output
from player.storage.bookmarks import bookmark_path, load_bookmark
from player.storage.paths import home
from player.storage.settings import Settings, load_settings

_NO_SLEEP = "off"


def play(shared: SharedOptions, options: PlayOptions) -> int:
    """Play the night; return the exit code."""
    settings = load_settings()
    source = find_story(shared.story)
    path = bookmark_path(home().state, source.name, source.origin)
    bookmark = None if options.fresh or options.from_knot else load_bookmark(path)
    seed = options.seed
    if seed is None:
        seed = bookmark.seed if bookmark else 0
    shared = replace(with_voice(shared, settings, source), seed=seed)
    request = resolve(shared, options, settings, source)
    return begin(replace(request, bookmark_path=path, bookmark=bookmark))


def resolve(
    shared: SharedOptions,
    options: PlayOptions,
    settings: Settings,
    source: Source,
    *,
    default_sleep: str = _NO_SLEEP,
) -> PlayRequest:
    """Return the night that is asked for: by options, else by evening settings, else by others."""
    now = time.time()
    play_settings = {**settings.play, **evening_settings(settings.evening, now)}
    sleep = options.sleep or str(play_settings.get("sleep", default_sleep))
    return PlayRequest(
        shared=shared,
        options=options,
        settings=settings,
        source=source,
        keyboard=Keyboard(table(settings.keys)),
        sleep=parse_sleep(sleep, now),
        volume_db=float(play_settings.get("volume", 0.0)),
    )


def begin(request: PlayRequest) -> int:
    """Start the voice, then the sound, then everything else; return the exit code."""
    from player.cli.lost_device import LostDevice

    with ExitStack() as stack:
        speech = open_voice(request.shared, request.source)
        stack.callback(speech.close)
        lost_device = LostDevice(request.keyboard)
        output = open_output(
            request.options.output,
            device=request.options.device,
            keep_waiting=lost_device.keep_waiting,
        )
        stack.callback(output.abort)  # does nothing once it is closed
        from player.cli.live_night import LiveNight  # slow to import

        night = LiveNight(request)
        lost_device.night = night
        return night.play(speech, output)
