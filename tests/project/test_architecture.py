"""The house rules that imports and syntax can show (``docs/architecture.md`` tells the reasons)."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PLAYER = ROOT / "player"
MAP = ROOT / "docs" / "architecture.md"
TOP = {"player", "tests", "scripts", "docs", "soundscapes"}
# Named in a text without being ours: a story as an example, the documentation of Ink.
EXAMPLES = {"my-tale.md", "ink_JSON_runtime_format.md"}

# What is pure: it knows no file, clock, thread or environment. All other packages are the shell.
CORE = frozenset(
    "errors cues durations message_text png_image terminal_text toml_text audio story script"
    " session branches soundscape mixer authoring".split()
)
# Beside the pure standard modules and numpy, which each part may use.
LIBRARIES: dict[str, set[str]] = {
    "authoring": {"av"},  # letters of a plot; `av.open` is impure all the same
    "story": {"bink"},
    "terminal_text": {"rich"},
}

# Standard modules without a file, clock, thread, logger, environment or chance in them.
PURE = frozenset(
    "__future__ abc base64 bisect collections contextlib dataclasses difflib enum fractions "
    "functools hashlib heapq html itertools json math operator re statistics string struct "
    "textwrap tomllib types typing unicodedata xml zlib".split()
)
IMPURE_CALLS = {"breakpoint", "eval", "exec", "input", "open", "print", "__import__"}
IMPURE_NUMPY = {
    *("fromfile", "genfromtxt", "load", "loadtxt", "memmap", "open_memmap", "save", "savetxt"),
    *("savez", "savez_compressed"),
}
IMPURE = {"": IMPURE_CALLS, "np": IMPURE_NUMPY, "numpy": IMPURE_NUMPY, "av": {"open"}}
# A generator built from a seed that was passed in; all else in numpy.random is shared or unseeded.
SEEDED = {"BitGenerator", "Generator", "PCG64", "Philox", "SFC64", "SeedSequence", "default_rng"}

DOORS = {"voices", "controls", "outputs"}  # the three doors of the shell; none knows another
LONGEST_FUNCTION = 60
MOST_POSITIONAL = 4


def sources() -> dict[str, str]:
    """Every module of the package by its dotted name below ``player``."""
    return {
        ".".join(path.relative_to(PLAYER).with_suffix("").parts): path.read_text("utf-8")
        for path in sorted(PLAYER.rglob("*.py"))
    }


def part_of(module: str) -> str:
    """``soundscape.scene`` is in the part ``soundscape``."""
    return module.partition(".")[0]


def core_sources() -> list[tuple[str, str]]:
    return [(name, text) for name, text in sources().items() if part_of(name) in CORE]


def imports(module: str, text: str) -> Iterator[str]:
    """The dotted names that a module imports, anywhere in it; relative ones made absolute."""
    package = ["player", *module.split(".")[:-1]]
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            origin = ".".join([*base, *([node.module] if node.module else [])])
            if origin in {"player", "random"}:
                yield from (f"{origin}.{alias.name}" for alias in node.names)
            else:
                yield origin


def foreign_imports(module: str, text: str) -> list[str]:
    """Return what a module of the core imports and may not."""
    outside = {"numpy", *LIBRARIES.get(part_of(module), ()), *PURE}
    seeded = {"random", "random.Random"}  # as a class that takes a seed; see `is_impure`
    foreign = []
    for name in imports(module, text):
        top, _, rest = name.partition(".")
        if top == "player":
            allowed = rest.partition(".")[0] in CORE
        else:
            allowed = top in outside or name in seeded
        if not allowed:
            foreign.append(name)
    return foreign


def impure_calls(text: str) -> list[str]:
    """The calls in a module that reach a file, a terminal or unseeded chance."""
    return [
        ast.unparse(node.func)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and is_impure(node)
    ]


def is_impure(call: ast.Call) -> bool:
    name = ast.unparse(call.func)
    origin, _, last = name.rpartition(".")
    if origin in {"np.random", "numpy.random"} or last == "default_rng":
        return last not in SEEDED or not (call.args or call.keywords)
    if origin == "random" or name == "Random":
        return last != "Random" or not (call.args or call.keywords)
    if last == "tofile":
        return True
    return last in IMPURE.get(origin, set())


def neighbours(module: str, text: str) -> list[str]:
    """Which of the other doors a door imports."""
    own = part_of(module)
    tops = {name.split(".")[1] for name in imports(module, text) if name.startswith("player.")}
    return sorted(tops & (DOORS - {own}))


def is_python(path: Path) -> bool:
    """Return whether a file is Python, by its name or by its first line."""
    if path.suffix or not path.is_file():
        return path.suffix == ".py"
    return b"python" in path.read_bytes().partition(b"\n")[0]


def imported_tests(text: str) -> list[str]:
    """List the modules of tests that a file imports or names in a string."""
    return [name for name in re.findall(r"\btests\.[\w.]+", text) if ".test_" in name]


def long_functions(text: str) -> list[str]:
    """The functions whose bodies, without the docstring, are longer than the house allows."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            documented = ast.get_docstring(node) is not None and len(node.body) > 1
            first = node.body[1 if documented else 0]
            if (node.end_lineno or 0) - first.lineno + 1 > LONGEST_FUNCTION:
                found.append(node.name)
    return found


