"""Find in a story's text and tags what a listener would stumble over, before a word is spoken.

A *problem* can wake a listener: a line that startles, a depth that jumps. A *remark* is for the
writer to judge: a sentence too long for a breath, a hurried passage, a word that the voice has to
guess, a repetition that may not be intended. Each is one sentence that begins with its place and
names a remedy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from player.authoring.lint.depth_jumps import StoryDepth, follow_depth
from player.authoring.lint.finding import Finding, SpeechDuration
from player.authoring.lint.pacing import find_hurried_passages, find_long_breaths
from player.authoring.lint.repetition import find_repeated_openings, find_repeated_words
from player.authoring.lint.startling_words import find_startling_words
from player.authoring.lint.unknown_words import find_unknown_words
from player.branches import BranchSurvey
from player.script import Header
from player.story.model import Line

__all__ = ["Finding", "LintReport", "SpeechDuration", "StoryDepth", "lint_story"]


@dataclass(frozen=True, slots=True)
class LintReport:
    """Problems and remarks, each in the order of the story."""

    problems: tuple[str, ...]
    remarks: tuple[str, ...]


def lint_story(
    survey: BranchSurvey,
    header: Header,
    speech_seconds: SpeechDuration,
    *,
    is_known: Callable[[str], bool] | None = None,
    check_depth: bool = True,
    extra_lines: tuple[Line, ...] = (),
) -> LintReport:
    """Check every line and question of the explored story.

    ``is_known`` tells whether the voice has a word in its dictionary; without it, unknown words
    are not looked for. Pass ``check_depth=False`` if the depths are not the writer's.
    ``extra_lines`` are spoken outside the story, such as recaps.
    """
    depth = follow_depth(survey, header)
    jumps = depth.jumps if check_depth else ()
    lines = (*survey.lines, *extra_lines)
    problems = (*find_startling_words(lines, survey.questions), *jumps)
    remarks = [
        *find_long_breaths(lines, header, depth, speech_seconds),
        *find_hurried_passages(survey.lines, header, depth, speech_seconds),
        *find_repeated_words(survey),
        *find_repeated_openings(survey),
    ]
    if is_known is not None:
        remarks += find_unknown_words(lines, survey.questions, is_known)
    order = {path: number for number, path in enumerate(survey.reached_knots)}
    return LintReport(_in_order(problems, order), _in_order(remarks, order))


def _in_order(findings: Iterable[Finding], order: dict[str, int]) -> tuple[str, ...]:
    ordered = sorted(findings, key=lambda finding: order.get(finding.path, -1))
    return tuple(dict.fromkeys(str(finding) for finding in ordered))
