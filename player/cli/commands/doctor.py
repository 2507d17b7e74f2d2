"""``dreamers voices``, ``devices`` and ``doctor``: an inventory of this machine."""

from __future__ import annotations

import importlib.util
import platform
import sys
from collections.abc import Callable

from player.cli.console import print_notice, print_result
from player.errors import DreamersError
from player.storage.paths import home, voice_folder
from player.terminal_text import clean
from player.workers.launch import find_program


def voices() -> None:
    """Print every voice that can speak here, and those that could be fetched."""
    from player.voices import missing, names

    folder = voice_folder()
    for name in names(folder):
        print_result(clean(name))
    for name in missing(folder):
        print_result(f"{clean(name)}  (to be fetched: dreamers voices add {name})")


def add_voice(name: str) -> None:
    """Fetch the voice ``name`` of hibari, or the model for ``listen``."""
    if name == "listen":
        _add_model()
        return
    from player.voices import add_voice as add

    add(name, voice_folder())
    print_notice(f"The voice {name} is here: dreamers play --voice {name}")


def _add_model() -> None:
    from player.controls.speech_input.model_files import add_model, is_complete

    folder = home().cache / "listen"
    if not is_complete(folder):
        print_notice("Fetching the model for spoken answers, 75 MB.")
        add_model(folder)
    print_notice("Answers may be spoken: dreamers play --listen")


def devices() -> None:
    """Print the sound devices and the microphones."""
    from player.controls.speech_input.microphone import microphones
    from player.outputs.miniaudio_device import devices as list_playback_devices
    from player.outputs.stderr_guard import silent_stderr

    for device in list_playback_devices():
        print_result(f"{clean(device.name)}{'  (default)' if device.default else ''}")
    with silent_stderr():
        names = microphones()
    for number, name in enumerate(names):
        print_result(f"{clean(name)}  ({'microphone' if number else 'the default microphone'})")


def doctor() -> int:
    """Print what is there and what is missing; return 0 if a night can be played."""
    can_play = True
    for name, check, is_needed in _CHECKS:
        try:
            print_result(f"ok       {name}: {clean(check())}")
        except DreamersError as error:
            can_play = can_play and not is_needed
            print_result(f"{'missing' if is_needed else 'absent':<8} {name}: {clean(str(error))}")
    return 0 if can_play else 1


def _python() -> str:
    return f"{platform.python_version()} on {platform.platform(terse=True)}"


def _settings() -> str:
    return str(home().config / "config.toml")


def _voice() -> str:
    from player.script.utterance import Utterance
    from player.voices import open_speech

    speech = open_speech("hibari")
    try:
        clip = speech.take(Utterance("All is well."), wait=True)
    finally:
        speech.close()
    return f"hibari speaks ({clip.seconds:.1f} s)" if clip else "hibari"


def _device() -> str:
    from player.outputs.miniaudio_device import devices as list_playback_devices

    return ", ".join(device.name for device in list_playback_devices() if device.default)


def _program(name: str, remedy: str) -> Callable[[], str]:
    def check() -> str:
        path = find_program(name)
        if not path:
            raise DreamersError(remedy)
        return path

    return check


def _package(name: str, remedy: str) -> Callable[[], str]:
    def check() -> str:
        if importlib.util.find_spec(name) is None:
            raise DreamersError(remedy)
        return "installed"

    return check


def _listen() -> str:
    from player.controls.spoken import open_spoken_controls

    open_spoken_controls(home().cache / "listen").close()
    return "dreamers play --listen"


def _terminal() -> str:
    if not sys.stdin.isatty():
        raise DreamersError("no terminal on standard input: every choice would take its default.")
    return "keys are read without enter"


def _sound() -> str:
    device = _device()
    if not device:
        raise DreamersError("none: 'dreamers play' needs one; 'dreamers render' does not.")
    return device


_CHECKS: tuple[tuple[str, Callable[[], str], bool], ...] = (
    ("Python", _python, True),
    ("settings", _settings, False),
    ("voice", _voice, True),
    ("sound device", _sound, False),
    ("keyboard", _terminal, False),
    ("spoken answers", _listen, False),
    (
        "ffmpeg",
        _program("ffmpeg", "recordings in M4A and AAC cannot be read: install ffmpeg for them."),
        False,
    ),
    (
        "node",
        _program("node", "a .ink source cannot be compiled here: export it from Inky."),
        False,
    ),
    (
        "media keys",
        _package("dbus_fast", "for those of a Linux desktop: pip install 'dreamers[desktop]'."),
        False,
    ),
    (
        "simpleaudio",
        _package("simpleaudio", "for --output simpleaudio: pip install 'dreamers[simpleaudio]'."),
        False,
    ),
)  # fmt: skip
"""Name, check, and whether no night can be played without it."""
