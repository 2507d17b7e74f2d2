"""What the ear would stumble over in a story: found in its text and tags, before a word is spoken.

A *problem* can wake somebody: a line that startles, a depth that jumps. A *remark* is a writer's
to weigh: too long for a breath, too fast, a word the voice has to guess, a repetition that may not
have been meant. Each is one sentence that begins with the place, and a remedy is in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from player.authoring.lint.depth_jumps import Depths, depths
from player.authoring.lint.finding import Finding, Spoken
from player.authoring.lint.pacing import breath, hurry
from player.authoring.lint.repetition import echoes, openings
from player.authoring.lint.startling_words import startling
from player.authoring.lint.unknown_words import doubtful
from player.branches import BranchSurvey
from player.script import Header
from player.story.model import Line

__all__ = ["Depths", "Finding", "Heard", "Spoken", "listen"]


@dataclass(frozen=True, slots=True)
class Heard:
    """What was found, each in the story's order."""

    problems: tuple[str, ...]
    remarks: tuple[str, ...]


def listen(
    survey: BranchSurvey,
    header: Header,
    spoken: Spoken,
    known: Callable[[str], bool] | None = None,
    glides: bool = True,
    asides: tuple[Line, ...] = (),
) -> Heard:
    """Everything that the ear finds in all that ``survey`` heard.

    ``spoken`` is how many seconds a text takes at a rate (1.0 = the narrator at bedtime), ``known``
    whether the voice has a word in its dictionary (left out where it is ``None``). ``glides`` is
    false where the depths are not the writer's own. ``asides`` are lines told beside the story.
    """
    met = depths(survey, header)
    jumps = met.jumps if glides else ()
    lines = (*survey.lines, *asides)
    problems = (*startling(lines, survey.questions), *jumps)
    remarks = [
        *breath(lines, header, met, spoken),
        *hurry(survey.lines, header, met, spoken),
        *echoes(survey),
        *openings(survey),
    ]
    if known is not None:
        remarks += doubtful(lines, survey.questions, known)
    order = {path: number for number, path in enumerate(survey.reached_knots)}
    return Heard(_in_order(problems, order), _in_order(remarks, order))


def _in_order(findings: Iterable[Finding], order: dict[str, int]) -> tuple[str, ...]:
    ordered = sorted(findings, key=lambda finding: order.get(finding.path, -1))
    return tuple(dict.fromkeys(str(finding) for finding in ordered))
