"""The set-up in ``scripts/environment.sh``, when something goes wrong around it.

Most tests use a stand-in for uv, which is quick and can be held in the middle of its work. The
slow ones set up for real.
"""

import os
import re
import shutil
import signal
import subprocess
import venv
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.support.checkouts import MARK, ROOT, a_checkout, environment, start
from tests.support.needs import need
from tests.support.waiting import soon

need("sh", "ls", "sed", "cksum")

ODD_NAME = """it's a "house" for $HOME, `schön`"""

# It notes each call. Where a FIFO of the call's name lies, it waits for a line from there; where a
# file lies, it prints that and fails.
UV = """#!/bin/sh
tools=${0%/*}
printf '%s\\n' "$1" >>"$tools/calls"
if [ "$1" = venv ]; then
    for folder do :; done
    mkdir -p "$folder/bin"
    echo "home = here" >"$folder/pyvenv.cfg"
    for program in python dreamers; do
        printf '#!/bin/sh\\n[ "$1" != -c ] || exit 0\\necho "started in $PWD"\\nexit 7\\n' \
            >"$folder/bin/$program"
        chmod +x "$folder/bin/$program"
    done
fi
if [ -p "$tools/$1" ]; then
    echo >"$tools/reached"
    read -r go_on <"$tools/$1"
    rm "$tools/$1"
elif [ -f "$tools/$1" ]; then
    cat "$tools/$1" >&2
    exit 1
fi
"""

# It shortens the waits of the script, and notes that one took place.
SLEEP = f"""#!/bin/sh
echo >"${{0%/*}}/slept"
exec {shutil.which("sleep")} 0.05
"""


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """Create a folder with the stand-ins; what they note and heed lies beside them."""
    folder = tmp_path / "tools"
    folder.mkdir()
    for name, text in {"uv": UV, "sleep": SLEEP}.items():
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    return folder


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    return a_checkout(tmp_path / "checkout")


def with_tools(tools: Path, **changes: str) -> dict[str, str]:
    env = environment(**changes)
    return env | {"PATH": f"{tools}{os.pathsep}{env['PATH']}"}


def calls(tools: Path) -> list[str]:
    noted = tools / "calls"
    return noted.read_text().split() if noted.exists() else []


