"""Compiles Ink sources by whichever compiler is on this machine.

Looked for in this order: ``inklecate`` on the path, then Node with the package ``inkjs``, which
may be installed beside the story, in the current folder, or in one of the folders given.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from player.errors import InputError, InputNotFound, UnavailableError

DEADLINE_S = 60.0

# Told where to look for inkjs, and what to compile; answers one JSON object.
_NODE_SCRIPT = """
const fs = require("fs"), path = require("path");
const [source, ...folders] = process.argv.slice(1);
const answer = (value) => process.stdout.write(JSON.stringify(value));
let inkjs = null;
try { inkjs = require(require.resolve("inkjs/full", { paths: folders })); } catch (error) {}
if (!inkjs) {
  answer({ missing: true });
} else {
  const root = path.dirname(source), messages = [];
  const files = {
    ResolveInkFilename: (name) => path.resolve(root, name),
    LoadInkFileContents: (name) => fs.readFileSync(name, "utf-8").replace(/^\\uFEFF/, ""),
  };
  const note = (text, kind) => messages.push([kind, text]);
  const options = new inkjs.CompilerOptions(source, [], false, note, files);
  let compiled = null;
  try {
    compiled = new inkjs.Compiler(files.LoadInkFileContents(source), options).Compile().ToJson();
  } catch (error) {
    messages.push([2, String(error.message || error)]);
  }
  answer({ compiled, messages });
}
"""
_ERROR = 2


def compile_ink(path: Path, *, inkjs: Sequence[Path] = ()) -> str:
    """The compiled JSON of the story at ``path``, with everything that it includes.

    ``inkjs`` are folders to look for that package in first; with any, ``inklecate`` is not used,
    so that every machine compiles to the same text. Raises ``InputNotFound`` without the file,
    ``InputError`` with the compiler's first complaint, ``UnavailableError`` without a compiler.
    """
    if not path.is_file():
        raise InputNotFound(f"there is no story at {path}: check the path")
    inklecate = None if inkjs else shutil.which("inklecate")
    if inklecate:
        return _by_inklecate(inklecate, path)
    node = shutil.which("node") or shutil.which("nodejs")
    compiled = _by_node(node, path, inkjs) if node else None
    if compiled is None:
        raise UnavailableError(
            f"{path.name} is Ink source, and there is neither inklecate nor Node with inkjs to"
            " compile it: run 'npm install inkjs', or export it from Inky with 'Export to JSON'"
        )
    return compiled


def _by_inklecate(inklecate: str, path: Path) -> str:
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "story.ink.json"
        done = _run([inklecate, "-o", str(target), str(path.resolve())], path)
        if target.is_file():
            return target.read_text(encoding="utf-8-sig")
    complaints = [line for line in done.stdout.splitlines() if line.startswith("ERROR")]
    raise _refused(path, complaints[0] if complaints else done.stdout + done.stderr)


def _by_node(node: str, path: Path, folders: Sequence[Path]) -> str | None:
    """None where Node finds no inkjs."""
    places = [*folders, path.resolve().parent, Path.cwd(), *_node_path()]
    command = [node, "-e", _NODE_SCRIPT, "--", str(path.resolve()), *map(str, places)]
    done = _run(command, path)
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        raise _refused(path, done.stderr or done.stdout) from None
    if answer.get("missing"):
        return None
    errors = [text for kind, text in answer["messages"] if kind == _ERROR]
    compiled = answer["compiled"]
    if errors or not isinstance(compiled, str):
        raise _refused(path, errors[0] if errors else "it gives no reason")
    return compiled


def _node_path() -> list[Path]:
    return [Path(part).parent for part in os.environ.get("NODE_PATH", "").split(os.pathsep) if part]


def _run(command: list[str], path: Path) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            command, capture_output=True, encoding="utf-8", errors="replace",
            timeout=DEADLINE_S, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise InputError(
            f"{path.name} was still being compiled after {DEADLINE_S:.0f} s: look for an INCLUDE"
            " that includes itself"
        ) from None
    except OSError as error:
        raise UnavailableError(f"{command[0]} cannot be started ({error}): mend it") from None


def _refused(path: Path, complaint: str) -> InputError:
    first = " ".join(complaint.strip().split("\n")[0].split())[:300].rstrip(".")
    return InputError(f"{path.name} does not compile: {first}; mend it there")
