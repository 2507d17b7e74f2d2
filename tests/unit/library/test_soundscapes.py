"""Soundscapes on disk: found by name or path, recordings read from beside the recipe only."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from player.audio import RATE
from player.errors import InputError, InputNotFound
from player.library import recordings
from player.library.soundscapes import bundled_names, find_soundscape, load_soundscape
from player.soundscape import Bed
from tests.support.needs import need

MINE = """
schema = 1
id = "mine"
title = "Mine"
depth = [0.0, 1.0]
[[layer]]
name = "rec"
source = { type = "recording", file = "FILE" }
level_db = 0
"""


def write(folder: Path, file: str, sound: str = "rain.wav") -> Path:
    path = folder / file
    path.write_text(MINE.replace("FILE", sound), encoding="utf-8")
    return path


def hiss(seconds: float = 2.0, channels: int = 2) -> np.ndarray:
    return 0.1 * np.random.default_rng(1).standard_normal((int(seconds * RATE), channels))


def test_a_bundled_soundscape_is_found_by_its_name() -> None:
    assert load_soundscape("oasis").recipe.id == "oasis"
    assert "hyper-rest" in bundled_names()


def test_an_unknown_name_is_answered_with_the_names_there_are() -> None:
    with pytest.raises(InputNotFound, match=r"'jungle'; use one of .*hyper-rest"):
        find_soundscape("jungle")
    with pytest.raises(InputNotFound, match=r"no recipe 'no\.toml'"):
        find_soundscape("no.toml")


def test_a_story_may_bring_its_own(tmp_path: Path) -> None:
    write(tmp_path, "mine.toml")
    soundfile.write(tmp_path / "rain.wav", hiss(), RATE)

    for name in ("mine", "mine.toml"):
        assert load_soundscape(name, story_folder=tmp_path).recipe.id == "mine"


@pytest.mark.parametrize("rate", [RATE, 44_100])
@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("subtype", ["PCM_16", "PCM_24"])
def test_a_recording_of_any_rate_comes_as_stereo_at_48_khz(
    tmp_path: Path, rate: int, channels: int, subtype: str
) -> None:
    soundfile.write(tmp_path / "rain.wav", hiss(channels=channels), rate, subtype=subtype)

    loaded = load_soundscape(str(write(tmp_path, "mine.toml")))

    sound = loaded.recordings["rain.wav"]
    assert sound.shape[1] == 2
    assert sound.dtype == np.float32
    assert len(sound) == pytest.approx(2 * RATE * RATE / rate, abs=2)
    assert float(sound.std()) == pytest.approx(0.1, rel=0.05 if rate == RATE else 0.1)
    assert np.isfinite(Bed(loaded.recipe, 1, recordings=loaded.recordings).block(RATE)).all()


def test_a_recording_in_another_format_is_read_where_ffmpeg_is(tmp_path: Path) -> None:
    need("ffmpeg")
    soundfile.write(tmp_path / "rain.flac", hiss(), RATE)

    loaded = load_soundscape(str(write(tmp_path, "mine.toml", "rain.flac")))

    assert len(loaded.recordings["rain.flac"]) == 2 * RATE


def test_a_recording_is_decoded_once_and_again_when_it_has_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoded: list[Path] = []
    decode = recordings._decode
    monkeypatch.setattr(recordings, "_decode", lambda path: decoded.append(path) or decode(path))
    soundfile.write(tmp_path / "rain.wav", hiss(), RATE)
    soundfile.write(tmp_path / "wind.wav", hiss(), RATE)

    first = recordings.read_recording(tmp_path, "rain.wav")
    assert recordings.read_recording(tmp_path, "rain.wav") is first
    assert not first.samples.flags.writeable, "it is shared"
    assert len(decoded) == 1

    soundfile.write(tmp_path / "rain.wav", hiss(3.0), RATE)
    assert len(recordings.read_recording(tmp_path, "rain.wav").samples) == 3 * RATE

    monkeypatch.setattr(recordings, "MOST_KEPT_BYTES", 1)
    recordings.read_recording(tmp_path, "wind.wav")
    assert len(recordings._decoded) == 1, "a long night does not fill the memory"


def test_a_recording_that_is_not_there_or_is_no_sound_is_named(tmp_path: Path) -> None:
    mine = str(write(tmp_path, "mine.toml"))

    with pytest.raises(InputNotFound, match=r"no recording .*rain\.wav"):
        load_soundscape(mine)
    for content in (b"", b"no sound at all", b"RIFF\x10\0\0\0WAVEfmt "):
        (tmp_path / "rain.wav").write_bytes(content)
        with pytest.raises(InputError, match=r"rain\.wav cannot be read as sound"):
            load_soundscape(mine)


def test_a_link_that_leads_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "recipes"
    folder.mkdir()
    soundfile.write(tmp_path / "secret.wav", hiss(), RATE)
    (folder / "rain.wav").symlink_to(tmp_path / "secret.wav")

    with pytest.raises(InputError, match="leads out of"):
        load_soundscape(str(write(folder, "mine.toml")))


def test_a_recipe_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "latin.toml").write_bytes(b"schema = 1 # \xe9\n")
    (tmp_path / "huge.toml").write_bytes(b"#" * 1_000_000)

    with pytest.raises(InputError, match=r"latin\.toml is not UTF-8 \(byte 13\): save it as UTF-8"):
        load_soundscape(str(tmp_path / "latin.toml"))
    with pytest.raises(InputError, match="has over 400,000 bytes: a recipe has at most 100,000"):
        load_soundscape(str(tmp_path / "huge.toml"))