@contextmanager
def begun(checkout: Path, env: Mapping[str, str]) -> Iterator[subprocess.Popen[str]]:
    """Start without waiting for the end; kill what still runs afterwards, children included."""
    process = subprocess.Popen(
        ["scripts/dreamers"],
        cwd=checkout,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    with process:
        try:
            yield process
        finally:
            if process.returncode is None:
                os.killpg(process.pid, signal.SIGKILL)


def kill_at(appears: Path, checkout: Path, env: Mapping[str, str]) -> None:
    """Start, and kill the start with its children once a file appears."""
    with begun(checkout, env):
        await_file(appears)


def await_file(path: Path) -> None:
    """Wait for a file, for as long as a busy machine may need."""
    soon(path.exists, f"{path} did not appear", within_s=200.0)


def contents(folder: Path) -> dict[str, str | bytes]:
    """Return what each path in a folder holds: a file's bytes, or where a link leads."""
    return {
        str(path.relative_to(folder)): str(path.readlink())
        if path.is_symlink()
        else (path.read_bytes() if path.is_file() else "folder")
        for path in folder.rglob("*")
    }


def test_a_second_first_start_waits_and_sets_nothing_up(checkout: Path, tools: Path) -> None:
    env = with_tools(tools)
    os.mkfifo(tools / "pip")
    with begun(checkout, env) as first:
        await_file(tools / "reached")
        with begun(checkout, env) as second:
            await_file(tools / "slept")
            (tools / "pip").write_text("go on\n")
            first_errors, second_errors = first.communicate()[1], second.communicate()[1]
    assert (first.returncode, second.returncode) == (7, 7)
    assert calls(tools) == ["venv", "pip", "pip"]
    assert "for the first time" in first_errors
    assert "Setting up" not in second_errors


@pytest.mark.slow
def test_of_many_starts_beside_a_killed_one_one_sets_up(checkout: Path, tools: Path) -> None:
    ended = subprocess.Popen(["true"])
    ended.wait()
    for _ in range(10):
        shutil.rmtree(checkout / ".venv", ignore_errors=True)
        (tools / "calls").unlink(missing_ok=True)
        (checkout / ".venv").mkdir()
        (checkout / ".venv" / MARK).touch()
        (checkout / ".venv" / f"guard.{ended.pid}").touch()
        with ExitStack() as stack:
            env = with_tools(tools)
            starts = [stack.enter_context(begun(checkout, env)) for _ in range(6)]
            errors = [one.communicate()[1] for one in starts]
        assert [one.returncode for one in starts] == [7] * 6, errors
        assert calls(tools) == ["venv", "pip", "pip"], errors
        assert not list(checkout.glob(".venv/guard*"))


@pytest.mark.parametrize("step", ["venv", "pip"])
def test_a_start_after_a_killed_set_up_finishes_it(step: str, checkout: Path, tools: Path) -> None:
    env = with_tools(tools)
    os.mkfifo(tools / step)
    kill_at(tools / "reached", checkout, env)
    (tools / step).unlink()
    assert (checkout / ".venv" / MARK).exists()
    assert list(checkout.glob(".venv/guard.*"))

    done = start(["scripts/dreamers"], checkout, env)
    assert (done.returncode, done.stdout) == (7, f"started in {checkout}\n")
    left = {path.name for path in (checkout / ".venv").iterdir()}
    assert left == {MARK, "bin", "pyvenv.cfg", "stamp"}


def test_a_start_after_a_killed_update_finishes_it(checkout: Path, tools: Path) -> None:
    env = with_tools(tools)
    assert start(["scripts/dreamers"], checkout, env).returncode == 7
    os.mkfifo(tools / "pip")
    with (checkout / "pyproject.toml").open("a") as project:
        project.write("# A change.\n")
    kill_at(tools / "reached", checkout, env)
    (tools / "pip").unlink()

    assert start(["scripts/dreamers"], checkout, env).returncode == 7
    assert start(["scripts/dreamers"], checkout, env).stderr == ""


@pytest.mark.slow
def test_a_start_after_a_killed_real_set_up_finishes_it(checkout: Path) -> None:
    kill_at(checkout / ".venv" / "pyvenv.cfg", checkout, environment())
    assert not (checkout / ".venv" / "stamp").exists()
    done = start(["scripts/dreamers"], checkout, environment())
    assert (done.returncode, done.stdout) == (7, f"{checkout}\n")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Create a home with files, whose names are those of our own files too."""
    home = tmp_path / "home"
    photos = home / "photos"
    photos.mkdir(parents=True)
    for name in ("first.jpg", "bin", "guard", "log", "stamp"):
        (photos / name).write_text("The only copy.\n")
    (home / ".profile").write_text("# mine\n")
    (home / "link").symlink_to("photos")
    (home / "broken link").symlink_to("nowhere")
    venv.create(home / "by hand", symlinks=True)
    return home


FILES = "holds files that Dreamers did not put there"
STRANGERS = {
    "{home}": FILES,
    "{home}/": FILES,
    "{home}/photos": FILES,
    "{home}/photos//": FILES,
    "{home}/photos/.": FILES,
    "{home}/photos/..": FILES,
    "photos": FILES,
    "./photos/": FILES,
    ".": FILES,
    "{home}/link": FILES,
    "{home}/link/": FILES,
    "{home}/by hand": FILES,
    "{home}/photos/first.jpg": "is not a folder",
    "{home}/broken link": "is not a folder",
    "{home}/photos/first.jpg/new": "cannot be created",
}


@pytest.mark.parametrize("place", STRANGERS)
def test_a_place_that_is_not_ours_is_refused_untouched(
    place: str, home: Path, checkout: Path, tools: Path
) -> None:
    value = place.format(home=home)
    before = contents(home.parent)
    done = start(
        [str(checkout / "scripts" / "dreamers")], home, with_tools(tools, DREAMERS_VENV=value)
    )
    assert (done.returncode, done.stdout) == (69, "")
    assert done.stderr == (
        f"DREAMERS_VENV={value} {STRANGERS[place]}: "
        "set it to a folder that is empty or does not exist yet.\n"
    )
    assert contents(home.parent) == before


def test_the_root_folder_is_refused(checkout: Path, tools: Path) -> None:
    # Should the script ever go on from here, it finds no Python and no command that could do harm.
    for name in ("ls", "cat", "sed", "cksum", "dirname"):
        (tools / name).symlink_to(shutil.which(name) or name)
    env = {"PATH": str(tools), "PYTHON": "nothing", "DREAMERS_VENV": "/"}
    done = start([str(shutil.which("sh")), "scripts/dreamers"], checkout, env)
    assert done.returncode == 69
    assert done.stderr.startswith(f"DREAMERS_VENV=/ {FILES}: ")


def test_an_environment_made_by_hand_in_the_usual_place_is_refused_untouched(
    home: Path, checkout: Path, tools: Path
) -> None:
    usual = checkout / ".venv"
    shutil.copytree(home / "by hand", usual, symlinks=True)
    before = contents(checkout)
    done = start(["scripts/dreamers"], checkout, with_tools(tools, DREAMERS_VENV=""))
    assert done.returncode == 69
    assert done.stderr == (
        f"{usual} {FILES}: move it away, "
        "or set DREAMERS_VENV to a folder that is empty or does not exist yet.\n"
    )
    assert contents(checkout) == before


@pytest.mark.parametrize(
    "place", ["{home}/new", "{home}/new/", "{home}/a/new/one", "new", "{home}/empty", "{home}/to"]
)
def test_a_new_or_empty_place_is_set_up_and_the_next_start_runs_no_command(
    place: str, home: Path, checkout: Path, tools: Path
) -> None:
    (home / "empty").mkdir()
    (home / "to").symlink_to("empty")
    before = contents(home)
    value = place.format(home=home)
    command = [str(shutil.which("sh")), str(checkout / "scripts" / "dreamers")]
    env = with_tools(tools, DREAMERS_VENV=value)
    done = start(command, home, env)
    assert (done.returncode, done.stdout) == (7, f"started in {home}\n"), done.stderr
    assert (home / value / MARK).is_file()
    assert before.items() <= contents(home).items()

    again = start(command, home, env | {"PATH": str(home / "photos")})
    assert (again.returncode, again.stderr) == (7, "")


def test_a_new_set_up_keeps_what_somebody_has_put_beside_the_environment(
    checkout: Path, tools: Path
) -> None:
    env = with_tools(tools)
    start(["scripts/dreamers"], checkout, env)
    note = checkout / ".venv" / "note.txt"
    note.write_text("The only copy.\n")
    (checkout / ".venv" / "stamp").unlink()
    assert "for the first time" in start(["scripts/dreamers"], checkout, env).stderr
    assert note.read_text() == "The only copy.\n"


def test_an_environment_without_a_mark_is_known_by_its_stamp(checkout: Path, tools: Path) -> None:
    env = with_tools(tools)
    start(["scripts/dreamers"], checkout, env)
    (checkout / ".venv" / MARK).unlink()
    with (checkout / "pyproject.toml").open("a") as project:
        project.write("# A change.\n")
    assert start(["scripts/dreamers"], checkout, env).returncode == 7
    assert (checkout / ".venv" / MARK).is_file()


@pytest.mark.parametrize("link", ["new.log", "new.guard", "ours/log", "ours/stamp.new"])
def test_a_set_up_writes_through_no_link_that_somebody_has_planted(
    link: str, home: Path, checkout: Path, tools: Path
) -> None:
    (home / "ours").mkdir()
    (home / "ours" / MARK).touch()
    (home / link).symlink_to(home / "photos" / "first.jpg")
    before = contents(home / "photos")
    value = str(home / Path(link).parts[0].partition(".")[0])
    done = start(["scripts/dreamers"], checkout, with_tools(tools, DREAMERS_VENV=value))
    assert done.returncode == 7, done.stderr
    assert contents(home / "photos") == before


def test_a_checkout_with_an_odd_name_starts_twice(tmp_path: Path, tools: Path) -> None:
    checkout = a_checkout(tmp_path / ODD_NAME)
    link = tmp_path / "a link's name"
    link.symlink_to(checkout / "scripts" / "dreamers")
    for _ in range(2):
        done = start([str(link)], tmp_path, with_tools(tools))
        assert (done.returncode, done.stdout) == (7, f"started in {tmp_path}\n"), done.stderr
    assert calls(tools) == ["venv", "pip", "pip"]


@pytest.mark.slow
@pytest.mark.parametrize("tool", ["pip", "uv"])
def test_a_checkout_with_an_odd_name_is_set_up_for_real(tool: str, tmp_path: Path) -> None:
    checkout = a_checkout(tmp_path / ODD_NAME)
    for _ in range(2):
        done = start(
            [str(checkout / "scripts" / "dreamers"), "a $b"], tmp_path, with_installer(tool)
        )
        assert (done.returncode, done.stdout) == (7, f"{tmp_path}|a $b\n"), done.stderr


def with_installer(tool: str, **changes: str) -> dict[str, str]:
    """Return an environment in which pip or uv does the set-up."""
    env = environment(**changes)
    if tool == "uv":
        need("uv")
        folder = Path(shutil.which("uv") or "").parent
        env["PATH"] = f"{folder}{os.pathsep}{env['PATH']}"
    return env


OFFLINE_LOGS = {
    "uv": """error: Request failed after 3 retries in 7.5s
  cause: Failed to fetch: https://index.invalid/simple/packaging/
  cause: error sending request for url (https://index.invalid/simple/packaging/)
  cause: client error (Connect)
  cause: dns error
  cause: failed to lookup address information: Temporary failure in name resolution
""",
    "pip": """WARNING: Retrying (Retry(total=0)) after connection broken by \
'NewConnectionError('<HTTPSConnection>: Failed to establish a new connection: [Errno -3] \
Temporary failure in name resolution')': /simple/hatchling/
ERROR: Could not find a version that satisfies the requirement hatchling==1.33.0
ERROR: No matching distribution found for hatchling==1.33.0
""",
    "pip, broken off": """ERROR: Could not install packages due to an OSError: \
HTTPSConnectionPool(host='index.invalid', port=443): Max retries exceeded with url: /a.whl
""",
}
RETRY_LOG = """WARNING: Retrying (Retry(total=4)) after connection broken by \
'ReadTimeoutError("Read timed out.")': /simple/hatchling/
ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.
"""
OFFLINE = (
    "Could not download what Dreamers needs: connect to the internet, or set HTTPS_PROXY if you "
    "use a proxy, and start again (details are in {log})."
)


@pytest.mark.parametrize("log", OFFLINE_LOGS)
def test_a_set_up_without_network_says_so_and_the_next_start_finishes_it(
    log: str, checkout: Path, tools: Path
) -> None:
    (tools / "pip").write_text(OFFLINE_LOGS[log])
    done = start(["scripts/dreamers"], checkout, with_tools(tools))
    assert done.returncode == 69
    assert done.stderr.splitlines()[1:] == [OFFLINE.format(log=checkout / ".venv" / "log")]

    (tools / "pip").unlink()
    assert start(["scripts/dreamers"], checkout, with_tools(tools)).returncode == 7
    assert not (checkout / ".venv" / "log").exists()


def test_a_retry_is_not_blamed_for_another_error(checkout: Path, tools: Path) -> None:
    (tools / "pip").write_text(RETRY_LOG)
    done = start(["scripts/dreamers"], checkout, with_tools(tools))
    assert "DO NOT MATCH THE HASHES" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("tool", ["pip", "uv"])
def test_a_real_set_up_without_network_says_so_and_the_next_start_finishes_it(
    tool: str, checkout: Path
) -> None:
    # Nothing listens on port 1, and a name in .invalid never has an address. Without any retry,
    # pip would not say in its log that it had no connection.
    nowhere = {
        "PIP_INDEX_URL": "https://index.invalid/simple",
        "UV_DEFAULT_INDEX": "https://index.invalid/simple",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_FIND_LINKS": "",
        "UV_FIND_LINKS": "",
        "PIP_NO_CACHE_DIR": "1",
        "UV_NO_CACHE": "1",
        "UV_NO_CONFIG": "1",
        "PIP_RETRIES": "1",
        "UV_HTTP_RETRIES": "0",
        "HTTPS_PROXY": "http://127.0.0.1:1",
        "https_proxy": "http://127.0.0.1:1",
    }
    done = start(["scripts/dreamers"], checkout, with_installer(tool, **nowhere))
    assert done.returncode == 69
    assert done.stderr.splitlines()[1:] == [OFFLINE.format(log=checkout / ".venv" / "log")]
    assert start(["scripts/dreamers"], checkout, with_installer(tool)).returncode == 7


def test_the_help_of_the_tests_sets_nothing_up_and_its_example_exists(
    checkout: Path, tools: Path
) -> None:
    done = start(["scripts/test", "--help"], checkout, with_tools(tools))
    assert (done.returncode, done.stderr, calls(tools)) == (0, "", [])
    assert "--slow" in done.stdout
    assert "DREAMERS_TEST_ALL" in done.stdout
    example = re.search(r"scripts/test (tests/\S+) -k (\w+)", done.stdout)
    assert example
    path, word = example.groups()
    assert re.search(rf"^def test_\w*{word}", (ROOT / path).read_text(), re.MULTILINE)
