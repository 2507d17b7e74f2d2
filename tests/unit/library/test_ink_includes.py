"""Ink source includes only files of its folder, whichever compiler reads them."""

import os
import sys
from pathlib import Path

import pytest

from player.errors import InputError
from player.library import ink_compiler
from player.library.ink_compiler import compile_ink
from tests.support.needs import need

INKJS = Path(__file__).parents[3] / "node_modules" / "inkjs"
SECRET = "kept-from-everybody"


@pytest.fixture
def story(tmp_path: Path) -> Path:
    (tmp_path / "secret.ink").write_text(f"{SECRET}\n-> nowhere\n")
    folder = tmp_path / "story"
    (folder / "parts").mkdir(parents=True)
    (folder / "parts" / "one.ink").write_text("A lamp is lit.\n")
    (folder / "link.ink").symlink_to(tmp_path / "secret.ink")
    return folder / "tale.ink"


@pytest.fixture
def inklecate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A compiler that leaves a mark where it is run, and compiles nothing."""
    if sys.platform == "win32":
        pytest.skip("a shell script is no program on Windows")
    mark = tmp_path / "was-run"
    program = tmp_path / "bin" / "inklecate"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\ntouch '{mark}'\necho 'ERROR: no such thing'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    return mark


ELSEWHERE = [
    "INCLUDE ../secret.ink",
    "  INCLUDE\t../secret.ink  ",
    "INCLUDE parts/../../secret.ink",
    "INCLUDE {outside}/secret.ink",
    "INCLUDE link.ink",
    "INCLUDE \\\\host\\share\\secret.ink",
    "INCLUDE C:secret.ink",
    "- INCLUDE ../secret.ink",
    "INC/* */LUDE ../secret.ink",
    "INCLUDE /* */../secret.ink",
    "/* */ INCLUDE ../secret.ink",
    "INCLUDE parts/two.ink",
]


@pytest.mark.parametrize("line", ELSEWHERE)
def test_no_compiler_is_started_for_what_leads_out_of_the_folder(story, inklecate, line: str):
    (story.parent / "parts" / "two.ink").write_text("INCLUDE ../secret.ink\n")
    story.write_text(f"Hello.\n{line.format(outside=story.parent.parent)}\n-> END\n")
    with pytest.raises(InputError, match="leads out of the story's folder") as refused:
        compile_ink(story)
    assert SECRET not in str(refused.value)
    assert not inklecate.exists()


def test_a_pipe_is_not_waited_for(story, inklecate):
    os.mkfifo(story.parent / "pipe.ink")
    story.write_text("INCLUDE pipe.ink\n")
    with pytest.raises(InputError, match=r"pipe\.ink cannot be read: it is not a file"):
        compile_ink(story)
    assert not inklecate.exists()


def test_what_lies_in_the_folder_is_left_to_the_compiler(story, inklecate):
    story.write_text("INCLUDE parts/one.ink\nINCLUDE gone.ink\nINCLUDE us all, she said.\n")
    with pytest.raises(InputError, match="no such thing"):
        compile_ink(story)
    assert inklecate.exists()


@pytest.mark.parametrize("line", ELSEWHERE[:5])
def test_inkjs_itself_is_given_nothing_from_elsewhere(story, monkeypatch, line: str):
    """Even what our own look at the source may have missed."""
    need("node")
    if not INKJS.is_dir():
        pytest.skip("needs inkjs in node_modules: scripts/compile-stories installs it")
    monkeypatch.setattr(ink_compiler, "_check_includes", lambda *_: None)
    story.write_text(f"Hello.\n{line.format(outside=story.parent.parent)}\n-> END\n")
    with pytest.raises(InputError, match="does not compile") as refused:
        compile_ink(story, inkjs=INKJS)
    assert SECRET not in str(refused.value)
    assert "nowhere" not in str(refused.value), "that stands in the other file"
    story.write_text("INCLUDE parts/one.ink\n-> END\n")
    assert "A lamp is lit." in compile_ink(story, inkjs=INKJS)
