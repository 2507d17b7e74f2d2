"""Nothing is sent anywhere, and nothing is kept but where the listener's things live."""

import os
import subprocess
import sys
from pathlib import Path

REFUSING = """
import socket
def refuse(*_):
    open({asked!r}, "a").close()
    raise OSError("no way out")
socket.socket.connect = socket.getaddrinfo = refuse
"""
TALE = "The kettle is on. Nobody is in a hurry.\n"


def run(arguments, folder):
    """A command with a home of its own: everything that it leaves there is seen."""
    plain = {
        key: value for key, value in os.environ.items() if not key.startswith(("XDG", "ORT", "CI"))
    }
    home = {"HOME": str(folder / "home"), "TMPDIR": str(folder / "tmp")}
    path = os.pathsep.join([str(folder), str(Path(__file__).parents[2])])
    for place in ("home", "tmp"):
        (folder / place).mkdir(exist_ok=True)
    done = subprocess.run(
        [sys.executable, *arguments],
        env={**plain, **home, "PYTHONPATH": path},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done, sorted(
        str(path.relative_to(folder))
        for place in ("home", "tmp")
        for path in (folder / place).rglob("*")
        if path.is_file()
    )


def test_a_night_leaves_no_file_but_its_own(tmp_path):
    (tmp_path / "tale.txt").write_text(TALE)
    done, left = run(["-m", "player", "render", "tale.txt", "-o", "night.wav"], tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "night.wav").stat().st_size > 100_000
    assert left == []


def test_the_voices_own_runtime_would_keep_a_number_of_the_listener(tmp_path):
    """The control: what the test above would see if the player did not prevent it."""
    done, left = run(["-c", "import onnxruntime"], tmp_path)
    assert done.returncode == 0, done.stderr
    assert any("onnxruntime" in path or ".ses" in path for path in left)


def test_a_night_asks_for_no_other_machine(tmp_path):
    (tmp_path / "tale.txt").write_text(TALE)
    (tmp_path / "sitecustomize.py").write_text(REFUSING.format(asked=str(tmp_path / "asked")))
    command = ["-m", "player", "render", "tale.txt", "-o", "night.wav"]
    done, _ = run(command, tmp_path)
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "asked").exists()
    done, _ = run(["-c", "import socket; socket.create_connection(('localhost', 9))"], tmp_path)
    assert "no way out" in done.stderr
    assert (tmp_path / "asked").exists(), "the control"
