"""Which voices there are, and how one more comes here: only when it is asked for by name."""

import hashlib
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from pathlib import Path

import pytest

from player.errors import UnavailableError
from player.script.utterance import Utterance, VoiceShading
from player.voices import catalog, installed, missing, names, open_speech


class Quiet(SimpleHTTPRequestHandler):
    """A server that writes no log."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base class's name
        pass


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A folder and the address at which it is served."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield folder, f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def emma(monkeypatch: pytest.MonkeyPatch) -> bytes:
    """What emma's file holds, for once: the narrator's model, listed with its own hash."""
    model = files("hibari").joinpath("assets/hibari.onnx").read_bytes()
    entry = dict(catalog._further()["emma"])
    entry |= {"sha256": hashlib.sha256(model).hexdigest(), "bytes": len(model)}
    listed = {**catalog._further(), "emma": entry}
    monkeypatch.setattr(catalog, "_further", lambda: listed)
    return model


def test_a_voice_that_is_not_here_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match="`dreamers voices add emma`"):
        open_speech("emma", folder=tmp_path)
    assert list(tmp_path.iterdir()) == [], "and nothing was fetched"


@pytest.mark.parametrize(
    ("name", "meant"), [("hibary", "hibari"), ("fenrr", "fenrir"), ("x", "emma")]
)
def test_an_unknown_voice_is_refused_with_what_was_meant(name: str, meant: str) -> None:
    with pytest.raises(UnavailableError, match=meant):
        open_speech(name)


def test_what_speaks_here_is_listed() -> None:
    here = names()
    assert {"hibari", "system", "silent"} <= set(here)
    assert "emma" not in here
    assert set(missing()) == {"emma", "fenrir", "fable", "kore"}


def test_a_fetched_voice_is_found_and_speaks(
    shelf: tuple[Path, str], emma: bytes, tmp_path: Path
) -> None:
    folder, address = shelf
    (folder / "bf_emma.int8.onnx").write_bytes(emma)
    home = tmp_path / "models"
    path = catalog.add_voice("emma", home, address)
    assert path.read_bytes() == emma
    assert installed(home) == {"emma": path}
    assert "emma" in names(home)
    assert catalog.add_voice("emma", home, "http://127.0.0.1:9/") == path, "it is here already"
    narrator = open_speech("emma", folder=home, seed=1)
    clip = narrator.take(Utterance("Good night."), wait=True)
    cast = open_speech("hibari", folder=home, seed=1)
    own = cast.take(Utterance("Good night.", VoiceShading(0.5, 0.8, voice="emma")), wait=True)
    assert clip is not None
    assert own is not None
    assert own.frames == pytest.approx(clip.frames, rel=0.1)
    narrator.close()
    cast.close()


@pytest.mark.parametrize("served", [b"not the voice", b""])
def test_what_is_not_the_published_voice_is_not_kept(
    shelf: tuple[Path, str], served: bytes, tmp_path: Path
) -> None:
    folder, address = shelf
    (folder / "af_kore.int8.onnx").write_bytes(served)
    with pytest.raises(UnavailableError, match="not the voice that was published"):
        catalog.add_voice("kore", tmp_path / "models", address)
    assert list((tmp_path / "models").iterdir()) == []


def test_offline_it_says_so_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match=r"could not be fetched \(.*refused.*\); check the"):
        catalog.add_voice("emma", tmp_path, "http://127.0.0.1:9/")
    assert list(tmp_path.iterdir()) == []


def test_only_voices_that_exist_can_be_added(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match="emma, fenrir, fable, kore"):
        catalog.add_voice("boris", tmp_path)


def test_a_broken_model_counts_as_not_there(tmp_path: Path) -> None:
    (tmp_path / "bf_emma.int8.onnx").write_bytes(b"half a download")
    assert installed(tmp_path) == {}
