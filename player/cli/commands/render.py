"""``dreamers render``: the same night, to files."""

from __future__ import annotations

import errno
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from player.audio import RATE, Samples
from player.cli.assembly import Night, Terms, open_night
from player.cli.options import Telling, night_pacing, open_voice, with_voice
from player.cli.signals import held_back
from player.controls.scripted import ScriptedControls, split
from player.cues import chapters, cues_json, webvtt
from player.engine.estimate import night_seconds
from player.errors import InputError, InputNotFound, UsageError
from player.library.stories import Source, find_story
from player.outputs import Output, Tags
from player.outputs.files.atomic_file import cannot_write, write_text
from player.outputs.files.cover_art import MAX_COVER_BYTES, default_cover
from player.outputs.files.file_names import file_names
from player.outputs.files.formats import open_file
from player.storage.file_access import read_regular_file
from player.storage.paths import home
from player.storage.settings import load_config
from player.workers.launch import child_command, start_child


@dataclass(frozen=True, slots=True)
class Target:
    """The options of ``render`` alone."""

    file: Path | None
    dry: bool = False
    stems: Path | None = None
    cues: Path | None = None
    subtitles: Path | None = None
    cover: Path | None = None
    every: Path | None = None
    jobs: int = 1


def render(telling: Telling, target: Target) -> int:
    """Tell the night into ``target``; answers the exit code."""
    if target.every is not None:
        return _every_ending(telling, target)
    if target.file is None and target.stems is None:
        raise UsageError("render: nowhere to write to: give -o FILE, such as -o night.m4b")
    config = load_config(home().config / "config.toml")
    source = find_story(telling.story)
    telling = with_voice(telling, config, source)
    with ExitStack() as stack:
        speech = open_voice(telling, source)
        stack.callback(speech.close)
        times = {"opening_s": 0.75, "ending_bed_s": 1.5, "ending_fade_s": 0.5} if target.dry else {}
        terms = Terms(
            pacing=night_pacing(telling, config, **times),
            answers=ScriptedControls(split(telling.choices)),
            dry=target.dry,
        )
        night = open_night(telling, config, source, speech, terms)
        expected_s = _length_s(telling, source, terms)
        interrupted = stack.enter_context(held_back())
        outputs = _outputs(target, night, stack)
        with _progress(expected_s) as advance:
            for block in night.performance:
                interrupted()
                for stem, output in outputs.items():
                    output.write(_stem(night, stem, block))
                advance(night.performance.frame / RATE)
        heard = chapters(night.performance.cues, night.performance.frame)
        for output in outputs.values():
            output.close(heard)
        _write_texts(target, source, night)
    night.report()
    return 0


def _outputs(target: Target, night: Night, stack: ExitStack) -> dict[str, Output]:
    """Every file that is written, by the stem it takes; none is left if anything fails."""
    tags = _tags(target, night)
    files = {}
    if target.file is not None:
        files["file"] = target.file
    if target.stems is not None:
        _make_folder(target.stems)
        files |= {stem: target.stems / f"{stem}.flac" for stem in ("voice", "bed", "mix")}
    outputs: dict[str, Output] = {}
    for name, path in files.items():
        outputs[name] = open_file(path, tags)
        stack.callback(outputs[name].abort)  # does nothing once it is closed
    return outputs


def _tags(target: Target, night: Night) -> Tags:
    header = night.session.header
    cover = default_cover(header.title)
    if target.cover is not None:
        try:
            cover = read_regular_file(target.cover, MAX_COVER_BYTES)
        except OSError as error:
            if error.errno == errno.EFBIG:
                raise InputError(
                    f"--cover: {target.cover} has over {MAX_COVER_BYTES:,} bytes, the most that"
                    " every format holds with ease: choose a smaller picture."
                ) from None
            raise InputNotFound(
                f"--cover: {target.cover} cannot be read: {error.strerror}."
            ) from None
        if not cover.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")):
            raise InputError(f"--cover: {target.cover} is no JPEG and no PNG picture.")
    return Tags(title=header.title, artist=header.author, album=header.title, cover=cover)


def _stem(night: Night, stem: str, block: Samples) -> Samples:
    mixed = night.performance.mixed
    if mixed is None or stem in ("file", "mix"):
        return block
    return mixed.voice if stem == "voice" else mixed.bed


@contextmanager
def _progress(expected_s: float) -> Iterator[Callable[[float], None]]:
    columns = (BarColumn(), TextColumn("{task.percentage:>3.0f} %"), TimeRemainingColumn())
    with Progress(*columns, transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("", total=expected_s)
        yield lambda seconds: bar.update(task, completed=min(seconds, expected_s))


def _length_s(telling: Telling, source: Source, terms: Terms) -> float:
    """About how long the night will be: the same session, told by nobody."""
    from player.session import Session

    session = Session(source.open(), terms.pacing)
    return night_seconds(session, ScriptedControls(split(telling.choices)))


def _write_texts(target: Target, source: Source, night: Night) -> None:
    performance = night.performance
    if target.cues is not None:
        write_text(target.cues, cues_json(source.name, performance.frame, performance.cues))
    if target.subtitles is not None:
        write_text(target.subtitles, webvtt(performance.cues))


# -- every ending ---------------------------------------------------------------------------------


def _every_ending(telling: Telling, target: Target) -> int:
    """Render one file an ending, each in a process of its own, ``jobs`` at a time."""
    from player.branches import explore

    assert target.every is not None
    _make_folder(target.every)
    ending = target.file.suffix if target.file is not None else ".flac"
    source = find_story(telling.story)
    endings = explore(source.open).endings
    names = file_names((found.path for found in endings), ending, instead="ending")
    commands = [
        _command(telling, target, target.every / name, found.answers)
        for name, found in zip(names, endings, strict=True)
    ]
    with ThreadPoolExecutor(target.jobs) as pool:
        codes = list(pool.map(_exit_code, commands))
    return next((code for code in codes if code), 0)


def _exit_code(command: list[str]) -> int:
    """Run one render; Ctrl-C in the terminal reaches it too. A signal's code is as in a shell."""
    with start_child(command, own_group=False) as process:
        code = process.wait()
    return code if code >= 0 else 128 - code


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(folder, error) from None


def _command(telling: Telling, target: Target, file: Path, answers: tuple[int, ...]) -> list[str]:
    """Return the command that renders one ending as this one was asked to."""
    options: dict[str, object] = {
        "--output": file,
        "--choices": ",".join(str(answer) for answer in answers),
        "--seed": telling.seed,
        "--loudness": telling.loudness,
        "--voice": telling.voice,
        "--speed": telling.speed,
        "--drift": telling.drift,
        "--cover": target.cover,
    }
    given = [f"{name}={value}" for name, value in options.items() if value not in (None, "")]
    flags = [flag for flag, on in (("--clear", telling.clear), ("--dry", target.dry)) if on]
    return child_command("player", "render", *given, *flags, "--", telling.story)
