"""Small checkouts to set up: the real scripts around a program that says how it was called."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
MARK = "dreamers-environment"

PROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "dreamers"
version = "1"
scripts = { dreamers = "player:main" }
[tool.hatch.build.targets.wheel]
packages = ["player"]
"""
PROGRAM = """
import os, sys
def main():
    print(os.getcwd(), *sys.argv[1:], sep="|")
    sys.exit(7)
"""
BUILD_TOOLS = (
    "editables hatchling packaging pathspec pluggy tomlkit trove-classifiers typing-extensions"
).split()


def build_lock() -> str:
    """Return the part of requirements.lock that an editable install is built with."""
    blocks = re.split(r"^(?=\S)", (ROOT / "requirements.lock").read_text(), flags=re.MULTILINE)
    return "".join(block for block in blocks if block.partition("==")[0] in BUILD_TOOLS)


def a_checkout(folder: Path) -> Path:
    """Create a small checkout that is quick to set up."""
    shutil.copytree(ROOT / "scripts", folder / "scripts")
    (folder / "player").mkdir()
    (folder / "player" / "__init__.py").write_text(PROGRAM)
    (folder / "player" / "__main__.py").write_text("from player import main\n\nmain()\n")
    (folder / "pyproject.toml").write_text(PROJECT)
    (folder / "requirements.lock").write_text(build_lock())
    return folder


def environment(**changes: str) -> dict[str, str]:
    """Return this machine's environment as a plain user has it, without its uv."""
    folders = os.environ["PATH"].split(os.pathsep)
    plain = [folder for folder in folders if not Path(folder, "uv").exists()]
    left_out = {"PYTHON", "VIRTUAL_ENV", "DREAMERS_VENV"}
    kept = {name: value for name, value in os.environ.items() if name not in left_out}
    return kept | {"PATH": os.pathsep.join(plain), "PYTHON": base_python()} | changes


def base_python() -> str:
    """Return the Python that this environment was made from: it has pip, or ensurepip."""
    return str(getattr(sys, "_base_executable", sys.executable))


def start(
    command: Sequence[str], folder: Path, env: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, however it ends."""
    return subprocess.run(
        command, cwd=folder, env=env, capture_output=True, text=True, timeout=250, check=False
    )