def long_signatures(texts: Iterable[str]) -> set[str]:
    """Return the names of functions and classes that could be called with too many positions."""
    names = set()
    for node in (node for text in texts for node in ast.walk(ast.parse(text))):
        is_class = isinstance(node, ast.ClassDef)
        for child in ast.iter_child_nodes(node):
            if is_long(child, in_class=is_class):
                names.add(node.name if child.name == "__init__" else child.name)
        if (
            is_class
            and sum(isinstance(line, ast.AnnAssign) for line in node.body) > MOST_POSITIONAL
        ):
            names.add(node.name)
    return names


def is_long(node: ast.AST, *, in_class: bool) -> bool:
    """Return whether a function has too many positional parameters, which are no ``*args``."""
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or node.args.vararg:
        return False
    return len(node.args.posonlyargs) + len(node.args.args) - in_class > MOST_POSITIONAL


def long_calls(text: str, names: set[str]) -> list[int]:
    """List the lines with a call to one of ``names`` that has too many positional arguments."""
    nodes = list(ast.walk(ast.parse(text)))
    variadic = {n.name for n in nodes if isinstance(n, ast.FunctionDef) and n.args.vararg}
    return [
        node.lineno
        for node in nodes
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).rpartition(".")[2] in names - variadic
        and sum(not isinstance(argument, ast.Starred) for argument in node.args) > MOST_POSITIONAL
    ]


@pytest.mark.parametrize(("module", "text"), core_sources(), ids=lambda value: str(value)[:40])
def test_a_core_module_imports_only_what_the_table_allows(module: str, text: str) -> None:
    assert foreign_imports(module, text) == []


@pytest.mark.parametrize(("module", "text"), core_sources(), ids=lambda value: str(value)[:40])
def test_a_core_module_touches_no_file_terminal_or_unseeded_chance(module: str, text: str) -> None:
    assert impure_calls(text) == []


def test_every_part_of_the_core_is_there() -> None:
    assert {part_of(module) for module in sources()} >= CORE


def module_edges(texts: dict[str, str]) -> dict[str, set[str]]:
    """Return which modules of the player each of them imports; a package is its ``__init__``."""
    modules = {name.removesuffix(".__init__"): text for name, text in texts.items()}
    edges: dict[str, set[str]] = {}
    for name, text in texts.items():
        own = name.removesuffix(".__init__")
        edges[own] = {
            module
            for imported in imported_names(name, text)
            if (module := nearest_module(imported, modules)) not in (None, own)
        }
    return edges


