"""Resume from a bookmark. A bookmark that does not fit never keeps a night from beginning."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from player.cli.console import print_notice
from player.errors import DreamersError, InputError
from player.library.soundscapes import bundled_folder, find_soundscape, read_recipe
from player.library.stories import Source
from player.script import read_header
from player.session import Place
from player.storage.bookmarks import Bookmark
from player.story.model import Story

FROM_THE_BEGINNING = "we begin at the beginning."


def find_resume_place(source: Source, bookmark: Bookmark) -> Place | None:
    """Return the place to resume at, or None for the beginning, and print which it is.

    If the story has changed since, or its runtime refuses the saved state, the night resumes at
    the top of the knot, if that still exists.
    """
    story, place = source.open(), _with_existing_soundscape(source, bookmark.place)
    if bookmark.digest != story.digest:
        return _nearest_place(story, place, "The story has changed since")
    if not _can_resume(story, place):
        return _nearest_place(source.open(), place, "The bookmark does not fit the story")
    where = f", in {place.chapter}" if place.chapter else ""
    print_notice(f"Picking up where you left off{where}. (--fresh starts over.)")
    return place


def _can_resume(story: Story, place: Place) -> bool:
    """Return whether the story goes on from the saved state."""
    try:
        story.load(place.state)
        story.next()
    except InputError:
        return False
    return True


def _nearest_place(story: Story, place: Place, reason: str) -> Place | None:
    for knot in _knots(place):
        if knot in story.knots:
            try:
                story.jump(knot)
            except InputError:  # the knot has parameters
                continue
            print_notice(f"{reason}: we go on from '{knot}', the nearest place that is left.")
            return replace(place, state=story.save(), path=knot, answers=())
    print_notice(f"{reason}, and the place is gone: {FROM_THE_BEGINNING}")
    return None


def _knots(place: Place) -> Iterator[str]:
    """Yield the stitch (or a passage whose name has dots), then the knot around it."""
    yield place.path
    yield place.path.partition(".")[0]


def _with_existing_soundscape(source: Source, place: Place) -> Place:
    """Return ``place``, with the story's first soundscape if its own no longer exists."""
    try:
        read_recipe(find_soundscape(place.scene, source.folder or bundled_folder()))
    except DreamersError:
        return replace(place, scene=read_header(source.open().header).soundscape)
    return place
