"""Turn one item of the story into steps of the night."""

from __future__ import annotations

from dataclasses import dataclass

from player.script.header import NARRATOR, Header
from player.script.prompts import ask_again, spoken_question
from player.script.tags import CHOICE, LINE, Tag, TagError, parse_tag
from player.story.model import Choice, Choices, End, Line

LINE_PAUSE_S = 0.9
"""Pause after a line at depth 0; greater depth lengthens it."""
SOUNDSCAPE_FADE_S = 20.0
DEPTH_CHANGE_S = 60.0


@dataclass(frozen=True, slots=True)
class ChangeSoundscape:
    """Crossfade to another soundscape."""

    name: str
    fade_s: float


@dataclass(frozen=True, slots=True)
class ChangeDepth:
    """Glide to another depth, from 0 to 1, in ``over_s`` seconds."""

    depth: float
    over_s: float


@dataclass(frozen=True, slots=True)
class BeginChapter:
    """Begin a chapter."""

    title: str


@dataclass(frozen=True, slots=True)
class PlaySound:
    """Play a recording once, under the voice."""

    file: str


@dataclass(frozen=True, slots=True)
class Say:
    """Speak a line, in the manner of a member of the cast."""

    text: str
    speaker: str
    rate: float
    pause_s: float
    path: str
    asks: bool = False
    """True if this line already puts the question that follows."""


@dataclass(frozen=True, slots=True)
class Option:
    """A choice: its words, and the key that the writer gave it."""

    text: str
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask the listener to choose."""

    options: tuple[Option, ...]
    default: int
    timeout_s: float | None
    question: str
    again: str
    path: str


@dataclass(frozen=True, slots=True)
class Finish:
    """End the story."""

    path: str


Step = ChangeSoundscape | ChangeDepth | BeginChapter | PlaySound | Say | Ask | Finish


@dataclass(frozen=True, slots=True)
class Problem:
    """A tag that was skipped: the place in the story, and one sentence."""

    path: str
    message: str


@dataclass(frozen=True, slots=True)
class ItemSteps:
    """The steps of one item of the story, and the problems in its tags."""

    steps: tuple[Step, ...]
    problems: tuple[Problem, ...] = ()


def read_item(item: Line | Choices | End, header: Header) -> ItemSteps:
    """Return the steps of one item, in the order in which they happen."""
    match item:
        case Line():
            return _line(item, header)
        case Choices():
            return _choices(item, header)
        case End():
            return ItemSteps((Finish(item.path),))


def _tags(texts: tuple[str, ...], place: str, path: str) -> tuple[dict[str, Tag], list[Problem]]:
    tags: dict[str, Tag] = {}
    problems = []
    for text in texts:
        try:
            tag = parse_tag(text, place)
        except TagError as error:
            problems.append(Problem(path, str(error)))
        else:
            tags[tag.name] = tag
    return tags, problems


def _line(line: Line, header: Header) -> ItemSteps:
    tags, problems = _tags(line.tags, LINE, line.path)
    steps: list[Step] = []
    if chapter := tags.get("chapter"):
        steps.append(BeginChapter(str(chapter.value)))
    if scene := tags.get("soundscape"):
        steps.append(
            ChangeSoundscape(str(scene.value), float(scene.options.get("fade", SOUNDSCAPE_FADE_S)))
        )
    if depth := tags.get("depth"):
        steps.append(
            ChangeDepth(float(depth.value), float(depth.options.get("over", DEPTH_CHANGE_S)))
        )
    if sound := tags.get("sound"):
        steps.append(PlaySound(str(sound.value)))
    speaker = str(tags["voice"].value) if "voice" in tags else NARRATOR
    if speaker not in (NARRATOR, *header.cast):
        problems.append(
            Problem(
                line.path,
                f"voice '{speaker}' is not in the cast: add '# cast: {speaker}' at the top",
            )
        )
    if not line.text and "pause" not in tags:
        return ItemSteps(tuple(steps), tuple(problems))  # only tags: there is nothing to say
    steps.append(
        Say(
            text=line.text,
            speaker=speaker,
            rate=float(tags["rate"].value) if "rate" in tags else 1.0,
            pause_s=float(tags["pause"].value) if "pause" in tags else LINE_PAUSE_S,
            path=line.path,
            asks="ask" in tags,
        )
    )
    return ItemSteps(tuple(steps), tuple(problems))


def _choices(choices: Choices, header: Header) -> ItemSteps:
    problems: list[Problem] = []
    options, default, timeout_s = [], None, None
    for index, choice in enumerate(choices.options):
        tags, faults = _tags(choice.tags, CHOICE, choices.path)
        problems += faults
        options.append(Option(choice.text, str(tags["key"].value) if "key" in tags else None))
        if "default" in tags and default is None:
            default = index
        if "timeout" in tags:
            timeout_s = float(tags["timeout"].value)
    names = _names(choices.options, header)
    texts = [option.text for option in options]
    ask = Ask(
        options=tuple(options),
        default=default or 0,
        timeout_s=timeout_s,
        question=spoken_question(texts, names),
        again=ask_again(texts, names),
        path=choices.path,
    )
    return ItemSteps((ask,), tuple(problems))


def _names(choices: tuple[Choice, ...], header: Header) -> set[str]:
    """Return the words that keep their capital: the cast, and words with one in mid-sentence."""
    inside = {
        word.strip(".,;:!?'\"’")
        for choice in choices
        for word in choice.text.split()[1:]
        if word[:1].isupper()
    }
    return inside | {name.capitalize() for name in header.cast}
