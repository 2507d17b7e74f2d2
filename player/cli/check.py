"""``dreamers check``: is this story, or this recipe, sound?"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field

from player.answers.keys import KEYS
from player.cli.say import tell
from player.errors import DreamersError
from player.estimate import item_seconds
from player.library import Source, find_story
from player.script import Ask, Header, SetScene, Sound, Step, read, read_header
from player.soundscape_files import bundled_names, load_soundscape, read_recording
from player.story.model import Choices, Line
from player.walk import Walk, walk


@dataclass(frozen=True, slots=True)
class Report:
    """What was found out about one target."""

    target: str
    kind: str
    problems: tuple[str, ...] = ()
    facts: dict[str, str | int | float] = field(default_factory=dict)


def check(targets: list[str], as_json: bool) -> int:
    """Check each target and print what was found; 1 where anything has a problem."""
    reports = [_recipe(t) if _is_recipe(t) else _story(t) for t in targets]
    if as_json:
        tell(json.dumps([asdict(report) for report in reports], ensure_ascii=False, indent=1))
    else:
        for report in reports:
            _print(report)
    return int(any(report.problems for report in reports))


def _is_recipe(target: str) -> bool:
    return target.endswith(".toml") or target in bundled_names()


def _print(report: Report) -> None:
    tell(f"{report.target}: {'not yet sound' if report.problems else 'sound'} ({report.kind})")
    for name, value in report.facts.items():
        tell(f"  {name}: {value}")
    for problem in report.problems:
        tell(f"  - {problem}")


def _recipe(target: str) -> Report:
    recipe = load_soundscape(target).recipe
    return Report(target, "soundscape", (), {"title": recipe.title, "layers": len(recipe.layers)})


# -- stories --------------------------------------------------------------------------------------


def _story(target: str) -> Report:
    source = find_story(target)
    header = read_header(source.open().header)
    walked = walk(source.open, seconds=lambda item: item_seconds(item, header))
    problems = dict.fromkeys(
        (*header.problems, *_tag_problems(walked, header, source), *_shape_problems(walked))
    )
    return Report(target, "story", tuple(problems), _facts(walked))


def _tag_problems(walked: Walk, header: Header, source: Source) -> Iterator[str]:
    """What is wrong with the tags of all that can be heard, and with what they name."""
    items: Iterable[Line | Choices] = (*walked.lines, *walked.questions)
    steps: dict[Step, None] = {SetScene(header.soundscape, 0.0): None}
    for item in items:
        reading = read(item, header)
        steps |= dict.fromkeys(reading.steps)
        yield from (f"{problem.path}: {problem.message}" for problem in reading.problems)
    for step in steps:
        match step:
            case Ask():
                yield from _key_problems(step)
            case SetScene():
                yield from _failure(load_soundscape, step.name, source.folder)
            case Sound() if source.folder is None:
                yield f"sound '{step.file}': a bundled story has no sounds of its own."
            case Sound():
                yield from _failure(read_recording, source.folder, step.file)


def _failure(attempt: Callable[..., object], *arguments: object) -> Iterator[str]:
    try:
        attempt(*arguments)
    except DreamersError as error:
        yield str(error)


def _key_problems(ask: Ask) -> Iterator[str]:
    own = Counter(option.key for option in ask.options if option.key)
    for key, times in own.items():
        if times > 1:
            yield f"{ask.path}: key '{key}' is given to {times} choices: give each its own"
        if key in KEYS or key.isdigit():
            yield f"{ask.path}: key '{key}' is the player's own: give the choice another letter"
    if len(ask.options) > 9:
        yield f"{ask.path}: {len(ask.options)} choices: nine is the most that keys can answer"


def _shape_problems(walked: Walk) -> Iterator[str]:
    for knot in walked.unreached:
        yield f"{knot}: never reached: divert to it, or remove it"
    for dead in walked.dead_ends:
        yield f"dead end after the answers {dead.answers or 'none'}: {dead.message}"
    if not walked.endings:
        yield "no ending is reached: some path must come to -> END"


def _facts(walked: Walk) -> dict[str, str | int | float]:
    return {
        "words": walked.words,
        "choices": len(walked.questions),
        "endings": len({ending.path for ending in walked.endings}),
        "shortest night": f"{walked.shortest_s / 60:.0f} min",
        "longest night": f"{walked.longest_s / 60:.0f} min",
        "walked": "every branch (proof)"
        if walked.proof
        else "as far as the budget went (coverage)",
    }
