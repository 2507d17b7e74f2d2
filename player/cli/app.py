"""Every command and its options.

What a command needs is imported when it runs, so that each starts fast.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from player.storage.limits import DRIFT_DB, SPEED, VOLUME_DB

app = typer.Typer(
    name="dreamers",
    help="An interactive audio bedtime-story player: it tells, asks, waits, and lets you sleep.",
    epilog="Example: dreamers play",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
soundscapes = typer.Typer(
    help="List, render and draw the soundscapes.", epilog="Example: dreamers soundscapes"
)
voices = typer.Typer(help="List the voices, and fetch others.", epilog="Example: dreamers voices")
app.add_typer(soundscapes, name="soundscapes", invoke_without_command=True)
app.add_typer(voices, name="voices", invoke_without_command=True)

Story = Annotated[str, typer.Argument(help="A bundled story's name, or a path.")]
Voice = Annotated[str | None, typer.Option(help="Who tells it: see 'dreamers voices'.")]
Choices = Annotated[str, typer.Option(help="Answers in order, such as 2,1,default.")]
Seed = Annotated[int, typer.Option(help="Same seed and answers, same samples.", min=0)]
Speed = Annotated[
    float | None,
    typer.Option(help="Factor on the narrator's pace.", min=SPEED[0], max=SPEED[1]),
]
Drift = Annotated[
    float | None,
    typer.Option(help="How many dB the night softens.", min=DRIFT_DB[0], max=DRIFT_DB[1]),
]
Clear = Annotated[bool, typer.Option("--clear", help="A quieter bed, for better intelligibility.")]
Sleep = Annotated[str | None, typer.Option(help="Fade out: 30m, 1h, 22:45, '2 chapters', or off.")]
SoundsOn = Annotated[str, typer.Option("--output", help="speaker, simpleaudio, null or file:PATH.")]
Device = Annotated[str | None, typer.Option(help="See 'dreamers devices'.")]
Volume = Annotated[float | None, typer.Option(help="In dB.", min=VOLUME_DB[0], max=VOLUME_DB[1])]


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        from player.cli.console import print_result

        print_result(f"dreamers {version('dreamers')}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def dreamers(
    context: typer.Context,
    _version: Annotated[
        bool,
        typer.Option(
            "-V", "--version", callback=_print_version, is_eager=True, help="Show the version."
        ),
    ] = False,
    _debug: Annotated[  # taken off the arguments before; here for the help
        str | None,
        typer.Option(
            "--debug",
            metavar="[FILE]",
            help="Write a log of the run (FILE.log, else in the state folder); show tracebacks.",
        ),
    ] = None,
) -> None:
    """An interactive audio bedtime-story player: it tells, asks, waits, and lets you sleep."""
    if context.invoked_subcommand is None:
        from player.cli.console import print_result

        print_result(context.get_help())


@app.command(epilog="Example: dreamers play the-dreamers --sleep 30m")
def play(
    story: Story = "the-dreamers",
    voice: Voice = None,
    choices: Choices = "",
    seed: Annotated[
        int | None, typer.Option(help="Default: the seed of the night being resumed.", min=0)
    ] = None,
    speed: Speed = None,
    drift: Drift = None,
    clear: Clear = False,
    sleep: Sleep = None,
    prelude: Annotated[str | None, typer.Option(help="The bed alone before the story: 3m.")] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="From the beginning.")] = False,
    from_knot: Annotated[str | None, typer.Option("--from", help="Begin at this knot.")] = None,
    listen: Annotated[bool, typer.Option("--listen", help="Answers may be spoken.")] = False,
    microphone: Annotated[
        str | None, typer.Option(help="The one to listen on: see 'dreamers devices'.")
    ] = None,
    plain: Annotated[bool, typer.Option("--plain", help="Lines of text, no redrawing.")] = False,
    output: SoundsOn = "speaker",
    device: Device = None,
    volume: Volume = None,
    cues: Annotated[
        Path | None, typer.Option(help="Write what was heard, with its frames.")
    ] = None,
) -> int:
    """Play a story: it narrates, asks, and waits for a key."""
    from player.cli.commands.play import play as run
    from player.cli.options import PlayOptions, SharedOptions

    shared = SharedOptions(
        story=story, voice=voice, choices=choices, speed=speed, drift=drift, clear=clear
    )
    options = PlayOptions(
        sleep=sleep,
        fresh=fresh,
        from_knot=from_knot,
        output=output,
        device=device,
        volume=volume,
        cues=cues,
        prelude=prelude,
        plain=plain,
        listen=listen,
        microphone=microphone,
        seed=seed,
    )
    return run(shared, options)


@app.command(epilog="Example: dreamers bed oasis --sleep 1h")
def bed(
    name: Annotated[str, typer.Argument(help="A bundled soundscape, or a recipe's path.")],
    sleep: Sleep = None,
    depth: Annotated[
        float, typer.Option(help="How warm it begins; it ends at 1.", min=0.0, max=1.0)
    ] = 0.5,
    seed: Seed = 0,
    drift: Drift = None,
    plain: Annotated[bool, typer.Option("--plain", help="Lines of text, no redrawing.")] = False,
    output: SoundsOn = "speaker",
    device: Device = None,
    volume: Volume = None,
) -> int:
    """Play a soundscape alone, ever warmer and softer."""
    from player.cli.commands.bed import bed as run
    from player.cli.options import PlayOptions, SharedOptions

    shared = SharedOptions(story=name, seed=seed, drift=drift)
    options = PlayOptions(sleep=sleep, output=output, device=device, volume=volume, plain=plain)
    return run(name, depth, shared, options)


@app.command(epilog="Example: dreamers render --choices 2,1,default -o night.m4b")
def render(
    story: Story = "the-dreamers",
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="A .wav .flac .mp3 .opus or .m4b file.")
    ] = None,
    voice: Voice = None,
    choices: Choices = "",
    seed: Seed = 0,
    speed: Speed = None,
    drift: Drift = None,
    clear: Clear = False,
    loudness: Annotated[
        float, typer.Option(help="Of the speech, in LUFS.", min=-40.0, max=-10.0)
    ] = -20.0,
    dry: Annotated[bool, typer.Option("--dry", help="The voice alone.")] = False,
    stems: Annotated[Path | None, typer.Option(help="A folder for voice, bed and mix.")] = None,
    cues: Annotated[Path | None, typer.Option(help="Write what is heard, with its frames.")] = None,
    subtitles: Annotated[Path | None, typer.Option(help="Write the words as WebVTT.")] = None,
    cover: Annotated[Path | None, typer.Option(help="A picture, JPEG or PNG.")] = None,
    every: Annotated[
        Path | None, typer.Option("--all", help="A folder for one file an ending.")
    ] = None,
    jobs: Annotated[int, typer.Option(help="Files at once, with --all.", min=1, max=64)] = 1,
) -> int:
    """Render a night to audio files."""
    from player.cli.commands.render import RenderOptions
    from player.cli.commands.render import render as run
    from player.cli.options import SharedOptions

    shared = SharedOptions(
        story=story,
        voice=voice,
        choices=choices,
        seed=seed,
        speed=speed,
        drift=drift,
        clear=clear,
        loudness=loudness,
    )
    options = RenderOptions(
        file=output,
        dry=dry,
        stems=stems,
        cues=cues,
        subtitles=subtitles,
        cover=cover,
        every=every,
        jobs=jobs,
    )
    return run(shared, options)


@app.command(epilog="Example: dreamers read the-dreamers --choices 2,1 --spoken")
def read(
    story: Story = "the-dreamers",
    choices: Choices = "",
    spoken: Annotated[
        bool, typer.Option("--spoken", help="What the voice is given: numbers in words, and so on.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For a program to read.")] = False,
) -> None:
    """Read a night as text, a sentence a line."""
    from player.cli.commands.read import read as run

    run(story, choices, spoken=spoken, as_json=as_json)


@app.command(epilog="Example: dreamers check my-story.ink my-rain.toml")
def check(
    targets: Annotated[list[str], typer.Argument(help="Stories and soundscape recipes.")],
    as_json: Annotated[bool, typer.Option("--json", help="For a program to read.")] = False,
) -> int:
    """Check stories and soundscape recipes: every branch, every line."""
    from player.cli.commands.check import check as run

    return run(targets, as_json)


@app.command("map", epilog="Example: dreamers map the-dreamers -o night.svg")
def map_story(
    story: Story = "the-dreamers",
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="An .svg file; left out, the terminal.")
    ] = None,
) -> None:
    """Draw the branches of a story with their times."""
    from player.cli.commands.map import map_story as run

    run(story, output)


@app.command(epilog="Example: dreamers nights the-dreamers")
def nights(
    story: Annotated[
        str | None, typer.Argument(help="A bundled story's name, or a path; left out, every story.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For a program to read.")] = False,
    forget: Annotated[bool, typer.Option("--forget", help="Delete the story's nights.")] = False,
) -> None:
    """List the nights you heard, and the endings still unheard."""
    from player.cli.commands.history import nights as run

    run(story, as_json, forget)


@app.command(epilog="Example: dreamers devices")
def devices() -> None:
    """List sound devices and microphones."""
    from player.cli.commands.doctor import devices as run

    run()


@app.command(epilog="Example: dreamers doctor")
def doctor() -> int:
    """Check this machine, and say how to fix what is missing."""
    from player.cli.commands.doctor import doctor as run

    return run()


@soundscapes.callback()
def list_soundscapes(context: typer.Context) -> None:
    """List the bundled soundscapes."""
    if context.invoked_subcommand is None:
        from player.cli.commands.soundscapes import list_all

        list_all()


Depth = Annotated[str, typer.Option(help="From 0 (sterile) to 1 (warm); 0..1 sweeps.")]


@soundscapes.command(
    "render", epilog="Example: dreamers soundscapes render oasis --depth 0..1 -o oasis.flac"
)
def render_soundscape(
    name: Annotated[str, typer.Argument(help="A bundled soundscape, or a recipe's path.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="An audio file.")],
    depth: Depth = "0..1",
    seconds: Annotated[float, typer.Option(min=0.1, max=86400.0)] = 60.0,
    seed: Seed = 0,
) -> None:
    """Render a soundscape to an audio file."""
    from player.cli.commands.soundscapes import render as run

    run(name, output, depth=depth, seconds=seconds, seed=seed)


@soundscapes.command("plot", epilog="Example: dreamers soundscapes plot hyper-rest -o thaw.png")
def plot_soundscape(
    name: Annotated[str, typer.Argument(help="A bundled soundscape, or a recipe's path.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="A .png file.")],
) -> None:
    """Draw a soundscape's loudness, spectrum and tones as its depth goes from 0 to 1."""
    from player.cli.commands.soundscapes import plot as run

    run(name, output)


@voices.callback()
def list_voices(context: typer.Context) -> None:
    """List the voices of this machine."""
    if context.invoked_subcommand is None:
        from player.cli.commands.doctor import voices as run

        run()


@voices.command("add", epilog="Example: dreamers voices add emma")
def add_voice(
    name: Annotated[str, typer.Argument(help="One of hibari's further voices, or listen.")],
) -> None:
    """Fetch another voice, or what --listen needs. Nothing else is ever fetched."""
    from player.cli.commands.doctor import add_voice as run

    run(name)
