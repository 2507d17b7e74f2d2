"""Processes beside the player's: what a stranger's folder holds is never run in their place."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from player.workers.child import ChildProcess, request_frame
from player.workers.launch import (
    child_command,
    child_environment,
    find_program,
    run_child,
)

ROOT = Path(__file__).parents[3]
MODULES = (
    "player/__init__.py",
    "player/__main__.py",
    "player/library/recording_decoder.py",
    "player/voices/__init__.py",
    "player/voices/worker.py",
    "player/desktop/__init__.py",
    "player/desktop/worker.py",
    "player/controls/__init__.py",
    "player/controls/speech_input/__init__.py",
    "player/controls/speech_input/worker.py",
    "numpy.py",
    "json.py",
    "sitecustomize.py",
    "usercustomize.py",
)
PROGRAMS = ("ffmpeg", "inklecate", "node", "nodejs", "npm", "systemd-inhibit", "sh")


@pytest.fixture
def planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder from a stranger, in which somebody works: all that runs there leaves a mark.

    The caller's ``PYTHONPATH`` and ``PATH`` lead there too, as carelessly written ones do.
    """
    folder = tmp_path / "from a stranger"
    mark = folder / "was-run"
    for name in MODULES:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"open({str(mark)!r}, 'a').write('{name} ')\n")
    for name in PROGRAMS:
        path = folder / name
        path.write_text(f"#!/bin/sh\necho {name} >>'{mark}'\n")
        path.chmod(0o755)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([".", str(folder)]))
    monkeypatch.setenv("PATH", os.pathsep.join([".", "", str(folder), os.environ["PATH"]]))
    return folder


def assert_untouched(folder: Path) -> None:
    mark = folder / "was-run"
    assert not mark.exists(), f"run from a stranger's folder: {mark.read_text()}"


def test_the_plant_is_run_by_a_child_that_is_started_carelessly(planted: Path) -> None:
    """The control: without our care, each part of the plant works."""
    subprocess.run([sys.executable, "-m", "player"], check=False, capture_output=True, timeout=60)
    subprocess.run(["ffmpeg"], check=False, capture_output=True, timeout=60)
    marks = (planted / "was-run").read_text().split()
    assert {"sitecustomize.py", "player/__main__.py", "ffmpeg"} <= set(marks)


def voice() -> None:
    from player.voices.worker_client import voice_command

    listing, _ = request_frame(voice_command("--list"), deadline_s=60.0)
    assert listing["voices"]


def hibari() -> None:
    from player.script.utterance import Utterance
    from player.voices import open_speech

    speech = open_speech("hibari")
    try:
        assert speech.take(Utterance("All is well."), wait=True) is not None
    finally:
        speech.close()


def desktop() -> None:
    frames: list[object] = []
    command = child_command("player.desktop.worker", "0")
    child = ChildProcess(command, on_frame=lambda _, *frame: frames.append(frame))
    child.start()
    child.send({"title": "A", "author": "B", "chapter": "", "paused": False, "heard_us": 0})
    child.close(60.0)
    assert (frames, child.exit_code) == ([], 0), child.end_reason
    loaded = run_child(child_command("player.desktop.follower"), 60.0)
    assert loaded.returncode == 0, loaded.stderr


def recogniser() -> None:
    from player.controls.speech_input.worker_client import recogniser_command

    done = run_child(recogniser_command(), 60.0)
    assert (done.returncode, done.stderr) == (1, b""), "it has started, and misses its greeting"


def decoder() -> None:
    import numpy as np
    import soundfile

    from player.library.recordings import read_recording

    soundfile.write("tone.wav", np.zeros(4_800), 48_000)
    assert len(read_recording(Path.cwd(), "tone.wav").samples) == 4_800


def renders() -> None:
    Path("two.twee").write_text(
        ":: Start\nWhich?\n\n[[Up]]\n[[Down]]\n\n:: Up\nA.\n\n:: Down\nB.\n"
    )
    words = ["two.twee", "--voice", "silent", "--all", "nights", "--jobs", "2"]
    done = run_child(child_command("player", "render", *words), 120.0)
    assert done.returncode == 0, done.stderr
    assert sorted(os.listdir("nights")) == ["Down.flac", "Up.flac"]


@pytest.mark.parametrize("child", [voice, hibari, desktop, recogniser, decoder, renders])
def test_nothing_from_the_current_folder_is_run_as_a_child(
    planted: Path, child: Callable[[], None]
) -> None:
    child()
    assert_untouched(planted)


def test_a_child_has_neither_the_callers_pythonpath_nor_a_path_to_the_current_folder(
    planted: Path,
) -> None:
    environment = child_environment()
    assert environment["PYTHONPATH"] == str(ROOT)
    assert not {".", "", str(planted)} & set(environment["PATH"].split(os.pathsep))


def test_a_program_is_never_found_in_the_current_folder_nor_beside_the_story(
    planted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = planted.parent / "installed"
    installed.mkdir()
    for program in ("ffmpeg", "inklecate"):
        (installed / program).write_text("#!/bin/sh\n")
        (installed / program).chmod(0o755)
    path = [".", "", str(planted), "../from a stranger"]
    monkeypatch.setenv("PATH", os.pathsep.join(path))
    assert find_program("ffmpeg") is None
    monkeypatch.setenv("PATH", os.pathsep.join([*path, str(installed)]))
    assert find_program("ffmpeg") == str(installed / "ffmpeg")
    monkeypatch.chdir(installed.parent)
    assert find_program("inklecate", besides=planted) == str(installed / "inklecate")
    assert find_program("inklecate", besides=installed) == str(planted / "inklecate")


def test_no_module_but_this_one_starts_a_process() -> None:
    ways = (
        "subprocess.Popen(",
        "subprocess.run(",
        "os.system(",
        "os.popen(",
        "os.execv",
        "os.spawn",
    )
    for path in sorted((ROOT / "player").rglob("*.py")):
        text = path.read_text("utf-8")
        assert path.name == "launch.py" or not any(way in text for way in ways), path
        assert path.name == "launch.py" or "shutil.which" not in text, path
