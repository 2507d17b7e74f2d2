"""``scripts/dreamers`` and ``scripts/test`` set themselves up, wherever they are called from.

The slow tests follow a small checkout of its own through its life: the real scripts and the real
lock's entries for the build tools, around a program that says how it was called.
"""

import os
import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.support.checkouts import MARK, PROJECT, ROOT, a_checkout, environment, start
from tests.support.needs import need

SHELL_SCRIPTS = ["dreamers", "environment.sh", "lock", "test"]


@pytest.mark.parametrize("script", SHELL_SCRIPTS)
def test_a_plain_sh_can_read_the_script(script: str) -> None:
    need("sh")
    done = start(["sh", "-n", f"scripts/{script}"], ROOT, dict(os.environ))
    assert (done.returncode, done.stderr) == (0, "")


def test_an_old_python_is_told_in_one_sentence(tmp_path: Path) -> None:
    need("sh")
    checkout = a_checkout(tmp_path)
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\necho 3.9\n")
    old.chmod(0o755)
    done = start(["sh", "scripts/dreamers"], checkout, environment(PYTHON=str(old)))
    assert done.returncode == 69
    assert done.stderr == (
        f"Python 3.11 or newer is needed for Dreamers, and Python 3.9 ({old}) was found: "
        "install one, or name it with PYTHON=/path/to/python3.\n"
    )
    assert [path.name for path in (checkout / ".venv").iterdir()] == [MARK]


def test_a_name_that_is_no_python_is_told_in_one_sentence(tmp_path: Path) -> None:
    need("sh")
    done = start(["sh", "scripts/dreamers"], a_checkout(tmp_path), environment(PYTHON="nothing"))
    assert done.returncode == 69
    assert "none at nothing was found" in done.stderr


@pytest.mark.slow
def test_a_failed_set_up_says_why_and_leaves_nothing_that_looks_whole(tmp_path: Path) -> None:
    need("sh")
    checkout = a_checkout(tmp_path)
    lock = checkout / "requirements.lock"
    whole = lock.read_text()
    lock.write_text(re.sub(r"sha256:\w{8}", "sha256:00000000", whole))
    done = start(["scripts/dreamers"], checkout, environment())
    first, second = done.stderr.splitlines()
    assert done.returncode == 69
    assert first.startswith("Setting up Dreamers for the first time")
    assert re.match(r"Could not set up Dreamers \(.*\): see .*\.venv/log", second)

    lock.write_text(whole)
    assert start(["scripts/dreamers"], checkout, environment()).returncode == 7


@pytest.mark.slow
def test_a_checkout_from_its_first_start_to_its_move(tmp_path: Path) -> None:
    need("sh")
    checkout, elsewhere = a_checkout(tmp_path / "a house"), tmp_path / "else where"
    elsewhere.mkdir()
    script, env = str(checkout / "scripts" / "dreamers"), environment()

    first = start([script, "play", "a b"], elsewhere, env)
    assert (first.returncode, first.stdout) == (7, f"{elsewhere}|play|a b\n")
    assert first.stderr == ("Setting up Dreamers for the first time; this takes about a minute.\n")

    link = elsewhere / "sleep"
    link.symlink_to(Path("..", checkout.name, "scripts", "dreamers"))
    second = start([str(link)], tmp_path, env)
    assert (second.returncode, second.stdout, second.stderr) == (7, f"{tmp_path}\n", "")

    (checkout / "pyproject.toml").touch()
    assert start([script], elsewhere, env).stderr == ""
    (checkout / "pyproject.toml").write_text(PROJECT.replace('"1"', '"2"'))
    again = start([script], elsewhere, env)
    assert "Setting up Dreamers again" in again.stderr
    assert list(checkout.glob(".venv/lib/*/site-packages/dreamers-2.dist-info"))

    moved = checkout.rename(tmp_path / "moved")
    there = start([str(moved / "scripts" / "dreamers")], elsewhere, env)
    assert (there.returncode, there.stdout) == (7, f"{elsewhere}\n")


@pytest.mark.slow
def test_two_first_starts_at_once_set_up_once_even_after_a_killed_one(tmp_path: Path) -> None:
    need("sh")
    checkout = a_checkout(tmp_path)
    ended = subprocess.Popen(["true"])
    ended.wait()
    (checkout / ".venv").mkdir()
    (checkout / ".venv" / MARK).touch()
    (checkout / ".venv" / f"guard.{ended.pid}").touch()
    with ThreadPoolExecutor() as both:
        starts = [
            both.submit(start, ["scripts/dreamers"], checkout, environment()) for _ in range(2)
        ]
        done = [one.result() for one in starts]
    assert [one.returncode for one in done] == [7, 7]
    assert sum("for the first time" in one.stderr for one in done) == 1
    assert not list(checkout.glob(".venv/guard*"))


@pytest.mark.slow
def test_uv_is_used_where_it_is(tmp_path: Path) -> None:
    need("sh", "uv")
    checkout = a_checkout(tmp_path)
    folder = str(Path(shutil.which("uv") or "").parent)
    path = os.pathsep.join([folder, environment()["PATH"]])
    done = start(["scripts/dreamers"], checkout, environment(PATH=path))
    assert done.returncode == 7, done.stderr
    assert "uv = " in (checkout / ".venv" / "pyvenv.cfg").read_text()
