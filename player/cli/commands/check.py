"""``dreamers check``: checks of stories and soundscape recipes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field

from player.authoring.lint import lint_story
from player.authoring.soundscape_check.check import check_recipe
from player.authoring.soundscape_check.probe import PieceMeasures
from player.branches import BranchSurvey, explore
from player.branches.choice_effects import ChoiceEffect, choice_effects
from player.cli.console import print_result
from player.controls.keyboard import KEYS
from player.engine.estimate import item_seconds, spoken_seconds
from player.errors import DreamersError
from player.library.recordings import read_recording
from player.library.soundscapes import bundled_folder, bundled_names, load_soundscape
from player.library.stories import Source, find_story
from player.script import (
    Ask,
    BeginChapter,
    ChangeSoundscape,
    Header,
    PlaySound,
    Step,
    read_header,
    read_item,
)
from player.story.model import Choices, Line
from player.story.recap import recap_faults
from player.terminal_text import clean, json_text
from player.voices.known_words import dictionary

_MAX_LISTED = 100  # unreached knots


@dataclass(frozen=True, slots=True)
class Report:
    """The result of checking one target."""

    target: str
    kind: str
    problems: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    """Advice: a target with remarks may still be sound."""
    facts: dict[str, str | int | float] = field(default_factory=dict)
    consequences: tuple[ChoiceEffect, ...] = ()
    """Effects of each answer to each question."""
    heard: tuple[PieceMeasures, ...] = ()
    """Measures of a soundscape at each depth; "heard" is its name in the JSON report."""


def check(targets: list[str], as_json: bool) -> int:
    """Check each target and print a report; return 1 if any has a problem."""
    reports = [_recipe(t) if _is_recipe(t) else _story(t) for t in targets]
    if as_json:
        print_result(json_text([asdict(report) for report in reports]))
    else:
        for report in reports:
            _print(report)
    return int(any(report.problems for report in reports))


def _is_recipe(target: str) -> bool:
    return target.endswith(".toml") or target in bundled_names()


def _print(report: Report) -> None:
    # A finding may quote line breaks of the story; it is printed as one line all the same.
    print_result(
        f"{clean(report.target)}: {'not yet sound' if report.problems else 'sound'} ({report.kind})"
    )
    for name, value in report.facts.items():
        print_result(f"  {name}: {clean(str(value))}")
    if report.consequences:
        print_result("  what comes of each choice:")
    for effect in report.consequences:
        print_result(f"    {clean(_effect_text(effect))}")
    for problem in report.problems:
        print_result(f"  - {clean(problem)}")
    if report.remarks:
        print_result("  worth a second hearing:")
    for remark in report.remarks:
        print_result(f"    {clean(remark)}")


def _effect_text(effect: ChoiceEffect) -> str:
    parts = []
    if effect.lines:
        count = f"{effect.lines} later {'line' if effect.lines == 1 else 'lines'}"
        parts.append(f"{count}, in {', '.join(effect.places)}")
    if effect.endings:
        parts.append(f"the way to {', '.join(effect.endings)}")
    return f"{effect.path}, {effect.answer}: {'; '.join(parts) or 'nothing of its own'}"


def _recipe(target: str) -> Report:
    loaded = load_soundscape(target)
    result = check_recipe(loaded.recipe, loaded.recordings)
    facts: dict[str, str | int | float] = {
        "title": loaded.recipe.title,
        "layers": len(loaded.recipe.layers),
        "heard at each depth": f"{result.seconds:.0f} s",
        "comes again (0 never, 1 a loop)": round(result.loop, 2),
    }
    for piece in result.pieces:
        facts[f"at depth {piece.depth:g}"] = (
            f"{piece.lufs:.1f} LUFS, {piece.true_peak_dbtp:.1f} dBTP, rises {piece.rise_lu:.1f} LU"
            f" ({piece.slow_rise_lu:.1f} short-term),"
            f" range {piece.range_lu:.1f} LU, {piece.sharpness_acum:.2f} acum,"
            f" centroid {piece.centroid_hz:.0f} Hz, {piece.slope_db:.1f} dB/octave,"
            f" correlation {piece.correlation:.2f}"
        )
    return Report(
        target=target,
        kind="soundscape",
        problems=result.findings,
        remarks=result.remarks,
        facts=facts,
        heard=result.pieces,
    )


# -- stories --------------------------------------------------------------------------------------


def _story(target: str) -> Report:
    source = find_story(target)
    header = read_header(source.open().header)
    survey = explore(source.open, seconds=lambda item: item_seconds(item, header))
    is_known = dictionary(source.lexicon)
    lint = lint_story(
        survey,
        header,
        spoken_seconds,
        is_known=is_known,
        check_depth=_glides_by_hand(source),
        extra_lines=tuple(Line(text, (), _recap_name(source)) for text in source.recap.values()),
    )
    choices = choice_effects(survey)
    problems = dict.fromkeys(
        (
            *header.problems,
            *_tag_problems(survey, header, source),
            *_shape_problems(survey),
            *_recap_problems(survey, header, source),
            *lint.problems,
        )
    )
    facts = _facts(survey)
    if is_known is None:
        facts["doubtful words"] = "not looked for: hibari, which knows the others, is missing"
    remarks = (*choices.cosmetic, *lint.remarks)
    return Report(
        target=target,
        kind="story",
        problems=tuple(problems),
        remarks=remarks,
        facts=facts,
        consequences=choices.effects,
    )


def _glides_by_hand(source: Source) -> bool:
    """Return whether the story sets its depths; in a plain text its length sets them by default."""
    return not source.filename.endswith((".txt", ".md")) or "depth:" in source.text


def _recap_problems(survey: BranchSurvey, header: Header, source: Source) -> Iterator[str]:
    """Yield the chapters without a recap, in a story that has recaps."""
    steps = (step for line in survey.lines for step in read_item(line, header).steps)
    chapters = tuple(dict.fromkeys(step.title for step in steps if isinstance(step, BeginChapter)))
    yield from recap_faults(source.recap, chapters, _recap_name(source))


def _recap_name(source: Source) -> str:
    return f"{source.name}.recap.toml"


def _tag_problems(survey: BranchSurvey, header: Header, source: Source) -> Iterator[str]:
    """Yield the faults in the tags of every line and question, and in the files that they name."""
    items: Iterable[Line | Choices] = (*survey.lines, *survey.questions)
    steps: dict[Step, None] = {ChangeSoundscape(header.soundscape, 0.0): None}
    for item in items:
        reading = read_item(item, header)
        steps |= dict.fromkeys(reading.steps)
        yield from (f"{problem.path}: {problem.message}" for problem in reading.problems)
    for step in steps:
        match step:
            case Ask():
                yield from _key_problems(step)
            case ChangeSoundscape():
                yield from _failure(load_soundscape, step.name, source.folder or bundled_folder())
            case PlaySound() if source.folder is None:
                yield f"sound '{step.file}': a bundled story has no recordings."
            case PlaySound():
                yield from _failure(read_recording, source.folder, step.file)


def _failure(attempt: Callable[..., object], *arguments: object) -> Iterator[str]:
    try:
        attempt(*arguments)
    except DreamersError as error:
        yield str(error)


def _key_problems(ask: Ask) -> Iterator[str]:
    counts = Counter(option.key for option in ask.options if option.key)
    for key, times in counts.items():
        if times > 1:
            yield f"{ask.path}: key '{key}' is given to {times} choices: give each its own"
        if key in KEYS or key.isdigit():
            yield f"{ask.path}: key '{key}' is the player's own: give the choice another letter"
    if len(ask.options) > 9:
        yield f"{ask.path}: {len(ask.options)} choices: keys can answer at most nine"


def _shape_problems(survey: BranchSurvey) -> Iterator[str]:
    for knot in survey.unreached_knots[:_MAX_LISTED]:
        yield f"{knot}: never reached: divert to it, or remove it"
    if (more := len(survey.unreached_knots) - _MAX_LISTED) > 0:
        yield f"{more:,} more are never reached: is the way to them lost?"
    for dead in survey.dead_ends:
        yield f"dead end after the answers {dead.answers or 'none'}: {dead.message}"
    if not survey.endings:
        yield "no ending is reached: some path must come to -> END"


def _facts(survey: BranchSurvey) -> dict[str, str | int | float]:
    return {
        "words": survey.word_count,
        "choices": len(survey.questions),
        "endings": len({ending.path for ending in survey.endings}),
        "shortest night": f"{survey.shortest_s / 60:.0f} min",
        "longest night": f"{survey.longest_s / 60:.0f} min",
        "walked": "every branch (proof)"
        if survey.exhaustive
        else "as far as the budget went (coverage)",
    }
