"""``dreamers render``: a night to audio files."""

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
from player.cli.assembly import NightRequest, OpenNight, open_night
from player.cli.options import SharedOptions, night_pacing, open_voice, with_voice
from player.cli.signals import defer_interrupts
from player.controls.scripted import ScriptedControls, split
from player.cues import chapters, cues_json, webvtt
from player.engine.estimate import night_seconds
from player.errors import InputError, InputNotFound, UsageError
from player.library.stories import find_story
from player.outputs import Output, Tags
from player.outputs.files.cover_art import MAX_COVER_BYTES, default_cover
from player.outputs.files.file_names import file_names
from player.outputs.files.formats import open_file
from player.outputs.files.part_file import cannot_write, write_text
from player.session import Session
from player.storage.file_access import read_regular_file
from player.storage.settings import load_settings
from player.workers.launch import child_command, start_child

_DRY_TIMES = {"opening_s": 0.75, "ending_bed_s": 1.5, "ending_fade_s": 0.5}
"""Silence before and after the voice alone, as audiobook shops ask for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderOptions:
    """The options of ``render`` alone."""

    file: Path | None
    dry: bool = False
    stems: Path | None = None
    cues: Path | None = None
    subtitles: Path | None = None
    cover: Path | None = None
    every: Path | None = None
    """The folder of ``--all``."""
    jobs: int = 1


def render(shared: SharedOptions, options: RenderOptions) -> int:
    """Render a night to the files that ``options`` name; return the exit code."""
    if options.every is not None:
        return _render_every_ending(shared, options)
    if options.file is None and options.stems is None:
        raise UsageError("render: nowhere to write to: give -o FILE, such as -o night.m4b")
    with ExitStack() as stack:
        request = _request(shared, options, stack)
        night = open_night(request)
        seconds = night_seconds(
            Session(request.source.open(), request.pacing),
            ScriptedControls(split(shared.choices)),
        )
        interrupted = stack.enter_context(defer_interrupts())
        outputs = _open_outputs(options, night, stack)
        with _progress(seconds) as advance:
            for block in night.performance:
                interrupted()
                for stem, output in outputs.items():
                    output.write(_stem(night, stem, block))
                advance(night.performance.frame / RATE)
        marks = chapters(night.performance.cues, night.performance.frame)
        for output in outputs.values():
            output.close(marks)
        _write_texts(options, night)
    night.report()
    return 0


def _request(shared: SharedOptions, options: RenderOptions, stack: ExitStack) -> NightRequest:
    """Return the night that the options ask for; start its voice, which `stack` closes."""
    settings = load_settings()
    source = find_story(shared.story)
    shared = with_voice(shared, settings, source)
    speech = open_voice(shared, source)
    stack.callback(speech.close)
    return NightRequest(
        options=shared,
        settings=settings,
        source=source,
        speech=speech,
        pacing=night_pacing(shared, settings, **(_DRY_TIMES if options.dry else {})),
        controls=ScriptedControls(split(shared.choices)),
        dry=options.dry,
    )


def _open_outputs(options: RenderOptions, night: OpenNight, stack: ExitStack) -> dict[str, Output]:
    """Open every file that is written, by its stem; none is left if anything fails."""
    tags = _tags(options, night)
    files = {}
    if options.file is not None:
        files["file"] = options.file
    if options.stems is not None:
        _make_folder(options.stems)
        files |= {stem: options.stems / f"{stem}.flac" for stem in ("voice", "bed", "mix")}
    outputs: dict[str, Output] = {}
    for name, path in files.items():
        outputs[name] = open_file(path, tags)
        stack.callback(outputs[name].abort)  # does nothing once it is closed
    return outputs


def _tags(options: RenderOptions, night: OpenNight) -> Tags:
    header = night.session.header
    cover = default_cover(header.title)
    if options.cover is not None:
        try:
            cover = read_regular_file(options.cover, MAX_COVER_BYTES)
        except OSError as error:
            if error.errno == errno.EFBIG:
                raise InputError(
                    f"--cover: {options.cover} has over {MAX_COVER_BYTES:,} bytes, the"
                    " maximum that every format holds: choose a smaller picture."
                ) from None
            raise InputNotFound(
                f"--cover: {options.cover} cannot be read: {error.strerror}."
            ) from None
        if not cover.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")):
            raise InputError(f"--cover: {options.cover} is neither a JPEG nor a PNG picture.")
    return Tags(title=header.title, artist=header.author, album=header.title, cover=cover)


def _stem(night: OpenNight, stem: str, block: Samples) -> Samples:
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


def _write_texts(options: RenderOptions, night: OpenNight) -> None:
    performance = night.performance
    if options.cues is not None:
        write_text(options.cues, cues_json(night.source.name, performance.frame, performance.cues))
    if options.subtitles is not None:
        write_text(options.subtitles, webvtt(performance.cues))


# -- every ending ---------------------------------------------------------------------------------


def _render_every_ending(shared: SharedOptions, options: RenderOptions) -> int:
    """Render one file per ending, each in a separate process, ``jobs`` at a time."""
    from player.branches import explore

    assert options.every is not None
    _make_folder(options.every)
    suffix = options.file.suffix if options.file is not None else ".flac"
    source = find_story(shared.story)
    endings = explore(source.open).endings
    names = file_names((ending.path for ending in endings), suffix, instead="ending")
    commands = [
        _command(shared, options, options.every / name, ending.answers)
        for name, ending in zip(names, endings, strict=True)
    ]
    with ThreadPoolExecutor(options.jobs) as pool:
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


def _command(
    shared: SharedOptions, options: RenderOptions, file: Path, answers: tuple[int, ...]
) -> list[str]:
    """Return the command that renders one ending with the options of this one."""
    values: dict[str, object] = {
        "--output": file,
        "--choices": ",".join(str(answer) for answer in answers),
        "--seed": shared.seed,
        "--loudness": shared.loudness,
        "--voice": shared.voice,
        "--speed": shared.speed,
        "--drift": shared.drift,
        "--cover": options.cover,
    }
    words = [f"{name}={value}" for name, value in values.items() if value not in (None, "")]
    flags = [flag for flag, on in (("--clear", shared.clear), ("--dry", options.dry)) if on]
    return child_command("player", "render", *words, *flags, "--", shared.story)
