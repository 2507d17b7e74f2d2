"""The bundled tale and all of its branches, explored once in a test run."""

from player.branches import BranchSurvey, explore
from player.engine.estimate import item_seconds
from player.library.stories import Source, find_story
from player.script import read_header
from tests.support.run_cache import once_per_run

NAME = "the-dreamers"


def tale_source() -> Source:
    return find_story(NAME)


def tale_survey() -> BranchSurvey:
    """Return the survey that ``check`` makes, with its estimates; it takes some seconds."""
    return once_per_run("tale-survey", lambda: survey_of(tale_source()))


def survey_of(source: Source) -> BranchSurvey:
    """Explore a story with the estimates that ``check`` and ``map`` use."""
    header = read_header(source.open().header)
    return explore(source.open, lambda item: item_seconds(item, header))
