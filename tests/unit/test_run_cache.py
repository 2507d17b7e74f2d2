"""The test run's shared results: computed once, whichever process asks first."""

import subprocess
import sys
from pathlib import Path

PROGRAM = """
import sys, time
from pathlib import Path
from tests.support.run_cache import once_per_run, share_in

folder = Path(sys.argv[1])

def compute():
    with (folder / "computed").open("a") as file:
        file.write("once\\n")
    time.sleep(0.2)  # the others come meanwhile
    return ["a result"]

share_in(folder / "shared")
assert once_per_run("result", compute) == ["a result"]
assert once_per_run("result", compute) == ["a result"]
"""


def test_three_processes_compute_a_result_once(tmp_path: Path) -> None:
    command = [sys.executable, "-c", PROGRAM, str(tmp_path)]
    processes = [subprocess.Popen(command, cwd=Path(__file__).parents[2]) for _ in range(3)]
    assert [process.wait(60) for process in processes] == [0, 0, 0]
    assert (tmp_path / "computed").read_text() == "once\n"
