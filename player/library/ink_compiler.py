"""Compile Ink source with whichever compiler this machine has.

The first choice is ``inklecate`` on the path. The second is Node with the package ``inkjs``, which
may lie in the folder of the setting ``inkjs``, in ``NODE_PATH`` or among the global packages. No
program beside the story or in the current folder is ever run: it may have come with the story.

A story may include only files in its folder or below it, because included text is read aloud and
quoted in error messages.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from player.errors import InputError, InputNotFound, UnavailableError
from player.storage.file_access import is_relative_name, read_regular_file, stays_inside
from player.workers.launch import find_program, is_trusted_folder, program_path, run_child

DEADLINE_S = 60.0

# The arguments are the source and the package folders in which to look for inkjs; the output is one
# JSON object. inkjs is required by its full path, because for a name Node would search all folders
# above too.
_NODE_SCRIPT = """
const fs = require("fs"), path = require("path");
const [source, ...folders] = process.argv.slice(1);
const answer = (value) => process.stdout.write(JSON.stringify(value));
const here = path.dirname(process.execPath);
folders.push(path.join(here, "..", "lib", "node_modules"), path.join(here, "node_modules"));
const places = folders.map((folder) => path.join(folder, "inkjs", "dist", "ink-full.js"));
const inkjs = places.filter(fs.existsSync).map(require)[0];
if (!inkjs) {
  answer({ missing: true });
} else {
  const root = path.dirname(source), messages = [];
  const within = (file) => {
    if (!file.startsWith(root + path.sep)) throw new Error("it leads out of the story's folder");
    return file;
  };
  const files = {
    ResolveInkFilename: (name) => within(path.resolve(root, name)),
    LoadInkFileContents: (name) => {
      const file = within(fs.realpathSync(within(name)));
      if (!fs.statSync(file).isFile()) throw new Error("it is not a file");
      return fs.readFileSync(file, "utf-8").replace(/^\\uFEFF/, "");
    },
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

_MAX_FILE_BYTES, _MAX_FILES = 64 << 20, 1_000
_COMMENT = re.compile(r"//[^\n]*|/\*.*?(?:\*/|\Z)", re.DOTALL)
_INCLUDE = re.compile(r"(?=INCLUDE[ \t]+([^\n]+))")  # anywhere in a line, as compilers may allow


def compile_ink(path: Path, *, inkjs: Path | None = None) -> str:
    """Return the compiled JSON of the story at ``path``, with everything that it includes.

    ``inkjs`` is the folder of that package. If it is given, ``inklecate`` is not used, so that
    every machine compiles to the same text. Raises ``InputNotFound`` if there is no such file,
    ``InputError`` with the compiler's first error, and ``UnavailableError`` without a compiler.
    """
    if not path.is_file():
        raise InputNotFound(f"there is no story at {path}: check the path")
    folder = path.resolve().parent
    _check_includes(path.resolve(), folder)
    inklecate = None if inkjs else find_program("inklecate", folder)
    if inklecate:
        return _by_inklecate(inklecate, path)
    compiled = None
    if node := find_program("node", folder) or find_program("nodejs", folder):
        compiled = _by_node(node, path, [inkjs.parent] if inkjs else _node_path(folder))
        if compiled is None and not inkjs:
            compiled = _by_node(node, path, _npm_root(folder))
    if compiled is None:
        raise UnavailableError(
            f"{path.name} is Ink source, and there is neither inklecate nor Node with inkjs to"
            " compile it: run 'npm install --global inkjs' (beside the story it is not looked for),"
            " or export it from Inky with 'Export to JSON'"
        )
    return compiled


def _check_includes(source: Path, folder: Path) -> None:
    """Raise ``InputError`` if the story includes anything but files in its folder or below it.

    A compiler would wait for a pipe, and inklecate would read any path. Names are relative to the
    folder of the story, also in an included file.
    """
    pending, checked = [source], set[Path]()
    while pending:
        file = pending.pop()
        if file in checked:
            continue
        checked.add(file)
        try:
            text = read_regular_file(file, _MAX_FILE_BYTES).decode(errors="replace")
        except OSError as error:
            raise _refused(source, f"{file.name} cannot be read: {error.strerror}") from None
        for name in _included_names(text):
            target = folder / name
            if not is_relative_name(name) or not stays_inside(folder, target):
                raise _refused(source, f"INCLUDE {name} leads out of the story's folder")
            if os.path.exists(target):  # the compiler reports missing files
                pending.append(target.resolve())
        if len(checked) > _MAX_FILES:
            raise _refused(source, f"it includes over {_MAX_FILES} files")


def _included_names(text: str) -> set[str]:
    """Return every name after an INCLUDE, both in the full text and in the text without comments.

    Compilers differ in where a comment ends, so a name counts if either reading has it.
    """
    texts = (text, _COMMENT.sub("", text))
    names = (match[1].strip() for text in texts for match in _INCLUDE.finditer(text))
    return {name for name in names if name}


def _by_inklecate(inklecate: str, path: Path) -> str:
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "story.ink.json"
        result = _run([inklecate, "-o", str(target), str(path.resolve())], path)
        if target.is_file():
            return target.read_text(encoding="utf-8-sig")
    errors = [line for line in result.stdout.splitlines() if line.startswith("ERROR")]
    raise _refused(path, errors[0] if errors else result.stdout + result.stderr)


def _by_node(node: str, path: Path, folders: Sequence[Path]) -> str | None:
    """Return the compiled story, or None if neither ``folders`` nor Node itself has inkjs."""
    command = [node, "-e", _NODE_SCRIPT, "--", str(path.resolve()), *map(str, folders)]
    result = _run(command, path)
    try:
        answer = json.loads(result.stdout)
    except ValueError:
        raise _refused(path, result.stderr or result.stdout) from None
    if answer.get("missing"):
        return None
    errors = [text for kind, text in answer["messages"] if kind == _ERROR]
    compiled = answer["compiled"]
    if errors or not isinstance(compiled, str):
        raise _refused(path, errors[0] if errors else "it gives no reason")
    return compiled


def _node_path(story: Path) -> list[Path]:
    folders = os.environ.get("NODE_PATH", "").split(os.pathsep)
    return [Path(folder) for folder in folders if _may_hold_packages(folder, story)]


def _npm_root(story: Path) -> list[Path]:
    """Return the folder of npm's global packages, which may differ from Node's."""
    if os.name == "nt":
        root = os.path.join(os.environ.get("APPDATA", ""), "npm", "node_modules")
    else:
        npm = find_program("npm", story)
        if npm is None:
            return []
        try:  # with --global, npm ignores the settings of the current folder
            result = run_child([npm, "root", "--global"], DEADLINE_S, _environment(story))
            root = result.stdout.decode().strip()
        except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
            return []
    return [Path(root)] if _may_hold_packages(root, story) else []


def _environment(story: Path) -> dict[str, str]:
    """Return the environment variables that are set for a compiler.

    Node's options could name a file to be run first, relative to the current folder. The path is
    set because npm starts the first Node that it finds there.
    """
    return {"NODE_OPTIONS": "", "NODE_PATH": "", "PATH": program_path(story)}


def _may_hold_packages(folder: str, story: Path) -> bool:
    """Return whether a folder of packages is neither the story's nor the current folder's."""
    return is_trusted_folder(folder, story) and is_trusted_folder(os.path.dirname(folder), story)


def _run(command: list[str], path: Path) -> subprocess.CompletedProcess[str]:
    try:
        result = run_child(command, DEADLINE_S, _environment(path.resolve().parent))
    except subprocess.TimeoutExpired:
        raise InputError(
            f"{path.name} was still being compiled after {DEADLINE_S:.0f} s: look for an INCLUDE"
            " that includes itself"
        ) from None
    except OSError as error:
        raise UnavailableError(f"{command[0]} cannot be started ({error}): fix it") from None
    output, errors = (text.decode(errors="replace") for text in (result.stdout, result.stderr))
    return subprocess.CompletedProcess(result.args, result.returncode, output, errors)


def _refused(path: Path, message: str) -> InputError:
    first = " ".join(message.strip().split("\n")[0].split())[:300].rstrip(".")
    return InputError(f"{path.name} does not compile: {first}; fix it there")