def imported_names(module: str, text: str) -> Iterator[str]:
    """Yield every ``player.package.module.name`` that a module imports, without ``player.``."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("player"):
            for alias in node.names:
                yield f"{node.module}.{alias.name}".partition(".")[2]
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.startswith("player."):
                    yield alias.name.partition(".")[2]


def nearest_module(name: str, modules: dict[str, str]) -> str | None:
    """Return the module that a dotted name is, or lies in."""
    while name and name not in modules:
        name = name.rpartition(".")[0]
    return name or None


def circle(edges: dict[str, set[str]]) -> list[str]:
    """Return one circle among the edges, or an empty list."""
    done: set[str] = set()

    def visit(node: str, path: list[str]) -> list[str]:
        if node in path:
            return path[path.index(node) :]
        if node in done:
            return []
        for other in sorted(edges.get(node, ())):
            if found := visit(other, [*path, node]):
                return found
        done.add(node)
        return []

    return next((found for node in sorted(edges) if (found := visit(node, []))), [])


def package_edges(edges: dict[str, set[str]]) -> dict[str, set[str]]:
    """Return the same edges between the packages at the root."""
    packages: dict[str, set[str]] = {}
    for module, others in edges.items():
        own = part_of(module)
        packages.setdefault(own, set()).update({part_of(other) for other in others} - {own})
    return packages


def test_no_module_and_no_package_is_in_an_import_circle() -> None:
    edges = module_edges(sources())
    assert circle(edges) == []
    assert circle(package_edges(edges)) == []


def test_the_circle_rule_sees_a_circle() -> None:
    edges = module_edges(
        {
            "cli.play": "def run():\n    from player.cli.night import Night",
            "cli.night": "from player.cli import play",
            "cli.__init__": "",
        }
    )
    assert sorted(circle(edges)) == ["cli.night", "cli.play"]
    assert circle({"a": {"b"}, "b": set()}) == []


def test_every_package_is_on_the_map() -> None:
    text = MAP.read_text("utf-8")
    rooms = {part_of(module) for module in sources()} - {"__init__", "__main__"}
    assert {room for room in rooms if f"`{room}" not in text} == set()


def test_nothing_on_the_map_is_missing_from_the_tree() -> None:
    assert missing_paths(MAP.read_text("utf-8")) == []


CITED = re.compile(
    r"(?<![\w./-])((?:[\w-]+/)*[\w-]+\.(?:md|py|toml|json|ink|twee|png|svg|lock))(?![\w/])"
)


def missing_paths(text: str) -> list[str]:
    """Return the files of the project that a text names and that are nowhere in it."""
    return [
        name
        for name in CITED.findall(text)
        if "/" in name and name.split("/")[0] in TOP and not (ROOT / name).exists()
    ]


@pytest.mark.parametrize("path", [*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/*.md"))])
def test_no_page_names_a_file_that_is_not_there(path: Path) -> None:
    assert missing_paths(path.read_text("utf-8")) == []


def test_no_comment_names_a_document_that_is_not_there() -> None:
    documents = {path.name for path in ROOT.glob("docs/*.md")} | {"README.md", "CHANGELOG.md"}
    named = {name for text in sources().values() for name in re.findall(r"\b([\w-]+\.md)\b", text)}
    assert named <= documents | EXAMPLES


def test_voices_controls_and_outputs_never_import_one_another() -> None:
    doors = {name: text for name, text in sources().items() if part_of(name) in DOORS}
    assert {part_of(name) for name in doors} == DOORS
    known = {name: neighbours(name, text) for name, text in doors.items()}
    assert {name: others for name, others in known.items() if others} == {}


@pytest.mark.parametrize("folder", ["tests", "scripts"])
def test_no_test_is_imported_by_another(folder: str) -> None:
    """What tests share lies in ``tests/support``."""
    paths = [path for path in (ROOT / folder).rglob("*") if is_python(path)]
    assert paths
    shared = {str(path): imported_tests(path.read_text("utf-8")) for path in paths}
    assert {path: names for path, names in shared.items() if names} == {}


def test_no_function_is_longer_than_the_house_allows() -> None:
    found = {name: long_functions(text) for name, text in sources().items()}
    assert {name: functions for name, functions in found.items() if functions} == {}


def test_no_call_has_too_many_positional_arguments() -> None:
    """A reader of ``f(a, 0, b, True, c)`` has to look up what each of them is."""
    paths = [path for top in ("player", "tests", "scripts") for path in (ROOT / top).rglob("*")]
    texts = {str(path): path.read_text("utf-8") for path in paths if is_python(path)}
    names = long_signatures(texts.values())
    found = {path: long_calls(text, names) for path, text in texts.items()}
    assert {path: lines for path, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "line",
    [
        "import os",
        "import os.path as path",
        "from pathlib import Path",
        "import time",
        "import threading",
        "import logging",
        "from random import choice",
        "import subprocess",
        "from io import open",
        "import scipy.signal",
        "from player.outputs import Output",
        "from player.storage import settings",
        "from ..cli import app",
        "from ..engine import performance",
        "def later():\n    import datetime",
    ],
)
def test_the_import_rule_sees_what_it_forbids(line: str) -> None:
    assert foreign_imports("mixer.voice_room", line)
    assert not foreign_imports("mixer.voice_room", "from . import ramps\nfrom ..audio import RATE")


@pytest.mark.parametrize(
    "line",
    [
        "open('x')",
        "print(1)",
        "np.load('x')",
        "av.open('x')",
        "samples.tofile('x')",
        "np.random.rand(3)",
        "np.random.default_rng()",
        "default_rng()",
        "random.shuffle(voices)",
        "random.Random()",
        "np.random.Generator(np.random.SFC64())",
    ],
)
def test_the_call_rule_sees_what_it_forbids(line: str) -> None:
    assert impure_calls(line)
    assert not impure_calls("np.random.default_rng(seed).random(3); story.load(state)")


def test_the_door_rule_sees_what_it_forbids() -> None:
    assert neighbours("controls.spoken", "from player.voices import Speech") == ["voices"]
    assert neighbours("controls.spoken", "from player.controls import keys") == []


def test_the_rule_for_tests_sees_what_it_forbids() -> None:
    home = "tests.unit.session."  # in two pieces, so that this file itself is allowed
    assert imported_tests(f"from {home}test_session import TALE") == [f"{home}test_session"]
    assert imported_tests(f'run("import {home}test_session")') == [f"{home}test_session"]
    assert imported_tests("from tests.support.lantern import TALE") == []


def test_the_length_rule_sees_what_it_forbids() -> None:
    body = "    x = 1\n" * (LONGEST_FUNCTION + 1)
    assert long_functions(f"def f():\n{body}") == ["f"]
    assert long_functions(f"def f():\n{body[10:]}") == []


def test_the_rule_for_calls_sees_what_it_forbids() -> None:
    names = long_signatures(
        [
            "def f(a, b, c, d, e): ...",
            "class Place:\n    a: int\n    b: int\n    c: int\n    d: int\n    e: int",
            "class Night:\n    def __init__(self, a, b, c, d, e): ...",
            "def free(*words): ...",
        ]
    )
    assert names == {"f", "Place", "Night"}
    assert long_calls("f(1, 2, 3, 4, 5)\nx.Place(1, 2, 3, 4, 5)\nNight(1, 2, 3, 4, 5)", names)
    assert long_calls("f(1, 2, 3, 4, e=5)\nfree(1, 2, 3, 4, 5)", names) == []
