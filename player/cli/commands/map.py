"""``dreamers map``: the branches of a story, in the terminal or as a picture."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from player.authoring.story_map import StoryMap, build_map, coloured, draw_svg, draw_text, plain
from player.authoring.story_map.terminal import MAX_WIDTH
from player.branches import explore
from player.cli.console import print_result, printable
from player.engine.estimate import item_seconds
from player.errors import UsageError
from player.library.stories import find_story
from player.outputs.files.part_file import write_text
from player.script import read_header
from player.story.model import Choices, Line


def map_story(story: str, output: Path | None) -> None:
    """Print the map of ``story``, or write it to ``output``, an ``.svg`` file."""
    if output is not None and output.suffix.lower() != ".svg":
        raise UsageError(
            f"map: '{output}' is not the name of a picture: give one that ends in .svg"
        )
    story_map = _build(story)
    if output is None:
        _show(story_map)
    else:
        write_text(output, draw_svg(story_map))


def _build(story: str) -> StoryMap:
    source = find_story(story)
    header = read_header(source.open().header)

    def seconds(item: Line | Choices) -> float:
        return item_seconds(item, header)

    return build_map(explore(source.open, seconds), header, seconds)


def _show(story_map: StoryMap) -> None:
    is_terminal = sys.stdout.isatty()
    width = shutil.get_terminal_size((MAX_WIDTH, 24)).columns - 1 if is_terminal else MAX_WIDTH
    dim = is_terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    rows = draw_text(story_map, width)
    text = "\n".join(coloured(row) if dim else row.text for row in rows)
    print_result(text if printable(text, sys.stdout) == text else plain(text), painted=dim)
