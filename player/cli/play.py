"""``dreamers play``: the night, live.

What is slow is begun first: the voice loads, and the device plays its silence, beside the rest.
"""

from __future__ import annotations

import re
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from player.answers.keys import Keys, table
from player.cli.say import say
from player.cli.telling import Telling, open_voice, with_voice
from player.config import load_config
from player.errors import UnavailableError, UsageError
from player.home import home
from player.library import Source, find_story
from player.outputs import Output, open_output


@dataclass(frozen=True, slots=True)
class Listening:
    """The options of ``play`` alone."""

    sleep: str | None = None
    fresh: bool = False
    from_knot: str | None = None
    output: str = "speaker"
    device: str | None = None
    volume: float | None = None
    cues: Path | None = None


def play(telling: Telling, listening: Listening) -> int:
    """Tell the night to somebody who listens; answers the exit code."""
    config = load_config(home().config / "config.toml")
    sleep_s = _sleep_seconds(listening.sleep or str(config.play.get("sleep", "off")))
    keys = Keys(table(config.keys))
    source = find_story(telling.story)
    telling = with_voice(telling, config, source)
    with ExitStack() as stack:
        speech = open_voice(telling, source)
        stack.callback(speech.close)
        output, live = _output(listening, source, keys)
        stack.callback(output.abort)  # does nothing once it is closed
        from player.cli.listener import Evening, Listener  # slow: only now

        evening = Evening(telling, config, source, keys, sleep_s, live)
        return Listener(evening, listening).listen(speech, output)


def _sleep_seconds(text: str) -> float | None:
    """``30m`` or ``1h`` to seconds; ``off`` to ``None``."""
    if text == "off":
        return None
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(m|min|h|s)", text)
    if not match:
        raise UsageError(f"--sleep: '{text}' is no time: give one such as 30m or 1h, or off")
    return float(match[1]) * {"s": 1, "m": 60, "min": 60, "h": 3600}[match[2]]


def _output(listening: Listening, source: Source, keys: Keys) -> tuple[Output, bool]:
    """Where it sounds, and whether somebody is listening there as it is told."""
    try:
        output = open_output(listening.output, device=listening.device, while_lost=keys.still_here)
        return output, not listening.output.startswith("file:")
    except UnavailableError as error:
        if listening.output != "speaker" or listening.device is not None:
            raise
        from player.outputs.part import unused

        path = unused(Path(f"{source.name}.flac"))
        say(f"{error} The night goes into {path} instead.")
        return open_output(f"file:{path}"), False
